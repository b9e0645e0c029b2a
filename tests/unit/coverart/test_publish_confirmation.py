"""Images that Spotify has accepted and displays some time later, or never."""

import pytest

from coverart.pipeline.publish_image import create_image_publisher
from tests.playlist_images import COVER, OTHER_COVER
from tests.spotify_requests import add_fault


@pytest.mark.parametrize("reads", [1, 3])
def test_image_displayed_a_little_later_is_confirmed(playlist, fake_spotify, reads):
    fake_spotify.state.shows_after = reads
    assert playlist.set_image().status == "set"


def test_image_displayed_much_later_is_not_uploaded_again(playlist, fake_spotify):
    fake_spotify.state.shows_after = 5
    entry = playlist.set_image()
    assert (entry.status, entry.image_id) == ("confirming", None)
    assert [playlist.apply(entry).status for _ in range(3)] == ["confirming", "set", "set"]
    assert playlist.uploads == [COVER]


def test_image_never_displayed_stays_confirming(own_playlist, fake_spotify):
    fake_spotify.state.shows_after = None
    entry = own_playlist.set_image(replace_own=True)
    assert [own_playlist.apply(entry).status for _ in range(3)] == ["confirming"] * 3
    # The displayed image is still the listener's own.
    assert own_playlist.set_image(OTHER_COVER).code == "playlist_image_is_own"


def test_failed_checks_leave_the_entry_confirming(playlist, fake_spotify):
    add_fault(fake_spotify, "/images$", 500, method="GET")
    entry = playlist.set_image()
    assert entry.status == "confirming"
    add_fault(fake_spotify, "/images$", 429, method="GET", headers={"Retry-After": "3600"})
    assert playlist.apply(entry).status == "confirming"
    playlist.publisher = create_image_publisher(playlist.publisher.listener_id)
    assert playlist.apply(entry).status == "confirming"


def test_playlist_deleted_before_display_is_stored_as_not_set(playlist, fake_spotify):
    fake_spotify.state.shows_after = None
    entry = playlist.set_image()
    fake_spotify.state.playlists = {}
    entry = playlist.apply(entry)
    assert (entry.status, entry.code) == ("not_set", "playlist_not_found")
