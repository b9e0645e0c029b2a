"""What a listener does on the page, and waits for."""

import json

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from scripts.local.stack import LocalStack
from tests.browser.inspection import NARROW, WIDE
from tests.stack.stack_state import make_cover, update_profile

COVER_TIMEOUT_MS = 120_000
_LOOKS = {"wide-light": (WIDE, "light"), "narrow-dark": (NARROW, "dark")}
LISTENER = "DemoListener1"
ROBIN = "Robin Aldermoor"
LOGIN, MAKE = "Try it with demo music", "What are we painting?"
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


def log_in(page: Page, listener: str = ROBIN) -> None:
    page.goto("/")
    page.get_by_role("link", name=LOGIN).click()
    if listener != ROBIN:
        page.get_by_text("Other cases to try").click()
    page.get_by_role("button", name=f"Agree as {listener}").click()
    expect(page.get_by_role("heading", name=MAKE)).to_be_visible()


def enter(page: Page, local: LocalStack) -> None:
    """Open the page with a session, without the login page."""
    session = local.log_in().cookies["session"]
    page.context.add_cookies([{"name": "session", "value": session, "url": local.url}])
    page.goto("/")
    expect(page.get_by_role("heading", name=MAKE)).to_be_visible()


def request_less(page: Page, candidates: int = 1, **defaults: object) -> None:
    """Request fewer candidates where the page requests four. `defaults`: options that the page leaves to the app.

    After `page.unroute_all()`, requests are sent as the page makes them.
    """

    def change(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        body = route.request.post_data_json
        options = {**defaults, **body["options"]}
        if options.get("candidates") == 4:
            options["candidates"] = candidates
        return route.fallback(post_data=json.dumps({**body, "options": options}))

    page.route("**/api/covers", change)


def open_settings(page: Page) -> None:
    page.get_by_role("link", name="Your account").click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()


def adjust(page: Page) -> None:
    """Open the form's further options."""
    page.locator(".adjust > summary", has_text="Adjust").click()


def make_covers(page: Page) -> None:
    """Make covers of the chosen music, and wait until all are finished."""
    page.locator(".bar .first").click()
    expect(page.locator("fieldset[aria-busy=false] .candidates img").first).to_be_visible(timeout=COVER_TIMEOUT_MS)


def open_pick(page: Page) -> Locator:
    """Open the page of the cover that is chosen. Return its picture."""
    page.get_by_role("link", name="Open, edit or download your pick").click()
    cover = page.locator(".cover img.picture")
    expect(cover).to_have_js_property("naturalWidth", 640)
    return cover


def open_tab(page: Page, name: str) -> Locator:
    page.get_by_role("tab", name=name).click()
    return page.get_by_role("tabpanel", name=name)


def make_playlist_cover(local: LocalStack, playlist_id: str, **options: object) -> str:
    """Make a cover of two albums. Return its id."""
    source = {"kind": "playlist", "playlist_id": playlist_id, "count": 2}
    item = make_cover(local, local.connect(), source, **options)
    assert item["status"] == "done", item.get("error")
    return str(item["cover_id"])


def use_read_only_tokens(local: LocalStack) -> None:
    """Take the consent to set images from the listener."""
    update_profile(local, LISTENER, "SET tokens = :tokens", tokens=local.spotify.state.tokens("demo", scope=READ_ONLY))


def delete_account(local: LocalStack, listener: str = "demo") -> None:
    """Delete the listener's covers, rule and history."""
    local.log_in(listener).delete(f"{local.url}/api/me", timeout=60).raise_for_status()


def create_token(page: Page, name: str) -> None:
    page.get_by_label("What is it for?").fill(name)
    page.get_by_role("button", name="Create a token").click()


def save_settings(page: Page, message: str = "Saved.") -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main").get_by_text(message)).to_be_visible()


def open_playlists(page: Page) -> None:
    page.get_by_role("link", name="Playlists", exact=True).click()
    expect(page.get_by_role("heading", name="Playlists", level=1)).to_be_visible()


def find_row(page: Page, name: str) -> Locator:
    return page.locator(".playlist").filter(has=page.get_by_role("link", name=f"{name} : images and undo", exact=True))


def turn_on_automatic_covers(page: Page) -> None:
    page.get_by_role("checkbox", name="Automatic covers").check()
    save_settings(page, "Saved. New playlists get covers from now on.")
