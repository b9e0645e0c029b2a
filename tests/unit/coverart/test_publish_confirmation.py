"""Images that Spotify has accepted and displays some time later, or never."""

from collections.abc import Callable

import pytest

from coverart.pipeline.publish_image import PlaylistImagePublisher, create_image_publisher
from coverart.store.publish_history import HistoryEntry
from scripts.fakes.spotify import FakeSpotify
from tests.playlist_images import COVER, MOSAIC, OTHER_COVER, OWN, add_fault, apply

AddEntry = Callable[..., HistoryEntry]


@pytest.mark.parametrize("reads", [1, 3])
def test_image_displayed_a_little_later_is_confirmed(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify, reads: int
) -> None:
    fake_spotify.state.shows_after = reads
    assert apply(publisher, add_entry(fake_spotify.state.add_playlist("List", MOSAIC))).status == "set"


def test_image_displayed_much_later_is_not_uploaded_again(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    fake_spotify.state.shows_after = 5
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    entry = apply(publisher, add_entry(playlist_id))
    assert (entry.status, entry.image_id) == ("confirming", None)
    assert [apply(publisher, entry).status for _ in range(3)] == ["confirming", "set", "set"]
    assert fake_spotify.state.uploads[playlist_id] == [COVER]


def test_image_never_displayed_stays_confirming(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    fake_spotify.state.shows_after = None
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    entry = apply(publisher, add_entry(playlist_id), replace_own=True)
    assert [apply(publisher, entry).status for _ in range(3)] == ["confirming"] * 3
    # The displayed image is still the listener's own.
    assert apply(publisher, add_entry(playlist_id, OTHER_COVER)).code == "playlist_image_is_own"


def test_failed_checks_leave_the_entry_confirming(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    add_fault(fake_spotify, "/images$", 500, method="GET")
    entry = apply(publisher, add_entry(playlist_id))
    assert entry.status == "confirming"
    add_fault(fake_spotify, "/images$", 429, method="GET", headers={"Retry-After": "3600"})
    assert apply(publisher, entry).status == "confirming"
    assert apply(create_image_publisher(publisher.listener_id), entry).status == "confirming"


def test_playlist_deleted_before_display_is_stored_as_not_set(
    publisher: PlaylistImagePublisher, add_entry: AddEntry, fake_spotify: FakeSpotify
) -> None:
    fake_spotify.state.shows_after = None
    playlist_id = fake_spotify.state.add_playlist("List", MOSAIC)
    entry = apply(publisher, add_entry(playlist_id))
    fake_spotify.state.playlists = {}
    entry = apply(publisher, entry)
    assert (entry.status, entry.code) == ("not_set", "playlist_not_found")
