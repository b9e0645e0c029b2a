"""Covers for all playlists on the page."""

import json
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Route, expect

from tests.browser.actions import COVER_TIMEOUT_MS, LISTENER, enter, make_playlist_cover, open_playlists
from tests.stack.stack_state import OWN_IMAGE, set_covers_today

pytestmark = pytest.mark.usefixtures("new_listener")


@pytest.mark.long
def test_bulk_covers_share_style_and_skip_covered_playlists(page, local):
    state = local.spotify.state
    playlists = {playlist.name: playlist.id for playlist in state.playlists.values() if not playlist.hidden}
    state.set_image(playlists["Everything at Once"], OWN_IMAGE)
    look = make_playlist_cover(local, playlists["Night Bus Circuits"])
    enter(page, local)
    open_playlists(page)
    page.get_by_role("link", name="Cover all my playlists").click()
    facts = page.locator(".facts")
    expect(facts).to_contain_text("2 playlistswithout a cover")
    expect(facts).to_contain_text("1 playlistskipped")
    page.get_by_text("Match another cover").click()
    page.get_by_role("radio", name="Night Bus Circuits").check()
    page.get_by_role("button", name="Make 2 covers").click()
    expect(page.locator("main").get_by_text("2 of 2 covers requested.")).to_be_visible()
    expect(page.locator("main").get_by_text("2 finished.")).to_be_visible(timeout=COVER_TIMEOUT_MS)
    expect(page.get_by_role("button", name="Nothing to do")).to_be_disabled()
    expect(facts).to_contain_text("3 playlistsskipped")
    items, _ = local.covers.list_page(LISTENER, None, 50, datetime.now(UTC))
    assert sorted(item["request"]["options"].get("look") or "" for item in items) == ["", look, look]
    assert state.images[playlists["Everything at Once"]] == OWN_IMAGE
    assert playlists["Rain on the Skylight"] in state.images


@pytest.mark.long
def test_daily_limit_stops_bulk_covers(page, local):
    local.connect()
    set_covers_today(local, LISTENER, 999)
    enter(page, local)
    page.goto("/#/playlists/cover-all")
    expect(page.get_by_text("Today’s limit allows 1 more.")).to_be_visible()
    page.get_by_role("checkbox", name="Set them on Spotify").uncheck()
    expect(page.get_by_role("checkbox", name="Also replace my own images")).to_be_disabled()
    page.get_by_role("button", name="Make 3 covers").click()
    expect(page.locator("main").get_by_text("1 of 3 covers requested.")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text(re.compile("limit.*You can continue from", re.DOTALL))
    expect(page.locator("main").get_by_text("1 finished.")).to_be_visible(timeout=COVER_TIMEOUT_MS)
    assert local.spotify.state.images == {}


def test_bulk_covers_run_in_rounds_and_can_be_stopped(page, local):
    requests_sent = []
    enter(page, local)

    def end_after_one_cover(route: Route) -> None:
        """Respond as if half a minute had been enough for one cover; stop at the second round."""
        content = json.loads(route.request.post_data or "")
        if content["dry_run"]:
            route.continue_()
            return
        requests_sent.append(content)
        result = route.fetch(post_data=json.dumps({**content, "dry_run": True})).json()
        accepted = [{"playlist_id": "x", "cover_id": f"20261122T00000000{len(requests_sent)}-0123456789"}]
        stopped_by = {"code": "out_of_time", "message": "Please ask again.", "retry_after": None}
        if len(requests_sent) == 2:
            page.evaluate("document.querySelector('.bulk form .buttons button:last-child').click()")
        route.fulfill(json={**result, "dry_run": False, "accepted": accepted, "left": 3, "stopped_by": stopped_by})

    page.route("**/api/covers/bulk", end_after_one_cover)
    page.goto("/#/playlists/cover-all")
    page.get_by_role("checkbox", name="Also replace my own images").check()
    page.get_by_role("button", name="Make 3 covers").click()
    expect(page.get_by_text("Stopped. Requested covers will still be finished.")).to_be_visible()
    assert [(content["replace_own"], content["options"]) for content in requests_sent] == [
        (True, {"publish": True})
    ] * 2
