import re
from datetime import UTC, datetime, timedelta

import pytest

from coverart.aws import clients
from coverart.store.covers import Covers
from tests.api.conftest import ALBUM, COVER, kept, put_cover

ASKED = {"source": {"kind": "top_artists"}}


def test_a_cover_is_asked_for_and_can_be_watched_at_its_location(ada, machine):
    answer = ada.ask("POST", "/api/covers", {**ASKED, "options": {"direction": "at sea", "variation": 7}})
    assert answer.status == 202
    assert answer.body["status"] == "accepted"
    assert answer.headers["Location"] == f"/api/covers/{answer.body['cover_id']}"
    assert machine.started[answer.body["cover_id"]]["options"]["direction"] == "at sea"
    watched = ada.ask("GET", answer.headers["Location"])
    assert watched.status == 200
    assert (watched.body["status"], watched.body["step"]) == ("accepted", None)
    assert watched.body["options"]["variation"] == 7
    assert watched.body["songs"] == watched.body["left_out"] == []
    assert watched.body["prompt"] is watched.body["painting"] is watched.body["images"] is None


def test_an_idempotency_key_makes_one_cover(ada, bob, machine):
    first, second = (ada.ask("POST", "/api/covers", ASKED, idempotency_key="k") for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body) == (202, second.body)
    assert bob.ask("POST", "/api/covers", ASKED, idempotency_key="k").body["cover_id"] != first.body["cover_id"]
    assert len(machine.started) == 2
    assert len({ada.ask("POST", "/api/covers", ASKED).body["cover_id"] for _ in range(2)}) == 2


def test_an_idempotency_key_for_another_cover_is_a_conflict(ada, machine):
    ada.ask("POST", "/api/covers", ASKED, idempotency_key="k")
    answer = ada.ask("POST", "/api/covers", {**ASKED, "options": {"variation": 1}}, idempotency_key="k")
    assert (answer.status, answer.code) == (409, "idempotency_conflict")
    assert len(machine.started) == 1


def test_an_idempotency_key_of_a_deleted_cover_is_a_conflict(ada):
    made = ada.ask("POST", "/api/covers", ASKED, idempotency_key="k").body
    ada.ask("DELETE", f"/api/covers/{made['cover_id']}")
    assert ada.ask("POST", "/api/covers", ASKED, idempotency_key="k").code == "idempotency_conflict"


def test_the_daily_limit_says_when_it_ends(ada):
    for _ in range(3):
        assert ada.ask("POST", "/api/covers", ASKED).status == 202
    answer = ada.ask("POST", "/api/covers", ASKED)
    assert (answer.status, answer.code) == (429, "daily_limit_reached")
    assert "midnight" in answer.body["error"]["message"]
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "source"),
        ({"source": {"kind": "radio"}}, "source"),
        ({"source": {"kind": "playlist"}}, "playlist_id"),
        ({"source": {"kind": "playlist", "playlist_id": "../x"}}, "playlist_id"),
        ({"source": {"kind": "top_artists", "count": 51}}, "count"),
        ({**ASKED, "options": {"style_strength": 1.5}}, "style_strength"),
        ({**ASKED, "options": {"colour": "red"}}, "colour"),
        ({**ASKED, "listener_id": "bob"}, "listener_id"),
        ([], "body"),
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        ('{"source": ' + "9" * 5000 + "}", "JSON"),
        ('{"source": {"kind": "top_artists"}, "options": {"style_strength": NaN}}', "style_strength"),
        ('{"source": {"kind": "top_artists"}, "options": {"prompt": "\\ud800"}}', "prompt"),
        (None, "body"),
    ],
)
def test_a_request_that_cannot_be_is_refused_and_its_field_named(ada, machine, body, field):
    answer = ada.ask("POST", "/api/covers", body)
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert field in answer.body["error"]["message"]
    assert machine.started == {}


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"])
def test_only_json_is_read(ada, kind):
    answer = ada.ask("POST", "/api/covers", "source=x", content_type=kind)
    assert (answer.status, answer.code) == (422, "invalid_request")


@pytest.mark.parametrize("key", ["", "x" * 151])
def test_an_idempotency_key_has_a_length(ada, key):
    assert ada.ask("POST", "/api/covers", ASKED, idempotency_key=key).status == 422


def test_a_cover_that_is_done_tells_how_it_came_about(ada):
    cover = ada.ask("GET", f"/api/covers/{put_cover('ada')}")
    assert cover.status == 200
    [song] = cover.body["songs"]
    assert song["artwork"] == f"/api/covers/{COVER}/artwork/0"
    assert [found["label"] for found in song["objects"]] == ["cat"]
    assert cover.body["left_out"] == [{"album": "Sleeve", "reason": "Torn."}]
    assert set(cover.body["prompt"]) == {"text", "phrases", "palette", "mood", "style_albums"}
    assert cover.body["painting"]["cost_usd"] == 0.006
    assert "key" not in cover.body["painting"]
    assert cover.body["images"]["master"] == f"/api/covers/{COVER}/image?kind=master"
    assert cover.body["timings"]["detect"]["seconds"] == 0.5
    assert cover.body["thumbnail"] == f"/api/covers/{COVER}/image?kind=thumbnail"
    for path in (song["artwork"], cover.body["painting"]["image"], *cover.body["images"].values()):
        assert ada.ask("GET", path.split("?")[0], query=dict(p.split("=") for p in path.split("?")[1:])).status == 302


def test_a_persons_cover_may_replace_their_own_playlist_image(ada, machine):
    source = {"kind": "playlist", "playlist_id": "x1"}
    made = ada.ask("POST", "/api/covers", {"source": source, "options": {"publish": True}}).body["cover_id"]
    assert machine.started[made]["replace_own"] is True
    assert machine.started[made]["options"]["publish"] is True


def test_only_a_playlists_cover_can_become_its_image(ada, machine):
    answer = ada.ask("POST", "/api/covers", {**ASKED, "options": {"publish": True}})
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert "choose a playlist" in answer.body["error"]["message"]
    assert machine.started == {}


def test_a_cover_shares_the_look_of_an_earlier_one(ada, machine):
    made = ada.ask("POST", "/api/covers", {**ASKED, "options": {"look": put_cover("ada")}}).body["cover_id"]
    assert machine.started[made]["options"]["look"] == COVER


def test_a_look_is_of_a_cover_of_ones_own_that_has_a_prompt(ada, bob, machine):
    put_cover("bob")
    for look in (COVER, COVER[:-1] + "0"):
        answer = ada.ask("POST", "/api/covers", {**ASKED, "options": {"look": look}})
        assert (answer.status, answer.code) == (404, "not_found")
    put_cover("ada", done=False)
    answer = ada.ask("POST", "/api/covers", {**ASKED, "options": {"look": COVER}})
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert "no prompt" in answer.body["error"]["message"]
    assert ada.ask("POST", "/api/covers", {**ASKED, "options": {"look": "x"}}).code == "invalid_request"
    assert machine.started == {}


def test_a_cover_that_failed_says_why(ada):
    put_cover("ada", done=False)
    Covers(clients.get_table("CoversTable")).mark_failed("ada", COVER, "no_top_artists", "None.", datetime.now(UTC))
    cover = ada.ask("GET", f"/api/covers/{COVER}").body
    assert (cover["status"], cover["error"]) == ("failed", {"code": "no_top_artists", "message": "None."})


def test_pictures_are_had_for_five_minutes_from_the_buckets_regional_host(ada):
    put_cover("ada")
    answer = ada.ask("GET", f"/api/covers/{COVER}/image", query={"kind": "steps"})
    assert (answer.status, answer.headers["Cache-Control"]) == (302, "no-store")
    address = answer.headers["Location"]
    assert address.startswith(f"https://bucket.s3.us-east-1.amazonaws.com/covers/ada/{COVER}/steps.jpg?")
    assert "X-Amz-Expires=300" in address
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in address


@pytest.mark.parametrize("kind", ["", "raw", "../steps"])
def test_only_known_kinds_of_pictures_are_given(ada, kind):
    put_cover("ada")
    answer = ada.ask("GET", f"/api/covers/{COVER}/image", query={"kind": kind})
    assert (answer.status, answer.code) == (422, "invalid_request")


@pytest.mark.parametrize("n", ["-1", "x", "50", "1e3"])
def test_only_a_songs_place_is_a_place(ada, n):
    put_cover("ada")
    answer = ada.ask("GET", f"/api/covers/{COVER}/artwork/{n}")
    assert (answer.status, answer.code) == (422, "invalid_request")


def test_what_is_not_there_yet_or_no_longer_is_not_found(ada):
    put_cover("ada", done=False)
    assert ada.ask("GET", f"/api/covers/{COVER}/image").code == "not_found"
    assert ada.ask("GET", f"/api/covers/{COVER}/artwork/0").code == "not_found"
    put_cover("ada")
    assert ada.ask("GET", f"/api/covers/{COVER}/artwork/1").code == "not_found"
    clients.get_client("s3").delete_object(Bucket="bucket", Key=f"artwork/ada/{ALBUM}.jpg")
    assert ada.ask("GET", f"/api/covers/{COVER}/artwork/0").code == "not_found"


@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("GET", "/image"), ("GET", "/artwork/0"), ("DELETE", "")])
def test_another_listeners_cover_is_as_unknown_as_one_that_is_none(ada, bob, method, rest):
    put_cover("ada")
    answers = [bob.ask(method, f"/api/covers/{cover}{rest}") for cover in (COVER, COVER[:-1] + "0", "x", "%2e%2e")]
    assert {(answer.status, answer.code) for answer in answers} == {(404, "not_found")}
    assert len({str(answer.body) for answer in answers}) == 1
    assert len(kept(f"covers/ada/{COVER}/")) == 5


def test_covers_are_listed_a_page_at_a_time_the_newest_first(ada, bob):
    ids = [f"20261122T1200000{n:02d}-0123456789" for n in range(5)]
    for cover_id in ids:
        put_cover("ada", cover_id, done=False)
    put_cover("bob", done=False)
    seen, cursor = [], None
    for size in (2, 2, 1):
        page = ada.ask("GET", "/api/covers", query={"limit": 2, **({"cursor": cursor} if cursor else {})})
        assert page.status == 200
        assert len(page.body["items"]) == size
        seen += [item["cover_id"] for item in page.body["items"]]
        cursor = page.body["next"]
    assert cursor is None
    assert seen == ids[::-1]
    assert ada.ask("GET", "/api/covers", query={"limit": 5}).body["next"] is None


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 51}, {"limit": "x"}, {"cursor": "x"}, {"cursor": ""}])
def test_a_page_that_cannot_be_is_refused(ada, query):
    answer = ada.ask("GET", "/api/covers", query=query)
    assert (answer.status, answer.code) == (422, "invalid_request")


def test_a_failed_cover_is_not_listed_once_its_time_is_over(ada):
    put_cover("ada", done=False)
    past = datetime.now(UTC) - timedelta(days=31)
    Covers(clients.get_table("CoversTable")).mark_failed("ada", COVER, "x", "X.", past)
    assert ada.ask("GET", "/api/covers").body["items"] == []


def test_deleting_a_cover_takes_its_pictures_along_and_no_others(ada, machine):
    put_cover("ada")
    put_cover("ada", other := "20261122T120000001-0123456789")
    assert ada.ask("DELETE", f"/api/covers/{COVER}").status == 204
    assert ada.ask("GET", f"/api/covers/{COVER}").code == "not_found"
    assert kept(f"covers/ada/{COVER}/") == []
    assert len(kept(f"covers/ada/{other}/")) == 5
    assert kept("artwork/ada/")
    assert machine.stopped == []
    assert ada.ask("DELETE", f"/api/covers/{COVER}").code == "not_found"


def test_deleting_a_cover_that_is_being_made_stops_it(ada, machine):
    made = ada.ask("POST", "/api/covers", ASKED).body["cover_id"]
    assert ada.ask("DELETE", f"/api/covers/{made}").status == 204
    assert machine.stopped == [f"arn:aws:states:us-east-1:123456789012:execution:covers:{made}"]


def test_a_cover_that_has_not_been_started_can_be_deleted(ada):
    put_cover("ada", done=False)
    assert ada.ask("DELETE", f"/api/covers/{COVER}").status == 204


def test_what_an_interrupted_deletion_left_goes_with_the_next(ada):
    put_cover("ada")
    clients.get_table("CoversTable").delete_item(Key={"listener_id": "ada", "cover_id": COVER})
    assert ada.ask("DELETE", f"/api/covers/{COVER}").code == "not_found"
    assert kept(f"covers/ada/{COVER}/") == []


def test_a_covers_id_has_the_form_that_the_api_documents(ada):
    made = ada.ask("POST", "/api/covers", ASKED).body["cover_id"]
    assert re.fullmatch(r"\d{8}T\d{9}-[0-9a-f]{10}", made)
