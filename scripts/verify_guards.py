"""`make guards`: removes each guard of tests/security/guards.toml in a copy of the checkout, and runs its test.

A guard counts if its test fails without it. With all guards in place, every test must pass. The exit code is 1 if a
guard is not verified.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
GUARDS_FILE = ROOT / "tests" / "security" / "guards.toml"
# A copy deploys itself, so it has the scripts and a build of its own. It links what contains no guards.
_COPIED_FOLDERS = ("functions", "layers", "scripts", "tests")
_COPIED_FILES = ("samconfig.toml", "template.yaml")
_LINKS = (".venv", "build/assets", "docs", "events", "pyproject.toml")
_TIMEOUT_SECONDS = 1200
_TESTS_FAILED = 1  # exit code of pytest


def copy_checkout(target: Path) -> None:
    for name in _COPIED_FOLDERS:
        shutil.copytree(ROOT / name, target / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _COPIED_FILES:
        shutil.copy(ROOT / name, target / name)
    (target / "build").mkdir()
    for name in _LINKS:
        (target / name).symlink_to(ROOT / name)


def run_tests(tests: Iterable[str], checkout: Path) -> str:
    """Return the output of failing tests, or "" if they pass. Raise RuntimeError if they do not run."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(checkout / "functions"), "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    if result.returncode not in {0, _TESTS_FAILED}:
        raise RuntimeError(f"{' '.join(tests)} cannot be run:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
    return result.stdout if result.returncode else ""


def verify_guard(guard: dict[str, str], checkout: Path) -> bool:
    """Return whether a guard's test fails without the guard. Its line exists once: test_guards.py checks that."""
    file = checkout / guard["file"]
    source = file.read_text("utf-8")
    file.write_text(source.replace(guard["line"], guard["without"]), "utf-8")
    is_verified = bool(run_tests([guard["test"]], checkout))
    file.write_text(source, "utf-8")
    print(f"{'verified' if is_verified else 'NOT VERIFIED':12} {guard['against']}", flush=True)
    return is_verified


def main() -> int:
    """Verify the guards whose description contains the arguments, or all of them."""
    words = " ".join(sys.argv[1:])
    guards = [guard for guard in tomllib.loads(GUARDS_FILE.read_text("utf-8"))["guard"] if words in guard["against"]]
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder)
        copy_checkout(checkout)
        # A test that fails with its guard proves nothing about it.
        if failures := run_tests(sorted({guard["test"] for guard in guards}), checkout):
            print(f"{failures[-5000:]}\nThese tests fail with every guard in place.")
            return 1
        verified = [verify_guard(guard, checkout) for guard in guards]
    print(f"{sum(verified)} of {len(guards)} guards are verified by their tests.")
    return 0 if verified and all(verified) else 1


if __name__ == "__main__":
    sys.exit(main())
