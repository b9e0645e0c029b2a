"""Whose a playlist's image is, what is kept before it is replaced, and what is left where that is interrupted."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import requests
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import ListenerNotFoundError, NotFoundError, SpotifyUnavailableError, StorageUnavailableError
from coverart.images.compare import are_same_image
from coverart.images.jpeg import MAX_COVER_BYTES, encode_cover_jpeg
from coverart.pipeline.publish_image import PlaylistImagePublisher, create_image_publisher
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import backup_key, backup_prefix, cover_file_key
from coverart.store.listeners import Listeners
from coverart.store.publish_history import HistoryEntry, PublishHistory
from scripts import assets
from scripts.standins.catalogue import spotify_id
from scripts.standins.serving import Fault
from scripts.standins.spotify import Standin

MOSAIC = ["Purr", "Neap", "Redshift", "Shovel"]


@cache
def picture(name: str) -> bytes:
    with Image.open(assets.pictures()[name]) as opened:
        return encode_cover_jpeg(opened.convert("RGB").resize((1024, 1024)))


COVER, OTHER, OWN = (picture(name) for name in ("astronaut", "motorcycle_left", "chelsea"))


@pytest.fixture
def setter(listener_id: str) -> PlaylistImagePublisher:
    return replace(create_image_publisher(listener_id), sleep=lambda _: None)


@pytest.fixture
def ask(setter: PlaylistImagePublisher) -> Callable[..., HistoryEntry]:
    """Adds an entry with a cover of its own, each later than the one before."""
    began, count = datetime(2026, 11, 22, tzinfo=UTC), iter(range(1000))

    def ask(playlist_id: str, jpeg: bytes = COVER, **more: Any) -> HistoryEntry:
        now = began + timedelta(seconds=next(count))
        entry_id = new_cover_id(now)
        key = cover_file_key(setter.listener_id, entry_id, "cover.jpg")
        setter.bucket.put(key, jpeg, "image/jpeg")
        told = {"cover_id": entry_id, "picture": key, "playlist_name": "List", "asked_at": now, **more}
        return setter.history.add(setter.listener_id, HistoryEntry(playlist_id=playlist_id, entry_id=entry_id, **told))

    return ask


def applied(setter: PlaylistImagePublisher, entry: HistoryEntry, replace_own: bool = False) -> HistoryEntry:
    """The entry as it is stored then."""
    given = setter.apply(entry.playlist_id, entry.entry_id, replace_own)
    stored = setter.history.get(setter.listener_id, entry.playlist_id, entry.entry_id)
    assert given == stored
    return stored


def puts(standin: Standin) -> int:
    return sum(request["method"] == "PUT" for request in standin.state.recorder.requests)


def kept(setter: PlaylistImagePublisher) -> list[str]:
    listed = setter.bucket.s3.list_objects_v2(Bucket=setter.bucket.name, Prefix="kept/")
    return [entry["Key"] for entry in listed.get("Contents", [])]


def served(standin: Standin, playlist: str) -> bytes:
    return requests.get(f"{standin.url}/image/{standin.state.image_ids[playlist]}", timeout=10).content


def fail(standin: Standin, path: str, status: int, method: str = "PUT", **more: Any) -> None:
    more = {"body": {"error": {"status": status, "message": "Something"}}, **more}
    standin.state.recorder.faults.append(Fault(path, status, method=method, **more))


# Whose it is.


@pytest.mark.parametrize("titles", [MOSAIC, MOSAIC[:3], MOSAIC[:1], []], ids=["mosaic", "three", "one", "none"])
@pytest.mark.parametrize("mode", ["development", "extended"])
def test_where_nobody_set_an_image_the_cover_is_set(
    setter: PlaylistImagePublisher,
    ask: Callable[..., HistoryEntry],
    spotify_standin: Standin,
    titles: list[str],
    mode: Any,
) -> None:
    spotify_standin.state.mode = mode
    playlist = spotify_standin.state.add_playlist("List", titles)
    entry = applied(setter, ask(playlist))
    assert (entry.status, entry.code, entry.note) == ("set", None, None)
    assert entry.set_at is not None
    assert entry.replaced is not None
    assert (entry.replaced.whose, entry.replaced.kept) == ("nobody", None)
    assert spotify_standin.state.uploads[playlist] == [COVER]
    assert entry.image_id == spotify_standin.state.image_ids[playlist]
    assert entry.picture == backup_key(setter.listener_id, playlist, entry.entry_id)
    assert setter.bucket.get(entry.picture) == COVER
    assert kept(setter) == [entry.picture]


def test_the_listeners_own_image_stays_where_nobody_asked_to_replace_it(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    entry = applied(setter, ask(playlist))
    assert (entry.status, entry.code, entry.replaced) == ("not_set", "playlist_image_is_own", None)
    assert entry.message is not None
    assert "gallery" in entry.message
    assert (puts(spotify_standin), kept(setter)) == (0, [])


def test_the_listeners_own_image_is_kept_byte_for_byte_before_it_is_replaced(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    shown, image_id = served(spotify_standin, playlist), spotify_standin.state.image_ids[playlist]
    entry = applied(setter, ask(playlist), replace_own=True)
    assert entry.status == "set"
    assert entry.replaced is not None
    assert entry.replaced.model_dump() == {
        "whose": "own",
        "image_id": image_id,
        "kept": backup_key(setter.listener_id, playlist, f"own-{image_id}"),
    }
    assert setter.bucket.get(str(entry.replaced.kept)) == shown


def test_what_we_set_before_is_replaced_without_asking_and_not_kept_again(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    first = applied(setter, ask(playlist))
    second = applied(setter, ask(playlist, OTHER))
    assert second.status == "set"
    assert second.replaced is not None
    assert (second.replaced.whose, second.replaced.image_id) == ("ours", first.image_id)
    assert sorted(kept(setter)) == sorted([first.picture, second.picture])


def test_the_same_cover_set_twice_is_confirmed_by_its_new_id(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    first, second = applied(setter, ask(playlist)), applied(setter, ask(playlist))
    assert first.image_id != second.image_id == spotify_standin.state.image_ids[playlist]


def test_what_the_listener_set_after_us_is_their_own(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    applied(setter, ask(playlist))
    spotify_standin.state.set_image(playlist, OWN)
    assert applied(setter, ask(playlist, OTHER)).code == "playlist_image_is_own"


# The way back.


def test_undo_puts_the_kept_image_back_byte_for_byte_and_it_is_the_listeners_own_again(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    cover = applied(setter, ask(playlist), replace_own=True)
    assert cover.replaced is not None
    own = cover.replaced.kept
    undo = applied(setter, ask(playlist, cover_id=None, picture=own, undoes=cover.entry_id), replace_own=True)
    assert (undo.status, undo.note, undo.picture) == ("set", None, own)
    assert spotify_standin.state.uploads[playlist] == [COVER, setter.bucket.get(str(own))]
    assert setter.history.get(setter.listener_id, playlist, cover.entry_id).undone
    assert applied(setter, ask(playlist, OTHER)).code == "playlist_image_is_own"
    again = applied(setter, ask(playlist, OTHER), replace_own=True)
    assert again.replaced is not None
    assert (again.status, again.replaced.whose, again.replaced.kept) == ("set", "own", own)


def test_a_kept_image_that_spotify_does_not_take_is_encoded_anew_and_the_entry_says_so(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    grainy, grain = io.BytesIO(), Image.effect_noise((640, 640), 90).convert("RGB")
    Image.blend(Image.open(io.BytesIO(OWN)), grain, 0.5).save(grainy, "JPEG", quality=98, subsampling=0)
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=grainy.getvalue())
    cover = applied(setter, ask(playlist), replace_own=True)
    assert cover.replaced is not None
    own = str(cover.replaced.kept)
    assert len(setter.bucket.get(own)) > MAX_COVER_BYTES
    undo = applied(setter, ask(playlist, cover_id=None, picture=own), replace_own=True)
    assert undo.status == "set"
    assert undo.note is not None
    assert "encoded anew" in undo.note
    sent = spotify_standin.state.uploads[playlist][-1]
    assert 0.8 * MAX_COVER_BYTES < len(sent) <= MAX_COVER_BYTES
    assert are_same_image(sent, setter.bucket.get(own))


def test_an_entry_can_be_set_again_after_its_cover_was_deleted(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    first = ask(playlist)
    done = applied(setter, first)
    setter.bucket.delete_prefix(first.picture)
    assert applied(setter, ask(playlist, picture=done.picture)).status == "set"
    assert spotify_standin.state.uploads[playlist] == [COVER, COVER]


# What is final.


def test_an_own_image_that_cannot_be_kept_is_not_replaced(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    fail(spotify_standin, "/image/", 404, method="GET")
    entry = applied(setter, ask(playlist), replace_own=True)
    assert (entry.status, entry.code, entry.replaced) == ("not_set", "playlist_image_not_kept", None)
    assert (puts(spotify_standin), kept(setter)) == (0, [])


def test_a_cover_whose_picture_is_gone_is_not_set(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    entry = ask(spotify_standin.state.add_playlist("List", MOSAIC))
    setter.bucket.delete_prefix(entry.picture)
    assert applied(setter, entry).code == "unusable_picture"


@pytest.mark.parametrize("playlist", ["somebody-elses", "no-such-playlist"])
def test_only_a_playlist_that_the_listener_owns_gets_an_image(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin, playlist: str
) -> None:
    entry = applied(setter, ask(spotify_id("playlist", playlist)))
    expected = {"somebody-elses": "playlist_not_owned", "no-such-playlist": "playlist_not_found"}
    assert (entry.status, entry.code) == ("not_set", expected[playlist])
    assert puts(spotify_standin) == 0


def test_an_owner_is_known_by_the_id_that_spotify_tells_where_the_profile_has_none(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin, listeners: Listeners
) -> None:
    key = {"listener_id": setter.listener_id, "item": "profile"}
    listeners.table.update_item(Key=key, UpdateExpression="REMOVE user_id")
    assert applied(setter, ask(spotify_standin.state.add_playlist("List", MOSAIC))).status == "set"
    assert any(request["path"] == "/v1/me/" for request in spotify_standin.state.recorder.requests)


@pytest.mark.parametrize(
    ("status", "more", "code"),
    [
        (403, {}, "playlist_not_owned"),
        (403, {"body": {"error": {"message": "Insufficient client scope"}}}, "consent_needed"),
        (403, {"body": "User not registered in the Developer Dashboard"}, "not_allow_listed"),
        (404, {}, "playlist_not_found"),
        (413, {}, "playlist_image_too_large"),
        (429, {"headers": {"Retry-After": "86400"}}, "spotify_cooling_down"),
        (429, {"body": {"error": {"message": "Quota", "reason": "QUOTA_EXCEEDED"}}}, "spotify_cooling_down"),
    ],
)
def test_a_refusal_that_stays_is_told_on_the_entry_and_the_old_image_is_as_it_was(
    setter: PlaylistImagePublisher,
    ask: Callable[..., HistoryEntry],
    spotify_standin: Standin,
    status: int,
    more: dict[str, Any],
    code: str,
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    before = spotify_standin.state.image_ids[playlist]
    fail(spotify_standin, "/images$", status, **more)
    entry = applied(setter, ask(playlist), replace_own=True)
    assert (entry.status, entry.code) == ("not_set", code)
    assert str(entry.message).endswith(".")
    assert spotify_standin.state.image_ids[playlist] == before
    asked = len(spotify_standin.state.recorder.requests)
    assert applied(setter, entry, replace_own=True) == entry
    assert len(spotify_standin.state.recorder.requests) == asked


def test_a_login_that_ended_is_told_on_the_entry(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin, listeners: Listeners
) -> None:
    entry = ask(spotify_standin.state.add_playlist("List", MOSAIC))
    listeners.mark_reconnect(setter.listener_id, listeners.get(setter.listener_id).tokens)
    assert applied(setter, entry).code == "reconnect_needed"


# What passes, and crashes.


def test_a_failure_that_passes_is_tried_again_and_nothing_is_done_twice(
    setter: PlaylistImagePublisher,
    ask: Callable[..., HistoryEntry],
    spotify_standin: Standin,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    stored: list[str] = []
    put = Bucket.put
    monkeypatch.setattr(Bucket, "put", lambda self, key, *more: (stored.append(key), put(self, key, *more))[1])
    fail(spotify_standin, "/images$", 503, times=2)
    entry = ask(playlist)
    stored.clear()
    for _ in range(2):
        with pytest.raises(SpotifyUnavailableError):
            setter.apply(playlist, entry.entry_id, True)
    done = applied(setter, entry, replace_own=True)
    assert done.status == "set"
    assert done.replaced is not None
    assert done.replaced.whose == "own"
    assert spotify_standin.state.uploads[playlist] == [COVER]
    assert sorted(stored) == sorted([str(done.replaced.kept), done.picture])


def test_what_an_earlier_try_left_is_put_anew_so_that_no_sweep_finds_it_old(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    key = backup_key(setter.listener_id, playlist, f"own-{spotify_standin.state.image_ids[playlist]}")
    shown = served(spotify_standin, playlist)
    setter.bucket.put(key, b"left", "image/jpeg")
    assert applied(setter, ask(playlist), replace_own=True).status == "set"
    assert setter.bucket.get(key) == shown


def test_nothing_is_set_before_the_listeners_own_image_is_kept_for_good(
    setter: PlaylistImagePublisher,
    ask: Callable[..., HistoryEntry],
    spotify_standin: Standin,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sweep that came just then took it for something that nobody needs."""
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    entry, update, shown = ask(playlist), PublishHistory.update, served(spotify_standin, playlist)

    def swept(self: PublishHistory, *arguments: Any, **changes: Any) -> HistoryEntry:
        entry = update(self, *arguments, **changes)
        setter.bucket.delete_prefix(f"{backup_prefix(setter.listener_id, playlist)}own-")
        return entry

    with monkeypatch.context() as sweeping:
        sweeping.setattr(PublishHistory, "update", swept)
        with pytest.raises(StorageUnavailableError):
            setter.apply(playlist, entry.entry_id, True)
    assert puts(spotify_standin) == 0
    done = applied(setter, entry, replace_own=True)
    assert done.status == "set"
    assert done.replaced is not None
    assert setter.bucket.get(str(done.replaced.kept)) == shown


@pytest.mark.parametrize("replace_own", [False, True])
def test_an_own_image_that_came_between_two_tries_stays_where_nobody_asked_to_replace_it(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin, replace_own: bool
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    fail(spotify_standin, "/images$", 503)
    entry = ask(playlist)
    with pytest.raises(SpotifyUnavailableError):
        setter.apply(playlist, entry.entry_id, replace_own)
    spotify_standin.state.set_image(playlist, OWN)
    assert applied(setter, entry, replace_own).code == (None if replace_own else "playlist_image_is_own")
    assert spotify_standin.state.images[playlist] == (COVER if replace_own else OWN)


@pytest.mark.parametrize("slow", [False, True], ids=["lost", "too late"])
def test_an_upload_whose_answer_is_lost_is_found_and_not_sent_again(
    setter: PlaylistImagePublisher,
    ask: Callable[..., HistoryEntry],
    spotify_standin: Standin,
    monkeypatch: pytest.MonkeyPatch,
    slow: bool,
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    fail(spotify_standin, "/images$", 502, late=True, delay=1.5 if slow else 0)
    entry = ask(playlist)
    monkeypatch.setenv("SPOTIFY_TIMEOUT_SECONDS", "1" if slow else "10")
    with pytest.raises(SpotifyUnavailableError):
        setter.apply(playlist, entry.entry_id, False)
    assert applied(setter, entry).status == "set"
    assert spotify_standin.state.uploads[playlist] == [COVER]


def test_an_upload_that_nobody_waited_for_is_ours_all_the_same(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    fail(spotify_standin, "/images$", 502, late=True)
    lost = ask(playlist)
    with pytest.raises(SpotifyUnavailableError):
        setter.apply(playlist, lost.entry_id, False)
    lost = setter.give_up(setter.history.get(setter.listener_id, playlist, lost.entry_id), "spotify_unavailable", "A.")
    assert lost.status == "not_set"
    shown = spotify_standin.state.image_ids[playlist]
    later = applied(setter, ask(playlist, OTHER))
    assert later.replaced is not None
    assert (later.status, later.replaced.whose, later.replaced.image_id) == ("set", "ours", shown)
    found = setter.history.get(setter.listener_id, playlist, lost.entry_id)
    assert (found.status, found.image_id, found.code) == ("set", shown, None)


@pytest.mark.parametrize("place", range(4))
def test_a_crash_at_any_write_loses_nothing(
    setter: PlaylistImagePublisher,
    ask: Callable[..., HistoryEntry],
    spotify_standin: Standin,
    monkeypatch: pytest.MonkeyPatch,
    place: int,
) -> None:
    """Before the own image is in the bucket, the copy, the entry's `replaced`, and before it is confirming."""
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    own = served(spotify_standin, playlist)
    entry, writes = ask(playlist), iter(range(100))

    def crashing(real: Callable[..., Any]) -> Callable[..., Any]:
        def write(*arguments: Any, **changes: Any) -> Any:
            if next(writes) == place:
                raise KeyboardInterrupt
            return real(*arguments, **changes)

        return write

    monkeypatch.setattr(Bucket, "put", crashing(Bucket.put))
    monkeypatch.setattr(PublishHistory, "update", crashing(PublishHistory.update))
    with pytest.raises(KeyboardInterrupt):
        setter.apply(playlist, entry.entry_id, True)
    done = applied(setter, entry, replace_own=True)
    assert done.status == "set"
    assert done.replaced is not None
    assert done.replaced.whose == "own"
    assert setter.bucket.get(str(done.replaced.kept)) == own
    assert spotify_standin.state.uploads[playlist] == [COVER]
    assert len(kept(setter)) == 2


# What Spotify took and does not show yet.


@pytest.mark.parametrize("reads", [1, 3])
def test_an_image_that_is_shown_a_little_later_is_waited_for(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin, reads: int
) -> None:
    spotify_standin.state.shows_after = reads
    assert applied(setter, ask(spotify_standin.state.add_playlist("List", MOSAIC))).status == "set"


def test_an_image_that_is_not_shown_in_time_is_looked_for_later_and_not_sent_again(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    spotify_standin.state.shows_after = 5
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    entry = applied(setter, ask(playlist))
    assert (entry.status, entry.image_id) == ("confirming", None)
    assert [applied(setter, entry).status for _ in range(3)] == ["confirming", "set", "set"]
    assert spotify_standin.state.uploads[playlist] == [COVER]


def test_an_image_that_is_never_shown_stays_confirming_and_what_is_shown_stays_the_listeners_own(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    spotify_standin.state.shows_after = None
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    entry = applied(setter, ask(playlist), replace_own=True)
    assert [applied(setter, entry).status for _ in range(3)] == ["confirming"] * 3
    assert applied(setter, ask(playlist, OTHER)).code == "playlist_image_is_own"


def test_what_keeps_us_from_looking_does_not_make_an_upload_undone(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    fail(spotify_standin, "/images$", 500, method="GET")
    entry = applied(setter, ask(playlist))
    assert entry.status == "confirming"
    fail(spotify_standin, "/images$", 429, method="GET", headers={"Retry-After": "3600"})
    assert applied(setter, entry).status == "confirming"
    assert applied(create_image_publisher(setter.listener_id), entry).status == "confirming"


def test_a_playlist_that_is_gone_before_it_showed_the_image_is_told(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin
) -> None:
    spotify_standin.state.shows_after = None
    playlist = spotify_standin.state.add_playlist("List", MOSAIC)
    entry = applied(setter, ask(playlist))
    spotify_standin.state.playlists = {}
    entry = applied(setter, entry)
    assert (entry.status, entry.code) == ("not_set", "playlist_not_found")


# Who was forgotten stays so.


@pytest.mark.parametrize("forgotten", [False, True], ids=["cleared", "forgotten"])
def test_what_is_kept_after_the_history_was_cleared_is_removed(
    setter: PlaylistImagePublisher,
    ask: Callable[..., HistoryEntry],
    spotify_standin: Standin,
    monkeypatch: pytest.MonkeyPatch,
    forgotten: bool,
) -> None:
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    entry, put = ask(playlist), Bucket.put

    def put_after(bucket: Bucket, *given: Any) -> None:
        if forgotten:
            Listeners(clients.get_table("ListenersTable")).delete(setter.listener_id)
        setter.history.clear(setter.listener_id, playlist)
        put(bucket, *given)

    monkeypatch.setattr(Bucket, "put", put_after)
    with pytest.raises(NotFoundError):
        setter.apply(playlist, entry.entry_id, True)
    assert kept(setter) == []
    assert puts(spotify_standin) == 0


def test_a_forgotten_listeners_entry_is_not_set(
    setter: PlaylistImagePublisher, ask: Callable[..., HistoryEntry], spotify_standin: Standin, listeners: Listeners
) -> None:
    entry = ask(spotify_standin.state.add_playlist("List", MOSAIC))
    listeners.delete(setter.listener_id)
    with pytest.raises(ListenerNotFoundError):
        setter.apply(entry.playlist_id, entry.entry_id, False)
