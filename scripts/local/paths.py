"""The folders of a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "out"
TOOLS_VENV = ROOT / ".venv" / "tools"
RUNTIME_VENV = ROOT / ".venv" / "runtime"
# What `sam build` writes for this machine and for Lambda: the template and the layers.
BUILD_DIR = ROOT / "build" / "local" / "stack"
LAMBDA_BUILD_DIR = ROOT / "build" / "lambda"
DEPLOY_DIR = ROOT / "build" / "local" / "deploy"
RUN_DIR = ROOT / "build" / "local" / "run"
STATE_DIR = ROOT / "build" / "local" / "state"
