"""The layers as Lambda gets them: built for its platform."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from scripts import check_layers
from scripts.layers.functions import Function, read_functions
from scripts.local import deployment
from scripts.local.paths import ROOT, TOOLS_VENV

# MB, unzipped, of a function with its layers. Lambda's own limit is 250.
LIMITS = {"detect": 175, "stylize": 130, "generate": 130, "prompt": 100}
DEFAULT_LIMIT = 47


@pytest.fixture(scope="module")
def functions():
    """By the name of their folder."""
    built = read_functions(deployment.build("lambda"))
    return {function.module.split(".")[0]: function for function in built}


@pytest.fixture
def change_layer(functions, tmp_path):
    """Return a function with a copy of its layer of Pillow, changed by `change`, which takes the folder `python`."""

    def apply(name, change):
        copy = tmp_path / "PillowLayer"
        layers = {folder.name: folder for folder in functions[name].layers}
        shutil.copytree(layers["PillowLayer"], copy)
        change(copy / "python")
        return replace(functions[name], layers=list((layers | {"PillowLayer": copy}).values()))

    return apply


def test_every_function_will_run_on_lambda(functions, capsys):
    assert len(functions) >= 12
    code = check_layers.check(list(functions.values()))
    output = capsys.readouterr().out
    assert code == 0, output
    assert all(function.name.removesuffix("Function") in output for function in functions.values())


def test_function_with_its_layers_stays_small(functions):
    sizes = {name: function.megabytes for name, function in functions.items()}
    too_large = {name: size for name, size in sizes.items() if size > LIMITS.get(name, DEFAULT_LIMIT)}
    assert too_large == {}, sizes


def test_wheel_for_a_newer_glibc_is_a_problem(change_layer, capsys):
    def require_newer_glibc(folder):
        (library,) = folder.glob("PIL/_imaging.*.so")
        library.write_bytes(library.read_bytes().replace(b"GLIBC_2.14\0", b"GLIBC_2.38\0"))

    function = change_layer("prompt", require_newer_glibc)
    assert check_layers.check([function]) == 1
    output = capsys.readouterr().out
    assert "PromptFunction will not run on Lambda" in output
    assert "PillowLayer needs glibc 2.38; Lambda has 2.34." in output


def test_distribution_in_two_layers_is_a_problem(functions, change_layer):
    def add(folder):
        (info,) = functions["fetch"].layers[0].glob("python/jmespath-*.dist-info")
        shutil.copytree(info, folder / info.name)

    assert change_layer("fetch", add).problems() == ["jmespath is in 2 layers: CommonLayer and PillowLayer."]


@pytest.mark.parametrize(
    ("name", "layer", "missing"),
    [
        ("detect", "NumpyLayer", "numpy.typing is missing; detect.vocabulary imports it."),
        ("detect", "DetectorLayer", "detector_model is missing; detect.detector imports it."),
        ("fetch", "PillowLayer", "PIL is missing; fetch.sample_music imports it."),
        ("stylize", "StylizerLayer", "ai_edge_litert.interpreter is missing; stylize.style_transfer imports it."),
    ],
)
def test_import_that_nothing_satisfies_is_a_problem(functions, name, layer, missing):
    layers = [folder for folder in functions[name].layers if folder.name != layer]
    function = replace(functions[name], layers=layers)
    assert missing in function.problems()


def test_third_party_import_counts_at_module_level_only(tmp_path):
    (tmp_path / "app.py").write_text("from theirs import a\n")
    files = {
        "theirs/__init__.py": "",
        "theirs/a.py": "from . import b\ntry:\n    import perhaps\nexcept ImportError:\n    perhaps = None\n",
        "theirs/b.py": "import always\n\ndef f():\n    import later\n",
        "theirs-1.dist-info/METADATA": "Name: theirs\nVersion: 1\n",
        "theirs-1.dist-info/RECORD": "theirs/__init__.py,,\ntheirs/a.py,,\ntheirs/b.py,,\n",
    }
    for name, text in files.items():
        file = tmp_path / "Layer" / "python" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    function = Function("Function", "app", tmp_path, [tmp_path / "Layer"])
    assert function.problems() == ["always is missing; theirs.b imports it."]


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("import telnetlib", True),
        ("def handler(*_):\n    from telnetlib import Telnet", True),
        ("if print:\n    import telnetlib", True),
        ("if TYPE_CHECKING:\n    import telnetlib", False),
    ],
)
def test_own_import_counts_unless_for_type_checking(tmp_path, code, counts):
    (tmp_path / "step").mkdir()
    (tmp_path / "step" / "app.py").write_text(f"import boto3, json\nfrom typing import TYPE_CHECKING\n{code}\n")
    problems = Function("StepFunction", "step.app", tmp_path, []).problems()
    assert problems == (["telnetlib is missing; step.app imports it."] if counts else [])


def test_layer_is_compiled_without_a_path_of_the_build(functions):
    for layer in functions["fetch"].layers:
        sources, compiled = list(layer.rglob("*.py")), list(layer.rglob("*.pyc"))
        assert len(compiled) == len(sources) > 0
        assert all(b"/opt/python/" in file.read_bytes() for file in compiled)
        assert not any(bytes(ROOT) in file.read_bytes() for file in compiled)


def test_bytecode_is_the_same_in_every_build(functions, tmp_path):
    compiled = functions["auth"].layers[-1]
    again = tmp_path / "again"
    path = f"{TOOLS_VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    command = ["bash", ROOT / "layers" / "build.sh", "Itsdangerous", again]
    subprocess.run(command, cwd=ROOT / "layers", env=environment, check=True, timeout=120)
    assert compiled.name == "ItsdangerousLayer"
    files = sorted(file.relative_to(compiled) for file in compiled.rglob("*.pyc"))
    assert files
    assert [(again / file).read_bytes() for file in files] == [(compiled / file).read_bytes() for file in files]


def test_exceeded_limits_are_problems(tmp_path):
    (tmp_path / "app.py").touch()
    layers = [tmp_path / f"Layer{number}" for number in range(6)]
    for layer in layers:
        (layer / "python").mkdir(parents=True)
    with (layers[0] / "model").open("wb") as large:
        large.truncate(126_000_000)
    # The code's folder holds the layers, too, so that the model counts twice.
    assert Function("Function", "app", tmp_path, layers).problems() == [
        "It takes 252 MB unzipped; Lambda's limit is 250.",
        "It has 6 layers; Lambda's limit is 5.",
    ]


def test_without_a_build_the_message_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["check_layers", "--built", str(tmp_path)])
    assert check_layers.main() == 1
    assert "Run 'make layers' first" in capsys.readouterr().err
