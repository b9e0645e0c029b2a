"""Where things are in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = ROOT / "build" / "local" / "deploy"
RUN = ROOT / "build" / "local" / "run"
STATE = ROOT / "build" / "local" / "state"
TOOLS = ROOT / ".venv" / "tools"
RUNTIME = ROOT / ".venv" / "runtime"
# What `sam build` makes for this machine and for Lambda: the template and the layers.
BUILT = ROOT / "build" / "local" / "stack"
BUILT_FOR_LAMBDA = ROOT / "build" / "lambda"
