"""What a listener does on the page, and waits for."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from scripts.local.stack import LocalStack
from tests.browser.conftest import NARROW, WIDE

COVER_TIMEOUT_MS = 120_000
_LOOKS = {"wide-light": (WIDE, "light"), "narrow-dark": (NARROW, "dark")}
LISTENER = "DemoListener1"
SONGS = ["Steam Rising", "Purr", "Neap", "Drift"]
READ_ONLY = "user-top-read playlist-read-private playlist-read-collaborative"
# The app checks for some seconds whether Spotify shows an image that it has set.
SET_TIMEOUT_MS = 120_000
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>"


def in_both_looks(default: str) -> pytest.MarkDecorator:
    """Run a test in both looks. `make test` runs only the `default`, and another test has the other one."""
    looks = [
        pytest.param(look, id=name, marks=[] if name == default else [pytest.mark.long])
        for name, look in _LOOKS.items()
    ]
    return pytest.mark.parametrize("page", looks, indirect=True)


def log_in(page: Page, listener: str = "Robin Aldermoor") -> None:
    page.goto("/")
    page.get_by_role("link", name="Log in with Spotify").click()
    page.get_by_role("button", name=f"Agree as {listener}").click()
    expect(page.get_by_role("heading", name="Make a cover")).to_be_visible()


def enter(page: Page, local: LocalStack) -> None:
    """Open the page with a session, without the login page."""
    session = local.log_in().cookies["session"]
    page.context.add_cookies([{"name": "session", "value": session, "url": local.url}])
    page.goto("/")
    expect(page.get_by_role("heading", name="Make a cover")).to_be_visible()


def open_settings(page: Page) -> None:
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()


def wait_for_cover(page: Page) -> Locator:
    """Wait until the cover is finished and visible."""
    cover = page.get_by_role("img", name=re.compile("^The cover for"))
    expect(cover).to_be_visible(timeout=COVER_TIMEOUT_MS)
    expect(cover).to_have_js_property("naturalWidth", 640)
    return cover


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
