"""What is set to work for a cell, and what is seen to come of it: (outcome, the sentence that the listener reads)."""

import io
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

from coverart.store.budget import Budget
from coverart.store.listeners import Listeners, ListenerSettings
from scripts.standins.catalogue import catalogue
from tests.faults.faults import STEPS, Named
from tests.faults.fault_proxy import Fault
from tests.faults.fault_matrix import Cell
from tests.faults.environment import World
from tests.stack.api_client import until

Scene = Callable[[World, Cell, Named], tuple[str, str]]
# What a step writes on the cover's item at its end.
_END_OF_STEP = b"timings"


def _cover(world: World, cell: Cell, named: Named) -> tuple[str, str]:
    """One step of a cover that is made as far as that; or, where the cell says so, the whole of one."""
    if cell.line == "budget":
        return _budget_spent(world, cell)
    source, options = None, {}
    if cell.step == "fetch" and cell.line in {"pictures", "s3"}:
        world.forget_artwork()
    if cell.line == "musicbrainz":
        source = {"kind": "playlist", "playlist_id": _without_genres(world), "count": 2}
    if cell.line in {"accounts", "ssm"}:
        _expire_token(world)
    if cell.line == "ssm":
        world.kill(cell.step)  # a new process knows no secret yet
    if cell.step == "publish" and cell.line in {"accounts", "api", "pictures", "ssm"}:
        playlist = world.own_playlist(own_picture())
        source, options = {"kind": "playlist", "playlist_id": playlist, "count": 2}, {"publish": True}
    if cell.line == "openai" and named.how in {"hang", "drip"} and "killed" not in cell.fault:
        with world.local.changed("GenerateFunction", OPENAI_TIMEOUT_SECONDS="4"):
            return _made(world, cell, named, source, options)
    return _made(world, cell, named, source, options)


def _made(world: World, cell: Cell, named: Named, source: Any, options: dict[str, Any]) -> tuple[str, str]:
    body = _END_OF_STEP if cell.line == "dynamodb" and "killed" in cell.fault else b""
    fault = world.board.add(cell.line, named.on(cell.line, cell.step, body))
    cover = world.ask(source, **options) if cell.whole else world.start(cell.step, source, **options)
    if "killed" in cell.fault:
        for number in range(1, named.passes + 1):
            _kill(world, cell.step, fault, number)
    if cell.whole and cell.line == "dynamodb":
        # Settle could not write down how it ended either.
        world.over(world.local.outputs["StateMachineArn"], cover)
        world.board.lift()
        item = world.swept(cover)
    else:
        item = world.wait(cover) if cell.whole else world.ended(cell.step, cover)
    assert fault.reached.is_set(), "the fault was met"
    told = outcome(world, cell, item)
    if told[0] != "done":
        _is_shown(world, cover, told[1])
    return told


def _budget_spent(world: World, cell: Cell) -> tuple[str, str]:
    """The month's budget is what was spent in it."""
    spent = Budget(world.local.table("Keys"), 0).get_spent()
    assert spent > 0
    changed = {"MONTHLY_BUDGET_USD": str(spent), "FALLBACK_TO_PAINTER": str("no painter" not in cell.fault).lower()}
    with world.local.changed("GenerateFunction", **changed):
        cover = world.ask() if cell.whole else world.start(cell.step)
        item = world.wait(cover) if cell.whole else world.ended(cell.step, cover)
    told = outcome(world, cell, item)
    assert "budget" in told[1], told
    _is_shown(world, cover, told[1])
    return told


def _kill(world: World, room: str, fault: Fault, number: int) -> None:
    until(lambda: fault.hits >= number)
    assert world.kill(room), "there is a process"


def _is_shown(world: World, cover: str, sentence: str) -> None:
    world.board.lift()
    answer = world.browser().ask("GET", f"/api/covers/{cover}")
    assert answer.status_code == 200, answer.text
    assert sentence in json.dumps(answer.json(), ensure_ascii=False), sentence


def outcome(world: World, cell: Cell, item: dict[str, Any]) -> tuple[str, str]:
    if item["status"] == "failed":
        return f"failed: {item['error']['code']}", item["error"]["message"]
    told: list[tuple[str, str]] = []
    if (left_out := item["fetched"]["left_out"]) and cell.step == "fetch":
        told.append((f"{len(left_out)} artwork left out", left_out[0]["reason"]))
    if cell.step == "fetch" and not any(song["genres"] for song in item["fetched"]["songs"]):
        told.append(("without genres", ""))
    if "detected" in item and not any(artwork["objects"] for artwork in item["detected"]["artworks"]):
        told.append(("nothing seen on the artwork", ""))
    if "prompt" in item and len(item["prompt"]["palette"]) < len(world.prepared["item"]["prompt"]["palette"]):
        told.append(("without the artwork's colours", ""))
    if (painting := item.get("painting")) and painting["backend"] == "painter":
        told.append(("painted by the painter", painting["note"]))
    if (pictures := item.get("pictures")) and pictures.get("note"):
        told.append(("not styled", pictures["note"]))
    if (published := item.get("published")) and published["playlist_image"] == "not_set":
        told.append((f"in the gallery only, {published['code']}", published["message"]))
    if not told:
        return "done", ""
    return f"degraded: {', '.join(what for what, _ in told)}", told[0][1]


def _login(world: World, cell: Cell, named: Named) -> tuple[str, str]:
    if cell.line == "ssm":
        world.kill("auth")
    fault = world.board.add(cell.line, named.on(cell.line, cell.step))
    try:
        world.local.log_in()
    except RuntimeError as error:
        [code] = parse_qs(urlsplit(str(error).rsplit(" ", 1)[1]).query)["login"]
        assert fault.reached.is_set()
        return f"refused: {code}", "The page has a sentence for each code."
    assert fault.reached.is_set()
    return "done", ""


def _page(world: World, cell: Cell, named: Named) -> tuple[str, str]:
    fault = world.board.add(cell.line, named.on(cell.line, cell.step))
    answer = world.browser().ask("GET", "/api/playlists")
    assert fault.reached.is_set()
    if answer.status_code == 200:
        return "done", ""
    told = answer.json()["error"]
    return f"refused: {told['code']}", told["message"]


def _watch(world: World, cell: Cell, named: Named) -> tuple[str, str]:
    """A new playlist of a listener who wants automatic covers; where watch fails, the next tick makes it good."""
    listeners = Listeners(world.local.table("Listeners"))
    world.local.spotify.state.playlists = {}
    listeners.save_settings(world.listener, ListenerSettings(auto_cover=True))
    playlist = world.own_playlist()
    fault = world.board.add(cell.line, named.on(cell.line, cell.step))
    world.invoke("watch", {})
    assert fault.reached.is_set()
    watched = listeners.get(world.listener).watched
    world.board.lift()
    world.local.table("Listeners").update_item(
        Key={"listener_id": world.listener, "item": "profile"}, UpdateExpression="REMOVE cool_down_until"
    )
    if watched is not None and watched.code == "reconnect_needed":
        listeners.save_settings(world.listener, ListenerSettings(auto_cover=False))
        return f"passed over: {watched.code}", str(watched.message)
    world.invoke("watch", {})
    covers = until(lambda: world.local.covers.list_by_playlist(world.listener).get(playlist))
    assert len(covers) == 1
    assert world.wait(covers[0]["cover_id"])["status"] == "done"
    listeners.save_settings(world.listener, ListenerSettings(auto_cover=False))
    if watched is not None and watched.code is not None:
        return f"passed over: {watched.code}", str(watched.message)
    return "done", ""


def _accept(world: World, cell: Cell, named: Named) -> tuple[str, str]:
    """A request that was accepted and not started is started by the sweep."""
    fault = world.board.add(cell.line, named.on(cell.line, cell.step))

    def ask() -> None:
        with suppress(RuntimeError):  # whoever asked is told, or hears nothing more
            world.ask()

    asking = threading.Thread(target=ask)
    asking.start()
    if "killed" in cell.fault:
        _kill(world, "accept", fault, 1)
    asking.join(timeout=100)
    assert fault.reached.is_set()
    world.board.lift()
    [cover] = [
        item["cover_id"]
        for item in world.local.covers.list_page(world.listener, None, 50, datetime.now(UTC))[0]
        if item["cover_id"] > cell_began(world)
    ]
    return outcome(world, cell, world.swept(cover))


def cell_began(world: World) -> str:
    """As the ids of the covers begin that come after it."""
    return f"{world.began:%Y%m%dT%H%M%S}{world.began.microsecond // 1000:03d}"


def _expire_token(world: World) -> None:
    world.local.table("Listeners").update_item(
        Key={"listener_id": world.listener, "item": "profile"},
        UpdateExpression="SET tokens.expires_at = :past",
        ExpressionAttributeValues={":past": 1},
    )


def _without_genres(world: World) -> str:
    """A playlist of an artist of whom Spotify tells no genres, and MusicBrainz does."""
    artist = next(artist for artist in catalogue().artists.values() if artist.genres and artist.heard == "never")
    songs = [song.name for song in catalogue().songs_of(artist.id)][:2]
    return str(world.local.spotify.state.add_playlist("Untold", songs))


def own_picture() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (640, 640), "teal").save(body, "JPEG")
    return body.getvalue()


SCENES: dict[str, Scene] = {
    **dict.fromkeys(STEPS, _cover),
    "login": _login,
    "page": _page,
    "watch": _watch,
    "accept": _accept,
}
