"""Automatic covers on the page: the rule, the switch per playlist, and failed checks."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from coverart.store.listeners import Listeners, WatchStatus
from coverart.store.playlists import PlaylistRecord, Playlists
from tests.browser.actions import (
    COVER_TIMEOUT_MS,
    HOSTILE,
    LISTENER,
    enter,
    find_row,
    open_playlists,
    save_settings,
    turn_on_automatic_covers,
)
from tests.stack.stack_state import SONGS, invoke_watch, wait_for

pytestmark = pytest.mark.usefixtures("new_listener")


def test_new_playlist_gets_automatic_cover(page, local):
    enter(page, local)
    open_playlists(page)
    expect(find_row(page, "Night Bus Circuits")).to_contain_text("no automatic cover")
    turn_on_automatic_covers(page)
    expect(find_row(page, "Night Bus Circuits")).to_contain_text("existing playlist, skipped")
    expect(page.get_by_text("Your playlists have not been checked yet.")).to_be_visible()

    playlist = local.spotify.state.add_playlist(HOSTILE, SONGS)
    invoke_watch(local)
    page.reload()
    expect(page.get_by_text("Your playlists were last checked on")).to_be_visible()
    expect(find_row(page, HOSTILE)).to_contain_text("cover in progress")
    # The gallery only updates the covers that exist when it is opened.
    wait_for(lambda: local.covers.list_page(LISTENER, None, 1, datetime.now(UTC))[0])
    page.get_by_role("link", name="Covers", exact=True).click()
    page.locator(".gallery").get_by_role("link", name=HOSTILE).click(timeout=COVER_TIMEOUT_MS)
    expect(page.locator(".publish-panel")).to_contain_text(f"{HOSTILE}: Set on", timeout=COVER_TIMEOUT_MS)
    assert list(local.spotify.state.images) == [playlist]


def test_automatic_cover_rule_and_override_are_saved(page, local):
    enter(page, local)
    open_playlists(page)
    page.get_by_role("radio", name="Only those with matching names").check()
    page.get_by_label("Name pattern").fill("Mix *")
    turn_on_automatic_covers(page)
    expect(find_row(page, "Night Bus Circuits")).to_contain_text("existing playlist")
    page.get_by_label("Automatic cover for Night Bus Circuits").select_option("on")
    expect(find_row(page, "Night Bus Circuits")).to_contain_text("gets a cover within minutes")
    page.get_by_label("Automatic cover for Everything at Once").select_option("off")
    expect(find_row(page, "Everything at Once")).to_contain_text("no automatic cover")

    page.get_by_role("link", name="Settings").click()
    page.get_by_role("checkbox", name="Choose by the medium").uncheck()
    page.get_by_role("slider", name="Style strength").fill("40")
    save_settings(page)
    open_playlists(page)
    page.reload()
    expect(page.get_by_role("checkbox", name="Make covers for new playlists")).to_be_checked()
    expect(page.get_by_label("Name pattern")).to_have_value("Mix *")
    expect(page.get_by_label("Automatic cover for Night Bus Circuits")).to_have_value("true")
    expect(page.get_by_label("Automatic cover for Everything at Once")).to_have_value("false")
    settings = Listeners(local.table("Listeners")).get(LISTENER).settings
    assert (settings.style_strength, settings.auto_cover, settings.auto_cover_pattern) == (0.4, True, "Mix *")


def test_failed_playlist_check_is_explained(page, local):
    enter(page, local)
    open_playlists(page)
    turn_on_automatic_covers(page)
    playlist = PlaylistRecord(playlist_id=local.spotify.state.add_playlist("Kettle Songs", SONGS), standing="made")
    Playlists(local.table("Listeners")).save(LISTENER, [playlist])
    failed_check = WatchStatus(
        at=datetime.now(UTC), code="reconnect_needed", message="Spotify's permission has run out."
    )
    Listeners(local.table("Listeners")).save_watch_status(LISTENER, failed_check)
    page.reload()
    alert = page.get_by_role("alert").filter(has_text="Your playlists could not be checked on")
    expect(alert).to_contain_text("Spotify's permission has run out.")
    expect(alert.get_by_role("link", name="Log in again")).to_be_visible()
    expect(find_row(page, "Kettle Songs")).to_contain_text("cover finished, waiting to be set on Spotify")
