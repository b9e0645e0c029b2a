"""Step Functions stores the input, results and errors of executions for 90 days: they must hold no secrets."""

import json
import traceback

import pytest

from coverart.aws import clients
from coverart.errors import ImageModelRefusedError, SpotifyUnavailableError
from coverart.store.covers import Covers
from coverart.store.keys import profile_key
from fetch.app import handler as fetch
from scripts.fakes import spotify
from scripts.fakes.openai import API_KEY
from scripts.fakes.server import Fault
from tests.unit.api.conftest import COVER, put_cover

IDEMPOTENCY_KEY = "between-ada-and-her-program"


def format_lambda_error(error: BaseException) -> str:
    """Return what Lambda's runtime responds for an error that ends a function. The history holds all of it."""
    trace = traceback.format_list(traceback.extract_tb(error.__traceback__))
    return json.dumps({"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace})


def test_execution_input_holds_no_secret(ada, step_functions):
    token = ada.call("POST", "/api/tokens", {"name": "player"}).body["token"]
    body = {"source": {"kind": "top_artists"}}
    response = ada.call("POST", "/api/covers", body, idempotency_key=IDEMPOTENCY_KEY, authorization=f"Bearer {token}")
    assert response.status == 202
    put_cover("ada", playlist_id="p1")
    assert ada.call("POST", f"/api/covers/{COVER}/apply").status == 202
    cover_input, apply_input = step_functions.started.values()
    assert cover_input.keys() == {"listener_id", "cover_id", "source", "options", "replace_own"}
    assert apply_input.keys() == {"listener_id", "playlist_id", "entry_id", "replace_own"}
    for secret in (IDEMPOTENCY_KEY, token, ada.session_value):
        assert secret not in json.dumps([cover_input, apply_input])


@pytest.fixture
def spotify_secrets(listeners, listener_id):
    """The listener's tokens and the app's secret, while a cover of the listener is being made."""
    put_cover(listener_id, done=False)
    tokens = listeners.get(listener_id).tokens
    stored_tokens = [tokens.access_token.get_secret_value(), tokens.refresh_token.get_secret_value()]
    return [*stored_tokens, spotify.SECRETS["spotify_client_secret"]]


@pytest.mark.parametrize(
    ("path", "status", "create_body"),
    [
        ("/api/token$", 500, lambda secrets: {"error": "server_error", "error_description": " ".join(secrets)}),
        ("/api/token$", 200, lambda secrets: {"access_token": 1, "refresh_token": secrets}),
        ("/v1/me/top/artists", 400, lambda secrets: {"error": {"status": 400, "message": " ".join(secrets)}}),
        ("/v1/me/top/artists", 200, lambda secrets: {"items": [{"name": secrets}]}),
    ],
    ids=["token error", "invalid tokens", "error", "invalid response"],
)
def test_failed_step_repeats_nothing_of_spotifys_response(
    listeners, listener_id, fake_spotify, spotify_secrets, path, status, create_body
):
    fake_spotify.state.recorder.faults.append(Fault(path, status, times=9, body=create_body(spotify_secrets)))
    expiry = {"UpdateExpression": "SET tokens.expires_at = :past", "ExpressionAttributeValues": {":past": 1}}
    listeners.table.update_item(Key=profile_key(listener_id), **expiry)
    with pytest.raises(SpotifyUnavailableError) as error:
        fetch({"listener_id": listener_id, "cover_id": COVER, "source": {"kind": "top_artists"}}, None)
    assert all(secret not in format_lambda_error(error.value) for secret in spotify_secrets)
    assert "fetched" not in (Covers(clients.get_table("CoversTable")).get(listener_id, COVER) or {})


def test_result_of_fetch_holds_no_token(listener_id, spotify_secrets):
    source = {"kind": "top_artists", "count": 2}
    result = fetch({"listener_id": listener_id, "cover_id": COVER, "source": source}, None)
    assert result["songs"]
    assert all(secret not in json.dumps(result) for secret in spotify_secrets)


@pytest.mark.parametrize("status", [400, 401])
def test_failed_painting_repeats_nothing_of_openais_response(openai_state, image_model, status):
    message = f"Incorrect API key provided: {API_KEY}"
    body = {"error": {"message": message, "type": "x", "param": None, "code": "invalid_api_key"}}
    openai_state.recorder.faults.append(Fault("/images/generations$", status, body=body, method="POST"))
    with pytest.raises(ImageModelRefusedError) as error:
        image_model.paint("A cat", "ada")
    assert API_KEY not in format_lambda_error(error.value)
