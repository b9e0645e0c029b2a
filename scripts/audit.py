"""`make audit`: known weaknesses of all that is pinned, as PyPI and npm tell them; needs the network.

Ends with 1 where there are any, and with 2 where nobody tells. `make lint` asks, too (`--where-told`): there the
latter is said, and no failure.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.local.paths import ROOT

_PIP_AUDIT = ROOT / ".venv" / "audit" / "bin" / "pip-audit"
_NODE_PROJECTS = (ROOT / "tests" / "browser", ROOT / "tests" / "models")
_TIMEOUT = 120  # seconds, for each list of pins


class NotToldError(RuntimeError):
    """Whoever knows could not be asked, or does not know all that is pinned."""


def of_python(told: str) -> list[str]:
    """In words, what pip-audit's JSON tells. Raises NotToldError."""
    dependencies = _read(told).get("dependencies", [])
    skipped = [found["name"] for found in dependencies if "skip_reason" in found]
    if skipped or not dependencies:
        raise NotToldError(f"PyPI tells nothing of {len(skipped)} packages, such as {', '.join(skipped[:3]) or 'any'}.")
    return [
        f"{found['name']} {found['version']}: {weakness['id']}, mended in {', '.join(weakness['fix_versions']) or 'no'}"
        for found in dependencies
        for weakness in found["vulns"]
    ]


def of_node(told: str) -> list[str]:
    """In words, what `npm audit --json` tells. Raises NotToldError."""
    read = _read(told)
    if "vulnerabilities" not in read:
        raise NotToldError(f"npm tells nothing: {read.get('message', 'no answer')}.")
    return [f"{name}: {found['severity']}, {found['range']}" for name, found in read["vulnerabilities"].items()]


def _read(told: str) -> dict[str, Any]:
    try:
        read = json.loads(told)
    except ValueError:
        raise NotToldError("The answer is no JSON.") from None
    if not isinstance(read, dict):
        raise NotToldError("The answer is of another shape.")
    return read


def weaknesses() -> Iterator[str]:
    """Raises NotToldError."""
    asked = ["--vulnerability-service", "pypi", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    # One by one: of several files it takes no package twice.
    for pins in sorted([*ROOT.glob("requirements/*.txt"), *ROOT.glob("layers/*/requirements-*.txt")]):
        yield from of_python(_said([_PIP_AUDIT, *asked, "--format", "json", "--requirement", pins]))
    for project in _NODE_PROJECTS:
        yield from of_node(_said(["npm", "audit", "--json", "--prefix", project]))


def _said(command: list[str | Path]) -> str:
    try:
        # Either ends with 1 where it has found something.
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise NotToldError(f"No answer in {_TIMEOUT} seconds.") from None
    return done.stdout


def main(arguments: list[str]) -> int:
    try:
        found = list(weaknesses())
    except NotToldError as error:
        print(f"Not audited: {error}", file=sys.stderr)
        return 0 if "--where-told" in arguments else 2
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
