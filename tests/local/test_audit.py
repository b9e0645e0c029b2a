import json

import pytest

from scripts import audit


def python_told(*dependencies):
    return json.dumps({"dependencies": list(dependencies), "fixes": []})


SOUND = {"name": "idna", "version": "3.11", "vulns": []}
WEAK = {
    "name": "requests",
    "version": "2.19.0",
    "vulns": [{"id": "PYSEC-2018-28", "fix_versions": ["2.20.0"], "aliases": [], "description": "It leaks."}],
}


def test_a_weakness_is_told_with_what_mends_it():
    assert audit.of_python(python_told(SOUND, WEAK)) == ["requests 2.19.0: PYSEC-2018-28, mended in 2.20.0"]
    assert audit.of_python(python_told(SOUND)) == []
    told = {"vulnerabilities": {"ws": {"name": "ws", "severity": "high", "range": "<8.17.1", "via": []}}}
    assert audit.of_node(json.dumps(told)) == ["ws: high, <8.17.1"]
    assert audit.of_node('{"vulnerabilities": {}}') == []


@pytest.mark.parametrize(
    "told",
    ["", "[]", python_told(), python_told(SOUND, {"name": "numpy", "skip_reason": "Dependency not found on PyPI"})],
    ids=["nothing", "another shape", "no package", "not of all"],
)
def test_where_pypi_does_not_tell_of_every_package_nothing_is_called_sound(told):
    with pytest.raises(audit.NotToldError):
        audit.of_python(told)


@pytest.mark.parametrize("told", ["", '{"message": "405 Method Not Allowed", "statusCode": 405}'])
def test_where_npm_tells_nothing_nothing_is_called_sound(told):
    with pytest.raises(audit.NotToldError):
        audit.of_node(told)


def test_who_does_not_answer_in_time_tells_nothing(monkeypatch):
    monkeypatch.setattr(audit, "_TIMEOUT", 0.2)
    with pytest.raises(audit.NotToldError, match="No answer"):
        audit._said(["sleep", "5"])


@pytest.mark.parametrize(
    ("found", "arguments", "code"),
    [([], [], 0), (["requests 2.19.0"], ["--where-told"], 1), (None, [], 2), (None, ["--where-told"], 0)],
)
def test_lint_fails_for_a_weakness_and_not_because_nobody_tells(monkeypatch, capsys, found, arguments, code):
    def weaknesses():
        if found is None:
            raise audit.NotToldError("npm tells nothing.")
        yield from found

    monkeypatch.setattr(audit, "weaknesses", weaknesses)
    assert audit.main(arguments) == code
    said = capsys.readouterr()
    assert said.out.strip() == "\n".join(found or [])
    assert ("Not audited: npm tells nothing." in said.err) == (found is None)
