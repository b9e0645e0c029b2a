import pytest

from coverart.aws.settings import Settings
from coverart.errors import ConfigurationError


class ExampleSettings(Settings):
    table_name: str
    limit: int
    fallback: bool


def test_missing_and_invalid_variables_are_named(monkeypatch):
    monkeypatch.delenv("TABLE_NAME", raising=False)
    monkeypatch.setenv("LIMIT", "many")
    monkeypatch.setenv("FALLBACK", "")
    with pytest.raises(ConfigurationError, match="TABLE_NAME, LIMIT, FALLBACK"):
        ExampleSettings.load()
    for name, value in {"TABLE_NAME": "t", "LIMIT": "5", "FALLBACK": "true"}.items():
        monkeypatch.setenv(name, value)
    assert ExampleSettings.load() == ExampleSettings(table_name="t", limit=5, fallback=True)
