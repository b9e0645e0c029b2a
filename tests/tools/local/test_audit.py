"""`make audit` and what `make lint` makes of it, with substitutes for pip-audit and npm, which need the network."""

import os
import subprocess

import pytest

from scripts.local.paths import ROOT

MAKE = ("make", "--no-print-directory", "-o", "setup", "-o", ".venv/audit/.ready")


@pytest.fixture
def audit(tmp_path):
    """Runs a target of make. pip-audit prints `pip` and npm `npm`; what prints something fails."""

    def run(target, pip="", npm=""):
        for name, output in {"pip-audit": pip, "npm": npm}.items():
            tool = tmp_path / name
            log_call = f'echo "$0 $*" >> {tmp_path}/commands'
            tool.write_text(f"#!/bin/sh\n{log_call}\nprintf '{output}'\ntest -z '{output}'\n")
            tool.chmod(0o700)
        environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
        command = [*MAKE, target, f"AUDIT={tmp_path / 'pip-audit'}"]
        options = {"capture_output": True, "text": True, "timeout": 60, "check": False}
        return subprocess.run(command, cwd=ROOT, env=environment, **options)

    return run


def test_every_list_of_pins_is_audited(audit, tmp_path):
    assert audit("audit").returncode == 0
    commands = (tmp_path / "commands").read_text()
    lists = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("layers/*/requirements.txt")]
    assert len(lists) > 10
    assert all(f"--requirement {file.relative_to(ROOT)}\n" in commands for file in lists)
    assert commands.count("npm audit") == 2


@pytest.mark.parametrize(
    ("outputs", "is_vulnerable"),
    [
        ({"pip": "Found 2 known vulnerabilities in 1 package"}, True),
        ({"npm": "ws  <8.17.1\nSeverity: high\n1 high severity vulnerability"}, True),
        ({"npm": "2 vulnerabilities (1 low, 1 critical)"}, True),
        ({"pip": "ConnectionError: Max retries exceeded"}, False),
        ({"npm": "405 Method Not Allowed"}, False),
    ],
)
def test_lint_fails_for_a_vulnerability_but_not_offline(audit, outputs, is_vulnerable):
    assert audit("audit", **outputs).returncode == 2
    result = audit("lint-pins", **outputs)
    assert (result.returncode != 0) == is_vulnerable
    [output] = outputs.values()
    assert output.splitlines()[-1] in result.stderr
