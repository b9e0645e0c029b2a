"""What an owner is told of a credential, by the stand-ins of Spotify and OpenAI."""

import re
from collections.abc import Iterator

import pytest

from scripts.credentials import RefusedError, check_openai, check_spotify
from scripts.local.emulator import free_port
from scripts.standins import openai
from scripts.standins.serving import Fault
from scripts.standins.tokens import CLIENT_ID, CLIENT_SECRET
from tests.spotify_standin import served_spotify, spotify_standin

__all__ = ["served_spotify", "spotify_standin"]

MODEL = "gpt-image-2.6-flare"


@pytest.fixture(scope="module")
def served_openai() -> Iterator[openai.Standin]:
    with openai.serving() as standin:
        yield standin


@pytest.fixture
def openai_standin(served_openai: openai.Standin) -> openai.Standin:
    served_openai.state.reset()
    return served_openai


def refusal(check, *arguments: str) -> str:
    with pytest.raises(RefusedError) as refused:
        check(*arguments)
    assert all(argument not in str(refused.value) for argument in arguments if len(argument) > 3)
    return str(refused.value)


# Spotify.


def test_an_app_that_spotify_knows_is_right(spotify_standin):
    assert (
        check_spotify(spotify_standin.url, CLIENT_ID, CLIENT_SECRET) == "Spotify knows the app, and takes its secret."
    )
    assert [request["path"] for request in spotify_standin.state.recorder.requests] == ["/api/token"]


def test_a_wrong_client_id_is_told_from_a_wrong_secret(spotify_standin):
    url = spotify_standin.url
    assert refusal(check_spotify, url, "0123456789abcdef", CLIENT_SECRET).startswith("The client id is wrong")
    assert refusal(check_spotify, url, CLIENT_ID, "0123456789abcdef").startswith("The client secret is wrong")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault("/api/token", 503, body="<html>away</html>"), "does not answer as it should"),
        (Fault("/api/token", 429, body={"error": "too many"}), "does not answer as it should"),
        (Fault("/api/token", 200, body="[]"), "cannot be read"),
        (Fault("/api/token", 200, body="<html>a hotel's network</html>"), "cannot be read"),
    ],
    ids=["away", "too many", "another shape", "no JSON"],
)
def test_where_spotify_does_not_judge_it_the_app_is_neither_right_nor_wrong(spotify_standin, fault, sentence):
    spotify_standin.state.recorder.faults.append(fault)
    said = refusal(check_spotify, spotify_standin.url, CLIENT_ID, CLIENT_SECRET)
    assert sentence in said
    assert "wrong" not in said


def test_without_a_network_it_says_so():
    nobody = f"http://127.0.0.1:{free_port()}"
    assert refusal(check_spotify, nobody, CLIENT_ID, CLIENT_SECRET).startswith("Spotify could not be reached.")
    assert refusal(check_openai, f"{nobody}/v1", MODEL, openai.API_KEY).startswith("OpenAI could not be reached.")


@pytest.mark.parametrize("slip", ["two words", "näh", "line\nbreak", "bell\a", ""])
def test_what_no_credential_can_be_is_not_even_sent(spotify_standin, openai_standin, slip):
    assert re.match("Spotify's client id has", refusal(check_spotify, spotify_standin.url, slip, CLIENT_SECRET))
    assert re.match("Spotify's client secret has", refusal(check_spotify, spotify_standin.url, CLIENT_ID, slip))
    assert re.match("OpenAI's key has", refusal(check_openai, openai_standin.base_url, MODEL, slip))
    assert spotify_standin.state.recorder.requests == []
    assert openai_standin.state.recorder.requests == []


# OpenAI.


def test_a_key_that_openai_knows_is_right_and_costs_nothing(openai_standin):
    said = check_openai(openai_standin.base_url, MODEL, openai.API_KEY)
    assert said == f"OpenAI takes the key, and the model {MODEL} is there."
    assert [request["path"] for request in openai_standin.state.recorder.requests] == [f"/v1/models/{MODEL}"]
    assert openai_standin.state.paid == 0


def test_of_a_model_that_goes_the_date_is_told(openai_standin):
    openai_standin.state.shutdown_dates[MODEL] = "2026-12-01"
    first, second = check_openai(openai_standin.base_url, MODEL, openai.API_KEY).splitlines()
    assert first == "OpenAI takes the key."
    assert second.startswith(f"But the model {MODEL} goes on 2026-12-01: ")


def test_a_key_that_openai_does_not_know_is_wrong(openai_standin):
    assert refusal(check_openai, openai_standin.base_url, MODEL, "sk-other").startswith("The key is wrong")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [("forbidden", "But the organisation is not verified"), ("no_scope", "But it may not be asked about models")],
)
def test_a_right_key_that_cannot_paint_yet_is_told_from_a_wrong_one(openai_standin, how, sentence):
    openai_standin.state.fail_about_models(how)
    first, second = check_openai(openai_standin.base_url, MODEL, openai.API_KEY).splitlines()
    assert first == "OpenAI takes the key."
    assert second.startswith(sentence)


def test_a_model_that_the_key_does_not_know_is_named(openai_standin):
    _, second = check_openai(openai_standin.base_url, "gpt-image-9", openai.API_KEY).splitlines()
    assert second.startswith("But it knows no gpt-image-9 for it")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("country", "OpenAI refuses the key here"),
        ("rate_limited", "OpenAI asks to wait"),
        ("server_error", "OpenAI does not answer as it should just now"),
    ],
)
def test_where_openai_does_not_judge_it_the_key_is_neither_right_nor_wrong(openai_standin, how, sentence):
    openai_standin.state.fail_about_models(how)
    said = refusal(check_openai, openai_standin.base_url, MODEL, openai.API_KEY)
    assert said.startswith(sentence)
    assert "wrong" not in said
