"""A real browser before a deployed stack. Whatever the page's policy stops, or a script fails at, fails the test."""

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from scripts.local import stack

# Nothing of Chromium's own goes to the network; the sandbox needs what containers lack.
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
_WITHIN = 60_000  # milliseconds; a slow machine starts a function in ten seconds
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def deployed() -> Iterator[stack.LocalStack]:
    with stack.running(DailyCoverLimit="1000") as running:
        running.configure({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        yield running


@pytest.fixture
def local(deployed: stack.LocalStack) -> Iterator[stack.LocalStack]:
    deployed.spotify.state.reset()
    yield deployed
    assert deployed.spotify.state.recorder.violations == []
    deployed.spotify.state.reset()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert found, "Chromium is missing: install it, or say where it is: CHROMIUM=..."
    expect.set_options(timeout=_WITHIN)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, local: stack.LocalStack, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A new browser's page, 1440 wide and light unless a test asks for (viewport, colour scheme)."""
    viewport, scheme = getattr(request, "param", (WIDE, "light"))
    context = chromium.new_context(
        base_url=local.url, viewport=viewport, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
    )
    page, wrong = context.new_page(), []

    def hear(message: ConsoleMessage) -> None:
        # A refusal, which the page turns into a sentence, is an error to a browser.
        refused = re.search(r"status of (4\d\d|503)", message.text) and re.match(
            re.escape(local.url)
            + r"/(web/page\.css$|api/(me|settings|playlists|covers|tokens)\b(?!.*/(image|artwork)))",
            message.location["url"],
        )
        ours = not message.location["url"].startswith(local.spotify.url)
        if message.type in {"error", "warning"} and ours and not refused:
            wrong.append(f"{message.text} ({message.location['url']})")

    page.on("console", hear)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.set_default_timeout(_WITHIN)
    yield page
    context.close()
    assert wrong == []
