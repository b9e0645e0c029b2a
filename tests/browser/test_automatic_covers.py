"""Automatic covers on the page: the rule, the switch per playlist, and failed checks."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from coverart.store.listeners import Listeners, WatchStatus
from coverart.store.playlists import PlaylistRecord, Playlists
from tests.browser import actions
from tests.browser.actions import COVER_TIMEOUT_MS, HOSTILE, LISTENER, enter, find_row, open_playlists
from tests.stack.stack_state import SONGS, wait_for

pytestmark = pytest.mark.usefixtures("new_listener")


def test_new_playlist_gets_automatic_cover(page, local):
    enter(page, local)
    open_playlists(page)
    actions.turn_on_automatic_covers(page)
    expect(find_row(page, "Night Bus Circuits")).to_contain_text("Existing: left alone.")
    expect(page.get_by_text("Not checked yet.")).to_be_visible()

    playlist = local.spotify.state.add_playlist(HOSTILE, SONGS)
    page.get_by_role("button", name="Look now").click()
    expect(page.locator("main").get_by_text("1 new playlist found. Covers are on their way.")).to_be_visible()
    expect(page.get_by_text("Last check today")).to_be_visible()
    expect(find_row(page, HOSTILE)).to_contain_text("Its cover is being made.")
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text("Your playlists were checked less than a minute ago.")).to_be_visible()
    # The gallery only updates the covers that exist when it is opened.
    wait_for(lambda: local.covers.list_page(LISTENER, None, 1, datetime.now(UTC))[0])
    page.get_by_role("link", name="Covers", exact=True).click()
    page.locator(".gallery").get_by_role("link", name=HOSTILE).click(timeout=COVER_TIMEOUT_MS)
    expect(page.get_by_role("button", name="On Spotify", exact=True)).to_be_visible(timeout=COVER_TIMEOUT_MS)
    assert list(local.spotify.state.images) == [playlist]


def test_rule_and_override_are_saved_and_a_failed_check_explained(page, local, inspect):
    enter(page, local)
    open_playlists(page)
    page.get_by_label("Only playlists whose name matches").fill("Mix *")
    actions.turn_on_automatic_covers(page)
    row = find_row(page, "Night Bus Circuits")
    expect(row).to_contain_text("Existing: left alone.")
    inspect("playlists")
    page.get_by_role("button", name="Allow an automatic cover for Night Bus Circuits").click()
    expect(row).to_contain_text("Gets a cover within 15 minutes.")
    page.get_by_role("button", name="Skip an automatic cover for Night Bus Circuits").click()
    expect(row).to_contain_text("Off: you said no cover for this one.")

    listeners, playlists = Listeners(local.table("Listeners")), Playlists(local.table("Listeners"))
    settings = listeners.get(LISTENER).settings
    assert (settings.auto_cover, settings.auto_cover_pattern) == (True, "Mix *")
    playlist = PlaylistRecord(playlist_id=local.spotify.state.add_playlist("Kettle Songs", SONGS), standing="made")
    playlists.save(LISTENER, [playlist])
    check = WatchStatus(at=datetime.now(UTC), code="reconnect_needed", message="Spotify's permission has run out.")
    listeners.save_watch_status(LISTENER, check)
    page.reload()
    expect(page.get_by_role("checkbox", name="Automatic covers")).to_be_checked()
    expect(page.get_by_label("Only playlists whose name matches")).to_have_value("Mix *")
    expect(row).to_contain_text("Off: you said no cover for this one.")
    alert = page.get_by_role("alert").filter(has_text="Your playlists could not be checked")
    expect(alert).to_contain_text("Spotify's permission has run out.")
    expect(alert.get_by_role("link", name="Log in again")).to_be_visible()
    expect(find_row(page, "Kettle Songs")).to_contain_text("Its cover is finished, and will be set on Spotify.")
