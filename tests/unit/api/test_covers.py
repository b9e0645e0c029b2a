import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from api import dependencies
from api.responses import describe_picture, read_prompt
from coverart.aws import clients
from coverart.models import STEPS
from tests.stored_secrets import store_secret
from tests.unit.api.conftest import ALBUM, COVER, PAGE, ApiClient, assert_error, put_cover, request_cover

COVER_PATH, UNKNOWN_ID = f"/api/covers/{COVER}", COVER[:-1] + "0"
PLAYLIST_SOURCE = {"kind": "playlist", "playlist_id": "x1"}


def test_created_cover_can_be_watched_at_its_location(ada, step_functions):
    response = request_cover(ada, direction="at sea", variation=7)
    assert (response.status, response.body["status"]) == (202, "accepted")
    assert re.fullmatch(r"\d{8}T\d{9}-[0-9a-f]{10}", response.body["cover_id"])
    assert response.headers["Location"] == f"/api/covers/{response.body['cover_id']}"
    assert step_functions.started[response.body["cover_id"]]["options"]["direction"] == "at sea"
    cover = ada.call("GET", response.headers["Location"])
    assert (cover.status, cover.body["status"], cover.body["step"]) == (200, "accepted", None)
    assert cover.body["options"]["variation"] == 7
    assert cover.body["songs"] == cover.body["left_out"] == []
    assert cover.body["prompt"] is cover.body["painting"] is cover.body["images"] is None


def test_idempotency_key_creates_one_cover_of_its_listener(ada, bob, step_functions):
    first, second, bobs = (request_cover(client, key="k") for client in (ada, ada, bob))
    assert (first.status, first.body) == (second.status, second.body) == (202, second.body)
    assert list(step_functions.started) == [first.body["cover_id"], bobs.body["cover_id"]]
    assert_error(request_cover(ada, key="k", variation=1), 409, "idempotency_conflict")
    ada.call("DELETE", f"/api/covers/{first.body['cover_id']}")
    assert_error(request_cover(ada, key="k"), 409, "idempotency_conflict")
    assert len(step_functions.started) == 2
    assert len({request_cover(ada).body["cover_id"] for _ in range(2)}) == 2


def test_done_cover_shows_the_result_of_each_step(ada):
    put_cover("ada")
    response = ada.call("GET", COVER_PATH)
    assert response.status == 200
    cover = response.body
    [song] = cover["songs"]
    assert song["artwork"] == f"{COVER_PATH}/artwork/0"
    assert [detected["label"] for detected in song["objects"]] == ["cat"]
    assert cover["left_out"] == [{"album": "Sleeve", "reason": "Torn."}]
    assert set(cover["prompt"]) == {"text", "phrases", "palette", "mood", "style_albums", "lettering"}
    assert cover["painting"]["cost_usd"] == 0.006
    assert "key" not in cover["painting"]
    assert cover["images"]["master"] == f"{COVER_PATH}/image?kind=master&candidate=0"
    assert {step: timing["seconds"] for step, timing in cover["timings"].items()} == dict.fromkeys(STEPS, 0.5)
    assert cover["thumbnail"] == f"{COVER_PATH}/image?kind=thumbnail&candidate=0"
    assert cover["alt"] == "a cat."
    # Images are in the regional bucket, for five minutes.
    addresses = [cover["cover_url"]]
    for url in (song["artwork"], cover["painting"]["image"], *cover["images"].values()):
        path, _, query = url.partition("?")
        response = ada.call("GET", path, query=dict(parse_qsl(query)))
        assert (response.status, response.headers["Cache-Control"]) == (302, "no-store")
        addresses.append(response.headers["Location"])
    for kind, address in zip(("covers", "artwork", *["covers"] * 6), addresses, strict=True):
        assert address.startswith(f"https://bucket.s3.us-east-1.amazonaws.com/{kind}/ada/")
        assert "response-content-disposition" not in address
        assert "X-Amz-Expires=300" in address
        assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in address


def test_requested_cover_may_replace_the_own_playlist_image(ada, step_functions):
    response = request_cover(ada, PLAYLIST_SOURCE, publish=True)
    execution_input = step_functions.started.pop(response.body["cover_id"])
    assert (execution_input["replace_own"], execution_input["options"]["publish"]) == (True, True)
    # Top artists have no playlist, and one of several candidates would have to be chosen first.
    assert_error(request_cover(ada, PLAYLIST_SOURCE, publish=True, candidates=2), 422, "invalid_request")
    response = request_cover(ada, publish=True)
    assert_error(response, 422, "invalid_request")
    assert "choose a playlist" in response.message
    assert step_functions.started == {}


def test_look_must_be_an_own_cover_with_a_prompt(ada, bob, step_functions):
    put_cover("bob")
    for look in (COVER, UNKNOWN_ID):
        assert_error(request_cover(ada, look=look), 404, "not_found")
    put_cover("ada", done=False)
    response = request_cover(ada, look=COVER)
    assert_error(response, 422, "invalid_request")
    assert "no prompt" in response.message
    assert_error(request_cover(ada, look="x"), 422, "invalid_request")
    assert step_functions.started == {}
    cover_id = request_cover(ada, look=put_cover("ada")).body["cover_id"]
    assert step_functions.started[cover_id]["options"]["look"] == COVER


def test_like_and_retitle_name_a_candidate_with_a_prompt(ada, step_functions):
    put_cover("ada", finished=(0, 1), picture=UNKNOWN_ID)
    reference = {"cover_id": COVER, "candidate": 1}
    text = {"lettering": "text", "lettering_text": "Hail"}
    cover_id = request_cover(ada, like=reference).body["cover_id"]
    assert step_functions.started[cover_id]["options"]["like"] == reference
    # A cover with another title has the options of the first.
    cover_id = request_cover(ada, retitle=reference, **text, style_strength=1).body["cover_id"]
    started = step_functions.started[cover_id]["options"]
    assert (started["variation"], started["candidates"]) == (1, 1)
    # The painting is used again, so its picture may have been deleted.
    assert not {"style_strength", "picture"} & started.keys()
    assert {name: started[name] for name in ("retitle", *text)} == {"retitle": reference, **text}
    for wrong, status in (({**reference, "candidate": 2}, 422), ({**reference, "cover_id": UNKNOWN_ID}, 404)):
        assert request_cover(ada, like=wrong).status == request_cover(ada, retitle=wrong, **text).status == status
    assert request_cover(ada, like=reference, look=COVER).status == 422
    bulk = {"dry_run": False, "options": {"retitle": reference, **text}}
    assert_error(ada.call("POST", "/api/covers/bulk", bulk), 422, "invalid_request")


def test_failed_cover_says_why_until_it_expires(ada):
    now = datetime.now(UTC)
    for failed_at, count in ((now, 1), (now - timedelta(days=31), 0)):
        put_cover("ada", done=False)
        dependencies.get_covers().mark_failed("ada", COVER, "no_top_artists", "None.", failed_at)
        assert len(ada.call("GET", "/api/covers").body["items"]) == count
    cover = ada.call("GET", COVER_PATH).body
    assert (cover["status"], cover["error"]) == ("failed", {"code": "no_top_artists", "message": "None."})
    assert cover["cover_url"] is None


def test_missing_image_is_not_found(ada):
    put_cover("ada", done=False)
    for part in ("image", "artwork/0"):
        assert_error(ada.call("GET", f"{COVER_PATH}/{part}"), 404, "not_found")
    put_cover("ada")
    dependencies.get_bucket().delete_prefix(f"artwork/ada/{ALBUM}.jpg")
    for position in (0, 1):
        assert_error(ada.call("GET", f"{COVER_PATH}/artwork/{position}"), 404, "not_found")


@pytest.mark.parametrize(
    ("title", "name", "encoded"),
    [
        ("Rain: on/the “Skylight”", "Rain_ on_the _Skylight_.jpg", "Rain_%20on_the%20%E2%80%9CSkylight%E2%80%9D.jpg"),
        ('..\r\n"; x', "___; x.jpg", "___%3B%20x.jpg"),
    ],
)
def test_download_has_the_playlists_name(ada, title, name, encoded):
    put_cover("ada", playlist_id="x1", title=title)
    query = {"kind": "cover", "download": "true"}
    location = ada.call("GET", f"{COVER_PATH}/image", query=query).headers["Location"]
    [disposition] = parse_qs(urlsplit(location).query)["response-content-disposition"]
    assert disposition == f"attachment; filename=\"{name}\"; filename*=UTF-8''{encoded}"


def test_covers_are_listed_in_pages_newest_first(ada, bob):
    ids = [put_cover("ada", f"20261122T1200000{n:02d}-0123456789", done=False) for n in range(3)]
    put_cover("bob", done=False)
    page_ids, query = [], {"limit": 2}
    for size in (2, 1):
        page = ada.call("GET", "/api/covers", query=query)
        assert (page.status, len(page.body["items"])) == (200, size)
        page_ids += [item["cover_id"] for item in page.body["items"]]
        query["cursor"] = page.body["next"]
    assert page.body["next"] is None
    assert page_ids == ids[::-1]
    assert ada.call("GET", "/api/covers", query={"limit": 3}).body["next"] is None


def test_candidates_are_shown_and_one_can_be_chosen(ada):
    put_cover("ada", finished=(1, 2))
    cover = ada.call("GET", COVER_PATH).body
    candidates = cover["candidates"]
    assert [candidate["status"] for candidate in candidates] == ["failed", "done", "done"]
    assert [candidate["chosen"] for candidate in candidates] == [False, True, False]
    for name in ("prompt", "painting", "images", "style_note", "lettering_note", "alt"):
        assert cover[name] == candidates[1][name]
    for index, status in ((0, 409), (3, 404), (4, 422), (2, 200), (2, 200)):
        response = ada.call("POST", f"{COVER_PATH}/choose", {"candidate": index})
        assert response.status == status, index
    assert [candidate["chosen"] for candidate in response.body["candidates"]] == [False, False, True]
    assert response.body["images"]["cover"] == f"{COVER_PATH}/image?kind=cover&candidate=2"
    location = ada.call("GET", f"{COVER_PATH}/image").headers["Location"]
    assert f"/covers/ada/{COVER}/2/cover.jpg?" in location
    for missing in (0, 3):
        assert ada.call("GET", f"{COVER_PATH}/image", query={"candidate": missing}).code == "not_found"
    [item] = ada.call("GET", "/api/covers").body["items"]
    assert item["thumbnail"].endswith("&candidate=2")
    assert f"/covers/ada/{COVER}/2/thumbnail.jpg?" in item["thumbnail_url"]


def test_painter_makes_four_candidates_by_default(ada, step_functions, monkeypatch):
    monkeypatch.setenv("IMAGE_BACKEND", "auto")
    cases = [({}, 4), ({"publish": True}, 1), ({}, 1), ({"candidates": 3}, 3)]
    for number, (options, count) in enumerate(cases):
        if number == 2:
            store_secret("openai_api_key")
            monkeypatch.setenv("DAILY_COVER_LIMIT", "20")
        cover_id = request_cover(ada, PLAYLIST_SOURCE, **options).body["cover_id"]
        assert (step_functions.started[cover_id]["options"].get("candidates") or 1) == count
        candidates = ada.call("GET", f"/api/covers/{cover_id}").body["candidates"]
        assert [candidate["status"] for candidate in candidates] == ["waiting"] * count


def test_shared_cover_has_a_public_page_until_it_is_taken_back(ada, bob):
    put_cover("ada", playlist_id="x1", title="<b>Rain</b>", finished=(0, 1))
    path, stranger = f"{COVER_PATH}/share", ApiClient()
    url = ada.call("POST", path).body["url"]
    assert ada.call("POST", path).body["url"] == url
    page_path = url.removeprefix(PAGE)
    assert ada.call("GET", COVER_PATH).body["share_url"] == page_path
    page = stranger.call("GET", page_path)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'<meta property="og:image" content="{url}/image">' in page.body
    link = f'<a href="https://open.spotify.com/album/{ALBUM}" rel="noopener noreferrer">Stray: Nine Lives</a>'
    for text in ("<h1>&lt;b&gt;Rain&lt;/b&gt;</h1>", "https://open.spotify.com/playlist/x1", 'alt="a cat."', link):
        assert text in page.body
    assert "ada" not in page.body
    assert "script" not in page.headers["Content-Security-Policy"]
    ada.call("POST", f"{COVER_PATH}/choose", {"candidate": 1})
    assert f"/{COVER}/1/cover.jpg?" in stranger.call("GET", f"{page_path}/image").headers["Location"]
    assert bob.call("DELETE", path).code == "not_found"
    assert ada.call("DELETE", path).status == 204
    for address in (page_path, f"{page_path}/image", "/shared/x"):
        assert stranger.call("GET", address).code == "not_found"
    # It also ends with its cover, here of top artists, which have no playlist.
    put_cover("ada")
    new_url = ada.call("POST", path).body["url"]
    assert new_url != url
    assert "<h1>Top artists</h1>" in stranger.call("GET", new_url.removeprefix(PAGE)).body
    ada.call("DELETE", COVER_PATH)
    assert stranger.call("GET", new_url.removeprefix(PAGE)).code == "not_found"
    assert "shared#" not in str(clients.get_table("KeysTable").scan()["Items"])


def test_prompt_is_what_the_backend_received():
    prompt = {"text": "A cat", "phrases": []}
    texts = {"openai": "A brief", "painter": "A cat", None: "A brief"}
    for backend, text in texts.items():
        item = {"prompt": {**prompt, "brief": {"text": "A brief"}}, "painting": {"backend": backend}}
        assert read_prompt(item)["text"] == text
        assert read_prompt({**item, "prompt": prompt})["text"] == "A cat"


def test_title_on_the_picture_is_part_of_its_description():
    lettering = {"title": "Rain", "second_line": "vol. 2"}
    phrases = [{"part": "setting", "text": "at sea"}, {"part": "subject", "text": "a cat"}]
    results = {"prompt": {"phrases": phrases, "lettering": lettering}}
    picture = {"pictures": {"cap_height": 0.1}}
    assert describe_picture({**results, **picture}) == "a cat, at sea. Title: “Rain”, “vol. 2”."
    lettering["second_line"] = None
    assert describe_picture({**results, **picture}) == "a cat, at sea. Title: “Rain”."
    assert describe_picture({**results, "pictures": {"cap_height": None}}) == "a cat, at sea."
    assert describe_picture({"prompt": {"phrases": [], "text": "A cat"}}) == "A cat"
    assert describe_picture({}) == ""
