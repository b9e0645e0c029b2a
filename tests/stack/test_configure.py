"""`make configure` on the deployed stack, with the stand-ins of Spotify and OpenAI."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.configure import Answers, configure
from scripts.local.deployment import STACK
from scripts.local.emulator import REGION
from scripts.local.stack import LocalStack
from scripts.owner import SECRETS, VARIABLES, OwnersStack
from scripts.standins import openai
from scripts.standins.serving import Fault
from scripts.standins.tokens import CLIENT_ID, CLIENT_SECRET

ROOT = Path(__file__).parents[2]
VALID_SECRETS = {
    "SPOTIFY_CLIENT_ID": CLIENT_ID,
    "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET,
    "OPENAI_API_KEY": openai.API_KEY,
}


@pytest.fixture(scope="module")
def ssm(deployed_stack: LocalStack) -> Any:
    return deployed_stack.client("ssm")


@pytest.fixture
def owner(local: LocalStack, ssm: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnersStack]:
    """The deployed stack with no secrets, and none in the environment. Its secrets are restored after the test."""
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    for name, value in local.emulator.environment().items():
        monkeypatch.setenv(name, value)
    config = tmp_path / "samconfig.toml"
    config.write_text(f'[default.deploy.parameters]\nstack_name = "{STACK}"\nregion = "{REGION}"\n')
    secrets_before = read_secrets(ssm)
    delete_secrets(ssm)
    yield OwnersStack.saved_in(config)
    delete_secrets(ssm)
    for name, value in secrets_before.items():
        ssm.put_parameter(Name=f"/{STACK}/{name}", Value=value, Type="SecureString")


def read_secrets(ssm: Any) -> dict[str, str]:
    parameters = ssm.get_parameters_by_path(Path=f"/{STACK}", WithDecryption=True)["Parameters"]
    assert {parameter["Type"] for parameter in parameters} <= {"SecureString"}
    return {parameter["Name"].rsplit("/", 1)[1]: parameter["Value"] for parameter in parameters}


def delete_secrets(ssm: Any) -> None:
    ssm.delete_parameters(Names=[f"/{STACK}/{name}" for name in SECRETS])


def configure_from_environment(owner: OwnersStack, monkeypatch: pytest.MonkeyPatch, **variables: str) -> int:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return configure(owner, Answers(asks=False))


def type_lines(*lines: str) -> Answers:
    """Return the answers of an owner who types these lines."""
    remaining = iter(lines)
    return Answers(asks=True, ask=lambda _: next(remaining), ask_secretly=lambda _: next(remaining))


def test_valid_secrets_are_stored_and_not_printed(local, ssm, owner, monkeypatch, capsys):
    assert configure_from_environment(owner, monkeypatch, **VALID_SECRETS) == 0
    secrets = read_secrets(ssm)
    session_key = secrets.pop("session_key")
    assert len(session_key) >= 43
    assert secrets == {"spotify_client_id": CLIENT_ID, "spotify_client_secret": CLIENT_SECRET,
                       "openai_api_key": openai.API_KEY}  # fmt: skip
    output = "".join(capsys.readouterr())
    assert f"{local.url}/callback" in output
    assert "Spotify knows the app" in output
    assert "OpenAI takes the key, and the model gpt-image-2.6-flare is there." in output
    assert f"The page is ready: {local.url}/" in output
    assert all(secret not in output for secret in (session_key, CLIENT_SECRET, openai.API_KEY))


@pytest.mark.parametrize(
    ("variable", "sentence", "other_secrets"),
    [
        ("SPOTIFY_CLIENT_ID", "The client id is wrong", set()),
        ("SPOTIFY_CLIENT_SECRET", "The client secret is wrong", set()),
        ("OPENAI_API_KEY", "The key is wrong", {"spotify_client_id", "spotify_client_secret"}),
    ],
)
def test_wrong_secret_is_reported_and_not_stored(
    local, ssm, owner, monkeypatch, capsys, variable, sentence, other_secrets
):
    assert configure_from_environment(owner, monkeypatch, **VALID_SECRETS | {variable: "not-the-right-one"}) == 1
    assert read_secrets(ssm).keys() == {"session_key", *other_secrets}
    output = capsys.readouterr()
    assert output.err.startswith(sentence)
    assert "not-the-right-one" not in output.out + output.err


def test_secret_that_cannot_be_checked_is_not_stored(local, ssm, owner, monkeypatch, capsys):
    local.spotify.state.recorder.faults.append(Fault("/api/token", 503, body="away"))
    assert configure_from_environment(owner, monkeypatch, **VALID_SECRETS) == 1
    assert read_secrets(ssm).keys() == {"session_key"}
    assert capsys.readouterr().err.startswith("Spotify does not answer as it should")


def test_empty_lines_leave_all_secrets_unchanged(local, ssm, owner, monkeypatch):
    assert configure_from_environment(owner, monkeypatch, **VALID_SECRETS) == 0
    secrets_before = read_secrets(ssm)
    for variable in VALID_SECRETS:
        monkeypatch.delenv(variable)
    assert configure(owner, type_lines("", "", "")) == 0
    assert read_secrets(ssm) == secrets_before


def test_model_that_will_be_shut_down_is_reported(ssm, owner, openai_server, monkeypatch, capsys):
    assert configure_from_environment(owner, monkeypatch, **VALID_SECRETS) == 0
    for variable in VALID_SECRETS:
        monkeypatch.delenv(variable)
    openai_server.state.shutdown_dates["gpt-image-2.6-flare"] = "2027-06-01"
    assert configure_from_environment(owner, monkeypatch) == 0
    assert "goes on 2027-06-01" in capsys.readouterr().out


def test_configure_without_openai_key_uses_the_painter(local, ssm, owner, capsys):
    assert configure(owner, type_lines(CLIENT_ID, CLIENT_SECRET, "")) == 0
    assert read_secrets(ssm).keys() == {"session_key", "spotify_client_id", "spotify_client_secret"}
    assert "the built-in painter paints" in capsys.readouterr().out


def test_wrong_secret_can_be_typed_again(local, ssm, owner, capsys):
    lines = (CLIENT_ID, "wrong", CLIENT_ID, CLIENT_SECRET, "sk-wrong", f" {openai.API_KEY} ")
    assert configure(owner, type_lines(*lines)) == 0
    assert read_secrets(ssm)["openai_api_key"] == openai.API_KEY
    assert "The client secret is wrong" in (errors := capsys.readouterr().err)
    assert "The key is wrong" in errors
    lines = (CLIENT_ID, "wrong") * 3
    assert configure(owner, type_lines(*lines)) == 1
    assert read_secrets(ssm)["spotify_client_secret"] == CLIENT_SECRET


def test_missing_variable_is_named(local, ssm, owner, monkeypatch):
    with pytest.raises(RuntimeError, match=r"Spotify's client secret.* with SPOTIFY_CLIENT_SECRET in the environment"):
        configure_from_environment(owner, monkeypatch, SPOTIFY_CLIENT_ID=CLIENT_ID)


def test_secrets_are_not_echoed_to_the_terminal(local, ssm, owner, tmp_path):
    controller, terminal = pty.openpty()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "scripts.configure", "--config", tmp_path / "samconfig.toml"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": "functions"}, stdin=terminal, stdout=terminal, stderr=terminal,
        start_new_session=True, close_fds=True,
    )  # fmt: skip
    os.close(terminal)
    output = ""
    try:
        for question, answer in (("client id", CLIENT_ID), ("client secret", CLIENT_SECRET), ("key", openai.API_KEY)):
            output += read_until(controller, f"{question} (Enter")
            os.write(controller, f"{answer}\n".encode())
        output += read_until(controller, "The page is ready")
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(controller)
    assert read_secrets(ssm)["openai_api_key"] == openai.API_KEY
    assert CLIENT_ID in output
    assert CLIENT_SECRET not in output
    assert openai.API_KEY not in output


def read_until(terminal: int, text: str) -> str:
    """Read from the terminal up to `text` and the end of its question or line. pytest's timeout bounds the wait."""
    output = ""
    while text not in output or not output.endswith((": ", "\n")):
        output += os.read(terminal, 4096).decode()
    return output
