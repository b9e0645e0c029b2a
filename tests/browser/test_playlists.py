"""Playlists on the page: covers as their images, undo, automatic covers, and covers for all."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import requests
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from coverart.store.listeners import Listeners, WatchStatus
from coverart.store.playlists import PlaylistRecord, Playlists
from scripts.local.stack import LocalStack
from tests.browser.test_page import COVER_TIMEOUT_MS, enter, in_both_looks, wait_for_cover

LISTENER = "DemoListener1"
SONGS = ["Steam Rising", "Purr", "Neap", "Drift"]
READ_ONLY = "user-top-read playlist-read-private playlist-read-collaborative"
# The app checks for some seconds whether Spotify shows an image that it has set.
SET_TIMEOUT_MS = 120_000
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>"


@pytest.fixture(autouse=True)
def new_listener(local: LocalStack) -> None:
    """Delete the listener's covers, rule and history."""
    local.log_in().delete(f"{local.url}/api/me").raise_for_status()


def draw_own_image() -> bytes:
    jpeg = io.BytesIO()
    Image.linear_gradient("L").resize((640, 640)).convert("RGB").save(jpeg, "JPEG")
    return jpeg.getvalue()


def make_cover(local: LocalStack, playlist_id: str, **options: object) -> str:
    local.connect()
    cover_id = local.request_cover(
        LISTENER, {"kind": "playlist", "playlist_id": playlist_id, "count": 2}, playlist_id, options
    )
    assert local.wait_for_cover(LISTENER, cover_id)["status"] == "done"
    return cover_id


def open_playlists(page: Page) -> None:
    page.get_by_role("link", name="Playlists", exact=True).click()
    expect(page.get_by_role("heading", name="Playlists", level=1)).to_be_visible()


def find_row(page: Page, name: str) -> Locator:
    return page.locator(".playlist").filter(has=page.get_by_role("link", name=f"{name} on Spotify", exact=True))


def turn_on_automatic_covers(page: Page) -> None:
    page.get_by_role("checkbox", name="Make covers for new playlists").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main").get_by_text("Saved. New playlists get covers from now on.")).to_be_visible()


@in_both_looks(default="wide-light")
def test_cover_is_set_undone_set_again_and_history_cleared(page: Page, local: LocalStack) -> None:
    state = local.spotify.state
    playlist = state.add_playlist("Kettle Songs", SONGS, image=draw_own_image())
    own = requests.get(f"{local.spotify.url}/image/{state.image_ids[playlist]}", timeout=5).content
    enter(page, local)
    expect(page.get_by_role("checkbox", name="Set it on Spotify when it is finished")).to_be_hidden()
    page.get_by_role("radio", name="Kettle Songs").check()
    page.get_by_role("checkbox", name="Set it on Spotify when it is finished").check()
    page.get_by_role("button", name="Make a cover").click()
    wait_for_cover(page)
    panel = page.locator(".publish-panel")
    expect(panel).to_contain_text("Kettle Songs: Set on", timeout=COVER_TIMEOUT_MS)
    cover = state.images[playlist]
    assert cover != own

    panel.get_by_role("button", name="Undo: restore your own image").click()
    expect(panel).to_contain_text("your own image was restored on", timeout=SET_TIMEOUT_MS)
    assert state.images[playlist] == own
    panel.get_by_role("button", name="Set on Spotify again").click()
    expect(panel).to_contain_text("Kettle Songs: Set on", timeout=SET_TIMEOUT_MS)
    assert state.images[playlist] == cover

    panel.get_by_role("link", name="Playlist history").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kettle Songs")
    entries = page.locator(".entry")
    expect(entries.locator("h3")).to_have_text(["Coverlatest", "Your own image, restored", "Cover"])
    for picture in entries.locator("img.picture").all():
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 0
    expect(entries.nth(2)).to_contain_text("undone since")
    entries.nth(1).get_by_role("button", name="Set again").click()
    expect(entries.locator("h3").first).to_have_text("Your own imagelatest", timeout=SET_TIMEOUT_MS)
    assert state.images[playlist] == own

    page.get_by_role("button", name="Clear history").click()
    page.get_by_role("button", name="Cancel").click()
    expect(entries).to_have_count(4)
    page.get_by_role("button", name="Clear history").click()
    page.get_by_role("button", name="Clear the history").click()
    expect(page.get_by_text("This app has not set an image on this playlist yet.")).to_be_visible()
    assert local.list_keys(f"kept/{LISTENER}/{playlist}/") == []
    assert state.images[playlist] == own


@pytest.mark.long
def test_restoring_default_image_is_explained(page: Page, local: LocalStack) -> None:
    playlist = local.spotify.state.add_playlist("Kettle Songs", SONGS)
    cover = make_cover(local, playlist)
    enter(page, local)
    page.goto(f"/#/covers/{cover}")
    panel = page.locator(".publish-panel")
    panel.get_by_role("button", name="Set on Spotify").press("Enter")
    expect(panel).to_contain_text("There was no image of your own before.", timeout=SET_TIMEOUT_MS)
    expect(panel.get_by_role("link", name="the playlist on Spotify")).to_have_attribute(
        "href", f"https://open.spotify.com/playlist/{playlist}"
    )
    expect(panel.get_by_role("button", name=re.compile("^Undo"))).to_have_count(0)
    expect(panel.locator(":focus")).to_have_count(1)  # although the pressed button is gone


@pytest.mark.long
def test_image_not_shown_by_spotify_yet_is_confirming(page: Page, local: LocalStack) -> None:
    playlist = local.spotify.state.add_playlist("Kettle Songs", SONGS)
    cover = make_cover(local, playlist)
    local.spotify.state.shows_after = None
    enter(page, local)
    page.goto(f"/#/covers/{cover}")
    panel = page.locator(".publish-panel")
    panel.get_by_role("button", name="Set on Spotify").click()
    expect(panel).to_contain_text("Spotify has accepted it but does not show it yet.", timeout=SET_TIMEOUT_MS)
    # The state machine checks again after half a minute. Its pauses are skipped here, so it has checked already.
    local.spotify.state.set_image(playlist, local.spotify.state.uploads[playlist][-1])
    history = page.request.get(f"{local.url}/api/playlists/{playlist}/history").json()["items"]
    execution_input = {
        "listener_id": LISTENER,
        "playlist_id": playlist,
        "entry_id": history[0]["entry"],
        "replace_own": True,
    }
    local.client("stepfunctions").start_execution(
        stateMachineArn=local.outputs["ApplyStateMachineArn"], input=json.dumps(execution_input)
    )
    expect(panel).to_contain_text("Kettle Songs: Set on", timeout=SET_TIMEOUT_MS)


@pytest.mark.long
def test_top_artists_cover_is_set_on_chosen_playlist(page: Page, local: LocalStack) -> None:
    playlist = local.spotify.state.add_playlist(HOSTILE, SONGS)
    local.connect()
    cover = local.request_cover(LISTENER, {"kind": "top_artists", "count": 2}, "top")
    local.wait_for_cover(LISTENER, cover)
    enter(page, local)
    page.goto(f"/#/covers/{cover}")
    page.get_by_role("button", name="Choose a playlist").click()
    page.get_by_label("Which playlist is it for?").select_option(HOSTILE)
    page.get_by_role("button", name="Set on Spotify").click()
    expect(page.locator(".publish-panel")).to_contain_text(f"{HOSTILE}: Set on", timeout=SET_TIMEOUT_MS)
    assert playlist in local.spotify.state.images
    page.get_by_role("link", name="Playlist history").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.locator("main script")).to_have_count(0)
    assert "owned" not in page.title()


def test_missing_consent_offers_login(page: Page, local: LocalStack) -> None:
    playlist = local.spotify.state.add_playlist("Kettle Songs", SONGS)
    cover = make_cover(local, playlist)
    enter(page, local)
    local.table("Listeners").update_item(
        Key={"listener_id": LISTENER, "item": "profile"},
        UpdateExpression="SET tokens = :tokens",
        ExpressionAttributeValues={":tokens": local.spotify.state.tokens("demo", scope=READ_ONLY)},
    )
    page.goto(f"/#/covers/{cover}")
    panel = page.locator(".publish-panel")
    panel.get_by_role("button", name="Set on Spotify").click()
    expect(panel.get_by_role("alert")).to_contain_text("log in again", ignore_case=True, timeout=SET_TIMEOUT_MS)
    expect(panel.get_by_role("link", name="Log in again")).to_have_attribute("href", "/login")
    assert playlist not in local.spotify.state.images


@pytest.mark.long
def test_foreign_playlist_cannot_be_set(page: Page, local: LocalStack) -> None:
    state = local.spotify.state
    playlist = state.add_playlist("Borrowed Kettle", SONGS, owner="somebody")
    state.followed.add(("demo", playlist))
    enter(page, local)
    page.get_by_role("radio", name="Borrowed Kettle").check()
    expect(page.get_by_role("checkbox", name="Set it on Spotify when it is finished")).to_be_hidden()
    page.get_by_role("radio", name="Night Bus Circuits").check()
    expect(page.get_by_role("checkbox", name="Set it on Spotify when it is finished")).to_be_visible()

    mine = state.add_playlist("Kettle Songs", SONGS)
    cover = make_cover(local, mine)
    state.playlists = {**state.playlists, mine: replace(state.playlists[mine], owner="somebody")}
    state.followed.add(("demo", mine))
    page.goto(f"/#/covers/{cover}")
    expect(page.locator(".publish-panel")).to_contain_text("Spotify lets only its owner set its image")
    expect(page.locator(".publish-panel").get_by_role("button")).to_have_count(0)

    open_playlists(page)
    expect(page.get_by_text("2 playlists by other people not shown")).to_be_visible()
    expect(find_row(page, "Borrowed Kettle")).to_have_count(0)


def test_new_playlist_gets_automatic_cover(page: Page, local: LocalStack) -> None:
    enter(page, local)
    open_playlists(page)
    expect(find_row(page, "Night Bus Circuits")).to_contain_text("no automatic cover")
    turn_on_automatic_covers(page)
    expect(find_row(page, "Night Bus Circuits")).to_contain_text("existing playlist, skipped")
    expect(page.get_by_text("Your playlists have not been checked yet.")).to_be_visible()

    playlist = local.spotify.state.add_playlist(HOSTILE, SONGS)
    local.client("lambda").invoke(FunctionName=local.outputs["WatchFunctionName"])
    page.reload()
    expect(page.get_by_text("Your playlists were last checked on")).to_be_visible()
    expect(find_row(page, HOSTILE)).to_contain_text("cover in progress")
    page.get_by_role("link", name="Covers", exact=True).click()
    page.locator(".gallery").get_by_role("link", name=HOSTILE).click(timeout=COVER_TIMEOUT_MS)
    expect(page.locator(".publish-panel")).to_contain_text(f"{HOSTILE}: Set on", timeout=COVER_TIMEOUT_MS)
    assert list(local.spotify.state.images) == [playlist]


def test_automatic_cover_rule_and_override_are_saved(page: Page, local: LocalStack) -> None:
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
    page.get_by_role("slider", name="Style strength").fill("40")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main").get_by_text("Saved.")).to_be_visible()
    open_playlists(page)
    page.reload()
    expect(page.get_by_role("checkbox", name="Make covers for new playlists")).to_be_checked()
    expect(page.get_by_label("Name pattern")).to_have_value("Mix *")
    expect(page.get_by_label("Automatic cover for Night Bus Circuits")).to_have_value("true")
    expect(page.get_by_label("Automatic cover for Everything at Once")).to_have_value("false")
    settings = Listeners(local.table("Listeners")).get(LISTENER).settings
    assert (settings.style_strength, settings.auto_cover, settings.auto_cover_pattern) == (0.4, True, "Mix *")


def test_failed_playlist_check_is_explained(page: Page, local: LocalStack) -> None:
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


@pytest.mark.long
def test_bulk_covers_share_style_and_skip_covered_playlists(page: Page, local: LocalStack) -> None:
    state = local.spotify.state
    playlists = {name: playlist.id for playlist in state.playlists.values() if not playlist.hidden
                 for name in [playlist.name]}  # fmt: skip
    own = draw_own_image()
    state.set_image(playlists["Everything at Once"], own)
    look = make_cover(local, playlists["Night Bus Circuits"])
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
    assert state.images[playlists["Everything at Once"]] == own
    assert playlists["Rain on the Skylight"] in state.images


@pytest.mark.long
def test_daily_limit_stops_bulk_covers(page: Page, local: LocalStack) -> None:
    local.connect()
    local.table("Listeners").update_item(
        Key={"listener_id": LISTENER, "item": "profile"},
        UpdateExpression="SET covers_day = :today, covers_count = :count",
        ExpressionAttributeValues={":today": f"{datetime.now(UTC):%Y-%m-%d}", ":count": 999},
    )
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


def test_bulk_covers_run_in_rounds_and_can_be_stopped(page: Page, local: LocalStack) -> None:
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
