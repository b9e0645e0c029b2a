"""Which third-party packages each function imports at a cold start, which every one of them makes slower."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from scripts.layers.functions import read_functions
from scripts.local import deployment
from scripts.local.paths import RUNTIME_VENV

POWERTOOLS = {"aws_lambda_powertools", "jmespath"}
PYDANTIC = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}
EVERYWHERE = POWERTOOLS | PYDANTIC
# `redis` is a module of ours.
SPOTIPY = {"spotipy", "redis", "requests", "charset_normalizer", "idna", "certifi", "urllib3"}
# Packages of the layers besides those, and asyncio, which is large. Packages that only some code paths need are
# imported there: openai where the image model paints, spotipy where the API calls Spotify or a login ends.
FURTHER = {
    # boto3 uses those of spotipy's layer.
    "auth": {"itsdangerous", "urllib3", "certifi"},
    # Powertools' routes need asyncio.
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
_PRINT_MODULES = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps({name: getattr(module, "__file__", None) for name, module in sys.modules.items() if "." not in name}))
"""


def list_imports(function):
    """Import the handler with the runtime's interpreter and the function's own layers, as the local stack does."""
    layers = [layer / "python" for layer in function.layers]
    path = os.pathsep.join(map(str, [function.code, *layers]))
    command = [RUNTIME_VENV / "bin" / "python", "-P", "-c", _PRINT_MODULES, function.module]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    assert process.returncode == 0, process.stderr
    files = json.loads(process.stdout)
    from_layers = {name for name, file in files.items() if (file or "").startswith(tuple(map(str, layers)))}
    return from_layers | (files.keys() & {"asyncio"})


def test_function_imports_only_what_every_code_path_needs():
    functions = read_functions(deployment.build())
    with ThreadPoolExecutor(2) as pool:
        imports = list(pool.map(list_imports, functions))
    folders = [function.module.split(".")[0] for function in functions]
    assert dict(zip(folders, imports, strict=True)) == {name: EVERYWHERE | names for name, names in FURTHER.items()}
