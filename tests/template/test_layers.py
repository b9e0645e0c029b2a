"""The layers as Lambda gets them: built for its platform, with the pins of both runtimes."""

import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from scripts import check_layers
from scripts.layers import binaries
from scripts.layers.binaries import Binary
from scripts.layers.functions import Function, built
from scripts.layers.runtimes import RUNTIMES
from scripts.local import deployment
from scripts.local.paths import ROOT, TOOLS

# MB, unzipped, of a function with its layers. Lambda's own limit is 250.
LIMITS = {
    "python3.11": {"detect": 125, "stylize": 95, "generate": 105, "prompt": 90},
    "python3.13": {"detect": 135, "stylize": 100, "generate": 95, "prompt": 85},
}
OTHERWISE = 35
OLD, NEW = RUNTIMES["python3.11"], RUNTIMES["python3.13"]


@pytest.fixture(scope="module", params=RUNTIMES)
def runtime(request):
    return RUNTIMES[request.param]


@pytest.fixture(scope="module")
def functions(runtime):
    return built(deployment.build(runtime.name, platform="lambda"), runtime)


@pytest.fixture(scope="module")
def old() -> dict[str, Function]:
    """Those of python3.11 by their rooms."""
    found = built(deployment.build("python3.11", platform="lambda"), OLD)
    return {function.module.split(".")[0]: function for function in found}


@pytest.fixture
def changed(old, tmp_path) -> Callable[..., Function]:
    """A room's function, with a layer of its own that a change was made to, given the layer's folder `python`."""

    def change(room: str, layer: str, how: Callable[[Path], object]) -> Function:
        copy = tmp_path / layer
        (original,) = (folder for folder in old[room].layers if folder.name == layer)
        shutil.copytree(original, copy)
        how(copy / "python")
        return replace(old[room], layers=[copy if folder.name == layer else folder for folder in old[room].layers])

    return change


def test_every_function_will_run_in_its_runtime(functions, runtime, capsys):
    assert len(functions) >= 12
    code = check_layers.check(functions, runtime)
    said = capsys.readouterr().out
    assert code == 0, said
    assert f"{runtime.name} on {runtime.system}" in said
    assert all(function.name.removesuffix("Function") in said for function in functions)


def test_a_function_with_its_layers_stays_small(functions, runtime):
    sizes = {function.module.split(".")[0]: function.megabytes for function in functions}
    too_large = {room: size for room, size in sizes.items() if size > LIMITS[runtime.name].get(room, OTHERWISE)}
    assert too_large == {}, sizes


def test_a_wheel_for_a_newer_system_is_red(changed, capsys):
    def install(folder: Path) -> None:
        """The onnxruntime of python3.13's pins, for Python 3.11, as manylinux_2_28."""
        for part in folder.glob("onnxruntime*"):
            shutil.rmtree(part)
        pins = ROOT / "layers" / "detector" / "requirements-python3.13.txt"
        platform = ("--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28")
        command = [TOOLS / "bin" / "uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes", *platform]
        subprocess.run([*command, "--target", folder, "-r", pins], check=True, timeout=240)  # noqa: S603

    function = changed("detect", "DetectorLayer", install)
    assert check_layers.check([function], OLD) == 1
    said = capsys.readouterr().out
    assert "DetectFunction will not run in python3.11" in said
    assert "onnxruntime_pybind11_state.cpython-311-x86_64-linux-gnu.so needs GLIBC_2.27, GLIBC_2.28, " in said
    assert "which Amazon Linux 2 does not have." in said


def test_a_shared_object_that_is_missing_is_red(changed):
    def remove(folder: Path) -> None:
        (library,) = folder.glob("pillow.libs/libjpeg-*")
        library.unlink()

    problems = changed("prompt", "PillowLayer", remove).problems()
    assert problems
    assert all("needs libjpeg-" in problem and "neither the layers nor" in problem for problem in problems)
    assert any(problem.startswith("python/PIL/_imaging.") for problem in problems)
    assert any(problem.startswith("python/pillow.libs/libtiff-") for problem in problems)


def test_a_distribution_in_two_layers_is_red(old, changed):
    def add(folder: Path) -> None:
        (info,) = old["fetch"].layers[0].glob("python/jmespath-*.dist-info")
        shutil.copytree(info, folder / info.name)

    problems = changed("fetch", "PillowLayer", add).problems()
    assert problems == ["jmespath is in it 2 times: in CommonLayer and PillowLayer."]


@pytest.mark.parametrize(
    ("room", "layer", "missing"),
    [
        ("detect", "NumpyLayer", "numpy is not there; detect.detector imports it."),
        ("detect", "DetectorLayer", "detector_model is not there; detect.detector imports it."),
        ("fetch", "PillowLayer", "PIL is not there; coverart.pictures imports it."),
        ("stylize", "StylizerLayer", "ai_edge_litert.interpreter is not there; stylize.style_transfer imports it."),
    ],
)
def test_an_import_that_nothing_satisfies_is_red(old, room, layer, missing):
    function = replace(old[room], layers=[folder for folder in old[room].layers if folder.name != layer])
    assert missing in function.problems()


def test_of_other_packages_what_they_always_import_counts(tmp_path):
    (tmp_path / "app.py").write_text("from theirs import a\n")
    theirs = {
        "theirs/__init__.py": "",
        "theirs/a.py": "from . import b\ntry:\n    import perhaps\nexcept ImportError:\n    perhaps = None\n",
        "theirs/b.py": "import always\n\ndef f():\n    import later\n",
        "theirs-1.dist-info/METADATA": "Name: theirs\nVersion: 1\n",
        "theirs-1.dist-info/RECORD": "theirs/__init__.py,,\ntheirs/a.py,,\ntheirs/b.py,,\n",
    }
    for name, text in theirs.items():
        file = tmp_path / "Layer" / "python" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    function = Function("Function", "app", tmp_path, [tmp_path / "Layer"], NEW)
    assert function.problems() == ["always is not there; theirs.b imports it."]


@pytest.mark.parametrize(
    "code",
    [
        "import telnetlib",
        "def handler(*_):\n    from telnetlib import Telnet",
        "if print:\n    import telnetlib",
    ],
)
def test_our_own_imports_count_wherever_they_stand_and_the_standard_library_is_the_runtimes(tmp_path, code):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "app.py").write_text(f"import boto3, json\nfrom typing import TYPE_CHECKING\n{code}\n")
    function = Function("RoomFunction", "room.app", tmp_path, [], NEW)
    assert function.problems() == ["telnetlib is not there; room.app imports it."]
    assert replace(function, runtime=OLD).problems() == []


def test_what_types_alone_need_need_not_be_there(tmp_path):
    (tmp_path / "app.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nowhere\n")
    assert Function("Function", "app", tmp_path, [], NEW).problems() == []


def test_what_is_for_another_python_is_red(old):
    function = replace(old["settle"], runtime=NEW)
    (problem,) = function.problems()[:1]
    assert "pydantic_core" in problem
    assert problem.endswith("is for another Python than python3.13.")


def test_all_of_a_layer_is_compiled_without_a_path_of_the_build(old):
    for layer in old["fetch"].layers:
        sources, compiled = list(layer.rglob("*.py")), list(layer.rglob("*.pyc"))
        assert len(compiled) == len(sources) > 0
        assert all(b"/opt/python/" in file.read_bytes() for file in compiled)
        assert not any(bytes(ROOT) in file.read_bytes() for file in compiled)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda folder: (folder / "spotipy" / "client.py").write_text("import os\n"),
            "bytecode of another source: python/spotipy/__pycache__/client.cpython-311.pyc.",
        ),
        (
            lambda folder: (folder / "spotipy" / "client.py").unlink(),
            "bytecode of no source there: python/spotipy/__pycache__/client.cpython-311.pyc.",
        ),
        (
            lambda folder: (folder / "spotipy" / "new.py").touch(),
            "no bytecode where others have it: python/spotipy/__pycache__/new.cpython-311.pyc.",
        ),
        (
            lambda folder: py_compile.compile(
                str(folder / "spotipy" / "util.py"), invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP
            ),
            "bytecode that is compared with its source's time: python/spotipy/__pycache__/util.cpython-311.pyc.",
        ),
        (
            lambda folder: (folder / "spotipy" / "__pycache__" / "util.cpython-311.pyc").write_bytes(b"\xcb\r\r\n"),
            "bytecode for another Python than python3.11: python/spotipy/__pycache__/util.cpython-311.pyc.",
        ),
    ],
)
def test_bytecode_that_is_not_its_sources_is_red(changed, monkeypatch, change, said):
    monkeypatch.setattr(sys, "pycache_prefix", None)
    problems = changed("watch", "SpotipyLayer", change).problems()
    assert f"SpotipyLayer has {said}" in problems


def test_what_a_layer_is_compiled_to_does_not_change_from_build_to_build(old, tmp_path):
    compiled = old["auth"].layers[-1]
    again = tmp_path / "again"
    path = f"{TOOLS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHON_RUNTIME": "python3.11"}
    command = ["bash", ROOT / "layers" / "build.sh", "Itsdangerous", again]
    subprocess.run(command, cwd=ROOT / "layers", env=environment, check=True, timeout=120)  # noqa: S603
    assert compiled.name == "ItsdangerousLayer"
    files = sorted(file.relative_to(compiled) for file in compiled.rglob("*.pyc"))
    assert files
    assert [(again / file).read_bytes() for file in files] == [(compiled / file).read_bytes() for file in files]


def test_a_layer_without_bytecode_is_told_of(tmp_path, capsys):
    (tmp_path / "app.py").touch()
    assert check_layers.check([Function("Function", "app", tmp_path, [], NEW)], NEW) == 0
    assert "There is no python3.13 on this machine" in capsys.readouterr().out


def test_lambdas_limits_are_kept_to(tmp_path):
    (tmp_path / "app.py").touch()
    layers = [tmp_path / f"Layer{number}" for number in range(6)]
    for layer in layers:
        (layer / "python").mkdir(parents=True)
    with (layers[0] / "model").open("wb") as large:
        large.truncate(126_000_000)
    # The code's folder holds the layers, too, so that the model counts twice.
    assert Function("Function", "app", tmp_path, layers, OLD).problems() == [
        "It takes 252 MB unzipped; Lambda's limit is 250.",
        "It has 6 layers; Lambda's limit is 5.",
    ]


def binary(*libraries: str, folders: tuple[str, ...] = (), handed_on: bool = True, **more) -> Binary:
    return Binary(
        **{"machine": "EM_X86_64", "symbols": ()} | more, libraries=libraries, folders=folders, handed_on=handed_on
    )


def problems(**found: Binary) -> list[str]:
    """By names in which an underscore stands for a slash."""
    return binaries.problems({PurePosixPath(name.replace("_", "/")): one for name, one in found.items()}, OLD)


def test_where_a_library_is_looked_for_is_handed_on_as_the_loader_does():
    others = {"python_libs_a": binary("b"), "python_libs_b": binary()}
    there = {"folders": ("$ORIGIN/../libs",)}
    assert problems(python_p_x=binary("a", **there), **others) == []
    refused = problems(python_p_x=binary("a", **there, handed_on=False), **others)
    assert refused == ["python/libs/a needs b, which neither the layers nor Amazon Linux 2 have."]
    assert problems(python_p_x=binary("a", "b", **there, handed_on=False), **others) == []


@pytest.mark.parametrize(
    ("library", "symbol", "is_there"),
    [
        ("libc.so.6", "GLIBC_2.26", True),
        ("libm.so.6", "GLIBC_2.29", False),
        ("libc.so.6", "GLIBC_ABI_DT_RELR", False),
        ("libstdc++.so.6", "GLIBCXX_3.4.24", True),
        ("libstdc++.so.6", "GLIBCXX_3.4.25", False),
        ("libstdc++.so.6", "CXXABI_1.3.12", False),
        ("libgfortran.so.5", "GFORTRAN_8", True),
    ],
)
def test_the_systems_versions_are_compared_as_numbers(library, symbol, is_there):
    needs = binary(symbols=((library, symbol),))
    found = problems(python_x=needs)
    assert found == ([] if is_there else [f"python/x needs {symbol}, which Amazon Linux 2 does not have."])


def test_another_machines_binary_is_red():
    assert problems(python_x=binary(machine="EM_AARCH64")) == ["python/x is for another machine (EM_AARCH64)."]


def test_where_nothing_is_built_it_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["check_layers", "--built", str(tmp_path)])
    assert check_layers.main() == 1
    assert "run 'make layers' first" in capsys.readouterr().err
