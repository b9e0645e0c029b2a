"""Script in texts that the page shows: from Spotify, a model, an error or the URL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from coverart.aws.dynamodb import to_dynamodb
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.covers import new_item
from coverart.store.publish_history import HistoryEntry, PublishHistory
from scripts.local.stack import LocalStack
from tests.browser.actions import enter

SCRIPT = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>{{7*7}}\'"`'
LINK = "javascript:window.owned=1"
ALBUM = "6dVIqQ8qmQ5GBnJ9shOYGE"


def store_cover(local: LocalStack, listener_id: str, **more: Any) -> str:
    """Store a cover with script in every text that comes from elsewhere, and return its id."""
    cover_id = new_cover_id(datetime.now(UTC))
    base = f"covers/{listener_id}/{cover_id}"
    song = {"rank": 1, "artist": SCRIPT, "genres": [SCRIPT], "track": SCRIPT, "album": SCRIPT, "album_id": ALBUM}
    song |= {"album_url": LINK, "year": 1999, "artwork": f"artwork/{listener_id}/{ALBUM}.jpg"}
    phrase = {"part": SCRIPT, "text": SCRIPT, "source": SCRIPT, "detail": SCRIPT}
    prompt = {"text": SCRIPT, "phrases": [phrase], "subjects": [SCRIPT], "mood": SCRIPT, "energy": 0.5, "era": SCRIPT}
    names = {"master": "master.png", "cover": "cover.jpg", "thumbnail": "thumbnail.jpg", "steps": "steps.jpg"}
    item = {
        **new_item(
            listener_id,
            cover_id,
            {"source": {"kind": "playlist", "playlist_id": "p1", "count": 3}, "options": {"direction": SCRIPT}},
            datetime.now(UTC),
        ),
        "status": "done",
        "fetched": {"songs": [song], "title": SCRIPT, "left_out": [{"album": SCRIPT, "reason": SCRIPT}]},
        "detected": {
            "artworks": [{"album_id": ALBUM, "objects": [{"label": SCRIPT, "score": 0.9, "box": [0, 0, 0.5, 1]}]}]
        },
        "prompt": {**prompt, "palette": ["#aabbcc"], "style_albums": [ALBUM], "seed": 0},
        "painting": {
            "key": f"{base}/painting.png",
            "backend": "openai",
            "model": SCRIPT,
            "usage": None,
            "cost_usd": 0.1,
            "note": SCRIPT,
        },
        "pictures": {kind: f"{base}/{name}" for kind, name in names.items()},
        "published": {"playlist_image": "not_set", "code": SCRIPT, "message": SCRIPT},
        **more,
    }
    local.table("Covers").put_item(Item=to_dynamodb(item))
    picture = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(picture, "JPEG")
    for key in (song["artwork"], f"{base}/painting.png", *item["pictures"].values()):
        local.bucket.put(str(key), picture.getvalue(), "image/jpeg")
    return cover_id


def assert_no_markup(page: Page) -> None:
    assert page.locator("main script, main img[src=x], a[href^='javascript']").count() == 0


def assert_no_script_ran(page: Page) -> None:
    """Check this since the last page load; a change of the view does not load a page."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.owned ?? null") is None


@pytest.fixture
def temporary_listener(local: LocalStack) -> Iterator[None]:
    """Delete the stored data after the test."""
    yield
    local.log_in().delete(f"{local.url}/api/me", timeout=60).raise_for_status()


def test_stored_script_stays_text(page: Page, local: LocalStack, temporary_listener: None) -> None:
    # The first view starts a function for each file of the page.
    page.set_default_timeout(60_000)
    enter(page, local)
    listener_id = page.request.get("/api/me").json()["listener_id"]
    done_id = store_cover(local, listener_id)
    failed_id = store_cover(local, listener_id, status="failed", error={"code": SCRIPT, "message": SCRIPT})
    playlist_id = local.spotify.state.add_playlist(SCRIPT, ["Steam Rising", "Purr"])
    texts = {"status": "not_set", "code": SCRIPT, "message": SCRIPT, "note": SCRIPT, "asked_at": datetime.now(UTC)}
    entry = HistoryEntry(playlist_id=playlist_id, entry_id=done_id, playlist_name=SCRIPT, cover_id=done_id,
                  picture=f"covers/{listener_id}/{done_id}/cover.jpg", **texts)  # fmt: skip
    PublishHistory(local.table("Listeners")).add(listener_id, entry)

    page.goto(f"/#/covers/{done_id}")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPT, timeout=60_000)
    expect(page.locator("main")).to_contain_text("{{7*7}}")
    assert_no_markup(page)
    page.goto(f"/#/covers/{failed_id}")
    expect(page.locator("main [role=alert]").first).to_contain_text(SCRIPT)
    assert_no_markup(page)
    page.goto("/#/")
    expect(page.locator(".gallery .name").first).to_have_text(SCRIPT)
    assert_no_markup(page)
    page.goto("/#/playlists")
    expect(page.get_by_text(SCRIPT, exact=True).first).to_be_visible()
    assert_no_markup(page)
    page.goto(f"/#/playlists/{playlist_id}")
    expect(page.locator("main")).to_contain_text(SCRIPT)
    assert_no_markup(page)
    assert_no_script_ran(page)
    page.goto(f"/?login={quote(SCRIPT)}")
    expect(page.get_by_role("heading", name="Make a cover")).to_be_visible()
    assert_no_script_ran(page)
