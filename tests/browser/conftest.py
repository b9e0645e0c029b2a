"""A real browser and a deployed stack. A script error or a violation of the page's policy fails the test."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, ViewportSize, expect, sync_playwright

from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from tests.browser.actions import delete_account, request_less
from tests.browser.inspection import WIDE, inspect_view
from tests.stack.stack_state import wait_until_idle

# Chromium sends no requests of its own, and its sandbox does not work in containers.
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
# The page polls more often, and waits no longer before it tries again.
_SHORT_PAUSES = """const setTimer = window.setTimeout;
window.setTimeout = (callback, pause, ...values) => setTimer(callback, Math.min(pause ?? 0, 300), ...values);"""
Scheme = Literal["light", "dark"]
_TIMEOUT_MS = 60_000  # a slow machine takes ten seconds to start a function


@pytest.fixture(scope="package")
def deployed() -> Iterator[LocalStack]:
    with run_stack(DailyCoverLimit="1000", AllowDemo="true") as local_stack:
        local_stack.configure_emulator({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        yield local_stack


@pytest.fixture
def local(deployed: LocalStack) -> Iterator[LocalStack]:
    """The stack, on which nothing of an earlier test runs. Fails the test where a request violates a specification."""
    wait_until_idle(deployed)
    deployed.spotify.state.reset()
    yield deployed
    assert deployed.spotify.state.recorder.violations == []
    deployed.spotify.state.reset()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """There may be one in a process only."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    # The headless shell takes a third of the processor time: it is the same engine without a window.
    names = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else ["chromium-headless-shell", "chromium"]
    executable = next(filter(None, map(shutil.which, names)), None)
    assert executable, "Chromium is missing: install it, or say where it is: CHROMIUM=..."
    expect.set_options(timeout=_TIMEOUT_MS)
    browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser, local: LocalStack, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page of a new browser; 1440 pixels wide and light, or the parameter's (viewport, color scheme)."""
    viewport, scheme = getattr(request, "param", (WIDE, "light"))
    with open_page(chromium, local, viewport, scheme) as page:
        request_less(page, style_albums=[])  # a style takes as long as the rest
        yield page


@pytest.fixture
def inspect(page: Page) -> Iterator[Callable[[str], None]]:
    """Inspect the view that the page shows. The test fails at its end where a view has a problem."""
    problems: list[str] = []
    yield lambda name: problems.extend(inspect_view(page, name))
    assert problems == []


@pytest.fixture(scope="package")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """Firefox as its users have it. Playwright's own build is not in package registries."""
    executable = shutil.which(os.environ.get("FIREFOX", "firefox-esr"))
    assert executable, "Firefox is missing: install it (Debian: firefox-esr), or say where it is: FIREFOX=..."
    expect.set_options(timeout=_TIMEOUT_MS)
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=executable)
    yield browser
    browser.close()


@pytest.fixture
def firefox_page(firefox: Browser, local: LocalStack) -> Iterator[Page]:
    """The page in a new Firefox."""
    with open_page(firefox, local, WIDE, "light") as page:
        yield page


@contextmanager
def open_page(browser: Browser, local: LocalStack, viewport: ViewportSize, scheme: Scheme) -> Iterator[Page]:
    """Open an empty page in a new profile. Fails the test at the end where the browser has logged an error."""
    context = browser.new_context(
        base_url=local.url, viewport=viewport, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
    )
    context.add_init_script(_SHORT_PAUSES)
    page = context.new_page()
    errors: list[str] = []

    def collect_error(message: ConsoleMessage) -> None:
        # The browser logs an error response of the API as an error, too; the page shows its message.
        is_error_response = re.search(r"status of (4\d\d|503)", message.text) and re.match(
            re.escape(local.url)
            + r"/(web/page\.\w+\.css$|api/(me|settings|looks|warm-up|top-artists|playlists|covers|tokens|pictures)\b"
            + r"(?!.*/(image|artwork)))",
            message.location["url"],
        )
        is_spotify = message.location["url"].startswith(local.spotify.url)
        if message.type in {"error", "warning"} and not is_spotify and not is_error_response:
            errors.append(f"{message.text} ({message.location['url']})")

    page.on("console", collect_error)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(_TIMEOUT_MS)
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def new_listener(local: LocalStack) -> None:
    """Delete the listener's covers, rule and history of earlier tests."""
    delete_account(local)
