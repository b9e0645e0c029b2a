"""Every view is accessible and complete at both widths and in both color schemes."""

from playwright.sync_api import expect

from scripts.local.deployment import STACK
from tests.browser import actions
from tests.browser.actions import COVER_TIMEOUT_MS, LOGIN, SET_TIMEOUT_MS, adjust, enter, open_tab
from tests.stack.stack_state import OWN_IMAGE, SONGS, make_cover

SPOTIFY = [f"/{STACK}/spotify_client_id", f"/{STACK}/spotify_client_secret"]


def test_cover_views_are_accessible(page, local, inspect):
    page.goto("/")
    expect(page.get_by_role("link", name=LOGIN)).to_be_visible()
    inspect("welcome")

    playlists = local.spotify.state.music.playlists
    empty_id = next(playlist.id for playlist in playlists.values() if playlist.name == "White Labels")
    enter(page, local)
    item = make_cover(local, local.connect(), {"kind": "playlist", "playlist_id": empty_id})
    page.goto(f"/#/covers/{item['cover_id']}")
    expect(page.get_by_role("alert")).to_be_visible()
    inspect("failed")

    page.goto("/")
    page.get_by_role("radio", name="Top artists").check()
    adjust(page)
    page.get_by_role("spinbutton", name="Artists").fill("6")
    page.locator(".bar .first").click()
    expect(page.get_by_role("group", name="Which one?")).to_be_visible()
    inspect("making")
    expect(page.locator("fieldset[aria-busy=false] .candidates img").first).to_be_visible(timeout=COVER_TIMEOUT_MS)
    page.wait_for_load_state("networkidle")
    inspect("choice")
    actions.open_pick(page)
    page.get_by_text("Everything seen on").click()
    page.wait_for_load_state("networkidle")
    inspect("cover")
    open_tab(page, "Words")
    inspect("words")
    used, address = open_tab(page, "Where it is used"), page.url
    used.get_by_role("button", name="Delete").click()
    inspect("dialog")
    page.get_by_role("button", name="Cancel").click()
    used.get_by_role("checkbox", name="Public page").check()
    page.goto(used.get_by_role("link", name="/shared/").get_attribute("href") or "")
    inspect("shared")
    page.goto(address)
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("button", name="Paint this version")).to_be_visible()
    inspect("edit")

    page.goto("/#/covers")
    expect(page.locator(".gallery img").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    inspect("covers")
    page.goto("/#/settings")
    actions.create_token(page, "My script")
    expect(page.locator("code.token")).to_be_visible()
    inspect("settings")


def test_playlist_views_are_accessible(page, local, new_listener, inspect):
    """A cover is set, undone, and cannot be set again: the page offers to log in."""
    name = "Kettle Songs, and a name that goes on for longer"
    cover = actions.make_playlist_cover(local, local.spotify.state.add_playlist(name, SONGS, image=OWN_IMAGE))
    enter(page, local)
    page.get_by_role("radio", name="Kettle Songs").check()
    adjust(page)
    page.get_by_text("Look", exact=True).click()
    expect(page.get_by_role("radio", name="Its own style")).to_be_checked()
    page.wait_for_load_state("networkidle")
    inspect("make")

    page.goto(f"/#/covers/{cover}")
    page.get_by_role("button", name="Use on Spotify").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible(timeout=SET_TIMEOUT_MS)
    inspect("set")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".facts")).to_contain_text("your own image is back", timeout=SET_TIMEOUT_MS)
    uploads = [*local.spotify.state.uploads.values()]
    actions.use_read_only_tokens(local)
    page.get_by_role("button", name="Use on Spotify again").click()
    panel = page.locator(".cover")
    expect(panel.get_by_role("alert")).to_contain_text("log in again", ignore_case=True, timeout=SET_TIMEOUT_MS)
    expect(panel.get_by_role("link", name="Log in again")).to_have_attribute("href", "/login")
    assert [*local.spotify.state.uploads.values()] == uploads
    inspect("not-set")
    open_tab(page, "Where it is used").get_by_role("link", name="History and undo").click()
    expect(page.locator(".entry")).to_have_count(3)
    page.wait_for_load_state("networkidle")
    inspect("history")

    actions.open_playlists(page)
    page.get_by_label("Only playlists whose name matches").fill("Mix *")
    actions.turn_on_automatic_covers(page)
    page.wait_for_load_state("networkidle")
    inspect("playlists")
    page.get_by_role("link", name="One look").click()
    for playlist in ("Night Bus Circuits", "Rain on the Skylight"):
        page.get_by_role("checkbox", name=playlist).uncheck()
    inspect("library")
    page.get_by_role("button", name="Paint 2 covers").click()
    inspect("library-painting")
    expect(page.get_by_role("button", name="Set all 2 on Spotify")).to_be_visible(timeout=COVER_TIMEOUT_MS)
    inspect("library-painted")


def test_setup_page_is_accessible(page, local, inspect):
    ssm = local.client("ssm")
    values = {name: ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] for name in SPOTIFY}
    ssm.delete_parameters(Names=SPOTIFY)
    try:
        local.restart("ApiFunction")
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("It is running. Three steps are left.")
        expect(page.get_by_text(f"{local.url}/callback")).to_be_visible()
        inspect("setup")
    finally:
        for name, value in values.items():
            ssm.put_parameter(Name=name, Value=value, Type="SecureString")
    page.get_by_role("link", name="Done? Try again").click()
    expect(page.get_by_role("link", name=LOGIN)).to_be_visible(timeout=COVER_TIMEOUT_MS)
