"""Every view at both widths and in both colour schemes: accessible, whole, and photographed."""

from playwright.sync_api import Page, expect

from scripts.local.stack import LocalStack
from tests.browser.looking import look
from tests.browser.test_page import enter, wait_for_cover


def test_every_view_is_accessible_at_both_widths_and_in_both_schemes(page: Page, local: LocalStack) -> None:
    page.goto("/?login=not_configured")
    expect(page.locator("details[open]")).to_contain_text(f"{local.url}/callback")
    wrong = look(page, "welcome")

    hidden = local.spotify.state.music.playlists
    empty = next(playlist.id for playlist in hidden.values() if playlist.name == "White Labels")
    enter(page, local)
    cover_id = local.ask("DemoListener1", {"kind": "playlist", "playlist_id": empty}, "none")
    local.wait("DemoListener1", cover_id)
    page.goto(f"/#/covers/{cover_id}")
    expect(page.get_by_role("alert")).to_be_visible()
    wrong += look(page, "failed")

    page.goto("/")
    page.get_by_role("spinbutton", name="Artists").fill("12")
    page.get_by_role("button", name="Make a cover").click()
    expect(page.get_by_role("heading", name="Seen on your artwork")).to_be_visible()
    wrong += look(page, "making")
    wait_for_cover(page)
    page.wait_for_load_state("networkidle")
    wrong += look(page, "cover")
    page.get_by_role("button", name="Delete").click()
    wrong += look(page, "dialog")
    page.get_by_role("button", name="Keep it as it is").click()

    page.goto("/")
    expect(page.locator(".gallery img").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    wrong += look(page, "covers")
    page.goto("/#/settings")
    page.get_by_label("What is it for?").fill("My script")
    page.get_by_role("button", name="Create a token").click()
    expect(page.locator("code.token")).to_be_visible()
    wrong += look(page, "settings")
    assert wrong == []
