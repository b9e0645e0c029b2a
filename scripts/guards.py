"""Takes each guard of tests/security/guards.toml away, in a copy, and sees its test fail: `make guards`.

With all guards in their places every test has to pass. A test that passes without its guard holds nothing; the end is
1 then.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
GUARDS = ROOT / "tests" / "security" / "guards.toml"
# What is deployed from a copy is the copy's: it has the scripts, too, and is built apart. What else the tests read and
# no guard is in stays where it is.
_COPIED = ("functions", "layers", "scripts", "tests")
_COPIED_FILES = ("samconfig.toml", "template.yaml")
_LINKED = (".venv", "build/assets", "build/models.json", "docs", "events", "pyproject.toml")
_WITHIN = 1200  # seconds
_FAILED = 1  # pytest's own: tests ran, and some failed


def copied(into: Path) -> None:
    for name in _COPIED:
        shutil.copytree(ROOT / name, into / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _COPIED_FILES:
        shutil.copy(ROOT / name, into / name)
    (into / "build").mkdir()
    for name in _LINKED:
        (into / name).symlink_to(ROOT / name)


def passes(tests: list[str], tree: Path, say: Callable[[str], None] = lambda _: None) -> bool:
    """All of them. Raises RuntimeError where they cannot be run."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(tree / "layers" / "common"), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=_WITHIN)
    if ran.returncode not in {0, _FAILED}:
        raise RuntimeError(f"{' '.join(tests)} cannot be run:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    if ran.returncode:
        say(ran.stdout[-5000:])
    return ran.returncode == 0


def is_held(guard: dict[str, str], tree: Path) -> bool:
    """Whether its test fails without it. Raises ValueError where the guard is not where the list says."""
    file = tree / guard["file"]
    whole = file.read_text("utf-8")
    if whole.count(guard["line"]) != 1:
        raise ValueError(f"{guard['file']} has not this once: {guard['line']}")
    file.write_text(whole.replace(guard["line"], guard["without"]), "utf-8")
    try:
        return not passes([guard["test"]], tree)
    finally:
        file.write_text(whole, "utf-8")


def main() -> int:
    wanted = " ".join(sys.argv[1:])
    guards = [guard for guard in tomllib.loads(GUARDS.read_text("utf-8"))["guard"] if wanted in guard["against"]]
    idle = 0
    with tempfile.TemporaryDirectory() as folder:
        copied(Path(folder))
        # What fails anyway says nothing about a guard.
        if not passes(sorted({guard["test"] for guard in guards}), Path(folder), print):
            print("That fails with every guard in its place.")
            return 1
        for guard in guards:
            held = is_held(guard, Path(folder))
            idle += not held
            print(f"{'red without it' if held else 'GREEN WITHOUT IT':18} {guard['against']}", flush=True)
    print(f"{len(guards) - idle} of {len(guards)} guards are held by their tests.")
    return 1 if idle or not guards else 0


if __name__ == "__main__":
    sys.exit(main())
