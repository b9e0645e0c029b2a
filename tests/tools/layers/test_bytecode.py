"""What makes cold starts slow: source that is compiled first, and third-party packages that are imported."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import source_hash

import pytest

from scripts.bytecode import compile_functions
from scripts.check_layers import read_functions
from scripts.local import deployment
from scripts.local.paths import ROOT, RUNTIME_VENV

# https://peps.python.org/pep-0552/: the bytecode has its source's hash, and Python checks it.
CHECKED_HASH = 0b11
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
    "convert": set(),
    "watch": SPOTIPY,
    "fetch": SPOTIPY | {"PIL"},
    "publish": {"urllib3", "certifi"},
    "apply": SPOTIPY | {"PIL"},
    "prompt": {"PIL", "numpy"},
    # The detector is imported with the first artwork, so that a broken one costs the objects and not the cover.
    "detect": set(),
    "generate": {"PIL"},
    "stylize": {"PIL", "numpy", "ai_edge_litert", "anyascii"},
}
_PRINT_MODULES = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps({name: getattr(module, "__file__", None) for name, module in sys.modules.items() if "." not in name}))
"""


@pytest.fixture(scope="module")
def functions():
    return read_functions(deployment.build())


@pytest.fixture(scope="module")
def deployed(tmp_path_factory, functions):
    """The folder with the functions' code for the emulator."""
    return deployment.adapt_template(tmp_path_factory.mktemp("deployed")) / "functions"


def bytecode_of(source):
    return source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"


def test_bytecode_has_the_hash_of_its_source_and_no_build_path(deployed):
    sources = list(deployed.rglob("*.py"))
    assert len(sources) == len(list((ROOT / "functions").rglob("*.py"))) == len(list(deployed.rglob("*.pyc")))
    for source in sources:
        content = bytecode_of(source).read_bytes()
        assert int.from_bytes(content[4:8], "little") == CHECKED_HASH, source
        assert content[8:16] == source_hash(source.read_bytes()), source
        assert f"/var/task/{source.relative_to(deployed)}".encode() in content, source
        assert bytes(ROOT) not in content, source
        assert bytes(deployed) not in content, source


def list_imports(folder, function):
    """Import the handler with the runtime's interpreter and the function's own layers, as a start on Lambda does."""
    layers = [layer / "python" for layer in function.layers]
    path = os.pathsep.join(map(str, [folder, *layers]))
    command = [RUNTIME_VENV / "bin" / "python", "-P", "-c", _PRINT_MODULES, function.module]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path}
    process = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert process.returncode == 0, process.stderr
    files = json.loads(process.stdout)
    from_layers = {name for name, file in files.items() if (file or "").startswith(tuple(map(str, layers)))}
    return from_layers | (files.keys() & {"asyncio"})


def test_function_imports_only_what_every_code_path_needs(functions, deployed, tmp_path):
    """Its start writes no bytecode."""

    def read_times():
        return {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}

    shutil.copytree(
        deployed, tmp_path, copy_function=shutil.copyfile, dirs_exist_ok=True
    )  # as on Lambda, times are new
    before = read_times()
    with ThreadPoolExecutor(2) as pool:
        names = [function.module.split(".")[0] for function in functions]
        imports = dict(zip(names, pool.map(partial(list_imports, tmp_path), functions), strict=True))
    assert imports == {name: EVERYWHERE | packages for name, packages in FURTHER.items()}
    assert read_times() == before


def test_stale_bytecode_is_neither_run_nor_kept(tmp_path):
    module, removed = tmp_path / "module.py", tmp_path / "removed.py"
    module.write_text("print('before')")
    removed.touch()
    compile_functions(tmp_path)
    at = module.stat()
    module.write_text("print('behind')")
    os.utime(module, ns=(at.st_atime_ns, at.st_mtime_ns))
    command = [RUNTIME_VENV / "bin" / "python", "-P", "-c", "import module"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)}
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert process.stdout == "behind\n"
    removed.unlink()
    compile_functions(tmp_path)
    assert list(tmp_path.rglob("*.pyc")) == [bytecode_of(module)]
