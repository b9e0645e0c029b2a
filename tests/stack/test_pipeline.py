"""The deployed stack end to end: real functions and models, with fakes for Spotify and OpenAI only."""

import base64
import io
import uuid

import pytest
import requests
from PIL import Image

from coverart.looks import load_looks
from coverart.models import STEPS
from coverart.store.candidates import read_candidates
from coverart.store.keys import genre_key
from coverart.version import VERSION
from scripts.fakes.catalog import spotify_id
from scripts.fakes.server import Fault
from tests.stack import stack_state
from tests.stack.stack_state import TOP_ARTISTS, put_cover_event, take_dead_letters, wait_for

# The parts of a prompt that a shared look takes over.
LOOK_PARTS = {"mood", "medium", "era", "colours"}
# Known to MusicBrainz with these genres, and to Spotify without any in development mode.
GENRES = {
    "Meadowlark Union": ["bluegrass", "folk", "seen live"],
    "Gravel Tongue": ["grunge", "slowcore", "seen live"],
}
IMAGE_SIZES = {"master": (1024, 1024), "cover": (640, 640), "thumbnail": (300, 300)}


def playlist_source(slug, count=20):
    return {"kind": "playlist", "playlist_id": spotify_id("playlist", slug), "count": count}


def assert_is_complete(local, item, song_count):
    assert item["status"] == "done", item.get("error")
    assert set(item["timings"]) == set(STEPS)
    assert len(item["fetched"]["songs"]) == song_count
    assert item["prompt"]["text"]
    assert item["painting"]["backend"] == "openai"
    images = {kind: Image.open(io.BytesIO(local.bucket.get(key))) for kind, key in item["pictures"].items() if key}
    assert {kind: image.size for kind, image in images.items() if kind not in {"steps", "story"}} == IMAGE_SIZES
    assert images["steps"].width >= 1200
    assert len(base64.b64encode(local.bucket.get(item["pictures"]["cover"]))) <= 255_000


def texts_by_part(item):
    return {phrase["part"]: phrase["text"] for phrase in item["prompt"]["phrases"]}


def test_cover_is_complete_and_lends_another_one_its_look(local, make_cover, openai_server):
    """The first is of top artists, the second of a playlist, where Spotify's extended quota applies."""
    first = make_cover({**TOP_ARTISTS, "count": 12}, style_albums=None)
    assert_is_complete(local, first, song_count=12)
    assert (openai_server.state.paid, first["painting"]["model"]) == (1, "gpt-image-2.6-flare")
    assert first["painting"]["cost_usd"] == pytest.approx(0.006, abs=0.002)
    artworks = first["detected"]["artworks"]
    labels = {artwork["album_id"]: {obj["label"] for obj in artwork["objects"]} for artwork in artworks}
    labels_by_artist = {song["artist"]: labels[song["album_id"]] for song in first["fetched"]["songs"]}
    assert {"person", "portrait", "cat", "cup", "motorcycle"} <= set().union(*labels_by_artist.values())
    # Galaxy, moon and textures show no object.
    assert sum(not artist_labels for artist_labels in labels_by_artist.values()) >= 5

    local.spotify.state.mode = "extended"
    second = make_cover(playlist_source("night-bus-circuits", 4), look=first["cover_id"], style_albums=None)
    assert_is_complete(local, second, song_count=4)
    first_texts, second_texts = texts_by_part(first), texts_by_part(second)
    assert {part: second_texts[part] for part in LOOK_PARTS} == {part: first_texts[part] for part in LOOK_PARTS}
    assert second["prompt"]["technique"] == first["prompt"]["technique"]
    style_albums = first["prompt"]["style_albums"]
    assert second["prompt"]["style_albums"] == style_albums
    assert not {song["album_id"] for song in second["fetched"]["songs"]} & set(style_albums)
    # stylize has the artwork of these albums: without any, the cover is the painting.
    assert stack_state.measure_change_by_style(local, second) > 3


@pytest.mark.parametrize(
    ("detail", "error"),
    [
        pytest.param({"listener_id": "ada", "playlist_id": "../..", "name": "x"}, "InvalidRequestError", id="id"),
        pytest.param({"listener_id": "no", "playlist_id": "37i", "name": "x"}, "ListenerNotFoundError", id="listener"),
    ],
)
def test_refused_event_reaches_the_dead_letter_queue(local, detail, error):
    put_cover_event(local, detail)

    def is_of_event(letter):
        return letter["requestPayload"].get("detail") == detail

    [letter] = wait_for(lambda: take_dead_letters(local, is_of_event))
    assert letter["responsePayload"]["errorType"] == error
    assert letter["responsePayload"]["errorMessage"].endswith(".")


def test_missing_genres_are_looked_up_once_at_musicbrainz(local, listener_id, make_cover):
    keys = {name: genre_key(spotify_id("artist", name)) for name in GENRES}
    for key in keys.values():
        local.table("Keys").delete_item(Key=key)
    playlist_id = local.spotify.state.add_playlist("Without genres", ["Barefoot Almanac", "Shovel"])
    item = make_cover({"kind": "playlist", "playlist_id": playlist_id, "count": 20})
    assert {song["artist"]: song["genres"] for song in item["fetched"]["songs"]} == GENRES
    assert {phrase["source"] for phrase in item["prompt"]["phrases"] if phrase["part"] == "medium"} == {"genres"}
    assert sorted(local.musicbrainz.list_searched_artists()) == sorted(GENRES)
    assert local.musicbrainz.state.agents[0] == f"CoverArt/{VERSION} ( {local.url} )"
    stored = {name: local.table("Keys").get_item(Key=key)["Item"]["genres"] for name, key in keys.items()}
    assert stored == GENRES


def test_title_changes_without_another_payment(local, make_cover, openai_server):
    """The first prompt is blocked, so that a shorter one is paid for."""
    openai_server.state.fail("moderation_blocked")
    source, look = playlist_source("everything-at-once", 3), "block-print"
    first = make_cover(source, lettering="title", look=look, direction="A bloody knife beside a sleeping cat")
    assert first["painting"]["note"].endswith("Words about gore and weapons were removed.")
    assert (len(openai_server.state.recorder.requests), openai_server.state.paid) == (2, 1)

    retitle = {"cover_id": first["cover_id"]}
    second = make_cover(source, look=look, lettering="text", lettering_text="Rain", retitle=retitle)
    assert [item["status"] for item in (first, second)] == ["done", "done"]
    assert (second["painting"]["backend"], second["painting"]["cost_usd"], openai_server.state.paid) == ("openai", 0, 1)
    paintings, covers = (
        {local.bucket.get(item[result][kind]) for item in (first, second)}
        for result, kind in (("painting", "key"), ("pictures", "master"))
    )
    assert (len(paintings), len(covers)) == (1, 2)
    [height] = {item["pictures"]["cap_height"] for item in (first, second)}
    assert height == pytest.approx(load_looks()["block-print"].cap_height)


def test_aborted_execution_marks_the_cover_as_stopped(local, listener_id, openai_server):
    fault = Fault("/images/generations$", delay=60)
    openai_server.state.recorder.faults.append(fault)
    cover_id = local.request_cover(listener_id, TOP_ARTISTS, key="aborted")
    wait_for(lambda: fault.times == 0)
    local.client("stepfunctions").stop_execution(executionArn=stack_state.execution_arn(local, cover_id))
    item = local.wait_for_cover(listener_id, cover_id)
    fault.released.set()
    assert item["error"]["code"] == "stopped"


def test_same_options_make_the_same_cover(local, make_cover, openai_server):
    openai_server.state.fail("insufficient_quota", times=20)
    first, second = (make_cover({**TOP_ARTISTS, "count": 1}, variation=7) for _ in range(2))
    assert first["cover_id"] != second["cover_id"]
    assert local.bucket.get(first["pictures"]["master"]) == local.bucket.get(second["pictures"]["master"])


def test_candidates_differ_and_one_is_chosen(local, client):
    """Two of three are made at the same time. The repeated request makes no other cover."""
    body = {"source": TOP_ARTISTS, "options": {"candidates": 3, "style_albums": []}}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    response, repeated = (client.call("POST", "/api/covers", body, headers=headers) for _ in range(2))
    assert (response.status_code, repeated.json()["cover_id"]) == (202, response.json()["cover_id"])
    item = local.wait_for_cover(client.listener_id, response.json()["cover_id"])
    assert item["status"] == "done", item.get("error")
    url = response.headers["Location"]
    candidates = client.call("GET", url).json()["candidates"]
    assert [(candidate["status"], candidate["error"]) for candidate in candidates] == [("done", None)] * 3
    results = read_candidates(item)
    assert len({local.bucket.get(result["pictures"]["master"]) for result in results}) == 3
    seeds = [result["prompt"]["seed"] for result in results]
    assert seeds == list(range(seeds[0], seeds[0] + 3))
    cover = client.call("POST", f"{url}/choose", {"candidate": 2}).json()
    assert cover["images"] == candidates[2]["images"]
    design, *_ = local.covers.list_designs(client.listener_id, item["cover_id"])
    assert design["prompt"] == {name: results[2]["prompt"][name] for name in ("technique", "motif")}
    location = client.call("GET", f"{cover['images']['story']}&download=true").headers["Location"]
    download = requests.get(location, timeout=30)
    assert download.headers["Content-Disposition"].startswith('attachment; filename="Top artists (story).jpg"')
    assert download.content == local.bucket.get(results[2]["pictures"]["story"])
