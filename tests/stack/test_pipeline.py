"""The deployed stack, end to end: real functions, real models, stand-ins for Spotify and OpenAI alone."""

import base64
import io
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from coverart.models import STEPS
from scripts.standins.catalogue import spotify_id
from tests.stack.api_client import until

TOP_ARTISTS = {"kind": "top_artists", "time_range": "medium_term", "count": 6}
EVERYTHING = {"kind": "playlist", "playlist_id": spotify_id("playlist", "everything-at-once"), "count": 6}
SIZES = {"master": (1024, 1024), "cover": (640, 640), "thumbnail": (300, 300)}


def made(local, listener_id, source, **options):
    """Without a style where none is asked for: it takes a second, and few tests look at it."""
    options = {"style_albums": [], **options}
    cover_id = local.ask(listener_id, source, key=str(uuid.uuid4()), options=options)
    return local.wait(listener_id, cover_id)


def picture(local, key):
    return Image.open(io.BytesIO(local.bucket.get(key)))


def covers_of(local, listener_id):
    query = {":listener": listener_id}
    table = local.table("Covers")
    found = table.query(KeyConditionExpression="listener_id = :listener", ExpressionAttributeValues=query)
    return found["Items"]


def put_event(local, detail, detail_type="PlaylistCoverRequested"):
    entry = {"Source": "coverart", "DetailType": detail_type, "EventBusName": local.outputs["BusName"]}
    body = detail if isinstance(detail, str) else json.dumps(detail)
    answer = local.client("events").put_events(Entries=[{**entry, "Detail": body}])
    assert answer["FailedEntryCount"] == 0


def dead_letters(local, about):
    """Those in the dead-letter queue of which `about` is true; all that are there are taken out."""
    queue, url = local.client("sqs"), local.outputs["DeadLetterQueueUrl"]
    letters = []
    for _ in range(50):
        messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not messages:
            break
        for message in messages:
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            letters.append(json.loads(message["Body"]))
    return [letter for letter in letters if about(letter)]


@dataclass
class Twelve:
    """A cover of twelve top artists, the same for all tests that only look at one: its item, what the image model was
    paid, and the listener's tokens at that time.
    """

    item: dict[str, Any]
    paid: int
    tokens: dict[str, Any]


_twelve = {}


@pytest.fixture
def twelve(local, demo, openai_served):
    if local.url not in _twelve:
        profile = local.table("Listeners").get_item(Key={"listener_id": demo, "item": "profile"})["Item"]
        item = made(local, demo, {**TOP_ARTISTS, "count": 12})
        _twelve[local.url] = Twelve(item, openai_served.state.paid, profile["tokens"])
    return _twelve[local.url]


@pytest.mark.parametrize(("mode", "styles"), [("development", None), ("extended", [])], ids=["development", "extended"])
@pytest.mark.parametrize("source", [TOP_ARTISTS, EVERYTHING], ids=["top_artists", "playlist"])
def test_a_cover_is_made_from_either_source_in_either_mode(local, demo, mode, styles, source):
    local.spotify.state.mode = mode
    item = made(local, demo, source, style_albums=styles)
    assert item["status"] == "done", item.get("error")
    assert set(item["timings"]) == set(STEPS)
    assert len(item["fetched"]["songs"]) == 6
    assert item["prompt"]["text"]
    assert item["painting"]["backend"] == "openai"
    for name, size in SIZES.items():
        assert picture(local, item["pictures"][name]).size == size
    assert picture(local, item["pictures"]["steps"]).width >= 1200
    assert len(base64.b64encode(local.bucket.get(item["pictures"]["cover"]))) <= 255_000


def test_an_event_makes_a_cover_of_its_playlist_and_the_same_event_twice_makes_one(local, demo):
    playlist = local.spotify.state.add_playlist("Fresh Paint", ["Steam Rising", "Neap", "Purr", "Redshift"])
    detail = {"listener_id": demo, "playlist_id": playlist, "name": "Fresh Paint", "snapshot_id": "AAA"}
    put_event(local, detail)
    put_event(local, detail)

    def of_this_playlist():
        return [c for c in covers_of(local, demo) if c["request"]["source"].get("playlist_id") == playlist]

    [cover] = until(of_this_playlist)
    item = local.wait(demo, cover["cover_id"])
    assert item["status"] == "done", item.get("error")
    assert item["fetched"]["title"] == "Fresh Paint"
    put_event(local, detail)
    time.sleep(1)
    assert len(of_this_playlist()) == 1
    # Of the event, or of its cover's execution.
    names = (playlist, item["cover_id"])
    assert dead_letters(local, lambda letter: any(name in json.dumps(letter) for name in names)) == []


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        ({"listener_id": "ada"}, "InvalidRequestError"),
        ({"listener_id": "ada", "playlist_id": "../..", "name": "x"}, "InvalidRequestError"),
        ({"listener_id": "nobody", "playlist_id": "37i9dQZF1DX", "name": "x"}, "ListenerNotFoundError"),
    ],
    ids=["incomplete", "wrong id", "unknown listener"],
)
def test_an_event_that_cannot_be_taken_reaches_the_dead_letter_queue_with_its_reason(local, detail, reason):
    put_event(local, detail)
    [letter] = until(lambda: dead_letters(local, lambda letter: letter["requestPayload"].get("detail") == detail))
    assert letter["responsePayload"]["errorType"] == reason
    assert letter["responsePayload"]["errorMessage"].endswith(".")


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("no-such-playlist", "playlist_not_found"),
        ("empty", "playlist_empty"),
        ("no-songs", "playlist_without_songs"),
        ("somebody-elses", "playlist_forbidden"),
        ("corrupt", "no_usable_artwork"),
        ("giant", "no_usable_artwork"),
        ("elsewhere", "no_usable_artwork"),
        ("no-artwork", "no_usable_artwork"),
    ],
)
def test_a_playlist_that_gives_no_cover_ends_with_its_own_code_and_nothing_half_written(local, demo, slug, code):
    item = made(local, demo, {"kind": "playlist", "playlist_id": spotify_id("playlist", slug), "count": 6})
    assert item["status"] == "failed"
    assert item["error"]["code"] == code
    assert item["error"]["message"].endswith(".")
    assert not {"fetched", "prompt", "painting", "pictures"} & item.keys()
    assert local.keys(f"covers/{demo}/{item['cover_id']}/") == []


def test_a_listener_without_top_artists_reads_so(local):
    newcomer = local.connect("newcomer")
    item = made(local, newcomer, TOP_ARTISTS)
    assert (item["status"], item["error"]["code"]) == ("failed", "no_top_artists")


def test_artwork_that_cannot_be_used_is_left_out_with_a_reason(local, demo):
    mostly_fine = spotify_id("playlist", "mostly-fine")
    item = made(local, demo, {"kind": "playlist", "playlist_id": mostly_fine, "count": 20})
    assert item["status"] == "done", item.get("error")
    assert len(item["fetched"]["songs"]) == 4
    left_out = item["fetched"]["left_out"]
    assert len(left_out) == 4
    assert all(entry["album"] and entry["reason"].endswith(".") for entry in left_out)


def test_the_demos_detections_are_true(twelve):
    item = twelve.item
    labels = {artwork["album_id"]: [o["label"] for o in artwork["objects"]] for artwork in item["detected"]["artworks"]}
    seen = {song["artist"]: set(labels[song["album_id"]]) for song in item["fetched"]["songs"]}
    assert {"person", "cat", "cup", "motorcycle", "horse"} <= set().union(*seen.values())
    assert sum(not labels for labels in seen.values()) >= 5  # galaxy, moon and textures: nothing


def test_the_image_model_is_paid_once_and_what_it_costs_is_on_the_cover(twelve):
    assert twelve.paid == 1
    assert twelve.item["painting"]["cost_usd"] == pytest.approx(0.006, abs=0.002)
    assert twelve.item["painting"]["model"] == "gpt-image-2.6-flare"


def test_a_busy_image_model_is_asked_again(local, demo, openai_served):
    openai_served.state.fail("rate_limited", times=2)
    item = made(local, demo, TOP_ARTISTS)
    assert (item["status"], item["painting"]["backend"]) == ("done", "openai")
    assert openai_served.state.paid == 1


@pytest.mark.parametrize(
    "failure",
    [
        "insufficient_quota",
        "server_error",
        # Blocked once, and busy for a while: the tests before and after. For good: tests/generate/test_studio.py.
        pytest.param("moderation_blocked", marks=pytest.mark.long),
        pytest.param("rate_limited", marks=pytest.mark.long),
    ],
)
def test_where_the_image_model_fails_for_good_the_painter_paints_and_says_why(local, demo, openai_served, failure):
    openai_served.state.fail(failure, times=20)
    item = made(local, demo, TOP_ARTISTS)
    assert item["status"] == "done", item.get("error")
    assert (item["painting"]["backend"], item["painting"]["cost_usd"]) == ("painter", 0)
    assert item["painting"]["note"].endswith(".")
    assert openai_served.state.paid == 0


def test_a_blocked_prompt_is_painted_in_fewer_words_and_paid_once(local, demo, openai_served):
    openai_served.state.fail("moderation_blocked")
    item = made(local, demo, TOP_ARTISTS, direction="A bloody knife beside a sleeping cat")
    painting = item["painting"]
    assert (item["status"], painting["backend"]) == ("done", "openai")
    assert painting["note"].endswith("Left out: words of gore and weapons.")
    assert (len(openai_served.state.recorder.requests), openai_served.state.paid) == (2, 1)


def test_an_image_model_that_never_answers_in_time_is_paid_at_most_twice(local, demo, openai_served):
    openai_served.state.slow_down(3.0, times=20)
    with local.changed("GenerateFunction", OPENAI_TIMEOUT_SECONDS="1"):
        item = made(local, demo, TOP_ARTISTS)
    assert item["status"] == "done", item.get("error")
    assert item["painting"]["backend"] == "painter"
    assert openai_served.state.paid == 2


def test_the_same_options_make_the_same_cover(local, demo, openai_served):
    openai_served.state.fail("insufficient_quota", times=20)
    first, second = (made(local, demo, TOP_ARTISTS, variation=7, style_albums=None) for _ in range(2))
    assert first["cover_id"] != second["cover_id"]
    assert local.bucket.get(first["pictures"]["master"]) == local.bucket.get(second["pictures"]["master"])


def test_an_aborted_execution_is_told_on_the_covers_item(local, demo, openai_served):
    openai_served.state.slow_down(5)
    cover_id = local.ask(demo, TOP_ARTISTS, key=str(uuid.uuid4()))
    until(lambda: (local.covers.get(demo, cover_id) or {}).get("step") == "generate")
    machine = local.client("stepfunctions")
    arn = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{cover_id}"
    machine.stop_execution(executionArn=arn)
    item = local.wait(demo, cover_id)
    assert item["error"]["code"] == "stopped"


def test_a_deleted_cover_stays_deleted(local, demo, openai_served):
    openai_served.state.slow_down(4)
    cover_id = local.ask(demo, TOP_ARTISTS, key=str(uuid.uuid4()))
    until(lambda: (local.covers.get(demo, cover_id) or {}).get("step") == "generate")
    local.table("Covers").delete_item(Key={"listener_id": demo, "cover_id": cover_id})
    arn = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{cover_id}"
    machine = local.client("stepfunctions")
    until(lambda: machine.describe_execution(executionArn=arn)["status"] == "FAILED")
    time.sleep(1)
    assert local.covers.get(demo, cover_id) is None


def test_no_token_and_no_key_is_in_a_log_or_an_executions_history(local, twelve):
    item, tokens = twelve.item, twelve.tokens
    arn = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{item['cover_id']}"
    history = local.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)
    logs = local.logs()
    assert item["cover_id"] in logs
    told = logs + json.dumps(history, default=str)
    for secret in (tokens["access_token"], tokens["refresh_token"], "sk-standin", "standin-client-secret"):
        assert secret not in told
