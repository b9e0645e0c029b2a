"""The listener's own pictures through the deployed API: from the upload to nothing that is left."""

import io
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image

from tests.images import encode, load_photo
from tests.stack.api_client import assert_error
from tests.stack.stack_state import TOP_ARTISTS, list_listener_data

MAX_UPLOAD_BYTES = 15 * 2**20
SIGNATURE = ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token", "policy")


def send(form, content, origin=None, **fields):
    """Send the form as a browser does, with the file last."""
    headers = {"Origin": origin} if origin else {}
    files = {"file": content}
    return requests.post(form["url"], data=form["fields"] | fields, files=files, headers=headers, timeout=30)


def upload(client, content):
    """Upload a file as the page does. Return the picture's path."""
    response = client.call("POST", "/api/pictures")
    assert response.status_code == 201, response.text
    answer = send(response.json()["upload"], content, client.base_url)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, client.base_url)
    return f"/api/pictures/{response.json()['picture_id']}"


def test_picture_is_imported_listed_shown_and_deleted(local, client):
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    picture = encode(Image.linear_gradient("L").resize((3000, 1500)).convert("RGB"), exif=exif)
    path = upload(client, picture)
    first, again = (client.call("POST", f"{path}/import") for _ in range(2))
    assert first.status_code == 200, first.text
    assert (first.json()["width"], first.json()["height"]) == (2048, 1024)
    assert {**again.json(), "thumbnail_url": ""} == {**first.json(), "thumbnail_url": ""}
    assert local.list_keys("uploads/") == []
    assert [path.endswith(each["picture_id"]) for each in client.call("GET", "/api/pictures").json()["pictures"]] == [1]
    for kind, size in (("picture", (2048, 1024)), ("thumbnail", (300, 150))):
        location = client.call("GET", f"{path}/image?kind={kind}").headers["Location"]
        image = Image.open(io.BytesIO(requests.get(location, timeout=10).content))
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", size, {})
    assert client.call("DELETE", path).status_code == 204
    assert_error(client.call("DELETE", path), 404, "picture_not_found")
    assert local.list_keys("pictures/") == []

    # A file that is no picture is deleted, and so is everything of a listener who leaves.
    unreadable = upload(client, picture[:3000])
    assert_error(client.call("POST", f"{unreadable}/import"), 422, "picture_unreadable")
    assert (local.list_keys("uploads/"), local.list_keys("pictures/")) == ([], [])
    assert client.call("POST", f"{upload(client, picture)}/import").status_code == 200
    upload(client, picture)
    assert client.call("DELETE", "/api/me").status_code == 204
    assert list_listener_data(local, client.listener_id) == []
    assert (local.list_keys("uploads/"), local.list_keys("pictures/")) == ([], [])


@pytest.mark.parametrize(
    ("content", "fields", "status"),
    [
        pytest.param(b"", {}, 400, id="no bytes"),
        pytest.param(b"x" * (MAX_UPLOAD_BYTES + 1), {}, 400, id="too many bytes"),
        pytest.param(b"x", {"Content-Type": "text/html"}, 403, id="content type"),
        pytest.param(b"x", {"key": "pictures/somebody/else"}, 403, id="another key"),
        pytest.param(b"x", dict.fromkeys(SIGNATURE), 403, id="no signature"),
    ],
)
def test_bucket_refuses_an_upload_unlike_the_form(local, client, content, fields, status):
    form = client.call("POST", "/api/pictures").json()["upload"]
    assert send(form, content, **fields).status_code == status
    unsigned = {"url": form["url"], "fields": {"key": form["fields"]["key"], "Content-Type": "image/jpeg"}}
    assert send(unsigned, b"x").status_code == 403
    assert local.list_keys("uploads/") == []


def test_bucket_lets_only_the_page_read_its_response(local, client):
    form = client.call("POST", "/api/pictures").json()["upload"]
    assert "Access-Control-Allow-Origin" not in send(form, b"x", "https://elsewhere.example").headers
    local.bucket.delete_prefix("uploads/")
    policy = requests.get(f"{local.url}/", timeout=10).headers["Content-Security-Policy"]
    assert "connect-src 'self' {0.scheme}://{0.netloc};".format(urlsplit(form["url"])) in policy


@pytest.fixture
def request_cover(local, client):
    """Request a cover with these options. Return its item once it is done."""

    def request(**options):
        response = client.call("POST", "/api/covers", {"source": TOP_ARTISTS, "options": options})
        item = local.wait_for_cover(client.listener_id, response.json()["cover_id"])
        assert item["status"] == "done", item.get("error")
        return item

    return request


def test_picture_is_sent_only_if_the_listener_agrees(local, client, openai_server, request_cover):
    """Otherwise the painter prints it. Retitling cuts it out again, and nothing else of it is shared."""
    picture_id = upload(client, encode(load_photo("chelsea"))).rpartition("/")[2]
    assert client.call("POST", f"/api/pictures/{picture_id}/import").status_code == 200
    options = {"picture": picture_id, "style_albums": []}
    item = request_cover(**options, candidates=2)
    path, prefix = (f"{part}/{item['cover_id']}" for part in ("/api/covers", f"covers/{client.listener_id}"))
    assert (item["painting"]["backend"], openai_server.state.recorder.requests) == ("painter", [])
    cut_out = item["detected"]["cut_out"]
    assert (cut_out["label"], cut_out["mask"]) == ("cat", f"{prefix}/mask.png")
    alts = [candidate["alt"] for candidate in client.call("GET", path).json()["candidates"]]
    assert all("photograph of a cat" in alt for alt in alts)
    assert alts[0] != alts[1]
    share_url = client.call("POST", f"{path}/share").json()["url"]
    page, image = requests.get(share_url, timeout=10), requests.get(f"{share_url}/image", timeout=10)
    assert picture_id not in page.text + image.url
    assert urlsplit(image.url).path.endswith(f"{prefix}/cover.jpg")

    retitle = {"cover_id": item["cover_id"], "candidate": 1}
    again = {"retitle": retitle, "lettering": "text", "lettering_text": "Again"}
    retitled_id = request_cover(**again)["cover_id"]
    assert client.call("GET", f"/api/covers/{retitled_id}").json()["candidates"][0]["alt"].startswith(alts[1])
    assert f"covers/{client.listener_id}/{retitled_id}/mask.png" in local.list_keys("covers/")

    assert client.call("GET", "/api/me").json()["may_send_pictures"]
    options["style_pictures"] = [picture_id]
    assert request_cover(**options, send_picture=True, candidates=1)["painting"]["backend"] == "openai"
    assert [call["path"] for call in openai_server.state.recorder.requests] == ["/v1/images/edits"]
    assert openai_server.state.paid == 1

    # Without the picture, the cover stays and is not painted again.
    assert client.call("DELETE", f"/api/pictures/{picture_id}").status_code == 204
    refused = client.call("POST", "/api/covers", {"source": TOP_ARTISTS, "options": again})
    assert_error(refused, 404, "picture_not_found")
    assert client.call("GET", path).json()["status"] == "done"
