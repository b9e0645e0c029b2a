"""The layers as Lambda gets them: built for its platform, with the python3.11 pins."""

import os
from pathlib import Path

import pytest

from scripts.local import deployment
from scripts.local.paths import BUILT_FOR_LAMBDA, ROOT

# MB, unzipped, of a function with its layers. Lambda's own limit is 250.
LIMITS = {"detect": 145, "stylize": 115, "generate": 115, "prompt": 110}
OTHERWISE = 40


@pytest.fixture(scope="module")
def built() -> Path:
    deployment.build(BUILT_FOR_LAMBDA, LAYER_PLATFORM="x86_64-manylinux2014", PYTHON_RUNTIME="python3.11")
    return BUILT_FOR_LAMBDA


def megabytes(folder: Path) -> float:
    files = (Path(parent) / name for parent, _, names in os.walk(folder) for name in names)
    return sum(file.lstat().st_size for file in files) / 1e6


def functions(template):
    found = {name: r["Properties"] for name, r in template["Resources"].items() if r["Type"].endswith("less::Function")}
    return {name.removesuffix("Function").lower(): properties for name, properties in found.items()}


def test_a_function_with_its_layers_stays_small(built, template):
    code = megabytes(ROOT / "functions")
    sizes = {
        room: code + sum(megabytes(built / layer["Ref"]) for layer in properties["Layers"])
        for room, properties in functions(template).items()
    }
    assert len(sizes) >= 8
    too_large = {room: size for room, size in sizes.items() if size > LIMITS.get(room, OTHERWISE)}
    assert too_large == {}, sizes


def test_no_function_takes_a_distribution_twice(built, template):
    for room, properties in functions(template).items():
        names = [
            info.name for layer in properties["Layers"] for info in (built / layer["Ref"]).glob("python/*.dist-info")
        ]
        assert names, room
        assert len(names) == len(set(names)), room
