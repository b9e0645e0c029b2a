"""The checks of credentials against the fake Spotify and OpenAI."""

import re

import pytest

from scripts.fakes import openai
from scripts.fakes.server import Fault
from scripts.fakes.tokens import CLIENT_ID, CLIENT_SECRET
from scripts.local.emulator import find_free_port
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


def refusal(check, *arguments):
    with pytest.raises(InvalidCredentialError) as refused:
        check(*arguments)
    assert all(argument not in str(refused.value) for argument in arguments if len(argument) > 3)
    return str(refused.value)


# Spotify.


def urls(fake):
    """Return the addresses of the accounts service and of the Web API."""
    return fake.url, fake.api_url


def test_valid_spotify_app_is_accepted(fake_spotify):
    assert check_spotify(*urls(fake_spotify), CLIENT_ID, CLIENT_SECRET) == "Spotify accepts the client ID and secret."
    assert [request["path"] for request in fake_spotify.state.recorder.requests] == ["/api/token", "/v1/search"]


def test_owner_without_premium_is_told(fake_spotify):
    fake_spotify.state.premium = False
    first, second = check_spotify(*urls(fake_spotify), CLIENT_ID, CLIENT_SECRET).splitlines()
    assert first == "Spotify accepts the client ID and secret."
    assert "only while the app's owner has Premium" in second


def test_wrong_client_id_and_wrong_secret_differ(fake_spotify):
    wrong = "0123456789abcdef"
    assert refusal(check_spotify, *urls(fake_spotify), wrong, CLIENT_SECRET).startswith("The client ID is wrong")
    assert refusal(check_spotify, *urls(fake_spotify), CLIENT_ID, wrong).startswith("The client secret is wrong")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault("/api/token", 503, body="<html>away</html>"), "is not working properly"),
        (Fault("/api/token", 429, body={"error": "too many"}), "is not working properly"),
        (Fault("/api/token", 200, body="[]"), "could not be read"),
        (Fault("/api/token", 200, body="<html>a hotel's network</html>"), "could not be read"),
    ],
    ids=["away", "too many", "another shape", "no JSON"],
)
def test_spotify_app_is_undecided_after_an_outage(fake_spotify, fault, sentence):
    fake_spotify.state.recorder.faults.append(fault)
    message = refusal(check_spotify, *urls(fake_spotify), CLIENT_ID, CLIENT_SECRET)
    assert sentence in message
    assert "wrong" not in message


def test_missing_network_is_reported():
    nobody = f"http://127.0.0.1:{find_free_port()}"
    assert refusal(check_spotify, nobody, nobody, CLIENT_ID, CLIENT_SECRET).startswith("Spotify could not be reached.")
    assert refusal(check_openai, f"{nobody}/v1", MODEL, openai.API_KEY).startswith("OpenAI could not be reached.")


@pytest.mark.parametrize("slip", ["two words", "näh", "line\nbreak", "bell\a", ""])
def test_invalid_characters_are_never_sent(fake_spotify, fake_openai, slip):
    assert re.match("The Spotify client ID is empty", refusal(check_spotify, *urls(fake_spotify), slip, CLIENT_SECRET))
    assert re.match("The Spotify client secret is empty", refusal(check_spotify, *urls(fake_spotify), CLIENT_ID, slip))
    assert re.match("The OpenAI API key is empty", refusal(check_openai, fake_openai.base_url, MODEL, slip))
    assert fake_spotify.state.recorder.requests == []
    assert fake_openai.state.recorder.requests == []


# OpenAI.


def test_valid_openai_key_is_accepted_for_free(fake_openai):
    message = check_openai(fake_openai.base_url, MODEL, openai.API_KEY)
    assert message == f"OpenAI accepts the key, and the model {MODEL} is available."
    assert [request["path"] for request in fake_openai.state.recorder.requests] == [f"/v1/models/{MODEL}"]
    assert fake_openai.state.paid == 0


def test_wrong_openai_key_is_refused(fake_openai):
    assert refusal(check_openai, fake_openai.base_url, MODEL, "sk-other").startswith("The key is wrong")


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
    first, second = check_openai(fake_openai.base_url, model, openai.API_KEY).splitlines()
    assert first == "OpenAI accepts the key."
    assert second.startswith(sentence)


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        (
            [(403, {"error": {"message": "Project `p` does not have access to model `y`"}})],
            "or its project, may not use",
        ),
        ([(404, {"error": {"message": "The model has been deprecated.", "code": "model_not_found"}})], "was shut down"),
        ([(429, {"error": {"code": "billing_not_active", "message": "Not active."}})], "the account is not active"),
        ([(200, {"id": MODEL, "deprecation": "2126-01-01T00:00:00Z"})], "will be shut down on 2126-01-01"),
        ([(404, {"message": "Not Found"}), (200, {"data": [{"id": MODEL}]})], "is available"),
        ([(404, "<html>"), (200, {"data": [{"id": "flux"}, None]})], f"it has no model {MODEL}"),
    ],
)
def test_valid_key_of_another_server_is_explained(fake_openai, faults, sentence):
    fake_openai.state.recorder.faults += [Fault("/v1/models", status, body=body) for status, body in faults]
    message = check_openai(fake_openai.base_url, MODEL, openai.API_KEY)
    assert message.startswith("OpenAI accepts the key")
    assert sentence in message


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("body", ["<!doctype html><title>Image server</title>", "{", "[]", "null", '{"hello": 1}'])
def test_address_without_an_api_is_told(fake_openai, status, body):
    fake_openai.state.recorder.faults.append(Fault("/v1/models", status, body=body, times=2))
    assert refusal(check_openai, fake_openai.base_url, MODEL, openai.API_KEY).startswith("There is no such API")


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:port/v1", "127.0.0.1:8080/v1", "", "ftp://127.0.0.1/v1"])
def test_address_that_is_none_is_told(base_url):
    assert "There is no such API" in refusal(check_openai, base_url, MODEL, openai.API_KEY)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (openai.FAILURES["country"][0::3], "OpenAI refuses the key"),
        ((403, "<html>Attention Required!</html>"), "OpenAI refuses the key, or this network"),
        (openai.FAILURES["rate_limited"][0::3], "OpenAI's rate limit was reached"),
        (openai.FAILURES["server_error"][0::3], "OpenAI is not working properly"),
        ((504, "<html>"), "OpenAI is not working properly"),
        ((400, {"error": {"message": "No."}}), "OpenAI is not working properly"),
    ],
)
def test_openai_key_is_undecided_after_an_outage(fake_openai, fault, sentence):
    status, body = fault
    fake_openai.state.recorder.faults.append(Fault(openai.MODELS_PATH, status, body={"message": body}))
    message = refusal(check_openai, fake_openai.base_url, MODEL, openai.API_KEY)
    assert message.startswith(sentence)
    assert "wrong" not in message
