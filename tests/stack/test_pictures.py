"""The listener's own pictures through the deployed API: from the upload to nothing that is left."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image

from coverart.errors import TooManyPicturesError
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import picture_count_key
from coverart.store.pictures import MAX_PICTURES, Picture, Pictures
from tests.images import encode, load_photo
from tests.stack.api_client import UNKNOWN_ID, assert_error
from tests.stack.stack_state import TOP_ARTISTS, list_listener_data

MAX_UPLOAD_BYTES = 15 * 2**20
SIGNATURE = ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token", "policy")


def photograph(size=(640, 480), **options):
    """A JPEG with EXIF of a camera and a place."""
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    Image.linear_gradient("L").resize(size).convert("RGB").save(buffer, "JPEG", exif=exif, **options)
    return buffer.getvalue()


def send(upload, content, **fields):
    """Send the form as a browser does, with the file last."""
    return requests.post(upload["url"], data=upload["fields"] | fields, files={"file": content}, timeout=30)


def upload(client, content):
    """Begin an upload and send the file; return the picture's id."""
    response = client.call("POST", "/api/pictures")
    assert response.status_code == 201, response.text
    assert send(response.json()["upload"], content).status_code == 204
    return response.json()["picture_id"]


def add_picture(client, content=None):
    picture_id = upload(client, content or photograph())
    response = client.call("POST", f"/api/pictures/{picture_id}/import")
    assert response.status_code == 200, response.text
    return picture_id


def test_picture_is_imported_listed_shown_and_deleted(local, client, other_client):
    picture_id = upload(client, photograph((3000, 1500)))
    listener_id, path = client.listener_id, f"/api/pictures/{picture_id}"
    assert local.list_keys("uploads/") == [f"uploads/{listener_id}/{picture_id}"]
    first, again = client.call("POST", f"{path}/import"), client.call("POST", f"{path}/import")
    assert first.status_code == 200, first.text
    picture = first.json()
    assert (picture["width"], picture["height"]) == (2048, 1024)
    assert {**again.json(), "thumbnail_url": ""} == {**picture, "thumbnail_url": ""}
    assert local.list_keys("uploads/") == []
    listed = client.call("GET", "/api/pictures").json()
    assert ([each["picture_id"] for each in listed["pictures"]], listed["limit"]) == ([picture_id], 50)
    for kind, size in (("picture", (2048, 1024)), ("thumbnail", (300, 150))):
        location = client.call("GET", f"{path}/image?kind={kind}").headers["Location"]
        image = Image.open(io.BytesIO(requests.get(location, timeout=10).content))
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", size, {})
    for method, route in (("GET", f"{path}/image"), ("POST", f"{path}/import"), ("DELETE", path)):
        assert_error(other_client.call(method, route), 404, "picture_not_found")
    options = {"picture": picture_id}
    body = {"source": TOP_ARTISTS, "options": options}
    assert_error(other_client.call("POST", "/api/covers", body), 404, "picture_not_found")
    assert client.call("DELETE", path).status_code == 204
    assert_error(client.call("DELETE", path), 404, "picture_not_found")
    assert_error(client.call("POST", "/api/covers", body), 404, "picture_not_found")
    assert local.list_keys("pictures/") == []
    assert client.call("GET", "/api/pictures").json()["pictures"] == []


@pytest.mark.parametrize(
    ("content", "fields", "status"),
    [
        (b"", {}, 400),
        (b"x" * (MAX_UPLOAD_BYTES + 1), {}, 400),
        (b"x", {"Content-Type": "text/html"}, 403),
        (b"x", {"key": "pictures/somebody/else"}, 403),
        (b"x", dict.fromkeys(SIGNATURE), 403),  # without these fields
    ],
    ids=["no_bytes", "too_many_bytes", "content_type", "another_key", "no_signature"],
)
def test_bucket_refuses_an_upload_unlike_the_form(local, client, content, fields, status):
    form = client.call("POST", "/api/pictures").json()["upload"]
    assert send(form, content, **fields).status_code == status
    unsigned = {"url": form["url"], "fields": {"key": form["fields"]["key"], "Content-Type": "image/jpeg"}}
    assert send(unsigned, b"x").status_code == 403
    assert local.list_keys("uploads/") == []


def test_uploads_at_once_never_exceed_the_limit(local, client):
    pictures, now = Pictures(local.table("Listeners")), datetime.now(UTC)
    pictures.table.put_item(Item={**picture_count_key(client.listener_id), "count": MAX_PICTURES - 3})

    def add(_):
        picture = Picture(picture_id=new_cover_id(now), created_at=now, width=64, height=64)
        try:
            return pictures.add(client.listener_id, picture).picture_id
        except TooManyPicturesError:
            return None

    with ThreadPoolExecutor(8) as pool:
        ids = [picture_id for picture_id in pool.map(add, range(8)) if picture_id]
    assert len(set(ids)) == len(pictures.list_pictures(client.listener_id)) == 3
    for picture_id in ids:
        assert pictures.delete(client.listener_id, picture_id)
    pictures.table.delete_item(Key=picture_count_key(client.listener_id))


def test_files_that_are_no_pictures_are_refused_and_deleted(local, client):
    for content, code in (
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_kind"),
        (photograph()[:3000], "picture_unreadable"),
        (photograph((40, 40)), "picture_too_small"),
    ):
        picture_id = upload(client, content)
        assert_error(client.call("POST", f"/api/pictures/{picture_id}/import"), 422, code)
        assert (local.list_keys("uploads/"), local.list_keys("pictures/")) == ([], [])
    assert_error(client.call("POST", f"/api/pictures/{UNKNOWN_ID}/import"), 404, "picture_not_found")


def test_browser_may_upload_from_the_page_only(local, client):
    form = client.call("POST", "/api/pictures").json()["upload"]
    for origin, allowed in ((local.url, local.url), ("https://elsewhere.example", None)):
        response = requests.post(
            form["url"], data=form["fields"], files={"file": photograph()}, headers={"Origin": origin}, timeout=30
        )
        assert response.headers.get("Access-Control-Allow-Origin") == allowed
    origin = form["url"].split("/", 3)[:3]
    page = requests.get(f"{local.url}/", timeout=10)
    assert f"connect-src 'self' {'/'.join(origin)};" in page.headers["Content-Security-Policy"]


def test_picture_reaches_the_image_model_only_if_listener_and_owner_agree(local, client, openai_server):
    picture = {"picture": add_picture(client), "style_albums": [], "candidates": 1}
    request = {"source": TOP_ARTISTS, "options": {**picture, "send_picture": True}}
    assert_error(client.call("POST", "/api/covers", request), 403, "picture_sending_not_allowed")
    with local.override_environment("ApiFunction", ALLOW_SENDING_PICTURES="yes"):
        assert client.call("GET", "/api/me").json()["may_send_pictures"]
        for send, backend in ((False, "painter"), (True, "openai")):
            request["options"] = {**picture, "send_picture": send}
            cover_id = client.call("POST", "/api/covers", request).json()["cover_id"]
            item = local.wait_for_cover(client.listener_id, cover_id)
            assert (item["status"], item["painting"]["backend"]) == ("done", backend), item.get("error")
            paths = [call["path"] for call in openai_server.state.recorder.requests]
            assert paths == (["/v1/images/edits"] if send else [])
    assert openai_server.state.paid == 1


def test_forgotten_listener_leaves_no_pictures(local, client):
    add_picture(client)
    upload(client, photograph())
    assert client.call("DELETE", "/api/me").status_code == 204
    assert list_listener_data(local, client.listener_id) == []
    assert (local.list_keys("uploads/"), local.list_keys("pictures/")) == ([], [])


def test_cover_prints_the_picture_and_shares_nothing_else_of_it(local, client):
    """Retitling cuts out again. Once the picture is deleted, the cover stays and is not painted again."""
    picture_id = add_picture(client, encode(load_photo("chelsea")))
    options = {"picture": picture_id, "style_pictures": [picture_id], "style_albums": [], "candidates": 2}
    cover_id = client.call("POST", "/api/covers", {"source": TOP_ARTISTS, "options": options}).json()["cover_id"]
    item = local.wait_for_cover(client.listener_id, cover_id)
    assert item["status"] == "done", item.get("error")
    prefix = f"covers/{client.listener_id}/{cover_id}/"
    assert (item["detected"]["cut_out"]["label"], item["detected"]["cut_out"]["mask"]) == ("cat", f"{prefix}mask.png")
    alts = [candidate["alt"] for candidate in client.call("GET", f"/api/covers/{cover_id}").json()["candidates"]]
    assert all("photograph of a cat" in alt for alt in alts)
    assert alts[0] != alts[1]
    share_url = client.call("POST", f"/api/covers/{cover_id}/share").json()["url"]
    page, image = requests.get(share_url, timeout=10), requests.get(f"{share_url}/image", timeout=10)
    assert picture_id not in page.text + image.url
    assert urlsplit(image.url).path.endswith(f"{prefix}cover.jpg")
    retitle = {"retitle": {"cover_id": cover_id, "candidate": 1}, "lettering": "text", "lettering_text": "Again"}
    request = {"source": TOP_ARTISTS, "options": retitle}
    retitled_id = client.call("POST", "/api/covers", request).json()["cover_id"]
    retitled = local.wait_for_cover(client.listener_id, retitled_id)
    assert retitled["status"] == "done", retitled.get("error")
    assert client.call("GET", f"/api/covers/{retitled_id}").json()["candidates"][0]["alt"].startswith(alts[1])
    assert f"covers/{client.listener_id}/{retitled_id}/mask.png" in local.list_keys("covers/")
    assert client.call("DELETE", f"/api/pictures/{picture_id}").status_code == 204
    assert_error(client.call("POST", "/api/covers", request), 404, "picture_not_found")
    assert client.call("GET", f"/api/covers/{cover_id}").json()["status"] == "done"
