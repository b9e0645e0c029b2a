"""Titles in type, on the page."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.actions import COVER_TIMEOUT_MS, adjust, enter, make_covers, open_pick

pytestmark = pytest.mark.usefixtures("new_listener")


def test_title_is_previewed_set_and_changed(page, local, inspect):
    enter(page, local)
    page.get_by_role("radio", name="Top artists").check()
    adjust(page)
    page.get_by_label("What is set").select_option("The playlist’s name")
    expect(page.get_by_text("Choose other words")).to_be_visible()
    page.get_by_role("radio", name="Night Bus Circuits").check()
    page.get_by_label("Second line").fill("vol. 2")
    expect(page.locator(".sketch")).to_contain_text("Night Bus Circuits")
    inspect("make with a title")
    with page.expect_request(lambda request: request.method == "POST") as request:
        make_covers(page)
    options = json.loads(request.value.post_data or "")["options"]
    assert (options["lettering"], options["second_line"]) == ("title", "vol. 2")
    cover = open_pick(page)
    first_picture = cover.get_attribute("src")

    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("button", name="Paint this version")).to_be_visible()
    page.get_by_label("What is set").select_option("Other words")
    page.get_by_label("Words", exact=True).fill("Last Stop")
    expect(page.locator(".sketch")).to_contain_text("Last Stop")
    inspect("edit with a title")
    with page.expect_request(lambda request: request.method == "POST") as request:
        page.get_by_role("button", name="Set this title").click()
    assert json.loads(request.value.post_data or "")["options"]["retitle"]["cover_id"] in (first_picture or "")
    page.get_by_role("link", name="Keep the new one").click(timeout=COVER_TIMEOUT_MS)
    expect(page.locator(".cover img.picture")).to_have_js_property("naturalWidth", 640)
