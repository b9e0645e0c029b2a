"""The listener's own pictures on the page: added, chosen, sent or not, refused and deleted."""

import base64
import json
import re
from typing import Any

import pytest
import requests
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from scripts.local.stack import LocalStack
from tests.browser.actions import LISTENER, enter, make_covers, open_pick, open_tab
from tests.images import decode, encode, load_photo

pytestmark = pytest.mark.usefixtures("new_listener")

ORIENTATION, GPS, TURN_RIGHT = 0x112, 0x8825, 6
# Files that are dropped or pasted, as the browser tells the page. A number is as many bytes.
SEND_FILES = """([type, property, files]) => {
  const transfer = new DataTransfer();
  const read = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  for (const [name, kind, content] of files) {
    const bytes = typeof content === "number" ? new Uint8Array(content) : read(content);
    transfer.items.add(new File([bytes], name, { type: kind }));
  }
  const event = { [property]: transfer, bubbles: true, cancelable: true };
  document.body.dispatchEvent(type === "paste" ? new ClipboardEvent(type, event) : new DragEvent(type, event));
}"""


def photo_file(name: str, size: tuple[int, int]) -> bytes:
    """Return a photo that lies on its side, as a phone stores it: with its place and how to turn it."""
    exif = Image.Exif()
    exif[ORIENTATION] = TURN_RIGHT
    exif[GPS] = {1: "N", 2: (48.0, 51.0, 29.0)}
    return encode(load_photo(name).resize(size), exif=exif)


def add_picture(local: LocalStack, name: str) -> str:
    """Add a picture as a program does. Return its id."""
    session = local.log_in()
    picture = session.post(f"{local.url}/api/pictures", timeout=60).json()
    upload = picture["upload"]
    data = {**upload["fields"], "Content-Type": "image/jpeg"}
    requests.post(upload["url"], data=data, files={"file": encode(load_photo(name))}, timeout=60).raise_for_status()
    imported = session.post(f"{local.url}/api/pictures/{picture['picture_id']}/import", timeout=60)
    imported.raise_for_status()
    return str(picture["picture_id"])


def open_pictures(page: Page) -> Locator:
    """Open the place for pictures with the keyboard. Return its pictures."""
    page.locator(".own-pictures > summary").press("Enter")
    expect(page.get_by_role("button", name="Choose a picture")).to_be_visible()
    return page.get_by_role("group", name="Picture of today")


def request_options(page: Page) -> dict[str, Any]:
    """Press the main button, and return the options that the page sends. The app refuses the request."""
    bodies = []

    def refuse(route: Route) -> None:
        bodies.append(json.loads(route.request.post_data or ""))
        route.fulfill(status=404, json={"error": {"code": "picture_not_found", "message": "It was deleted."}})

    page.route("**/api/covers", refuse)
    page.locator(".first:visible").last.click()
    expect(page.get_by_text("It was deleted.")).to_be_visible()
    page.unroute("**/api/covers", refuse)
    return dict(bodies[0]["options"])


def test_own_picture_is_on_the_cover_and_stays_chosen(page, local, inspect):
    enter(page, local)
    pictures = open_pictures(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a picture").press("Enter")
    large = FilePayload(name="cat.jpg", mimeType="image/jpeg", buffer=photo_file("chelsea", (2600, 1300)))
    chooser.value.set_files([large])
    expect(pictures.get_by_role("checkbox", name="On the cover")).to_be_checked()
    expect(page.get_by_text("It stays in this stack")).to_be_visible()
    inspect("make with a picture")
    [key, _] = local.list_keys(f"pictures/{LISTENER}/")
    stored = decode(local.bucket.get(key))
    assert (stored.size, len(stored.getexif())) == ((1024, 2048), 0)

    page.reload()
    expect(page.locator(".own-pictures > summary")).to_contain_text("on the cover")
    make_covers(page)
    open_pick(page)
    how = open_tab(page, "How it came about")
    expect(how.get_by_role("img", name="Your own picture")).to_have_js_property("naturalHeight", 300)
    inspect("cover of a picture")
    expect(open_tab(page, "Words")).to_contain_text(re.compile("you uploaded: .*your own picture"))
    page.get_by_role("link", name="Edit").click()
    open_pictures(page)
    expect(pictures.get_by_role("checkbox", name="On the cover")).to_be_checked()
    inspect("edit with a picture")
    assert request_options(page)["picture"] in key

    def patch(route: Route) -> None:
        """Answer as if the picture had been sent to the image model."""
        cover = route.fetch().json()
        route.fulfill(json=cover | {"options": cover["options"] | {"send_picture": True}})

    page.route(f"**/api/covers/{page.url.split('/')[-2]}", patch)
    page.go_back()
    page.get_by_role("button", name="More like this").click()
    expect(page.get_by_role("dialog")).to_contain_text("Send your picture to OpenAI again?")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="More like this")).to_be_enabled()
    assert len(list(local.covers.list_statuses(LISTENER))) == 1


def test_pictures_are_dropped_pasted_refused_and_deleted(page, local, inspect):
    enter(page, local)
    png, text = (base64.b64encode(content).decode() for content in (encode(load_photo("coffee"), "PNG"), b"no picture"))
    broken = [("a.txt", "text/plain", text), ("b.png", "image/png", text), ("c.heic", "image/heic", 15 * 2**20 + 1)]
    page.evaluate(SEND_FILES, ["drop", "dataTransfer", broken])
    alerts = page.locator(".own-pictures").get_by_role("alert")
    expect(alerts).to_have_count(3)
    for alert, sentence in zip(
        alerts.all(), ("a.txt: This file is", "b.png: This file is", "c.heic: This picture is larger"), strict=True
    ):
        expect(alert).to_contain_text(sentence)
    inspect("pictures refused")

    pictures = page.get_by_role("group", name="Picture of today")
    for count, (event, transfer) in enumerate([("paste", "clipboardData"), ("drop", "dataTransfer")], 1):
        page.evaluate(SEND_FILES, [event, transfer, [("d.png", "image/png", png)]])
        expect(pictures).to_have_count(count)
    pictures.first.get_by_role("checkbox", name="Lends its style").check()
    options = request_options(page)
    assert len(options["style_pictures"]) == 1
    assert options["picture"] not in options["style_pictures"]
    assert (options["style_albums"], options["send_picture"]) == ([], False)
    page.get_by_role("checkbox", name="Mix with the texture of my albums").check()
    assert request_options(page)["style_albums"] is None

    # The chosen picture is deleted in another window.
    local.log_in().delete(f"{local.url}/api/pictures/{options['picture']}", timeout=60).raise_for_status()
    page.reload()
    open_pictures(page)
    expect(page.get_by_text("A picture that was chosen here has been deleted.")).to_be_visible()
    expect(pictures.get_by_role("checkbox", name="Lends its style")).to_be_checked()
    page.get_by_role("button", name="Delete: Picture of today").press("Enter")
    page.get_by_role("button", name="Delete picture").press("Enter")
    expect(page.get_by_role("button", name="Choose a picture")).to_be_focused()
    assert local.list_keys(f"pictures/{LISTENER}/") == []

    page.route("**/api/pictures", lambda route: route.fulfill(json={"pictures": [], "limit": 0}))
    page.reload()
    open_pictures(page)
    expect(page.get_by_role("button", name="Choose a picture")).to_be_disabled()


def test_picture_is_sent_only_if_its_listener_says_so(page, local, inspect):
    pictures = [add_picture(local, name) for name in ("chelsea", "coffee")]

    def patch(route: Route) -> None:
        """Answer as a stack whose image model may receive pictures."""
        route.fulfill(
            json=route.fetch().json() | {"may_send_pictures": True, "cover_cost_usd": 0.01, "candidates_default": 1}
        )

    page.route(r"**/api/me", patch)
    enter(page, local)
    groups = open_pictures(page)
    button, box = page.locator(".bar .first"), page.get_by_role("checkbox", name="Send this picture to OpenAI")
    expect(button).to_have_text("Make a cover, about 1 cent")
    expect(box).to_be_hidden()
    groups.first.get_by_role("checkbox", name="On the cover").check()
    expect(button).to_have_text("Make four covers")
    box.check()
    expect(button).to_have_text("Make a cover, about 1 cent")
    inspect("picture to send")
    options = request_options(page)
    assert (options["picture"], options["send_picture"], options["candidates"]) == (pictures[1], True, 1)
    groups.last.get_by_role("checkbox", name="On the cover").check()
    expect(groups.first.get_by_role("checkbox", name="On the cover")).not_to_be_checked()
    expect(box).not_to_be_checked()
