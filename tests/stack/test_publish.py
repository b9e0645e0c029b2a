"""Playlist images on the deployed stack, set by publish and by the apply machine, whatever Spotify does to them."""

import io
import json
import uuid
from datetime import UTC, datetime

import pytest
import requests
from PIL import Image

from coverart.images.jpeg import MAX_COVER_BYTES
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_file_key
from coverart.store.publish_history import HistoryEntry, PublishHistory
from scripts.standins.catalogue import spotify_id
from scripts.standins.serving import Fault
from tests.stack.api_client import until

# Without a style, which is the slowest of a cover.
PUBLISHED = {"publish": True, "style_albums": []}
SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]


def jpeg(colour, grain=0.0):
    picture = io.BytesIO()
    plain = Image.new("RGB", (640, 640), colour)
    noise = Image.effect_noise((640, 640), 90).convert("RGB")
    Image.blend(plain, noise, grain).save(picture, "JPEG", quality=97)
    return picture.getvalue()


OWN, COVER = jpeg("teal"), jpeg("orange")


@pytest.fixture
def demo(local, demo):
    """Whom no test before has cooled down."""
    key = {"listener_id": demo, "item": "profile"}
    local.table("Listeners").update_item(Key=key, UpdateExpression="REMOVE cool_down_until")
    return demo


@pytest.fixture
def playlist(local):
    """With a mosaic. New each time: the history is the stack's."""
    return local.spotify.state.add_playlist(f"Night bus {uuid.uuid4()}", SONGS)


@pytest.fixture
def published(local, demo, playlist):
    """Makes a cover of the playlist and publishes it: its item, once it is done."""

    def publish(**more):
        source = {"kind": "playlist", "playlist_id": playlist, "count": 2}
        cover_id = local.ask(demo, source, key=str(uuid.uuid4()), options=PUBLISHED, **more)
        item = local.wait(demo, cover_id)
        # In every case it is done and in the gallery.
        assert item["status"] == "done", item.get("error")
        assert len(local.keys(f"covers/{demo}/{cover_id}/")) == 5
        return item

    return publish


@pytest.fixture
def history(local):
    return PublishHistory(local.table("Listeners"))


@pytest.fixture
def apply(local, demo, history):
    """Asks for a picture as the API does, and starts the execution; the entry, once that has ended."""

    def apply(playlist, picture=None, **more):
        now = datetime.now(UTC)
        entry_id = new_cover_id(now)
        if picture is None:
            picture = cover_file_key(demo, entry_id, "cover.jpg")
            local.bucket.put(picture, COVER, "image/jpeg")
        asked = {"playlist_id": playlist, "entry_id": entry_id}
        history.add(
            demo, HistoryEntry(**asked, playlist_name="List", cover_id=None, picture=picture, asked_at=now, **more)
        )
        local.client("stepfunctions").start_execution(
            stateMachineArn=local.outputs["ApplyStateMachineArn"],
            name=entry_id,
            input=json.dumps({"listener_id": demo, **asked, "replace_own": True}),
        )
        until(lambda: execution(local, entry_id)["status"] != "RUNNING", every=0.1)
        return history.get(demo, playlist, entry_id)

    return apply


def execution(local, entry_id):
    arn = local.outputs["ApplyStateMachineArn"].replace(":stateMachine:", ":execution:") + f":{entry_id}"
    return local.client("stepfunctions").describe_execution(executionArn=arn)


def fail(local, status, method="PUT", **more):
    more = {"body": {"error": {"status": status, "message": "Something"}}, **more}
    local.spotify.state.recorder.faults.append(Fault("/images$", status, method=method, **more))


def served(local, playlist):
    return requests.get(f"{local.spotify.url}/image/{local.spotify.state.image_ids[playlist]}", timeout=10).content


# The step.


def test_a_cover_becomes_the_image_of_a_playlist_that_shows_a_mosaic(local, demo, playlist, published, history):
    item = published()
    assert item["published"] == {"playlist_image": "set", "entry": item["cover_id"], "code": None, "message": None}
    sent = local.bucket.get(item["pictures"]["cover"])
    assert local.spotify.state.uploads[playlist] == [sent]
    [entry] = history.list_entries(demo, playlist)
    assert (entry.status, entry.replaced.whose) == ("set", "nobody")
    assert entry.image_id == local.spotify.state.image_ids[playlist]
    assert local.keys(f"kept/{demo}/{playlist}/") == [entry.picture]


def test_a_cover_of_top_artists_has_no_playlist(local, demo):
    source = {"kind": "top_artists", "count": 2}
    item = local.wait(demo, local.ask(demo, source, key=str(uuid.uuid4()), options=PUBLISHED))
    assert (item["status"], item["published"]["code"]) == ("done", "invalid_request")


def test_automation_leaves_the_listeners_own_image(local, demo, playlist, history):
    local.spotify.state.set_image(playlist, OWN)
    detail = {"listener_id": demo, "playlist_id": playlist, "name": "List", "snapshot_id": "AAA"}
    entry = {"Source": "coverart", "DetailType": "PlaylistCoverRequested", "EventBusName": local.outputs["BusName"]}
    local.client("events").put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])
    until(lambda: history.list_entries(demo, playlist), every=0.2)
    item = local.wait(demo, history.list_entries(demo, playlist)[0].entry_id)
    assert (item["status"], item["published"]["code"]) == ("done", "playlist_image_is_own")
    assert local.spotify.state.images[playlist] == OWN
    assert playlist not in local.spotify.state.uploads
    assert local.keys(f"kept/{demo}/{playlist}/") == []


def test_a_person_may_have_their_own_image_replaced_and_gets_it_back_byte_for_byte(
    local, demo, playlist, published, history, apply
):
    local.spotify.state.set_image(playlist, OWN)
    own = served(local, playlist)
    item = published(replace_own=True)
    assert item["published"]["playlist_image"] == "set"
    [entry] = history.list_entries(demo, playlist)
    assert entry.replaced.whose == "own"
    assert local.bucket.get(entry.replaced.kept) == own
    undo = apply(playlist, entry.replaced.kept, undoes=entry.entry_id)
    assert (undo.status, undo.note) == ("set", None)
    assert local.spotify.state.uploads[playlist][-1] == own
    assert history.get(demo, playlist, entry.entry_id).undone
    assert published()["published"]["code"] == "playlist_image_is_own"


@pytest.mark.parametrize(
    ("status", "more", "code"),
    [
        (403, {}, "playlist_not_owned"),
        (403, {"body": {"error": {"message": "Insufficient client scope"}}}, "consent_needed"),
        (404, {}, "playlist_not_found"),
        (413, {}, "playlist_image_too_large"),
    ],
    ids=["not the owner", "scope", "gone", "too large"],
)
def test_what_spotify_refuses_is_told_and_the_old_image_stays(local, playlist, published, status, more, code):
    local.spotify.state.set_image(playlist, OWN)
    fail(local, status, **more)
    told = published(replace_own=True)["published"]
    assert (told["playlist_image"], told["code"]) == ("not_set", code)
    assert told["message"].endswith(".")
    assert served(local, playlist) != OWN
    assert local.spotify.state.images[playlist] == OWN


@pytest.mark.parametrize(
    "more",
    [{"headers": {"Retry-After": "86400"}}, {"body": {"error": {"message": "Quota", "reason": "QUOTA_EXCEEDED"}}}],
    ids=["a day", "quota"],
)
def test_a_cool_down_is_kept_and_what_comes_next_fails_fast(local, demo, playlist, published, more):
    fail(local, 429, **more)
    assert published()["published"]["code"] == "spotify_cooling_down"
    asked = len(local.spotify.state.recorder.requests)
    source = {"kind": "playlist", "playlist_id": playlist, "count": 2}
    item = local.wait(demo, local.ask(demo, source, key=str(uuid.uuid4())))
    assert (item["status"], item["error"]["code"]) == ("failed", "spotify_cooling_down")
    assert "UTC" in item["error"]["message"]
    assert len(local.spotify.state.recorder.requests) == asked


def test_a_login_that_ends_in_the_middle_is_told(local, demo, published):
    stored = local.table("Listeners").get_item(Key={"listener_id": demo, "item": "profile"})["Item"]
    local.spotify.state.revoked.add(stored["tokens"]["refresh_token"])
    fail(local, 401, times=2)
    assert published()["published"]["code"] == "reconnect_needed"


def test_a_failure_that_passes_is_waited_out_and_one_image_is_uploaded(local, demo, playlist, published, history):
    fail(local, 503, times=2)
    assert published()["published"]["playlist_image"] == "set"
    assert len(local.spotify.state.uploads[playlist]) == 1
    assert len(history.list_entries(demo, playlist)) == 1


def test_a_failure_that_does_not_pass_leaves_the_cover_in_the_gallery(local, demo, playlist, published, history):
    fail(local, 503, times=20)
    told = published()["published"]
    assert (told["playlist_image"], told["code"]) == ("not_set", "spotify_unavailable")
    [entry] = history.list_entries(demo, playlist)
    assert (entry.status, entry.code, entry.message) == ("not_set", told["code"], told["message"])


def test_an_upload_whose_answer_is_lost_is_found_by_the_next_try(local, demo, playlist, published, history):
    fail(local, 502, late=True)
    assert published()["published"]["playlist_image"] == "set"
    assert len(local.spotify.state.uploads[playlist]) == 1
    [entry] = history.list_entries(demo, playlist)
    assert entry.replaced.whose == "nobody"


@pytest.mark.parametrize(("reads", "becomes"), [(None, "confirming"), (8, "set")], ids=["never", "late"])
def test_what_spotify_takes_and_does_not_show_is_looked_for_by_another_execution(
    local, demo, playlist, published, history, reads, becomes
):
    local.spotify.state.shows_after = reads
    item = published()
    assert item["published"]["playlist_image"] == "confirming"
    machine = local.client("stepfunctions")
    until(lambda: machine.list_executions(stateMachineArn=local.outputs["ApplyStateMachineArn"])["executions"])
    until(lambda: execution(local, item["cover_id"])["status"] == "SUCCEEDED", every=0.1)
    entry = history.get(demo, playlist, item["cover_id"])
    assert entry.status == becomes
    assert len(local.spotify.state.uploads[playlist]) == 1


# The apply machine.


def test_a_kept_image_that_is_too_large_is_encoded_anew_and_the_entry_says_so(local, demo, playlist, apply):
    local.spotify.state.set_image(playlist, jpeg("teal", grain=0.5))
    kept = apply(playlist).replaced.kept
    assert len(local.bucket.get(kept)) > MAX_COVER_BYTES
    undo = apply(playlist, kept)
    assert undo.status == "set"
    assert "encoded anew" in undo.note
    assert len(local.spotify.state.uploads[playlist][-1]) <= MAX_COVER_BYTES


def test_a_playlist_of_somebody_elses_is_not_touched(local, apply):
    entry = apply(spotify_id("playlist", "somebody-elses"))
    assert (entry.status, entry.code) == ("not_set", "playlist_not_owned")
    assert local.spotify.state.uploads == {}


def test_an_execution_that_fails_is_told_on_the_entry(local, demo, playlist, apply, history):
    fail(local, 503, times=20)
    entry = apply(playlist)
    until(lambda: history.get(demo, playlist, entry.entry_id).status == "not_set", every=0.1)
    assert history.get(demo, playlist, entry.entry_id).code == "spotify_unavailable"


def test_no_token_is_in_a_log_or_an_executions_history(local, demo, playlist, apply):
    profile = local.table("Listeners").get_item(Key={"listener_id": demo, "item": "profile"})["Item"]
    entry = apply(playlist)
    arn = execution(local, entry.entry_id)["executionArn"]
    told = local.logs() + json.dumps(
        local.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000), default=str
    )
    assert entry.entry_id in told
    for secret in (profile["tokens"]["access_token"], profile["tokens"]["refresh_token"]):
        assert secret not in told
