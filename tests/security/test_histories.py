"""Step Functions keeps for 90 days what an execution is given, what its steps give, and how they fail: no secrets."""

import json
import traceback

import openai
import pytest

from coverart.aws import clients
from coverart.errors import ImageModelRefusedError, SpotifyUnavailableError
from coverart.store.covers import Covers
from fetch.app import handler as fetch
from generate.openai_images import ImageModel
from scripts.standins import demo
from scripts.standins import openai as openai_standin
from scripts.standins.serving import Fault
from tests.api.conftest import COVER, put_cover

KEY = "between-ada-and-her-program"


def told(error: BaseException) -> str:
    """What Lambda answers for an error that ends a function, as awslambdaric puts it together; all of it is kept."""
    trace = traceback.format_list(traceback.extract_tb(error.__traceback__))
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace})


def test_an_execution_is_given_its_cover_and_no_word_of_how_it_was_asked_for(ada, machine):
    token = ada.ask("POST", "/api/tokens", {"name": "player"}).body["token"]
    wanted = {"source": {"kind": "top_artists"}}
    answer = ada.ask("POST", "/api/covers", wanted, idempotency_key=KEY, authorization=f"Bearer {token}")
    assert answer.status == 202
    put_cover("ada", playlist_id="p1")
    assert ada.ask("POST", f"/api/covers/{COVER}/apply").status == 202
    made, applied = machine.started.values()
    assert made.keys() == {"listener_id", "cover_id", "source", "options", "replace_own"}
    assert applied.keys() == {"listener_id", "playlist_id", "entry_id", "replace_own"}
    for secret in (KEY, token, ada.cookie):
        assert secret not in json.dumps([made, applied])


@pytest.fixture
def spotifys_secrets(listeners, listener_id):
    tokens = listeners.get(listener_id).tokens
    held = [tokens.access_token, tokens.refresh_token]
    return [*(secret.get_secret_value() for secret in held), demo.SECRETS["spotify_client_secret"]]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/api/token$", lambda secrets: (500, {"error": "server_error", "error_description": " ".join(secrets)})),
        ("/api/token$", lambda secrets: (200, {"access_token": 1, "refresh_token": secrets})),
        ("/v1/me/top/artists", lambda secrets: (400, {"error": {"status": 400, "message": " ".join(secrets)}})),
        ("/v1/me/top/artists", lambda secrets: (200, {"items": [{"name": secrets}]})),
    ],
    ids=["renewal refused", "renewal that is none", "refused", "answer that is none"],
)
def test_a_step_that_fails_repeats_nothing_that_spotify_says(
    listeners, listener_id, spotify_standin, spotifys_secrets, path, answer
):
    status, body = answer(spotifys_secrets)
    spotify_standin.state.recorder.faults.append(Fault(path, status, times=9, body=body))
    key = {"listener_id": listener_id, "item": "profile"}
    listeners.table.update_item(
        Key=key, UpdateExpression="SET tokens.expires_at = :past", ExpressionAttributeValues={":past": 1}
    )
    put_cover(listener_id, done=False)
    with pytest.raises(SpotifyUnavailableError) as raised:
        fetch({"listener_id": listener_id, "cover_id": COVER, "source": {"kind": "top_artists"}}, None)
    assert all(secret not in told(raised.value) for secret in spotifys_secrets)
    assert "fetched" not in (Covers(clients.get_table("CoversTable")).get(listener_id, COVER) or {})


def test_what_fetch_gives_is_music_and_no_token(listeners, listener_id, spotify_standin, spotifys_secrets):
    put_cover(listener_id, done=False)
    given = fetch({"listener_id": listener_id, "cover_id": COVER, "source": {"kind": "top_artists", "count": 2}}, None)
    assert given["songs"]
    assert all(secret not in json.dumps(given) for secret in spotifys_secrets)


@pytest.mark.parametrize("status", [400, 401])
def test_a_painting_that_is_refused_repeats_nothing_that_the_image_model_says(status):
    with openai_standin.serving() as standin:
        message = f"Incorrect API key provided: {openai_standin.API_KEY}"
        body = {"error": {"message": message, "type": "x", "param": None, "code": "invalid_api_key"}}
        standin.state.recorder.faults.append(Fault("/images/generations$", status, body=body))
        client = openai.OpenAI(api_key=openai_standin.API_KEY, base_url=standin.base_url, max_retries=0)
        with pytest.raises((ImageModelRefusedError, openai.OpenAIError)) as raised:
            ImageModel(client, "gpt-image-2.6-flare", "low", 10).paint("A cat", "ada")
    assert openai_standin.API_KEY not in told(raised.value)
    assert isinstance(raised.value, ImageModelRefusedError)
