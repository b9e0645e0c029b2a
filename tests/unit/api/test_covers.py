import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from api import dependencies
from api.responses import describe_picture, read_prompt
from coverart.aws import clients
from tests.unit.api.conftest import ALBUM, COVER, COVER_REQUEST, PAGE, ApiClient, assert_error, put_cover

UNKNOWN_ID = COVER[:-1] + "0"


def test_created_cover_can_be_watched_at_its_location(ada, step_functions):
    options = {"direction": "at sea", "variation": 7}
    response = ada.call("POST", "/api/covers", {**COVER_REQUEST, "options": options})
    assert response.status == 202
    assert response.body["status"] == "accepted"
    assert re.fullmatch(r"\d{8}T\d{9}-[0-9a-f]{10}", response.body["cover_id"])
    assert response.headers["Location"] == f"/api/covers/{response.body['cover_id']}"
    assert step_functions.started[response.body["cover_id"]]["options"]["direction"] == "at sea"
    cover = ada.call("GET", response.headers["Location"])
    assert cover.status == 200
    assert (cover.body["status"], cover.body["step"]) == ("accepted", None)
    assert cover.body["options"]["variation"] == 7
    assert cover.body["songs"] == cover.body["left_out"] == []
    assert cover.body["prompt"] is cover.body["painting"] is cover.body["images"] is None


def test_idempotency_key_creates_one_cover(ada, bob, step_functions):
    first, second = (ada.call("POST", "/api/covers", COVER_REQUEST, idempotency_key="k") for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body) == (202, second.body)
    bobs = bob.call("POST", "/api/covers", COVER_REQUEST, idempotency_key="k")
    assert bobs.body["cover_id"] != first.body["cover_id"]
    assert len(step_functions.started) == 2
    assert len({ada.call("POST", "/api/covers", COVER_REQUEST).body["cover_id"] for _ in range(2)}) == 2


def test_used_idempotency_key_is_a_conflict_for_another_cover(ada, step_functions):
    cover_id = ada.call("POST", "/api/covers", COVER_REQUEST, idempotency_key="k").body["cover_id"]
    response = ada.call("POST", "/api/covers", {**COVER_REQUEST, "options": {"variation": 1}}, idempotency_key="k")
    assert_error(response, 409, "idempotency_conflict")
    assert len(step_functions.started) == 1
    ada.call("DELETE", f"/api/covers/{cover_id}")
    assert ada.call("POST", "/api/covers", COVER_REQUEST, idempotency_key="k").code == "idempotency_conflict"


def test_daily_limit_error_says_when_the_limit_resets(ada, monkeypatch):
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    for _ in range(3):
        assert ada.call("POST", "/api/covers", COVER_REQUEST).status == 202
    response = ada.call("POST", "/api/covers", COVER_REQUEST)
    assert_error(response, 429, "daily_limit_reached")
    assert "midnight" in response.message
    assert 0 < int(response.headers["Retry-After"]) <= 86_400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "source"),
        ({"source": {"kind": "radio"}}, "source"),
        ({"source": {"kind": "playlist"}}, "playlist_id"),
        ({"source": {"kind": "playlist", "playlist_id": "../x"}}, "playlist_id"),
        ({"source": {"kind": "top_artists", "count": 51}}, "count"),
        ({**COVER_REQUEST, "options": {"style_strength": 1.5}}, "style_strength"),
        ({**COVER_REQUEST, "options": {"colour": "red"}}, "colour"),
        ({**COVER_REQUEST, "options": {"lettering": "text"}}, "lettering_text"),
        ({**COVER_REQUEST, "options": {"lettering": "text", "lettering_text": " "}}, "lettering_text"),
        ({**COVER_REQUEST, "options": {"lettering": "text", "lettering_text": "x" * 41}}, "lettering_text"),
        ({**COVER_REQUEST, "options": {"lettering": "text", "lettering_text": "a\nb"}}, "lettering_text"),
        ({**COVER_REQUEST, "options": {"lettering": "title", "lettering_text": "x"}}, "lettering_text"),
        ({**COVER_REQUEST, "options": {"second_line": "vol. 2"}}, "second_line"),
        ({**COVER_REQUEST, "options": {"look": "sepia"}}, "look"),
        ({**COVER_REQUEST, "listener_id": "bob"}, "listener_id"),
        ([], "body"),
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        ('{"source": ' + "9" * 5000 + "}", "JSON"),
        ('{"source": {"kind": "top_artists"}, "options": {"style_strength": NaN}}', "style_strength"),
        ('{"source": {"kind": "top_artists"}, "options": {"prompt": "\\ud800"}}', "prompt"),
        (None, "body"),
    ],
)
def test_invalid_request_is_refused_and_its_field_named(ada, step_functions, body, field):
    response = ada.call("POST", "/api/covers", body)
    assert_error(response, 422, "invalid_request")
    assert field in response.message
    assert step_functions.started == {}


def test_done_cover_shows_the_result_of_each_step(ada):
    response = ada.call("GET", f"/api/covers/{put_cover('ada')}")
    assert response.status == 200
    cover = response.body
    [song] = cover["songs"]
    assert song["artwork"] == f"/api/covers/{COVER}/artwork/0"
    assert [detected["label"] for detected in song["objects"]] == ["cat"]
    assert cover["left_out"] == [{"album": "Sleeve", "reason": "Torn."}]
    assert set(cover["prompt"]) == {"text", "phrases", "palette", "mood", "style_albums", "lettering"}
    assert cover["painting"]["cost_usd"] == 0.006
    assert "key" not in cover["painting"]
    assert cover["images"]["master"] == f"/api/covers/{COVER}/image?kind=master&candidate=0"
    assert cover["timings"]["detect"]["seconds"] == 0.5
    assert cover["thumbnail"] == f"/api/covers/{COVER}/image?kind=thumbnail&candidate=0"
    assert cover["alt"] == "a cat."
    for url in (song["artwork"], cover["painting"]["image"], *cover["images"].values()):
        path, *query = url.split("?")
        parameters = dict(part.split("=") for text in query for part in text.split("&"))
        assert ada.call("GET", path, query=parameters).status == 302


def test_requested_cover_may_replace_the_own_playlist_image(ada, step_functions):
    source = {"kind": "playlist", "playlist_id": "x1"}
    response = ada.call("POST", "/api/covers", {"source": source, "options": {"publish": True}})
    execution_input = step_functions.started.pop(response.body["cover_id"])
    assert (execution_input["replace_own"], execution_input["options"]["publish"]) == (True, True)
    # Top artists have no playlist, and one of several candidates would have to be chosen first.
    body = {"source": source, "options": {"publish": True, "candidates": 2}}
    assert_error(ada.call("POST", "/api/covers", body), 422, "invalid_request")
    response = ada.call("POST", "/api/covers", {**COVER_REQUEST, "options": {"publish": True}})
    assert_error(response, 422, "invalid_request")
    assert "choose a playlist" in response.message
    assert step_functions.started == {}


@pytest.mark.parametrize(
    ("painting", "text"), [({"backend": "openai"}, "A brief"), ({"backend": "painter"}, "A cat"), ({}, "A brief")]
)
def test_prompt_is_what_the_backend_received(painting, text):
    prompt = {"text": "A cat", "phrases": [], "palette": [], "mood": "warm", "style_albums": []}
    item = {"prompt": {**prompt, "brief": {"text": "A brief", "phrases": []}}, "painting": painting}
    assert read_prompt(item)["text"] == text
    assert read_prompt({**item, "prompt": prompt})["text"] == "A cat"


def test_look_must_be_an_own_cover_with_a_prompt(ada, bob, step_functions):
    def share(look):
        return ada.call("POST", "/api/covers", {**COVER_REQUEST, "options": {"look": look}})

    put_cover("bob")
    for look in (COVER, UNKNOWN_ID):
        assert_error(share(look), 404, "not_found")
    put_cover("ada", done=False)
    response = share(COVER)
    assert_error(response, 422, "invalid_request")
    assert "no prompt" in response.message
    assert share("x").code == "invalid_request"
    assert step_functions.started == {}
    cover_id = share(put_cover("ada")).body["cover_id"]
    assert step_functions.started[cover_id]["options"]["look"] == COVER


def test_failed_cover_says_why_until_it_expires(ada):
    put_cover("ada", done=False)
    now = datetime.now(UTC)
    dependencies.get_covers().mark_failed("ada", COVER, "no_top_artists", "None.", now)
    cover = ada.call("GET", f"/api/covers/{COVER}").body
    assert (cover["status"], cover["error"]) == ("failed", {"code": "no_top_artists", "message": "None."})
    assert cover["cover_url"] is None
    put_cover("ada", done=False)
    dependencies.get_covers().mark_failed("ada", COVER, "x", "X.", now - timedelta(days=31))
    assert ada.call("GET", "/api/covers").body["items"] == []


def test_image_redirects_to_the_regional_bucket_for_5_minutes(ada):
    put_cover("ada")
    response = ada.call("GET", f"/api/covers/{COVER}/image", query={"kind": "steps"})
    assert (response.status, response.headers["Cache-Control"]) == (302, "no-store")
    cover_url = ada.call("GET", f"/api/covers/{COVER}").body["cover_url"]
    for name, url in (("steps", response.headers["Location"]), ("cover", cover_url)):
        assert url.startswith(f"https://bucket.s3.us-east-1.amazonaws.com/covers/ada/{COVER}/{name}.jpg?")
        assert "X-Amz-Expires=300" in url
        assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url


def test_missing_image_is_not_found(ada):
    put_cover("ada", done=False)
    assert ada.call("GET", f"/api/covers/{COVER}/image").code == "not_found"
    assert ada.call("GET", f"/api/covers/{COVER}/artwork/0").code == "not_found"
    put_cover("ada")
    assert ada.call("GET", f"/api/covers/{COVER}/artwork/1").code == "not_found"
    dependencies.get_bucket().delete_prefix(f"artwork/ada/{ALBUM}.jpg")
    assert ada.call("GET", f"/api/covers/{COVER}/artwork/0").code == "not_found"


def test_covers_are_listed_in_pages_newest_first(ada, bob):
    ids = [f"20261122T1200000{n:02d}-0123456789" for n in range(5)]
    for cover_id in ids:
        put_cover("ada", cover_id, done=False)
    put_cover("bob", done=False)
    page_ids, query = [], {"limit": 2}
    for size in (2, 2, 1):
        page = ada.call("GET", "/api/covers", query=query)
        assert (page.status, len(page.body["items"])) == (200, size)
        page_ids += [item["cover_id"] for item in page.body["items"]]
        query["cursor"] = page.body["next"]
    assert page.body["next"] is None
    assert page_ids == ids[::-1]
    assert ada.call("GET", "/api/covers", query={"limit": 5}).body["next"] is None


def test_candidates_are_shown_and_one_can_be_chosen(ada):
    cover_id = put_cover("ada", finished=(1, 2))
    cover = ada.call("GET", f"/api/covers/{cover_id}").body
    candidates = cover["candidates"]
    assert [candidate["status"] for candidate in candidates] == ["failed", "done", "done"]
    assert [candidate["chosen"] for candidate in candidates] == [False, True, False]
    for name in ("prompt", "painting", "images", "style_note", "lettering_note", "alt"):
        assert cover[name] == candidates[1][name]
    path = f"/api/covers/{cover_id}/choose"
    for index, status in ((0, 409), (3, 404), (4, 422), (2, 200), (2, 200)):
        response = ada.call("POST", path, {"candidate": index})
        assert response.status == status, index
    assert [candidate["chosen"] for candidate in response.body["candidates"]] == [False, False, True]
    assert response.body["images"]["cover"] == f"/api/covers/{cover_id}/image?kind=cover&candidate=2"
    location = ada.call("GET", f"/api/covers/{cover_id}/image").headers["Location"]
    assert f"/covers/ada/{cover_id}/2/cover.jpg?" in location
    assert ada.call("GET", f"/api/covers/{cover_id}/image", query={"candidate": 0}).code == "not_found"
    assert ada.call("GET", "/api/covers").body["items"][0]["thumbnail"].endswith("&candidate=2")


@pytest.mark.parametrize(
    ("key_is_stored", "options", "count"),
    [(False, {}, 4), (True, {}, 1), (True, {"candidates": 3}, 3), (False, {"publish": True}, 1)],
)
def test_painter_makes_four_candidates_by_default(ada, step_functions, key_is_stored, options, count):
    if key_is_stored:
        name = "/cover-art/openai_api_key"
        clients.get_client("ssm").put_parameter(Name=name, Value="x", Type="SecureString")
    source = {"kind": "playlist", "playlist_id": "x1"}
    cover_id = ada.call("POST", "/api/covers", {"source": source, "options": options}).body["cover_id"]
    assert (step_functions.started[cover_id]["options"].get("candidates") or 1) == count
    candidates = ada.call("GET", f"/api/covers/{cover_id}").body["candidates"]
    assert [candidate["status"] for candidate in candidates] == ["waiting"] * count


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Rain: on/the “Skylight”", ["Rain_ on_the _Skylight_.jpg", "Rain_%20on_the%20%E2%80%9CSkylight%E2%80%9D.jpg"]),
        ('..\r\n"; x', ["___; x.jpg", "___%3B%20x.jpg"]),
    ],
)
def test_download_has_the_playlists_name(ada, title, names):
    put_cover("ada", playlist_id="x1", title=title)
    query = {"kind": "cover", "download": "true"}
    location = ada.call("GET", f"/api/covers/{COVER}/image", query=query).headers["Location"]
    [disposition] = parse_qs(urlsplit(location).query)["response-content-disposition"]
    assert disposition == f"attachment; filename=\"{names[0]}\"; filename*=UTF-8''{names[1]}"


def test_like_names_a_candidate_with_a_prompt(ada, step_functions):
    put_cover("ada", finished=(0, 1))
    like = {"cover_id": COVER, "candidate": 1}
    cover_id = ada.call("POST", "/api/covers", {**COVER_REQUEST, "options": {"like": like}}).body["cover_id"]
    assert step_functions.started[cover_id]["options"]["like"] == like
    for options, status in (
        ({"like": {**like, "candidate": 2}}, 422),
        ({"like": like, "look": COVER}, 422),
        ({"like": {**like, "cover_id": UNKNOWN_ID}}, 404),
    ):
        assert ada.call("POST", "/api/covers", {**COVER_REQUEST, "options": options}).status == status


def test_shared_cover_has_a_public_page_until_it_is_taken_back(ada, bob):
    put_cover("ada", playlist_id="x1", title="<b>Rain</b>", finished=(0, 1))
    path, stranger = f"/api/covers/{COVER}/share", ApiClient()
    url = ada.call("POST", path).body["url"]
    assert ada.call("POST", path).body["url"] == url
    page_path = url.removeprefix(PAGE)
    assert ada.call("GET", f"/api/covers/{COVER}").body["share_url"] == page_path
    page = stranger.call("GET", page_path)
    assert page.status == 200
    assert f'<meta property="og:image" content="{url}/image">' in page.body
    for text in ("<h1>&lt;b&gt;Rain&lt;/b&gt;</h1>", "https://open.spotify.com/playlist/x1", 'alt="a cat."'):
        assert text in page.body
    assert "ada" not in page.body
    assert "script" not in page.headers["Content-Security-Policy"]
    ada.call("POST", f"/api/covers/{COVER}/choose", {"candidate": 1})
    assert f"/{COVER}/1/cover.jpg?" in stranger.call("GET", f"{page_path}/image").headers["Location"]
    assert bob.call("DELETE", path).code == "not_found"
    assert ada.call("DELETE", path).status == 204
    for address in (page_path, f"{page_path}/image", "/shared/x"):
        assert stranger.call("GET", address).code == "not_found"
    assert ada.call("POST", path).body["url"] != url


def test_public_page_ends_with_its_cover(ada):
    put_cover("ada")
    url = ada.call("POST", f"/api/covers/{COVER}/share").body["url"]
    ada.call("DELETE", f"/api/covers/{COVER}")
    assert ApiClient().call("GET", url.removeprefix(PAGE)).code == "not_found"
    items = clients.get_table("KeysTable").scan()["Items"]
    assert not [item for item in items if item["key"].startswith("shared#")]


def test_cover_with_another_title_has_the_options_of_the_first(ada, step_functions):
    put_cover("ada", finished=(0, 1))
    options = {"retitle": {"cover_id": COVER, "candidate": 1}, "lettering": "text", "lettering_text": "Hail"}
    response = ada.call("POST", "/api/covers", {**COVER_REQUEST, "options": {**options, "style_strength": 1}})
    started = step_functions.started[response.body["cover_id"]]["options"]
    assert (started["variation"], started["candidates"], "style_strength" in started) == (1, 1, False)
    assert {name: started[name] for name in options} == options
    for reference, status in (({"cover_id": COVER, "candidate": 2}, 422), ({"cover_id": UNKNOWN_ID}, 404)):
        body = {**COVER_REQUEST, "options": {**options, "retitle": reference}}
        assert ada.call("POST", "/api/covers", body).status == status
    bulk = {"dry_run": False, "options": options}
    assert_error(ada.call("POST", "/api/covers/bulk", bulk), 422, "invalid_request")


def test_title_on_the_picture_is_part_of_its_description():
    lettering = {"title": "Rain", "second_line": "vol. 2"}
    prompt = {"phrases": [], "text": "A cat", "lettering": lettering}
    results = {"prompt": prompt, "painting": {"backend": "painter"}}
    assert describe_picture({**results, "pictures": {"cap_height": 0.1}}) == "A cat. Title: “Rain”, “vol. 2”."
    assert describe_picture({**results, "pictures": {"cap_height": None}}) == "A cat"
    assert describe_picture({}) == ""
