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
RIGHT = {
    "SPOTIFY_CLIENT_ID": CLIENT_ID,
    "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET,
    "OPENAI_API_KEY": openai.API_KEY,
}


@pytest.fixture(scope="module")
def ssm(deployed: LocalStack) -> Any:
    return deployed.client("ssm")


@pytest.fixture
def owner(local: LocalStack, ssm: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnersStack]:
    """The deployed stack's, with no secrets stored and none in the environment; afterwards they are as they were."""
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    for name, value in local.emulator.environment().items():
        monkeypatch.setenv(name, value)
    config = tmp_path / "samconfig.toml"
    config.write_text(f'[default.deploy.parameters]\nstack_name = "{STACK}"\nregion = "{REGION}"\n')
    before = stored(ssm)
    forget(ssm)
    yield OwnersStack.saved_in(config)
    forget(ssm)
    for name, value in before.items():
        ssm.put_parameter(Name=f"/{STACK}/{name}", Value=value, Type="SecureString")


def stored(ssm: Any) -> dict[str, str]:
    found = ssm.get_parameters_by_path(Path=f"/{STACK}", WithDecryption=True)["Parameters"]
    assert {parameter["Type"] for parameter in found} <= {"SecureString"}
    return {parameter["Name"].rsplit("/", 1)[1]: parameter["Value"] for parameter in found}


def forget(ssm: Any) -> None:
    ssm.delete_parameters(Names=[f"/{STACK}/{name}" for name in SECRETS])


def from_environment(owner: OwnersStack, monkeypatch: pytest.MonkeyPatch, **variables: str) -> int:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return configure(owner, Answers(asks=False))


def typed(*lines: str) -> Answers:
    """The answers of somebody who types these lines."""
    left = iter(lines)
    return Answers(asks=True, ask=lambda _: next(left), ask_secretly=lambda _: next(left))


def test_what_is_right_is_stored_with_a_session_key_and_none_of_it_is_shown(local, ssm, owner, monkeypatch, capsys):
    assert from_environment(owner, monkeypatch, **RIGHT) == 0
    found = stored(ssm)
    key = found.pop("session_key")
    assert len(key) >= 43
    assert found == {"spotify_client_id": CLIENT_ID, "spotify_client_secret": CLIENT_SECRET,
                     "openai_api_key": openai.API_KEY}  # fmt: skip
    said = "".join(capsys.readouterr())
    assert f"{local.url}/callback" in said
    assert "Spotify knows the app" in said
    assert "OpenAI takes the key, and the model gpt-image-2.6-flare is there." in said
    assert f"The page is ready: {local.url}/" in said
    assert all(secret not in said for secret in (key, CLIENT_SECRET, openai.API_KEY))


@pytest.mark.parametrize(
    ("wrong", "sentence", "kept"),
    [
        ("SPOTIFY_CLIENT_ID", "The client id is wrong", set()),
        ("SPOTIFY_CLIENT_SECRET", "The client secret is wrong", set()),
        ("OPENAI_API_KEY", "The key is wrong", {"spotify_client_id", "spotify_client_secret"}),
    ],
)
def test_what_is_wrong_is_told_and_not_stored(local, ssm, owner, monkeypatch, capsys, wrong, sentence, kept):
    assert from_environment(owner, monkeypatch, **RIGHT | {wrong: "not-the-right-one"}) == 1
    assert stored(ssm).keys() == {"session_key", *kept}
    said = capsys.readouterr()
    assert said.err.startswith(sentence)
    assert "not-the-right-one" not in said.out + said.err


def test_what_could_not_be_asked_is_not_stored(local, ssm, owner, monkeypatch, capsys):
    local.spotify.state.recorder.faults.append(Fault("/api/token", 503, body="away"))
    assert from_environment(owner, monkeypatch, **RIGHT) == 1
    assert stored(ssm).keys() == {"session_key"}
    assert capsys.readouterr().err.startswith("Spotify does not answer as it should")


def test_the_session_key_stays_what_it_is_and_enter_keeps_what_is_stored(local, ssm, owner, monkeypatch):
    assert from_environment(owner, monkeypatch, **RIGHT) == 0
    before = stored(ssm)
    for variable in RIGHT:
        monkeypatch.delenv(variable)
    assert configure(owner, typed("", "", "")) == 0
    assert stored(ssm) == before


def test_what_is_stored_is_tried_again_and_a_model_that_goes_is_told_of(ssm, owner, openai_served, monkeypatch, capsys):
    assert from_environment(owner, monkeypatch, **RIGHT) == 0
    for variable in RIGHT:
        monkeypatch.delenv(variable)
    openai_served.state.shutdown_dates["gpt-image-2.6-flare"] = "2027-06-01"
    assert from_environment(owner, monkeypatch) == 0
    assert "goes on 2027-06-01" in capsys.readouterr().out


def test_without_openais_key_the_painter_paints(local, ssm, owner, capsys):
    assert configure(owner, typed(CLIENT_ID, CLIENT_SECRET, "")) == 0
    assert stored(ssm).keys() == {"session_key", "spotify_client_id", "spotify_client_secret"}
    assert "the built-in painter paints" in capsys.readouterr().out


def test_who_types_something_wrong_may_try_again(local, ssm, owner, capsys):
    lines = (CLIENT_ID, "wrong", CLIENT_ID, CLIENT_SECRET, "sk-wrong", f" {openai.API_KEY} ")
    assert configure(owner, typed(*lines)) == 0
    assert stored(ssm)["openai_api_key"] == openai.API_KEY
    assert "The client secret is wrong" in (said := capsys.readouterr().err)
    assert "The key is wrong" in said
    lines = (CLIENT_ID, "wrong") * 3
    assert configure(owner, typed(*lines)) == 1
    assert stored(ssm)["spotify_client_secret"] == CLIENT_SECRET


def test_a_program_that_brings_half_of_it_is_told_what_is_missing(local, ssm, owner, monkeypatch):
    with pytest.raises(RuntimeError, match=r"Spotify's client secret.* with SPOTIFY_CLIENT_SECRET in the environment"):
        from_environment(owner, monkeypatch, SPOTIFY_CLIENT_ID=CLIENT_ID)


def test_secrets_that_are_typed_do_not_appear_on_the_terminal(local, ssm, owner, tmp_path):
    main, terminal = pty.openpty()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "scripts.configure", "--config", tmp_path / "samconfig.toml"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": "functions"}, stdin=terminal, stdout=terminal, stderr=terminal,
        start_new_session=True, close_fds=True,
    )  # fmt: skip
    os.close(terminal)
    seen = ""
    try:
        for question, answer in (("client id", CLIENT_ID), ("client secret", CLIENT_SECRET), ("key", openai.API_KEY)):
            seen += until(main, f"{question} (Enter")
            os.write(main, f"{answer}\n".encode())
        seen += until(main, "The page is ready")
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(main)
    assert stored(ssm)["openai_api_key"] == openai.API_KEY
    assert CLIENT_ID in seen
    assert CLIENT_SECRET not in seen
    assert openai.API_KEY not in seen


def until(terminal: int, awaited: str) -> str:
    """What it says, up to what is awaited and the question's end; the test's own time limit bounds it."""
    seen = ""
    while awaited not in seen or not seen.endswith((": ", "\n")):
        seen += os.read(terminal, 4096).decode()
    return seen
