"""The layers as Lambda gets them: built for its platform."""

import os
import shutil
import subprocess
from dataclasses import replace

import pytest

from scripts import check_layers
from scripts.check_layers import Function, read_functions
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


def test_every_function_will_run_on_lambda_and_stays_small(functions, capsys):
    assert len(functions) >= 12
    code = check_layers.check(list(functions.values()))
    output = capsys.readouterr().out
    assert code == 0, output
    assert all(function.name.removesuffix("Function") in output for function in functions.values())
    sizes = {name: function.megabytes for name, function in functions.items()}
    assert {name: size for name, size in sizes.items() if size > LIMITS.get(name, DEFAULT_LIMIT)} == {}, sizes


def test_newer_glibc_and_distribution_in_two_layers_are_problems(functions, tmp_path, capsys):
    fetch, copy = functions["fetch"], tmp_path / "PillowLayer"
    [pillow] = [layer for layer in fetch.layers if layer.name == copy.name]
    shutil.copytree(pillow, copy)
    [library] = copy.glob("python/PIL/_imaging.*.so")
    library.write_bytes(library.read_bytes().replace(b"GLIBC_2.14\0", b"GLIBC_2.38\0"))
    [info] = fetch.layers[0].glob("python/jmespath-*.dist-info")
    shutil.copytree(info, copy / "python" / info.name)
    function = replace(fetch, layers=[copy if layer == pillow else layer for layer in fetch.layers])
    assert check_layers.check([function]) == 1
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "FetchFunction will not run on Lambda:",
        "  PillowLayer needs glibc 2.38; Lambda has 2.34.",
        "  jmespath is in 2 layers: CommonLayer and PillowLayer.",
    ]


@pytest.mark.parametrize(
    ("name", "layer", "missing"),
    [
        ("detect", "NumpyLayer", "numpy.typing is missing; detect.vocabulary imports it."),
        ("detect", "DetectorLayer", "detector_model is missing; detect.detector imports it."),
        ("fetch", "PillowLayer", "PIL is missing; coverart.images.decode imports it."),
        ("stylize", "StylizerLayer", "ai_edge_litert.interpreter is missing; stylize.style_transfer imports it."),
    ],
)
def test_import_that_nothing_satisfies_is_a_problem(functions, name, layer, missing):
    layers = [folder for folder in functions[name].layers if folder.name != layer]
    function = replace(functions[name], layers=layers)
    assert missing in [*function.find_problems()]


def test_third_party_import_counts_at_module_level_only(tmp_path):
    (tmp_path / "app.py").write_text("import theirs.a\n")
    files = {
        "theirs/__init__.py": "import first\n",
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
    assert [*function.find_problems()] == [
        "always is missing; theirs.b imports it.",
        "first is missing; theirs imports it.",
    ]


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
    problems = [*Function("StepFunction", "step.app", tmp_path, []).find_problems()]
    assert problems == (["telnetlib is missing; step.app imports it."] if counts else [])


def test_bytecode_of_a_layer_is_the_same_in_every_build(functions, tmp_path):
    compiled, again = functions["auth"].layers[-1], tmp_path / "again"
    assert compiled.name == "ItsdangerousLayer"
    environment = {**os.environ, "PATH": f"{TOOLS_VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", ROOT / "layers" / "build.sh", "Itsdangerous", again]
    subprocess.run(command, cwd=ROOT / "layers", env=environment, check=True, timeout=120)
    files = [file.relative_to(again) for file in again.rglob("*.pyc")]
    assert len(files) == len(list(compiled.rglob("*.py"))) == len(list(compiled.rglob("*.pyc"))) > 0
    for content in [(again / file).read_bytes() for file in files]:
        assert b"/opt/python/" in content
        assert bytes(ROOT) not in content
    assert all((again / file).read_bytes() == (compiled / file).read_bytes() for file in files)


def test_exceeded_limits_are_problems(tmp_path):
    (tmp_path / "app.py").touch()
    layers = [tmp_path / f"Layer{number}" for number in range(6)]
    for layer in layers:
        (layer / "python").mkdir(parents=True)
    with (layers[0] / "model").open("wb") as large:
        large.truncate(126_000_000)
    # The code's folder holds the layers, too, so that the model counts twice.
    assert [*Function("Function", "app", tmp_path, layers).find_problems()] == [
        "It takes 252 MB unzipped; Lambda's limit is 250.",
        "It has 6 layers; Lambda's limit is 5.",
    ]


def test_without_a_build_the_message_says_what_to_do(tmp_path, capsys):
    assert check_layers.main(tmp_path) == 1
    assert "Run 'make layers' first" in capsys.readouterr().err
