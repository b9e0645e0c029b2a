import json

import pytest

from scripts import audit
from scripts.local.paths import ROOT


def pip_audit_output(*dependencies):
    return json.dumps({"dependencies": list(dependencies), "fixes": []})


SECURE = {"name": "idna", "version": "3.11", "vulns": []}
VULNERABLE = {
    "name": "requests",
    "version": "2.19.0",
    "vulns": [{"id": "PYSEC-2018-28", "fix_versions": ["2.20.0"], "aliases": [], "description": "It leaks."}],
}


def test_vulnerability_is_reported_with_its_fix():
    assert audit.read_pip_audit(pip_audit_output(SECURE, VULNERABLE)) == [
        "requests 2.19.0: PYSEC-2018-28, fixed in 2.20.0"
    ]
    assert audit.read_pip_audit(pip_audit_output(SECURE)) == []
    output = {"vulnerabilities": {"ws": {"name": "ws", "severity": "high", "range": "<8.17.1", "via": []}}}
    assert audit.read_npm_audit(json.dumps(output)) == ["ws: high, <8.17.1"]
    assert audit.read_npm_audit('{"vulnerabilities": {}}') == []


SKIPPED = {"name": "numpy", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("read", "output"),
    [
        *(
            (audit.read_pip_audit, output)
            for output in ("", "[]", pip_audit_output(), pip_audit_output(SECURE, SKIPPED))
        ),
        *((audit.read_npm_audit, output) for output in ("", '{"message": "405 Not Allowed", "statusCode": 405}')),
    ],
)
def test_nothing_counts_as_secure_without_data(read, output):
    with pytest.raises(audit.AuditUnavailableError):
        read(output)


def test_service_without_a_response_in_time_is_unavailable(monkeypatch):
    monkeypatch.setattr(audit, "_TIMEOUT_SECONDS", 0.2)
    with pytest.raises(audit.AuditUnavailableError, match="No response"):
        audit._run(["sleep", "60"])


def test_every_list_of_pins_is_audited(monkeypatch):
    commands = []

    def run(command):
        commands.append(" ".join(map(str, command)))
        return pip_audit_output(SECURE) if "--requirement" in command else '{"vulnerabilities": {}}'

    monkeypatch.setattr(audit, "_run", run)
    assert list(audit.find_vulnerabilities()) == []
    lists = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("layers/*/requirements.txt")]
    assert len(lists) > 10
    assert all(any(str(file) in command for command in commands) for file in lists)
    assert sum(command.startswith("npm audit") for command in commands) == 2


@pytest.mark.parametrize(
    ("vulnerabilities", "arguments", "code"),
    [([], [], 0), (["requests 2.19.0"], ["--offline-ok"], 1), (None, [], 2), (None, ["--offline-ok"], 0)],
)
def test_lint_fails_for_a_vulnerability_but_not_offline(monkeypatch, capsys, vulnerabilities, arguments, code):
    def find_vulnerabilities():
        if vulnerabilities is None:
            raise audit.AuditUnavailableError("npm has no data.")
        yield from vulnerabilities

    monkeypatch.setattr(audit, "find_vulnerabilities", find_vulnerabilities)
    assert audit.main(arguments) == code
    output = capsys.readouterr()
    assert output.out.strip() == "\n".join(vulnerabilities or [])
    assert ("Not audited: npm has no data." in output.err) == (vulnerabilities is None)
