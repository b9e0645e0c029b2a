"""Whether guards.toml and SECURITY.md match the code, and every package is pinned."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent


GUARDS = tomllib.loads((FOLDER / "guards.toml").read_text("utf-8"))["guard"]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard["against"])
def test_guard_is_in_its_file_and_has_a_test(guard):
    """`make guards` checks that the test fails without the guard."""
    code = (ROOT / guard["file"]).read_text("utf-8")
    assert code.count(guard["line"]) == 1
    path, _, name = guard["test"].partition("::")
    assert f"def {name}(" in (ROOT / path).read_text("utf-8") or not name
    # A syntax error would make every test fail, whether it needs the guard or not.
    if guard["file"].endswith(".py"):
        compile(code.replace(guard["line"], guard["without"]), guard["file"], "exec")


def test_every_test_that_security_md_names_exists():
    security_md = (ROOT / "SECURITY.md").read_text("utf-8")
    test_files = list((ROOT / "tests").rglob("test_*.py"))
    code = "".join(path.read_text("utf-8") for path in test_files)
    files = set(re.findall(r"`([\w/]+\.py)`", security_md))
    names = set(re.findall(r"`(test_\w+)`", security_md))
    assert len(files) > 10
    assert files <= {str(path.relative_to(FOLDER if path.parent == FOLDER else FOLDER.parent)) for path in test_files}
    assert [name for name in names if f"def {name}(" not in code] == []
    name_parts = re.findall(r"`…(\w+)…?`", security_md)
    assert len(name_parts) > 5
    assert [part for part in name_parts if part not in code] == []


@pytest.mark.parametrize(
    "pins",
    [*ROOT.glob("requirements/*.txt"), *ROOT.glob("layers/*/requirements.txt")],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_every_package_is_pinned_by_version_and_hash(pins):
    packages = re.split(r"\n(?=\S)", pins.read_text("utf-8").strip())
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9-]+(\[[a-z,0-9-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", package, re.DOTALL), package
