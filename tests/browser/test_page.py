"""The page as a listener uses it, from the login to the logout."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import get_args

from playwright.sync_api import Route, expect

from auth.oauth import LoginErrorCode
from coverart.errors import (
    ConfigurationError,
    NotAllowListedError,
    OwnerWithoutPremiumError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)
from coverart.store.listeners import Listeners
from tests.browser.actions import (
    COVER_TIMEOUT_MS,
    HOSTILE,
    LISTENER,
    create_token,
    delete_account,
    enter,
    in_both_looks,
    log_in,
    open_settings,
    save_settings,
    wait_for_cover,
)
from tests.stack.stack_state import end_cool_down, update_profile


@in_both_looks(default="narrow-dark")
def test_listener_makes_and_deletes_covers(page, local):
    delete_account(local)
    log_in(page)
    page.get_by_role("radio", name="Night Bus Circuits").check()
    page.get_by_role("spinbutton", name="Maximum albums").fill("4")
    page.get_by_role("button", name="Make a cover").click()

    expect(page.get_by_role("heading", name="Seen on your artwork")).to_be_visible(timeout=COVER_TIMEOUT_MS)
    expect(page.get_by_role("img", name=re.compile("^Artwork of “T Minus Forever”")).first).to_be_visible()
    wait_for_cover(page)
    first = page.url
    expect(page.get_by_role("heading", level=1)).to_have_text("Night Bus Circuits")
    expect(page.get_by_text("Painted by the built-in painter. It cost nothing.")).to_be_visible()

    page.get_by_label("Edit the prompt").fill("A lighthouse in a storm, in deep blues.")
    page.get_by_role("checkbox", name="Another variation").check()
    page.get_by_role("button", name="Remake with this prompt").click()
    page.wait_for_url(lambda address: address not in (first, f"{local.url}/"))
    wait_for_cover(page)
    expect(page.get_by_label("Edit the prompt")).to_have_value("A lighthouse in a storm, in deep blues.")
    expect(page.get_by_text("your words: your own prompt")).to_be_visible()

    page.get_by_role("link", name="Covers", exact=True).click()
    expect(page.locator(".gallery li")).to_have_count(2)
    page.goto(first)
    page.reload()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete cover").click()
    expect(page.locator(".gallery li")).to_have_count(1)
    assert local.list_keys(f"covers/{LISTENER}/{first.rpartition('/')[2]}/") == []

    open_settings(page)
    page.get_by_role("button", name="Forget me").click()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("All your data has been deleted.")).to_be_visible()
    assert local.list_keys(f"covers/{LISTENER}/") == []

    log_in(page)
    expect(page.get_by_text("Your covers will appear here.")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in with Spotify")).to_be_visible()
    assert "session" not in {cookie["name"] for cookie in page.context.cookies()}


def test_no_style_albums_are_requested_if_none_is_selected(page, local):
    enter(page, local)
    page.get_by_role("spinbutton", name="Artists").fill("3")
    page.get_by_label("In your own words").fill("a lighthouse at dusk")
    page.get_by_role("button", name="Make a cover").click()
    wait_for_cover(page)
    albums = page.get_by_role("group", name="Style from these albums")
    expect(albums.get_by_role("checkbox")).to_have_count(3)
    for box in albums.get_by_role("checkbox").all():
        box.uncheck()
    expect(albums.get_by_text("No album selected: the painting stays unchanged.")).to_be_visible()
    first = page.url
    page.get_by_role("checkbox", name="Choose by the medium").uncheck()
    page.get_by_role("slider", name="Style strength").fill("30")
    page.get_by_role("button", name="Remake in this style").click()
    page.wait_for_url(lambda address: address != first)
    item = local.covers.get(LISTENER, page.url.rpartition("/")[2])
    assert item is not None
    options = item["request"]["options"]
    assert (options["style_albums"], options["style_strength"]) == ([], 0.3)
    assert (options["direction"], options["prompt"]) == ("a lighthouse at dusk", None)


def test_markup_in_names_stays_text(page, local):
    local.spotify.state.add_playlist(HOSTILE, ["Steam Rising", "Purr"])
    enter(page, local)
    page.get_by_role("radio", name=HOSTILE).check()
    page.get_by_label("In your own words").fill(HOSTILE)
    page.get_by_role("button", name="Make a cover").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE, timeout=COVER_TIMEOUT_MS)
    expect(page.locator("main script")).to_have_count(0)
    page.get_by_role("link", name="Covers", exact=True).click()
    expect(page.locator(".gallery .name").first).to_have_text(HOSTILE)
    open_settings(page)
    create_token(page, HOSTILE)
    expect(page.locator(".tokens b")).to_have_text(HOSTILE)
    assert "owned" not in page.title()


def test_image_that_fails_to_load_is_retried(page, local):
    urls = []

    def break_twice(route: Route) -> None:
        urls.append(route.request.url)
        route.fulfill(status=200, body="") if len(urls) < 3 else route.continue_()

    page.route("**/artwork/0", break_twice)
    enter(page, local)
    page.get_by_role("spinbutton", name="Artists").fill("1")
    page.get_by_role("button", name="Make a cover").click()
    artwork = page.locator(".songs img").first
    expect(artwork).to_have_js_property("naturalWidth", 640, timeout=COVER_TIMEOUT_MS)


def test_page_retries_while_app_is_overloaded(page, local):
    """API Gateway responds like this when Lambda has reached its concurrency limit."""
    keys: list[str] = []
    counts: Counter[str] = Counter()

    def overload(route: Route) -> None:
        request = f"{route.request.method} {route.request.url.removeprefix(local.url)}"
        counts[request] += 1
        if request == "POST /api/covers":
            keys.append(route.request.headers["idempotency-key"])
        if re.search(r"/(image|artwork)\b", request):
            route.continue_()
        elif counts[request] < 4 or request == "POST /api/tokens":
            route.fulfill(status=503, json={"message": "Service Unavailable"})
        else:
            route.continue_()

    page.add_init_script("Math.random = () => 0.01")  # short pauses
    page.route("**/api/**", overload)
    page.route("**/web/page.css", overload)
    enter(page, local)
    expect(page.get_by_role("heading", level=1)).to_have_css("margin", "0px")
    assert counts["GET /web/page.css"] == 4
    assert counts["GET /api/me"] == 4
    page.get_by_role("spinbutton", name="Artists").fill("1")
    page.get_by_role("button", name="Make a cover").click()
    page.wait_for_url("**/#/covers/*")
    assert len(keys) == 4
    assert len(set(keys)) == 1
    expect(page.get_by_role("heading", name="Seen on your artwork")).to_be_visible(timeout=COVER_TIMEOUT_MS)

    open_settings(page)
    create_token(page, "My script")
    expect(page.get_by_text("The app is busy.")).to_be_visible()
    assert counts["POST /api/tokens"] == 1, "a repeated request could create a second token"


def test_token_is_shown_once_works_and_can_be_revoked(page, local):
    enter(page, local)
    open_settings(page)
    create_token(page, "My script")
    token = page.locator("code.token").inner_text()
    credentials = {"headers": {"Authorization": f"Bearer {token}", "Cookie": ""}}
    assert page.request.get(f"{local.url}/api/me", **credentials).json()["listener_id"] == LISTENER
    page.reload()
    expect(page.locator(".tokens b").filter(has_text="My script")).to_be_visible()
    expect(page.get_by_text(token)).to_have_count(0)
    page.get_by_role("button", name="Revoke My script").click()
    page.get_by_role("button", name="Revoke the token").click()
    expect(page.locator(".tokens b").filter(has_text="My script")).to_have_count(0)
    page.context.clear_cookies()
    assert page.request.get(f"{local.url}/api/me", **credentials).status == 401


def test_new_token_stays_visible_if_list_fails(page, local):
    enter(page, local)
    open_settings(page)
    expect(page.get_by_role("button", name="Create a token")).to_be_visible()
    error = {"error": {"code": "storage_unavailable", "message": "The storage did not answer."}}

    def fail_list(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(status=503, json=error)
        else:
            route.continue_()

    page.route("**/api/tokens", fail_list)
    create_token(page, "My other script")
    expect(page.locator("main").get_by_text("The storage did not answer.")).to_be_visible()
    expect(page.locator("code.token")).to_be_visible()


def test_settings_are_defaults_of_new_covers(page, local):
    enter(page, local)
    open_settings(page)
    page.get_by_role("checkbox", name="Choose by the medium").uncheck()
    page.get_by_role("slider", name="Style strength").fill("40")
    page.get_by_role("checkbox", name="Keep the painting’s colors").check()
    save_settings(page)
    page.goto("/")
    expect(page.get_by_role("slider", name="Style strength")).to_have_value("40")
    expect(page.get_by_role("checkbox", name="Keep the painting’s colors")).to_be_checked()


def test_login_error_is_shown_once(page):
    page.goto("/?login=<b>what</b>")
    expect(page.locator("#notices")).to_have_text("The login failed. Please log in again.")
    page.reload()
    expect(page.get_by_role("link", name="Log in with Spotify")).to_be_visible()
    expect(page.locator("#notices")).to_be_empty()
    login_errors = page.evaluate("import('/web/strings.js').then((strings) => strings.LOGIN_ERRORS)")
    error_classes = (
        NotAllowListedError,
        OwnerWithoutPremiumError,
        SpotifyUnavailableError,
        SpotifyCoolingDownError,
        ConfigurationError,
    )
    assert login_errors.keys() == {*get_args(LoginErrorCode), *(error.code for error in error_classes)}


def test_declined_consent_is_explained(page):
    page.goto("/login")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#notices")).to_contain_text("You declined access on Spotify")


def test_expired_session_leads_to_login(page, local):
    enter(page, local)
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    expect(page.get_by_role("link", name="Log in with Spotify")).to_be_visible()


def test_expiring_permission_and_rate_limit_are_announced(page, local):
    enter(page, local)
    expect(page.locator("#notices")).to_be_empty()
    soon = datetime.now(UTC) + timedelta(days=20)
    until = soon - timedelta(days=19)
    expression = "SET reconnect_by = :by, cool_down_until = :until"
    update_profile(local, LISTENER, expression, by=soon.isoformat(), until=until.isoformat())
    page.reload()
    notices = page.locator("#notices")
    expect(notices).to_contain_text(f"Spotify’s permission expires on {soon.day} {soon:%B %Y}.")
    expect(notices).to_contain_text("Spotify’s rate limit was reached.")
    listeners = Listeners(local.table("Listeners"))
    assert listeners.mark_reconnect(LISTENER, listeners.get(LISTENER).tokens)
    end_cool_down(local, LISTENER)
    page.reload()
    expect(notices).to_contain_text("Spotify’s permission has expired")
    page.get_by_role("link", name="Log in with Spotify again").click()
    page.get_by_role("button", name="Agree as Robin Aldermoor").click()
    expect(page.get_by_role("heading", name="Make a cover")).to_be_visible()
    expect(notices).to_be_empty()


def test_page_works_with_keyboard_only(page, local):
    enter(page, local)
    expect(page.get_by_role("radio", name="Night Bus Circuits")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Top artists")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Maximum albums")).to_be_visible()
    page.get_by_role("link", name="Settings").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_focused()
    page.get_by_role("button", name="Forget me").press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Forget me")).to_be_focused()
