"""The deployed stack end to end: real functions and models, with fakes for Spotify and OpenAI only."""

import base64
import io
import json

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
from tests.stack.stack_state import OWN_IMAGE, SONGS, TOP_ARTISTS, put_cover_event, wait_for

# The parts of a prompt that a shared look takes over.
LOOK_PARTS = {"mood", "medium", "era", "colours"}
# Their genres are known to MusicBrainz, and not to Spotify in development mode.
ARTISTS = ("Meadowlark Union", "Gravel Tongue")
IMAGE_SIZES = {"master": (1024, 1024), "cover": (640, 640), "thumbnail": (300, 300)}


def playlist_source(slug):
    return {"kind": "playlist", "playlist_id": spotify_id("playlist", slug), "count": 20}


def take_dead_letters(local, predicate):
    """Empty the dead-letter queue. Return the messages for which `predicate` is true."""
    queue, url = local.client("sqs"), local.outputs["DeadLetterQueueUrl"]
    letters = []
    while messages := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            letters.append(json.loads(message["Body"]))
    return [letter for letter in letters if predicate(letter)]


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


_shared_covers = {}


@pytest.fixture
def shared_cover(local, make_cover, openai_server):
    """A styled cover of twelve top artists, for the tests that only read one; and how often the model was paid."""
    if local.url not in _shared_covers:
        item = make_cover({**TOP_ARTISTS, "count": 12}, style_albums=None)
        _shared_covers[local.url] = item, openai_server.state.paid
    return _shared_covers[local.url]


def test_cover_of_top_artists_is_complete_and_paid_once(local, shared_cover):
    item, paid = shared_cover
    assert_is_complete(local, item, song_count=12)
    assert (paid, item["painting"]["model"]) == (1, "gpt-image-2.6-flare")
    assert item["painting"]["cost_usd"] == pytest.approx(0.006, abs=0.002)
    artworks = item["detected"]["artworks"]
    labels = {artwork["album_id"]: {obj["label"] for obj in artwork["objects"]} for artwork in artworks}
    labels_by_artist = {song["artist"]: labels[song["album_id"]] for song in item["fetched"]["songs"]}
    assert {"person", "portrait", "cat", "cup", "motorcycle"} <= set().union(*labels_by_artist.values())
    # Galaxy, moon and textures show no object.
    assert sum(not artist_labels for artist_labels in labels_by_artist.values()) >= 5


def test_cover_of_a_playlist_with_extended_quota_is_complete(local, make_cover):
    local.spotify.state.mode = "extended"
    item = make_cover({**playlist_source("everything-at-once"), "count": 6})
    assert_is_complete(local, item, song_count=6)


def test_repeated_event_makes_one_cover_and_leaves_the_own_image(local, listener_id):
    playlist = local.spotify.state.add_playlist("Fresh Paint", SONGS, image=OWN_IMAGE)
    detail = {"listener_id": listener_id, "playlist_id": playlist, "name": "Fresh Paint", "snapshot_id": "AAA"}
    put_cover_event(local, detail)
    put_cover_event(local, detail)

    def list_covers():
        return local.covers.list_by_playlist(listener_id).get(playlist, [])

    [cover] = wait_for(list_covers)
    item = local.wait_for_cover(listener_id, cover["cover_id"])
    assert item["status"] == "done", item.get("error")
    assert (item["fetched"]["title"], item["published"]["code"]) == ("Fresh Paint", "playlist_image_is_own")
    assert (local.spotify.state.images[playlist], local.spotify.state.uploads) == (OWN_IMAGE, {})
    assert local.list_keys(f"kept/{listener_id}/{playlist}/") == []
    assert stack_state.accept_event_again(local, detail) == item["cover_id"]
    assert len(list_covers()) == 1
    # A dead letter names the event's playlist or the cover of the execution.
    names = (playlist, item["cover_id"])
    assert take_dead_letters(local, lambda letter: any(name in json.dumps(letter) for name in names)) == []


@pytest.mark.parametrize(
    ("detail", "error"),
    [
        ({"listener_id": "ada", "playlist_id": "../..", "name": "x"}, "InvalidRequestError"),
        ({"listener_id": "nobody", "playlist_id": "37i9dQZF1DX", "name": "x"}, "ListenerNotFoundError"),
    ],
    ids=["invalid id", "unknown listener"],
)
def test_refused_event_reaches_the_dead_letter_queue(local, detail, error):
    put_cover_event(local, detail)

    def is_of_event(letter):
        return letter["requestPayload"].get("detail") == detail

    [letter] = wait_for(lambda: take_dead_letters(local, is_of_event))
    assert letter["responsePayload"]["errorType"] == error
    assert letter["responsePayload"]["errorMessage"].endswith(".")


@pytest.mark.parametrize(
    ("listener", "source", "code"),
    [("demo", playlist_source("corrupt"), "no_usable_artwork"), ("newcomer", TOP_ARTISTS, "no_top_artists")],
    ids=["corrupt artwork", "no top artists"],
)
def test_unusable_source_fails_with_its_own_code(local, listener, source, code):
    listener_id = local.connect(listener)
    item = stack_state.make_cover(local, listener_id, source)
    assert (item["status"], item["error"]["code"]) == ("failed", code)
    assert item["error"]["message"].endswith(".")
    assert not {"fetched", "prompt", "painting", "pictures"} & item.keys()
    assert local.list_keys(f"covers/{listener_id}/{item['cover_id']}/") == []


def genres_by_artist(item):
    return {song["artist"]: song["genres"] for song in item["fetched"]["songs"]}


def texts_by_part(item):
    return {phrase["part"]: phrase["text"] for phrase in item["prompt"]["phrases"]}


def test_missing_genres_are_looked_up_once_at_musicbrainz(local, make_cover):
    for name in ARTISTS:
        local.table("Keys").delete_item(Key=genre_key(spotify_id("artist", name)))
    songs = ["Barefoot Almanac", "Shovel", "Cricket Parliament", "Driveway Hymns"]
    playlist_id = local.spotify.state.add_playlist("Without genres", songs)
    source = {"kind": "playlist", "playlist_id": playlist_id, "count": 20}
    first = make_cover(source)
    assert genres_by_artist(first)["Meadowlark Union"] == ["bluegrass", "folk", "seen live"]
    assert genres_by_artist(first)["Gravel Tongue"] == ["grunge", "slowcore", "seen live"]
    assert {phrase["source"] for phrase in first["prompt"]["phrases"] if phrase["part"] == "medium"} == {"genres"}
    assert sorted(local.musicbrainz.list_searched_artists()) == sorted(ARTISTS)
    assert local.musicbrainz.state.agents[0] == f"CoverArt/{VERSION} ( {local.url} )"
    assert genres_by_artist(make_cover(source)) == genres_by_artist(first)
    assert len(local.musicbrainz.state.recorder.requests) == 2


def test_shared_look_takes_over_phrases_and_style_albums(local, make_cover, shared_cover):
    [first, _], source = shared_cover, {**playlist_source("night-bus-circuits"), "count": 4}
    second = make_cover(source, look=first["cover_id"], style_albums=None)
    first_texts, second_texts = texts_by_part(first), texts_by_part(second)
    assert {part: second_texts[part] for part in LOOK_PARTS} == {part: first_texts[part] for part in LOOK_PARTS}
    assert second["prompt"]["technique"] == first["prompt"]["technique"]
    style_albums = first["prompt"]["style_albums"]
    assert second["prompt"]["style_albums"] == style_albums
    assert not {song["album_id"] for song in second["fetched"]["songs"]} & set(style_albums)
    # stylize has the artwork of these albums: without any, the cover is the painting.
    assert stack_state.measure_change_by_style(local, second) > 3


def test_blocked_prompt_is_shortened_and_paid_once(make_cover, openai_server):
    openai_server.state.fail("moderation_blocked")
    item = make_cover(direction="A bloody knife beside a sleeping cat")
    painting = item["painting"]
    assert (item["status"], painting["backend"]) == ("done", "openai")
    assert painting["note"].endswith("Words about gore and weapons were removed.")
    assert (len(openai_server.state.recorder.requests), openai_server.state.paid) == (2, 1)


def test_title_changes_without_another_payment(local, make_cover, openai_server):
    first = make_cover({**playlist_source("everything-at-once"), "count": 3}, lettering="title", look="block-print")
    lettering = {"lettering": "text", "lettering_text": "Rain", "retitle": {"cover_id": first["cover_id"]}}
    second = make_cover({**playlist_source("everything-at-once"), "count": 3}, look="block-print", **lettering)
    assert [item["status"] for item in (first, second)] == ["done", "done"]
    assert (second["painting"]["backend"], second["painting"]["cost_usd"], openai_server.state.paid) == ("openai", 0, 1)
    paintings, covers = (
        {local.bucket.get(item[result][kind]) for item in (first, second)}
        for result, kind in (("painting", "key"), ("pictures", "master"))
    )
    assert (len(paintings), len(covers)) == (1, 2)
    [height] = {item["pictures"]["cap_height"] for item in (first, second)}
    assert height == pytest.approx(load_looks()["block-print"].cap_height)


def test_same_options_make_the_same_cover(local, make_cover, openai_server):
    openai_server.state.fail("insufficient_quota", times=20)
    first, second = (make_cover(variation=7, style_albums=None) for _ in range(2))
    assert first["cover_id"] != second["cover_id"]
    assert local.bucket.get(first["pictures"]["master"]) == local.bucket.get(second["pictures"]["master"])


def test_aborted_execution_marks_the_cover_as_stopped(local, listener_id, openai_server):
    fault = Fault("/images/generations$", delay=60)
    openai_server.state.recorder.faults.append(fault)
    cover_id = local.request_cover(listener_id, TOP_ARTISTS, key="aborted")
    wait_for(lambda: fault.times == 0)
    local.client("stepfunctions").stop_execution(executionArn=stack_state.execution_arn(local, cover_id))
    item = local.wait_for_cover(listener_id, cover_id)
    fault.released.set()
    assert item["error"]["code"] == "stopped"


def test_candidates_differ_and_one_is_chosen(local, client):
    """Two of three are made at the same time."""
    body = {"source": {"kind": "top_artists", "count": 3}, "options": {"candidates": 3, "style_albums": []}}
    response = client.call("POST", "/api/covers", body)
    item = local.wait_for_cover(client.listener_id, response.json()["cover_id"])
    assert item["status"] == "done", item.get("error")
    url = response.headers["Location"]
    candidates = client.call("GET", url).json()["candidates"]
    assert [(candidate["status"], candidate["error"]) for candidate in candidates] == [("done", None)] * 3
    results = read_candidates(item)
    assert len({local.bucket.get(result["pictures"]["master"]) for result in results}) == 3
    cover = client.call("POST", f"{url}/choose", {"candidate": 2}).json()
    assert cover["images"] == candidates[2]["images"]
    location = client.call("GET", f"{cover['images']['story']}&download=true").headers["Location"]
    download = requests.get(location, timeout=30)
    assert download.headers["Content-Disposition"].startswith('attachment; filename="Top artists (story).jpg"')
    assert download.content == local.bucket.get(results[2]["pictures"]["story"])
    next_id = client.call("POST", "/api/covers", {**body, "options": {"style_albums": []}}).json()["cover_id"]
    next_item = local.wait_for_cover(client.listener_id, next_id)
    seeds = [result["prompt"]["seed"] for result in (*results, next_item)]
    assert seeds == list(range(seeds[0], seeds[0] + 4))
