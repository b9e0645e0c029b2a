"""Views that no other test opens are accessible and complete, too, at both widths and in both color schemes."""

from playwright.sync_api import expect

from scripts.local.deployment import STACK
from tests.browser import actions
from tests.browser.actions import COVER_TIMEOUT_MS, LOGIN, enter
from tests.stack.stack_state import make_cover

SPOTIFY = [f"/{STACK}/spotify_client_id", f"/{STACK}/spotify_client_secret"]


def test_views_without_a_cover_are_accessible(page, local, inspect):
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
    page.goto("/#/settings")
    actions.create_token(page, "My script")
    expect(page.locator("code.token")).to_be_visible()
    inspect("settings")


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
