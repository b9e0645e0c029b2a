"""`make audit`: known vulnerabilities of all pins, according to PyPI and npm. Needs the network.

The exit code is 1 if there are any, and 2 if a registry does not say. With `--offline-ok`, which `make lint` uses, a
failed look-up is only reported.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.local.paths import ROOT

_PIP_AUDIT = ROOT / ".venv" / "audit" / "bin" / "pip-audit"
_NODE_PROJECTS = (ROOT / "tests" / "browser", ROOT / "tests" / "tools" / "models")
_TIMEOUT_SECONDS = 120  # for each list of pins


class AuditUnavailableError(RuntimeError):
    """A service does not respond, or does not know all pins."""


def read_pip_audit(output: str) -> list[str]:
    """Return the vulnerabilities in pip-audit's JSON as sentences. Raise AuditUnavailableError."""
    dependencies = _parse(output, "dependencies")
    if skipped := [dependency["name"] for dependency in dependencies if "skip_reason" in dependency]:
        raise AuditUnavailableError(f"PyPI has no data on {len(skipped)} packages ({', '.join(skipped[:3])}).")
    if not dependencies:
        raise AuditUnavailableError("No package was checked.")
    return [
        f"{dependency['name']} {dependency['version']}: {vulnerability['id']}, fixed in "
        f"{', '.join(vulnerability['fix_versions']) or 'no version'}"
        for dependency in dependencies
        for vulnerability in dependency["vulns"]
    ]


def read_npm_audit(output: str) -> list[str]:
    """Return the vulnerabilities in the output of `npm audit --json`. Raise AuditUnavailableError."""
    vulnerabilities = _parse(output, "vulnerabilities")
    return [f"{name}: {entry['severity']}, {entry['range']}" for name, entry in vulnerabilities.items()]


def _parse(output: str, key: str) -> Any:
    try:
        return json.loads(output)[key]
    except (ValueError, KeyError, TypeError):
        raise AuditUnavailableError(f"The response has no {key}: {output[:200]}") from None


def find_vulnerabilities() -> Iterator[str]:
    """Raise AuditUnavailableError."""
    options = ["--vulnerability-service", "pypi", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    # File by file, because pip-audit rejects a package that is in two files.
    for pins in sorted([*ROOT.glob("requirements/*.txt"), *ROOT.glob("layers/*/requirements*.txt")]):
        yield from read_pip_audit(_run([_PIP_AUDIT, *options, "--format", "json", "--requirement", pins]))
    for project in _NODE_PROJECTS:
        yield from read_npm_audit(_run(["npm", "audit", "--json", "--prefix", project]))


def _run(command: list[str | Path]) -> str:
    try:
        # The exit code of both is 1 if there are vulnerabilities.
        result = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise AuditUnavailableError(f"No response in {_TIMEOUT_SECONDS} seconds.") from None
    return result.stdout


def main(arguments: list[str]) -> int:
    try:
        vulnerabilities = list(find_vulnerabilities())
    except AuditUnavailableError as error:
        print(f"Not audited: {error}", file=sys.stderr)
        return 0 if "--offline-ok" in arguments else 2
    print("\n".join(vulnerabilities))
    return 1 if vulnerabilities else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
