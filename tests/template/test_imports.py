"""What each function imports before it is asked for anything: every cold start waits for it."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from scripts.layers.functions import Function, read_functions
from scripts.local import deployment
from scripts.local.paths import RUNTIME

POWERTOOLS = {"aws_lambda_powertools", "jmespath"}
PYDANTIC = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}
EVERYWHERE = POWERTOOLS | PYDANTIC
# `redis` is a module of ours.
SPOTIPY = {"spotipy", "redis", "requests", "charset_normalizer", "idna", "certifi", "urllib3"}
# Of the layers, beside those, and asyncio, which is large. What only some paths need they import when they are taken:
# openai where the image model paints, spotipy where the API asks Spotify, and on the way back from a login.
MORE = {
    # Of spotipy's layer, what boto3 takes of it where it is there.
    "auth": {"itsdangerous", "urllib3", "certifi"},
    # Powertools' routes; and as auth.
    "api": {"asyncio", "urllib3", "certifi"},
    "accept": set(),
    "settle": set(),
    "watch": SPOTIPY,
    "fetch": SPOTIPY | {"PIL"},
    "publish": SPOTIPY | {"PIL"},
    "apply": SPOTIPY | {"PIL"},
    "prompt": {"PIL", "numpy"},
    "detect": {"PIL", "numpy", "onnxruntime", "detector_model"},
    "generate": {"PIL", "numpy", "pictograms"},
    "stylize": {"PIL", "numpy", "ai_edge_litert", "anyascii"},
}
_TELL = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps({name: getattr(module, "__file__", None) for name, module in sys.modules.items() if "." not in name}))
"""


def imported(function: Function) -> set[str]:
    """As the local stack runs it: by the runtime's interpreter, on the function's own layers."""
    layers = [layer / "python" for layer in function.layers]
    path = os.pathsep.join(map(str, [function.code, *layers]))
    command = [RUNTIME / "bin" / "python", "-P", "-c", _TELL, function.module]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    places = json.loads(done.stdout)
    return {name for name, place in places.items() if (place or "").startswith(tuple(map(str, layers)))} | (
        places.keys() & {"asyncio"}
    )


def test_a_function_imports_what_every_path_through_it_needs_and_nothing_else():
    functions = read_functions(deployment.build())
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(imported, functions))
    rooms = [function.module.split(".")[0] for function in functions]
    assert dict(zip(rooms, found, strict=True)) == {room: EVERYWHERE | more for room, more in MORE.items()}
