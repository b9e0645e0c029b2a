"""The page as a listener uses it, from the login to the logout."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Route, expect

from coverart.pipeline.start_cover import new_cover_id
from coverart.store.covers import new_item
from coverart.store.listeners import Listeners
from tests.browser import actions
from tests.browser.actions import (
    COVER_TIMEOUT_MS,
    LISTENER,
    LOGIN,
    MAKE,
    adjust,
    enter,
    log_in,
    make_covers,
    request_less,
)
from tests.browser.inspection import NARROW
from tests.stack.stack_state import end_cool_down, update_profile


@actions.in_both_looks(default="narrow-dark")
def test_listener_makes_edits_and_deletes_covers(page, local, new_listener):
    page.unroute_all()  # four candidates with a style, as the page requests them
    log_in(page)
    page.get_by_role("radio", name="Night Bus Circuits").check()
    adjust(page)
    page.get_by_role("spinbutton", name="Maximum albums").fill("4")
    make_covers(page)
    expect(page.locator(".candidates img")).to_have_count(4)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Night Bus Circuits")
    actions.open_pick(page)
    first = page.url
    expect(page.get_by_role("heading", level=1)).to_have_text("Night Bus Circuits")
    how = actions.open_tab(page, "How it came about")
    expect(how.get_by_role("img", name=re.compile("^Artwork of “T Minus Forever”")).first).to_be_visible()
    expect(how).to_contain_text("By the built-in painter, free.")

    page.get_by_role("link", name="Edit").click()
    page.get_by_text("The whole prompt").click()
    page.get_by_label("Edit the prompt").fill("A lighthouse in a storm, in deep blues.")
    page.get_by_role("button", name="Paint this version").click()
    page.get_by_role("link", name="Keep the new one").click(timeout=COVER_TIMEOUT_MS)
    page.wait_for_url(lambda address: address != first and not address.endswith("/edit"))
    words = actions.open_tab(page, "Words")
    expect(words).to_contain_text("A lighthouse in a storm, in deep blues.")
    expect(words).to_contain_text("your words: your own prompt")

    page.get_by_role("link", name="Covers", exact=True).click()
    expect(page.locator(".gallery li")).to_have_count(2)
    page.goto(first)
    deletions = []
    page.on("request", lambda request: deletions.append(request.url) if request.method == "DELETE" else None)
    used = actions.open_tab(page, "Where it is used")
    used.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    used.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete cover").click()
    expect(page.locator(".gallery li")).to_have_count(1)
    assert len(deletions) == 1, "the first dialog was canceled"
    assert local.list_keys(f"covers/{LISTENER}/{first.rpartition('/')[2]}/") == []

    actions.open_settings(page)
    page.get_by_role("button", name="Delete my data").click()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("All your data has been deleted.")).to_be_visible()
    assert local.list_keys(f"covers/{LISTENER}/") == []

    log_in(page)
    page.get_by_role("link", name="Covers", exact=True).click()
    expect(page.get_by_text("Your covers will appear here.")).to_be_visible()
    actions.open_settings(page)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name=LOGIN)).to_be_visible()
    assert "session" not in {cookie["name"] for cookie in page.context.cookies()}


def test_form_survives_back_and_edit_sends_no_style_albums(page, local, new_listener, inspect):
    page.unroute_all()
    request_less(page, candidates=2)
    enter(page, local)
    page.get_by_role("radio", name="Top artists").check()
    adjust(page)
    page.get_by_role("spinbutton", name="Artists").fill("3")
    page.get_by_label("Anything it should show?").fill("a lighthouse at dusk")
    page.locator(".bar .first").click()
    expect(page.get_by_role("group", name="Which one?")).to_be_visible()
    inspect("making")
    expect(page.locator("fieldset[aria-busy=false] .candidates img").first).to_be_visible(timeout=COVER_TIMEOUT_MS)
    inspect("choice")
    page.go_back()
    expect(page.get_by_label("Anything it should show?")).to_have_value("a lighthouse at dusk")
    page.go_forward()
    actions.open_pick(page)
    inspect_cover(page, inspect)

    page.get_by_role("link", name="Edit").click()
    page.get_by_text("Texture from these albums").first.click()
    boxes = page.get_by_role("group", name="Texture from these albums").get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    inspect("edit")
    for box in boxes.all():
        box.uncheck()
    expect(page.get_by_text("No album: the painting stays as painted.")).to_be_visible()
    page.get_by_role("checkbox", name="As the medium suits").uncheck()
    page.get_by_role("slider", name="Texture of my albums").fill("30")
    page.get_by_role("radio", name="Mosaic").check()
    page.get_by_role("button", name="Paint this version").click()
    link = page.get_by_role("link", name="Keep the new one")
    expect(link).to_be_visible(timeout=COVER_TIMEOUT_MS)
    item = local.covers.get(LISTENER, (link.get_attribute("href") or "").rpartition("/")[2])
    assert item is not None
    options = item["request"]["options"]
    assert (options["style_albums"], options["style_strength"]) == ([], 0.3)
    assert (options["direction"], options.get("prompt")) == ("a lighthouse at dusk, mosaic", None)
    page.goto("/#/covers")
    expect(page.locator(".gallery img").first).to_be_visible()
    inspect("covers")


def inspect_cover(page, inspect):
    """Inspect the view of a cover with its tabs and its public page."""
    page.get_by_text("Everything seen on").click()
    inspect("cover")
    actions.open_tab(page, "Words")
    inspect("words")
    used, address = actions.open_tab(page, "Where it is used"), page.url
    used.get_by_role("button", name="Delete").click()
    inspect("dialog")
    page.get_by_role("button", name="Cancel").click()
    used.get_by_role("checkbox", name="Public page").check()
    page.goto(used.get_by_role("link", name="/shared/").get_attribute("href") or "")
    inspect("shared")
    page.goto(address)


def test_candidate_that_fails_says_why_while_others_go_on(page, local, inspect):
    enter(page, local)
    covers, cover_id = local.covers, new_cover_id(datetime.now(UTC))
    request = {"source": {"kind": "sample"}, "options": {"candidates": 2}}
    covers.table.put_item(Item=new_item(LISTENER, cover_id, request, datetime.now(UTC)))
    covers.begin_step(LISTENER, cover_id, "generate", 0)
    covers.mark_candidate_failed(LISTENER, cover_id, 1, "prompt_blocked", "The image model rejected this prompt.")
    page.goto(f"/#/covers/{cover_id}/choose")
    tiles = page.locator(".candidates li")
    expect(tiles.nth(0)).to_contain_text("Painting")
    expect(tiles.nth(1)).to_contain_text("The image model rejected this prompt.")
    expect(page.get_by_text("0 of 2 ready, 1 failed", exact=True)).to_be_visible()
    inspect("candidate-failed")
    covers.delete(LISTENER, cover_id)
    tiles.nth(1).get_by_role("button", name="Try again").click()
    page.wait_for_url(lambda address: cover_id not in address)
    expect(page.get_by_role("heading", name="A cover for the sample music")).to_be_visible()
    actions.delete_account(local)  # nobody waits for the cover


def test_newcomer_without_music_is_offered_sample_music(page, local):
    log_in(page, "Kit Newcombe")
    expect(page.get_by_role("radio", name="Top artists")).to_be_disabled()
    expect(page.get_by_text("Spotify knows no top artists of yours yet")).to_be_visible()
    expect(page.locator(".bar")).to_contain_text("Sample music")
    page.locator(".bar .first").click()
    expect(page.get_by_role("heading", name="A cover for the sample music")).to_be_visible()
    actions.delete_account(local, "newcomer")  # nobody waits for the cover


def test_stranger_makes_demo_covers_without_spotify(page, local, inspect):
    def offer_demo(route: Route) -> None:
        """Let the page be that of a stack on AWS."""
        response = route.fetch()
        text = response.text().replace('data-login="demo"', 'data-login="spotify-or-demo"')
        route.fulfill(response=response, body=text)

    page.route(f"{local.url}/", offer_demo)
    request_less(page, candidates=2)
    page.goto("/")
    expect(page.get_by_role("link", name="Log in with Spotify")).to_be_visible()
    inspect("landing-with-demo")
    page.get_by_role("button", name="Try it with demo music").click()
    expect(page.get_by_role("radio")).to_have_accessible_name("Sample music")
    make_covers(page)
    expect(page.locator(".candidates img")).to_have_count(2)
    inspect("demo-choice")
    cover = actions.open_pick(page)
    assert cover.evaluate("image => image.currentSrc").startswith(f"{local.url}/api/covers/")
    expect(page.get_by_role("button", name="Use on Spotify")).to_be_hidden()
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Large").click()
    assert download.value.suggested_filename == "Sample music.png"
    inspect("demo-cover")
    page.get_by_role("link", name="Covers", exact=True).click()
    expect(page.locator(".gallery img")).to_have_count(1)
    expect(page.get_by_role("link", name="One look", exact=True)).to_be_hidden()
    assert local.spotify.state.recorder.requests == []


def test_many_playlists_are_searched_and_the_button_stays_in_sight(page, local):
    for number in range(52):
        local.spotify.state.add_playlist(f"Mix {number}", ["Purr"])
    enter(page, local)
    page.set_viewport_size(NARROW)
    expect(page.get_by_role("button", name="Show all 55")).to_be_visible()
    expect(page.locator(".bar .first")).to_be_in_viewport()
    page.get_by_role("searchbox", name="Search 55 playlists").fill("mix 51")
    expect(page.get_by_role("radio")).to_have_count(1)
    page.get_by_role("radio", name="Mix 51").check()
    expect(page.locator(".bar")).to_contain_text("Mix 51")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="Show all 55").click()
    expect(page.get_by_role("radio", name="Mix 50")).to_be_visible()
    expect(page.locator(".bar .first")).to_be_in_viewport()


def test_page_retries_what_fails_while_app_is_overloaded(page, local):
    """API Gateway responds like this when Lambda has reached its concurrency limit."""
    keys: list[str] = []
    counts: Counter[str] = Counter()

    def overload(route: Route) -> None:
        request = f"{route.request.method} {route.request.url.removeprefix(local.url)}"
        counts[request] += 1
        if request == "POST /api/covers":
            keys.append(route.request.headers["idempotency-key"])
        if request.endswith("/artwork/0") and counts[request] < 3:
            route.fulfill(status=200, body="")
        elif re.search(r"/(image|artwork)\b", request):
            route.fallback()
        elif counts[request] < 4 or request == "POST /api/tokens":
            route.fulfill(status=503, json={"message": "Service Unavailable"})
        else:
            route.fallback()

    page.route("**/api/**", overload)
    page.route("**/web/page.*.css", overload)
    enter(page, local)
    expect(page.get_by_role("heading", level=1)).to_have_css("margin", "0px")
    assert [count for request, count in counts.items() if request.endswith(".css")] == [4]
    assert counts["GET /api/me"] == 4
    expect(page.get_by_role("radio", name="Night Bus Circuits")).to_be_visible()
    page.locator(".bar .first").click()
    page.wait_for_url("**/#/covers/*/choose")
    assert len(keys) == 4
    assert len(set(keys)) == 1
    # An image that fails to load is loaded again, too.
    expect(page.locator("fieldset[aria-busy=false] .candidates img").first).to_be_visible(timeout=COVER_TIMEOUT_MS)
    actions.open_pick(page)
    expect(page.locator(".strip img").first).to_have_js_property("naturalWidth", 640, timeout=COVER_TIMEOUT_MS)
    assert max(count for request, count in counts.items() if request.endswith("/artwork/0")) >= 3

    actions.open_settings(page)
    actions.create_token(page, "My script")
    expect(page.get_by_text("The app is busy.")).to_be_visible()
    assert counts["POST /api/tokens"] == 1, "a repeated request could create a second token"


def test_settings_are_defaults_and_tokens_shown_once(page, local):
    enter(page, local)
    actions.open_settings(page)
    page.get_by_role("checkbox", name="As the medium suits").uncheck()
    page.get_by_role("slider", name="Texture of my albums").fill("40")
    page.get_by_role("checkbox", name="Keep these colors").check()
    actions.save_settings(page)
    assert Listeners(local.table("Listeners")).get(LISTENER).settings.style_strength == 0.4
    page.goto("/")
    adjust(page)
    expect(page.get_by_role("slider", name="Texture of my albums")).to_have_value("40")
    expect(page.get_by_role("checkbox", name="Keep these colors")).to_be_checked()

    def fail_list(route: Route) -> None:
        error = {"code": "storage_unavailable", "message": "The storage did not answer."}
        route.fulfill(status=503, json={"error": error}) if route.request.method == "GET" else route.continue_()

    actions.open_settings(page)
    expect(page.get_by_role("button", name="Create a token")).to_be_visible()
    page.route("**/api/tokens", fail_list)
    actions.create_token(page, "My script")
    # It stays in sight although the list of tokens cannot be shown.
    expect(page.locator("main").get_by_text("The storage did not answer.")).to_be_visible()
    token = page.locator("code.token").inner_text()
    page.unroute_all()
    credentials = {"headers": {"Authorization": f"Bearer {token}", "Cookie": ""}}
    assert page.request.get(f"{local.url}/api/me", **credentials).json()["listener_id"] == LISTENER
    page.reload()
    tokens = page.locator(".tokens b").filter(has_text="My script")
    expect(tokens).to_be_visible()
    expect(page.get_by_text(token)).to_have_count(0)
    page.get_by_role("button", name="Revoke My script").click()
    page.get_by_role("button", name="Revoke the token").click()
    expect(tokens).to_have_count(0)
    page.context.clear_cookies()
    assert page.request.get(f"{local.url}/api/me", **credentials).status == 401


def test_failed_login_and_ended_session_are_explained_once(page, local):
    notices = page.locator("#notices")
    page.goto("/?login=<b>what</b>")
    expect(notices).to_have_text("The login failed. Please log in again.")
    page.reload()
    expect(page.get_by_role("link", name=LOGIN)).to_be_visible()
    expect(notices).to_be_empty()
    page.goto("/login")
    page.get_by_text("Other cases to try").click()
    page.get_by_role("button", name="Cancel").click()
    expect(notices).to_contain_text("You declined access on Spotify")
    page.goto("/#/playlists")
    page.get_by_role("link", name=LOGIN).click()
    page.get_by_role("button", name="Agree as Robin Aldermoor").click()
    expect(page.get_by_role("heading", name="Playlists", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()
    page.get_by_role("link", name="Your account").click()
    expect(page.get_by_text("Your session has ended.")).to_be_in_viewport()
    expect(page.get_by_role("link", name=LOGIN)).to_be_visible()


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
    expect(page.get_by_role("heading", name=MAKE)).to_be_visible()
    expect(notices).to_be_empty()


def test_page_works_with_keyboard_only(page, local):
    enter(page, local)
    expect(page.get_by_role("radio", name="Night Bus Circuits")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for element in (
        ("link", "your whole library in one look"),
        ("searchbox", "Search 3 playlists"),
        ("radio", "Everything at Once"),
    ):
        page.keyboard.press("Tab")
        expect(page.get_by_role(element[0], name=element[1])).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".bar")).to_contain_text("Rain on the Skylight")
    page.get_by_role("link", name="Your account").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_focused()
    page.get_by_role("button", name="Delete my data").press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Delete my data")).to_be_focused()
