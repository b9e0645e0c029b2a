"""Covers as images of playlists: set, undone, set again, and refused."""

import json
from dataclasses import replace

import pytest
import requests
from playwright.sync_api import expect

from tests.browser import actions
from tests.browser.actions import COVER_TIMEOUT_MS, HOSTILE, LISTENER, SET_TIMEOUT_MS, adjust, enter, open_tab
from tests.stack.stack_state import OWN_IMAGE, SONGS, make_cover

SET_AT_ONCE = "Make one and set it on Spotify right away"
pytestmark = pytest.mark.usefixtures("new_listener")


@actions.in_both_looks(default="wide-light")
def test_cover_is_set_undone_set_again_and_history_cleared(page, local, inspect):
    """Without the permission to set images, the page offers to log in."""
    state, name = local.spotify.state, "Kettle Songs, and a name that goes on for longer"
    playlist = state.add_playlist(name, SONGS, image=OWN_IMAGE)
    own = requests.get(f"{local.spotify.url}/image/{state.image_ids[playlist]}", timeout=60).content
    enter(page, local)
    adjust(page)
    page.get_by_role("radio", name="Top artists").check()
    expect(page.get_by_role("checkbox", name=SET_AT_ONCE)).to_be_hidden()
    page.get_by_role("radio", name=name).check()
    page.get_by_text("Look", exact=True).click()
    expect(page.get_by_role("radio", name="Its own style")).to_be_checked()
    inspect("make")
    page.get_by_role("checkbox", name=SET_AT_ONCE).check()
    page.get_by_role("button", name="Make and set it").click()
    expect(page.get_by_role("button", name="On Spotify", exact=True)).to_be_visible(timeout=COVER_TIMEOUT_MS)
    cover = state.images[playlist]
    assert cover != own
    actions.open_pick(page)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    inspect("set")

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".facts")).to_contain_text("your own image is back", timeout=SET_TIMEOUT_MS)
    assert state.images[playlist] == own
    page.get_by_role("button", name="Use on Spotify again").click()
    expect(page.get_by_role("button", name="On Spotify", exact=True)).to_be_visible(timeout=SET_TIMEOUT_MS)
    assert state.images[playlist] == cover

    open_tab(page, "Where it is used").get_by_role("link", name="History and undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    entries = page.locator(".entry")
    expect(entries.locator("h3")).to_have_text(["Coverlatest", "Your own image, restored", "Cover"])
    for picture in entries.locator("img.picture").all():
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 0
    expect(entries.nth(2)).to_contain_text("undone since")
    entries.nth(1).get_by_role("button", name="Set again").click()
    expect(entries.locator("h3").first).to_have_text("Your own imagelatest", timeout=SET_TIMEOUT_MS)
    assert state.images[playlist] == own

    page.go_back()
    actions.use_read_only_tokens(local)
    page.get_by_role("button", name="Use on Spotify again").click()
    alert = page.locator(".cover").get_by_role("alert")
    expect(alert).to_contain_text("log in again", ignore_case=True, timeout=SET_TIMEOUT_MS)
    expect(alert.get_by_role("link", name="Log in again")).to_have_attribute("href", "/login")
    assert state.images[playlist] == own
    inspect("not-set")
    open_tab(page, "Where it is used").get_by_role("link", name="History and undo").click()
    expect(entries).to_have_count(5)
    inspect("history")
    page.get_by_role("button", name="Clear history").click()
    page.get_by_role("button", name="Cancel").click()
    expect(entries).to_have_count(5)
    page.get_by_role("button", name="Clear history").click()
    page.get_by_role("button", name="Clear the history").click()
    expect(page.get_by_text("This app has not set an image on this playlist yet.")).to_be_visible()
    assert local.list_keys(f"kept/{LISTENER}/{playlist}/") == []
    assert state.images[playlist] == own


@pytest.mark.long
def test_restoring_default_image_is_explained(page, local):
    playlist = local.spotify.state.add_playlist("Kettle Songs", SONGS)
    cover = actions.make_playlist_cover(local, playlist)
    enter(page, local)
    page.goto(f"/#/covers/{cover}")
    page.get_by_role("button", name="Use on Spotify").press("Enter")
    panel = page.locator(".cover")
    expect(panel).to_contain_text("There was no image of your own before.", timeout=SET_TIMEOUT_MS)
    expect(panel.get_by_role("link", name="the playlist on Spotify")).to_have_attribute(
        "href", f"https://open.spotify.com/playlist/{playlist}"
    )
    expect(panel.get_by_role("button", name="Undo")).to_have_count(0)
    expect(panel.locator(":focus")).to_have_count(1)  # although the pressed button is gone


@pytest.mark.long
def test_image_not_shown_by_spotify_yet_is_confirming(page, local):
    playlist = local.spotify.state.add_playlist("Kettle Songs", SONGS)
    cover = actions.make_playlist_cover(local, playlist)
    local.spotify.state.shows_after = None
    enter(page, local)
    page.goto(f"/#/covers/{cover}")
    page.get_by_role("button", name="Use on Spotify").click()
    facts = page.locator(".facts")
    expect(facts).to_contain_text("accepted by Spotify, which shows it in a few minutes", timeout=SET_TIMEOUT_MS)
    # The state machine checks again after half a minute. Its pauses are skipped here, so it has checked already.
    local.spotify.state.set_image(playlist, local.spotify.state.uploads[playlist][-1])
    history = page.request.get(f"{local.url}/api/playlists/{playlist}/history").json()["items"]
    request = {"listener_id": LISTENER, "playlist_id": playlist, "entry_id": history[0]["entry"], "replace_own": True}
    local.client("stepfunctions").start_execution(
        stateMachineArn=local.outputs["ApplyStateMachineArn"], input=json.dumps(request)
    )
    expect(facts).to_contain_text("on Spotify since", timeout=SET_TIMEOUT_MS)


@pytest.mark.long
def test_top_artists_cover_is_set_on_chosen_playlist(page, local):
    playlist = local.spotify.state.add_playlist(HOSTILE, SONGS)
    item = make_cover(local, local.connect(), {"kind": "top_artists", "count": 2})
    enter(page, local)
    page.goto(f"/#/covers/{item['cover_id']}")
    page.get_by_role("button", name="Use on Spotify").click()
    page.get_by_label("Which playlist is it for?").select_option(HOSTILE)
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("button", name="On Spotify", exact=True)).to_be_visible(timeout=SET_TIMEOUT_MS)
    assert playlist in local.spotify.state.images
    open_tab(page, "Where it is used").get_by_role("link", name="History and undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.locator("main script")).to_have_count(0)
    assert "owned" not in page.title()


@pytest.mark.long
def test_foreign_playlist_cannot_be_set(page, local):
    state = local.spotify.state
    playlist = state.add_playlist("Borrowed Kettle", SONGS, owner="somebody")
    state.followed.add(("demo", playlist))
    enter(page, local)
    adjust(page)
    page.get_by_role("radio", name="Borrowed Kettle").check()
    expect(page.get_by_role("checkbox", name=SET_AT_ONCE)).to_be_hidden()
    page.get_by_role("radio", name="Night Bus Circuits").check()
    expect(page.get_by_role("checkbox", name=SET_AT_ONCE)).to_be_visible()

    mine = state.add_playlist("Kettle Songs", SONGS)
    cover = actions.make_playlist_cover(local, mine)
    state.playlists = {**state.playlists, mine: replace(state.playlists[mine], owner="somebody")}
    state.followed.add(("demo", mine))
    page.goto(f"/#/covers/{cover}")
    expect(page.locator(".cover")).to_contain_text("Spotify lets only its owner set its image")
    expect(page.get_by_role("button", name="Use on Spotify")).to_be_disabled()

    actions.open_playlists(page)
    expect(page.get_by_text("2 playlists of other people not shown")).to_be_visible()
    expect(actions.find_row(page, "Borrowed Kettle")).to_have_count(0)
