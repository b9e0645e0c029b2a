"""The HTTP API of the deployed stack: logins, and a cover from its request to its images."""

import io
import uuid

import requests
from PIL import Image

from scripts.local.stack import FINAL_STATUSES
from tests.stack.api_client import COVER_REQUEST, ROUTES, UNKNOWN_ID, assert_error
from tests.stack.stack_state import wait_for


def test_every_route_without_login_is_refused(local):
    for method, path, body in ROUTES:
        response = requests.request(method, local.url + path.format(id=UNKNOWN_ID), json=body, timeout=60)
        assert_error(response, 401, "not_logged_in")


def test_cover_is_made_once_per_idempotency_key(client):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    response = client.call("POST", "/api/covers", COVER_REQUEST, headers=headers)
    assert response.status_code == 202
    repeated = client.call("POST", "/api/covers", COVER_REQUEST, headers=headers)
    assert repeated.json()["cover_id"] == response.json()["cover_id"]
    assert_error(client.call("POST", "/api/covers", {"source": {"kind": "radio"}}), 422, "invalid_request")
    statuses = set()

    def get_final_cover():
        cover = client.call("GET", response.headers["Location"]).json()
        statuses.add(cover["status"])
        return cover if cover["status"] in FINAL_STATUSES else None

    cover = wait_for(get_final_cover)
    assert cover["status"] == "done"
    assert statuses <= {"accepted", "running", "done"}
    assert client.call("GET", "/api/covers?limit=1").json()["items"][0]["cover_id"] == cover["cover_id"]
    assert [song["rank"] for song in cover["songs"]] == [1, 2, 3]


def test_cover_image_is_a_redirect_to_the_bucket(client, cover_id):
    for kind, size in {"cover": 640, "master": 1024, "thumbnail": 300, "painting": 1024}.items():
        response = client.call("GET", f"/api/covers/{cover_id}/image?kind={kind}")
        assert (response.status_code, response.headers["Cache-Control"]) == (302, "no-store")
        image_bytes = requests.get(response.headers["Location"], timeout=60).content
        assert Image.open(io.BytesIO(image_bytes)).size == (size, size), kind


def test_session_from_another_origin_is_refused(client):
    response = client.call("DELETE", "/api/me", headers={"Origin": "https://evil.example"})
    assert_error(response, 403, "foreign_origin")
    assert client.call("GET", "/api/me").status_code == 200
