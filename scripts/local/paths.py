"""Where things are in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "local" / "sam"
BUILT_FOR_LAMBDA = ROOT / "build" / "lambda" / "sam"
DEPLOYED = ROOT / "build" / "local" / "deploy"
RUN = ROOT / "build" / "local" / "run"
STATE = ROOT / "build" / "local" / "state"
BYTECODE = ROOT / "build" / "bytecode"
TOOLS = ROOT / ".venv" / "tools"
RUNTIME = ROOT / ".venv" / "runtime"
