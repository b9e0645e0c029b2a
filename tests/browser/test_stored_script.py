"""Script in texts that the page shows: from Spotify, a model, an error or the URL."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page, expect

from coverart.aws.dynamodb import to_dynamodb
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.publish_history import HistoryEntry
from scripts.local.stack import LocalStack
from tests.browser.actions import HOSTILE, LISTENER, MAKE, create_token, delete_account, enter
from tests.stack.stack_state import make_cover

SCRIPT = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>{{7*7}}\'"`'
LINK = "javascript:window.owned=1"
# Texts on a cover's item that the app itself chooses.
OWN_TEXTS = {
    *("listener_id", "cover_id", "album_id", "playlist_id", "style_albums", "artwork", "key", "pictures"),
    *("kind", "time_range", "status", "step", "palette", "backend", "timings", "created_at", "playlist_image"),
}


def replace_texts(value: Any, name: str = "") -> Any:
    """Return a copy in which script replaces every text that comes from elsewhere."""
    match value:
        case _ if name in OWN_TEXTS:
            return value
        case dict():
            return {inner_name: replace_texts(inner, inner_name) for inner_name, inner in value.items()}
        case list():
            return [replace_texts(inner, name) for inner in value]
        case str():
            return LINK if name == "album_url" else SCRIPT
    return value


def store_cover(local: LocalStack, item: dict[str, Any], **fields: Any) -> str:
    """Store a copy of a finished cover with script in every text that comes from elsewhere. Return its id."""
    cover_id = new_cover_id(datetime.now(UTC))
    copy = replace_texts({name: value for name, value in item.items() if name != "ttl"})
    copy["fetched"]["left_out"] = [{"album": SCRIPT, "reason": SCRIPT}]
    copy["candidates"]["0"]["painting"] |= {"backend": "openai", "model": SCRIPT, "note": SCRIPT}
    copy["published"] = {"playlist_image": "not_set", "code": SCRIPT, "message": SCRIPT}
    copy["request"]["options"]["direction"] = SCRIPT
    local.table("Covers").put_item(Item=to_dynamodb({**copy, "cover_id": cover_id, **fields}))
    return cover_id


def assert_no_markup(page: Page) -> None:
    assert page.locator("main script, main img[src=x], a[href^='javascript']").count() == 0


def assert_no_script_ran(page: Page) -> None:
    """Check this since the last page load; a change of the view does not load a page."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.owned ?? null") is None


def test_stored_script_stays_text(page, local):
    playlist_id = local.spotify.state.add_playlist(SCRIPT, ["Steam Rising", "Purr"])
    enter(page, local)
    page.get_by_role("radio", name=SCRIPT).check()
    expect(page.locator(".bar")).to_contain_text(SCRIPT)
    page.goto("/#/settings")
    create_token(page, HOSTILE)
    expect(page.locator(".tokens b").filter(has_text=HOSTILE)).to_be_visible()
    assert_no_markup(page)
    assert "owned" not in page.title()
    source = {"kind": "playlist", "playlist_id": playlist_id, "count": 2}
    item = make_cover(local, LISTENER, source)
    assert item["status"] == "done", item.get("error")
    done_id = store_cover(local, item)
    failed_id = store_cover(local, item, status="failed", error={"code": SCRIPT, "message": SCRIPT})
    texts = {"status": "not_set", "code": SCRIPT, "message": SCRIPT, "note": SCRIPT, "playlist_name": SCRIPT}
    ids = {"playlist_id": playlist_id, "entry_id": done_id, "cover_id": done_id, "picture": item["pictures"]["cover"]}
    local.history.add(LISTENER, HistoryEntry(**ids, **texts, asked_at=datetime.now(UTC)))

    page.goto(f"/#/covers/{done_id}")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPT, timeout=60_000)
    expect(page.locator("main")).to_contain_text("{{7*7}}")
    assert_no_markup(page)
    page.goto(f"/#/covers/{failed_id}")
    expect(page.locator("main [role=alert]").first).to_contain_text(SCRIPT)
    assert_no_markup(page)
    page.goto("/#/covers")
    expect(page.locator(".gallery .name").first).to_have_text(SCRIPT)
    assert_no_markup(page)
    page.goto("/#/playlists")
    expect(page.locator(".playlist").filter(has_text=SCRIPT).first).to_be_visible()
    assert_no_markup(page)
    page.goto(f"/#/playlists/{playlist_id}")
    expect(page.locator("main")).to_contain_text(SCRIPT)
    assert_no_markup(page)
    assert_no_script_ran(page)
    page.goto(f"/?login={quote(SCRIPT)}")
    expect(page.get_by_role("heading", name=MAKE)).to_be_visible()
    assert_no_script_ran(page)
    # The other tests list the listener's covers.
    delete_account(local)
