"""The checks of credentials against the fake Spotify and OpenAI."""

import pytest

from scripts.fakes import openai
from scripts.fakes.server import Fault, reserve_port
from scripts.fakes.tokens import CLIENT_ID, CLIENT_SECRET
from scripts.owner.credentials import InvalidCredentialError, check_openai, check_spotify
from tests.fake_spotify import fake_spotify, served_spotify

__all__ = ["fake_spotify", "served_spotify"]

MODEL = "gpt-image-2.6-flare"


@pytest.fixture(scope="module")
def served_openai():
    with openai.serve() as fake:
        yield fake


@pytest.fixture
def fake_openai(served_openai):
    served_openai.state.reset()
    return served_openai


def check(fake, *credentials):
    """Check the id and the secret of an app at Spotify, or the model and the key at OpenAI."""
    if isinstance(fake, openai.FakeOpenAI):
        return check_openai(fake.base_url, *credentials)
    return check_spotify(fake.url, fake.api_url, *credentials)


def refusal(fake, *credentials):
    with pytest.raises(InvalidCredentialError) as refused:
        check(fake, *credentials)
    assert all(credential not in str(refused.value) for credential in credentials if len(credential) > 3)
    return str(refused.value)


SPOTIFY, OPENAI = (CLIENT_ID, CLIENT_SECRET), (MODEL, openai.API_KEY)


def test_valid_credentials_are_accepted_for_free(fake_spotify, fake_openai):
    assert check(fake_spotify, *SPOTIFY) == "Spotify accepts the client ID and secret."
    assert [request["path"] for request in fake_spotify.state.recorder.requests] == ["/api/token", "/v1/search"]
    assert check(fake_openai, *OPENAI) == f"OpenAI accepts the key, and the model {MODEL} is available."
    assert [request["path"] for request in fake_openai.state.recorder.requests] == [f"/v1/models/{MODEL}"]
    assert fake_openai.state.paid == 0


def test_owner_without_premium_is_told(fake_spotify):
    fake_spotify.state.premium = False
    message = check(fake_spotify, *SPOTIFY)
    assert message.startswith("Spotify accepts the client ID and secret.\nHowever, it serves this app only while")


def test_each_wrong_credential_has_its_sentence(fake_spotify, fake_openai):
    for fake, credentials, sentence in (
        (fake_spotify, ("0123456789abcdef", CLIENT_SECRET), "The client ID is wrong"),
        (fake_spotify, (CLIENT_ID, "0123456789abcdef"), "The client secret is wrong"),
        (fake_openai, (MODEL, "sk-other"), "The key is wrong"),
    ):
        assert refusal(fake, *credentials).startswith(sentence)


def test_missing_network_is_reported():
    with reserve_port() as port:
        nobody = f"http://127.0.0.1:{port}"
        with pytest.raises(InvalidCredentialError, match=r"^Spotify could not be reached\."):
            check_spotify(nobody, nobody, *SPOTIFY)
        with pytest.raises(InvalidCredentialError, match=r"^OpenAI could not be reached\."):
            check_openai(f"{nobody}/v1", *OPENAI)


@pytest.mark.parametrize("slip", ["two words", "näh", "line\nbreak", "bell\a", ""])
def test_invalid_characters_are_never_sent(fake_spotify, fake_openai, slip):
    assert refusal(fake_spotify, slip, CLIENT_SECRET).startswith("The Spotify client ID is empty")
    assert refusal(fake_spotify, CLIENT_ID, slip).startswith("The Spotify client secret is empty")
    assert refusal(fake_openai, MODEL, slip).startswith("The OpenAI API key is empty")
    assert [*fake_spotify.state.recorder.requests, *fake_openai.state.recorder.requests] == []


@pytest.mark.parametrize(
    ("how", "model", "sentence"),
    [
        (None, "gpt-image-2", "However, the model gpt-image-2 will be shut down on 2126-12-01. "),
        (None, "gpt-image-2.5-flare", "However, the model gpt-image-2.5-flare was shut down on 2026-10-23. "),
        ("forbidden", MODEL, f"However, {MODEL} needs a verified organization"),
        ("no_scope", MODEL, "However, the key may not look models up"),
        ("insufficient_quota", MODEL, "However, the account has no credit left"),
        (None, "gpt-image-9", "However, it has no model gpt-image-9 for this key"),
    ],
)
def test_valid_key_without_the_model_is_explained(fake_openai, how, model, sentence):
    fake_openai.state.shutdown_dates |= {"gpt-image-2": "2126-12-01", "gpt-image-2.5-flare": "2026-10-23"}
    if how is not None:
        fake_openai.state.fail(how, path=openai.MODELS_PATH)
    first, second = check(fake_openai, model, openai.API_KEY).splitlines()
    assert first == "OpenAI accepts the key."
    assert second.startswith(sentence)


FORBIDDEN = {"error": {"message": "Project `p` does not have access to model `y`"}}
GONE = {"error": {"message": "The model has been deprecated.", "code": "model_not_found"}}
INACTIVE = {"error": {"code": "billing_not_active", "message": "Not active."}}


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        ([(403, FORBIDDEN)], "or its project, may not use"),
        ([(404, GONE)], "was shut down"),
        ([(429, INACTIVE)], "the account is not active"),
        ([(200, {"id": MODEL, "deprecation": "2126-01-01T00:00:00Z"})], "will be shut down on 2126-01-01"),
        ([(404, {"message": "Not Found"}), (200, {"data": [{"id": MODEL}]})], "is available"),
        ([(404, "<html>"), (200, {"data": [{"id": "flux"}, None]})], f"it has no model {MODEL}"),
    ],
)
def test_valid_key_of_another_server_is_explained(fake_openai, faults, sentence):
    fake_openai.state.recorder.faults += [Fault("/v1/models", status, body=body) for status, body in faults]
    message = check(fake_openai, *OPENAI)
    assert message.startswith("OpenAI accepts the key")
    assert sentence in message


def test_address_without_an_api_is_told(fake_openai):
    for body in ("<!doctype html><title>Image server</title>", "{", "[]", "null", '{"hello": 1}'):
        for status in (200, 404):
            fake_openai.state.recorder.faults[:] = [Fault("/v1/models", status, body=body, times=2)]
            assert refusal(fake_openai, *OPENAI).startswith("There is no such API"), (status, body)
    for address in ("http://127.0.0.1:port/v1", "127.0.0.1:8080/v1", "", "ftp://127.0.0.1/v1"):
        with pytest.raises(InvalidCredentialError, match="There is no such API"):
            check_openai(address, *OPENAI)


@pytest.mark.parametrize(
    ("path", "status", "body", "sentence"),
    [
        ("/api/token", 503, "<html>away</html>", "Spotify is not working properly"),
        ("/api/token", 429, {"error": "too many"}, "Spotify is not working properly"),
        ("/api/token", 200, "[]", "Spotify's response could not be read"),
        ("/api/token", 200, "<html>a hotel's network</html>", "Spotify's response could not be read"),
        (openai.MODELS_PATH, *openai.FAILURES["country"][0::3], "OpenAI refuses the key"),
        (openai.MODELS_PATH, 403, "<html>Attention Required!</html>", "OpenAI refuses the key, or this network"),
        (openai.MODELS_PATH, *openai.FAILURES["rate_limited"][0::3], "OpenAI's rate limit was reached"),
        (openai.MODELS_PATH, *openai.FAILURES["server_error"][0::3], "OpenAI is not working properly"),
        (openai.MODELS_PATH, 504, "<html>", "OpenAI is not working properly"),
        (openai.MODELS_PATH, 400, {"error": {"message": "No."}}, "OpenAI is not working properly"),
    ],
)
def test_credential_is_undecided_after_an_outage(fake_spotify, fake_openai, path, status, body, sentence):
    is_spotify = path == "/api/token"
    fake, credentials = (fake_spotify, SPOTIFY) if is_spotify else (fake_openai, OPENAI)
    fake.state.recorder.faults.append(Fault(path, status, body=body if is_spotify else {"message": body}))
    message = refusal(fake, *credentials)
    assert message.startswith(sentence)
    assert "wrong" not in message
