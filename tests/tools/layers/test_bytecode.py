"""The functions' own code is deployed with its bytecode, so that no cold start compiles it."""

import os
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import source_hash

import pytest

from scripts.bytecode import compile_functions
from scripts.layers.functions import read_functions
from scripts.local import deployment
from scripts.local.paths import ROOT, RUNTIME_VENV

# https://peps.python.org/pep-0552/: the bytecode has its source's hash, and Python checks it.
CHECKED_HASH = 0b11


@pytest.fixture(scope="module")
def functions():
    return read_functions(deployment.build())


@pytest.fixture(scope="module")
def deployed(tmp_path_factory, functions):
    """The folder with the code of each function for the emulator."""
    return deployment.adapt_template(tmp_path_factory.mktemp("deployed")).parent


def bytecode_of(source):
    return source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"


def test_bytecode_has_the_hash_of_its_source_and_no_build_path(functions, deployed):
    for function in functions:
        folder = deployed / function.name
        sources = list(folder.rglob("*.py"))
        assert len(sources) == len(list((ROOT / "functions").rglob("*.py"))) == len(list(folder.rglob("*.pyc")))
        for source in sources:
            content = bytecode_of(source).read_bytes()
            assert int.from_bytes(content[4:8], "little") == CHECKED_HASH, source
            assert content[8:16] == source_hash(source.read_bytes()), source
            assert f"/var/task/{source.relative_to(folder)}".encode() in content, source
            assert bytes(ROOT) not in content, source
            assert bytes(deployed) not in content, source


def start(function, folder):
    """Import the handler as a function's start does. Return the times of all files."""
    path = os.pathsep.join(map(str, [folder, *(layer / "python" for layer in function.layers)]))
    command = [RUNTIME_VENV / "bin" / "python", "-P", "-c", f"import {function.module}"]
    subprocess.run(command, env={"PATH": os.environ["PATH"], "PYTHONPATH": path}, check=True, timeout=120)  # noqa: S603
    return times(folder)


def times(folder):
    return {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def test_start_of_a_function_writes_no_bytecode(functions, deployed, tmp_path):
    def start_after_upload(function):
        archive = shutil.make_archive(str(tmp_path / function.name), "zip", deployed / function.name)
        folder = tmp_path / f"{function.name}.unzipped"
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)  # as on Lambda, the files' times are new
        before = times(folder)
        return start(function, folder) == before

    with ThreadPoolExecutor(2) as pool:
        unchanged = list(pool.map(start_after_upload, functions))
    assert [function.name for function, same in zip(functions, unchanged, strict=True) if not same] == []


def test_edited_source_does_not_run_from_stale_bytecode(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("print('before')")
    compile_functions(tmp_path)
    at = module.stat()
    module.write_text("print('behind')")
    os.utime(module, ns=(at.st_atime_ns, at.st_mtime_ns))
    command = [RUNTIME_VENV / "bin" / "python", "-P", "-c", "import module"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)}
    process = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603
    assert process.stdout == "behind\n"


def test_bytecode_of_a_removed_module_is_deleted(tmp_path):
    (tmp_path / "module.py").touch()
    (tmp_path / "removed.py").touch()
    compile_functions(tmp_path)
    (tmp_path / "removed.py").unlink()
    compile_functions(tmp_path)
    assert list(tmp_path.rglob("*.pyc")) == [bytecode_of(tmp_path / "module.py")]
