"""`make configure` on the deployed stack, with the fakes of Spotify and OpenAI."""

import os
import pty
import subprocess
import sys

import pytest

from scripts.fakes import openai
from scripts.fakes.server import Fault
from scripts.fakes.tokens import CLIENT_ID, CLIENT_SECRET
from scripts.local.deployment import STACK
from scripts.local.emulator import REGION
from scripts.local.paths import ROOT
from scripts.owner.configure import SecretReader, configure
from scripts.owner.deployed_stack import SECRET_NAMES, SECRET_VARIABLES, DeployedStack, read_config

SPOTIFY_SECRETS = {"spotify_client_id": CLIENT_ID, "spotify_client_secret": CLIENT_SECRET}
RIGHT = {"SPOTIFY_CLIENT_ID": CLIENT_ID, "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET, "OPENAI_API_KEY": openai.API_KEY}
FROM_ENVIRONMENT = SecretReader(interactive=False)


@pytest.fixture
def owner(local, tmp_path, monkeypatch):
    """The deployed stack as its owner sees it. No secret is stored or in the environment until the test ends."""
    for variable in SECRET_VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    for name, value in local.emulator.environment().items():
        monkeypatch.setenv(name, value)
    config = tmp_path / "samconfig.toml"
    config.write_text(f'[default.deploy.parameters]\nstack_name = "{STACK}"\nregion = "{REGION}"\n')
    owner = DeployedStack.from_config(read_config(config))
    before, names = read_stored_secrets(owner), [f"/{STACK}/{name}" for name in SECRET_NAMES]
    owner.client("ssm").delete_parameters(Names=names)
    yield owner
    owner.client("ssm").delete_parameters(Names=names)
    for name, value in before.items():
        local.store_secret(name, value)


def read_stored_secrets(owner):
    pages = owner.client("ssm").get_parameters_by_path(Path=f"/{STACK}", WithDecryption=True)
    assert {parameter["Type"] for parameter in pages["Parameters"]} <= {"SecureString"}
    return {parameter["Name"].rsplit("/", 1)[1]: parameter["Value"] for parameter in pages["Parameters"]}


def set_variables(monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def create_reader(*lines):
    """Return a reader in whose terminal an owner enters these lines."""
    iterator = iter(lines)
    return SecretReader(interactive=True, prompt=lambda _: next(iterator), prompt_hidden=lambda _: next(iterator))


def test_valid_secrets_are_stored_checked_again_and_not_printed(local, owner, openai_server, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        set_variables(patch, RIGHT)
        assert configure(owner, FROM_ENVIRONMENT) == 0
    values = read_stored_secrets(owner)
    assert len(values["session_key"]) >= 43
    assert values == {**SPOTIFY_SECRETS, "openai_api_key": openai.API_KEY, "session_key": values["session_key"]}
    output = "".join(capsys.readouterr())
    for sentence in (
        f"{local.url}/callback",
        "Spotify accepts the client ID and secret.",
        "OpenAI accepts the key, and the model gpt-image-2.6-flare is available.",
        f"The page is ready: {local.url}/",
    ):
        assert sentence in output
    assert all(secret not in output for secret in (values["session_key"], CLIENT_SECRET, openai.API_KEY))
    openai_server.state.shutdown_dates["gpt-image-2.6-flare"] = "2027-06-01"
    for reader in (create_reader("", "", ""), FROM_ENVIRONMENT):
        assert configure(owner, reader) == 0
        assert "will be shut down on 2027-06-01" in capsys.readouterr().out
        assert read_stored_secrets(owner) == values


@pytest.mark.parametrize(
    ("wrong", "sentence", "stored"),
    [
        pytest.param({"SPOTIFY_CLIENT_ID": "wrong-one"}, "The client ID is wrong", {}, id="id"),
        pytest.param({"SPOTIFY_CLIENT_SECRET": "wrong-one"}, "The client secret is wrong", {}, id="secret"),
        pytest.param({"OPENAI_API_KEY": "wrong-one"}, "The key is wrong", SPOTIFY_SECRETS, id="key"),
        pytest.param({}, "Spotify is not working properly", {}, id="Spotify is away"),
    ],
)
def test_invalid_secret_is_not_stored(local, owner, monkeypatch, capsys, wrong, sentence, stored):
    if not wrong:
        local.spotify.state.recorder.faults.append(Fault("^/api/token$", 503, body="away", method="POST"))
    set_variables(monkeypatch, RIGHT | wrong)
    assert configure(owner, FROM_ENVIRONMENT) == 1
    assert read_stored_secrets(owner).keys() == {"session_key", *stored}
    output = capsys.readouterr()
    assert output.err.startswith(sentence)
    assert "wrong-one" not in output.out + output.err


def test_owner_enters_secrets_until_they_are_valid(owner, capsys):
    """Without a key for OpenAI, the painter paints."""
    assert configure(owner, create_reader(CLIENT_ID, "wrong", CLIENT_ID, CLIENT_SECRET, "")) == 0
    assert read_stored_secrets(owner).items() > SPOTIFY_SECRETS.items()
    output = capsys.readouterr()
    assert ("The client secret is wrong" in output.err, "the built-in painter is used" in output.out) == (True, True)
    assert configure(owner, create_reader("", "", "sk-wrong", f" {openai.API_KEY} ")) == 0
    assert read_stored_secrets(owner)["openai_api_key"] == openai.API_KEY
    assert "The key is wrong" in capsys.readouterr().err
    assert configure(owner, create_reader(*(CLIENT_ID, "wrong") * 3)) == 1
    assert read_stored_secrets(owner)["spotify_client_secret"] == CLIENT_SECRET


def test_missing_variable_is_named(owner, monkeypatch):
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", CLIENT_ID)
    with pytest.raises(RuntimeError, match=r"Spotify client secret.* with SPOTIFY_CLIENT_SECRET in the environment"):
        configure(owner, FROM_ENVIRONMENT)


def read_until(terminal, text):
    """Return the output up to the end of the line or question with `text`. The test's own timeout ends the wait."""
    output = ""
    while text not in output or not output.endswith((": ", "\n")):
        output += os.read(terminal, 4096).decode()
    return output


def test_typed_secrets_are_not_echoed(owner, tmp_path):
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.owner", "configure", "--config", tmp_path / "samconfig.toml"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": "functions"}, stdin=terminal, stdout=terminal, stderr=terminal,
        start_new_session=True, close_fds=True,
    )  # fmt: skip
    os.close(terminal)
    output = ""
    try:
        for question, secret in zip(("client ID", "client secret", "API key"), RIGHT.values(), strict=True):
            output += read_until(main, f"{question} (Enter")
            os.write(main, f"{secret}\n".encode())
        output += read_until(main, "The page is ready")
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(main)
    assert read_stored_secrets(owner)["openai_api_key"] == openai.API_KEY
    assert (CLIENT_ID in output, CLIENT_SECRET in output, openai.API_KEY in output) == (True, False, False)
