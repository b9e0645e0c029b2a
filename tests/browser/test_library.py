"""Covers in one look for many playlists, on the page."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.actions import COVER_TIMEOUT_MS, LISTENER, SET_TIMEOUT_MS, enter, make_playlist_cover
from tests.stack.stack_state import OWN_IMAGE, set_covers_today

pytestmark = pytest.mark.usefixtures("new_listener")


def open_library(page):
    page.get_by_role("link", name="One look", exact=True).click()
    expect(page.get_by_role("button", name="Paint 3 covers")).to_be_visible()


def test_library_is_painted_in_one_look_set_and_undone(page, local, inspect):
    """The day's limit stops it, and it continues after that."""
    state = local.spotify.state
    playlists = {playlist.name: playlist.id for playlist in state.playlists.values() if not playlist.hidden}
    for name in ("Everything at Once", "Rain on the Skylight"):
        state.set_image(playlists[name], OWN_IMAGE)
    enter(page, local)
    open_library(page)
    page.get_by_role("checkbox", name="Night Bus Circuits").uncheck()
    page.get_by_role("radio", name="Zine").check()
    inspect("library")
    set_covers_today(local, LISTENER, 999_999)
    page.get_by_role("button", name="Paint 2 covers").click()
    expect(page.get_by_role("alert")).to_contain_text("limit")
    set_covers_today(local, LISTENER, 0)
    expect(page.get_by_role("button", name="Continue")).to_be_enabled()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Playlists", exact=True).click()  # it goes on meanwhile
    page.get_by_role("link", name="One look", exact=True).click()
    inspect("library-painting")
    button = page.get_by_role("button", name="Set all 2 on Spotify")
    expect(button).to_be_visible(timeout=COVER_TIMEOUT_MS)
    inspect("library-painted")
    assert state.images[playlists["Everything at Once"]] == OWN_IMAGE
    page.reload()
    button.click()
    expect(page.get_by_role("button", name="2 on Spotify", exact=True)).to_be_visible(timeout=SET_TIMEOUT_MS)
    covers = set(state.images.values())
    assert OWN_IMAGE not in covers
    assert playlists["Night Bus Circuits"] not in state.images

    page.get_by_role("button", name="Undo all").click()
    expect(button).to_be_visible(timeout=SET_TIMEOUT_MS)
    assert covers.isdisjoint(state.images.values())


@pytest.mark.long
def test_library_takes_the_look_of_a_cover(page, local):
    playlist = next(p.id for p in local.spotify.state.playlists.values() if p.name == "Night Bus Circuits")
    look = make_playlist_cover(local, playlist)
    enter(page, local)
    open_library(page)
    page.get_by_text("Match another cover").click()
    page.get_by_role("radio", name="Night Bus Circuits").check()
    with page.expect_request(lambda request: request.method == "POST") as request:
        page.get_by_role("button", name="Paint 3 covers").click()
    assert json.loads(request.value.post_data or "")["options"]["look"] == look
    expect(page.get_by_role("button", name="Set all 3 on Spotify")).to_be_visible(timeout=COVER_TIMEOUT_MS)
