"""The main flows in Firefox as Debian has it."""

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.actions import COVER_TIMEOUT_MS, LISTENER, SET_TIMEOUT_MS, log_in, make_covers, open_pick
from tests.browser.test_library import open_library
from tests.stack.stack_state import OWN_IMAGE

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("new_listener")]


def test_firefox_makes_uses_downloads_and_undoes_a_cover(firefox_page, local):
    page, state = firefox_page, local.spotify.state
    playlist = next(playlist.id for playlist in state.playlists.values() if playlist.name == "Night Bus Circuits")
    state.set_image(playlist, OWN_IMAGE)
    log_in(page)
    page.get_by_role("radio", name="Night Bus Circuits").check()
    page.locator(".own-pictures > summary").click()
    page.locator("input[type=file]").first.set_input_files(
        FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=OWN_IMAGE)
    )
    expect(page.get_by_role("checkbox", name="On the cover")).to_be_checked()
    make_covers(page)
    tiles = page.locator(".candidates").get_by_role("radio")
    expect(tiles).to_have_count(4)
    tiles.nth(2).check()
    open_pick(page)
    cover_id = page.url.rpartition("/")[2]
    item = local.covers.get(LISTENER, cover_id)
    assert item is not None
    assert item["chosen"] == 2

    page.get_by_role("button", name="Use on Spotify").click()
    expect(page.get_by_role("button", name="On Spotify", exact=True)).to_be_visible(timeout=SET_TIMEOUT_MS)
    assert state.images[playlist] == local.bucket.get(item["pictures"]["cover"])

    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="For Spotify").click()
    assert download.value.suggested_filename == "Night Bus Circuits.jpg"

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Use on Spotify again")).to_be_visible(timeout=SET_TIMEOUT_MS)


def test_firefox_paints_a_library_in_one_look_and_undoes_it(firefox_page, local):
    page, state = firefox_page, local.spotify.state
    playlists = [playlist.id for playlist in state.playlists.values() if not playlist.hidden]
    for playlist in playlists:
        state.set_image(playlist, OWN_IMAGE)
    log_in(page)
    open_library(page)
    page.get_by_role("radio", name="Zine").check()
    page.get_by_role("button", name="Paint 3 covers").click()
    page.get_by_role("button", name="Set all 3 on Spotify").click(timeout=COVER_TIMEOUT_MS)
    expect(page.get_by_role("button", name="3 on Spotify", exact=True)).to_be_visible(timeout=SET_TIMEOUT_MS)
    page.get_by_role("button", name="Undo all").click()
    expect(page.get_by_role("button", name="Set all 3 on Spotify")).to_be_visible(timeout=SET_TIMEOUT_MS)
