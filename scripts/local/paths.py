"""Where things are in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = ROOT / "build" / "local" / "deploy"
RUN = ROOT / "build" / "local" / "run"
STATE = ROOT / "build" / "local" / "state"
TOOLS = ROOT / ".venv" / "tools"
PORTABLE = ROOT / "scripts" / "local" / "portable"
# The template's.
DEFAULT_RUNTIME = "python3.11"


def built(runtime: str = DEFAULT_RUNTIME) -> Path:
    """What `sam build` makes for this machine: the template, and layers with the pins of Lambda's `runtime`."""
    return ROOT / "build" / "local" / runtime


def built_for_lambda(runtime: str = DEFAULT_RUNTIME) -> Path:
    return ROOT / "build" / "lambda" / runtime


def environment(name: str, runtime: str = DEFAULT_RUNTIME) -> Path:
    """The Makefile's environment of that name, on the Python of Lambda's `runtime`."""
    return ROOT / ".venv" / (name if runtime == DEFAULT_RUNTIME else f"{name}-{runtime}")


BUILT = built()
BUILT_FOR_LAMBDA = built_for_lambda()
RUNTIME = environment("runtime")
