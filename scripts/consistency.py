"""Checks that the tables and the bucket of a stack agree.

Every reference must lead to an object, and every object must have a reference.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from coverart.aws.dynamodb import from_dynamodb, paginate
from coverart.store.budget import maximum_cost
from coverart.store.candidates import read_candidates
from scripts.local.stack import FINAL_STATUSES, LocalStack

PICTURE_FILES = {
    "master": "master.png",
    **{kind: f"{kind}.jpg" for kind in ("cover", "thumbnail", "steps", "story")},
}
_PAINTING_FILES = {"painting.jpg", "painting.png"}
_BUDGET_TOLERANCE_USD = 0.0001


def find_problems(local: LocalStack, under_way: Collection[str] = ()) -> list[str]:
    """Return every inconsistency as a sentence. `under_way`: covers that may not have ended yet.

    The cost of a deleted cover is unknown, so the budget may be more than the sum of the covers, but never less.
    """
    covers = [from_dynamodb(item) for item in scan_items(local.table("Covers"))]
    rows = [from_dynamodb(row) for row in scan_items(local.table("Listeners"))]
    entries = [row for row in rows if row["item"].startswith("applied#")]
    pictures = [
        f"pictures/{row['listener_id']}/{row['item'].removeprefix('picture#')}"
        for row in rows
        if row["item"].startswith("picture#")
    ]
    owners = {f"covers/{cover['listener_id']}/{cover['cover_id']}" for cover in covers} | {*pictures}
    owners |= {entry["picture"] for entry in entries}.union(*map(_backup_keys, entries))
    listeners = {row["listener_id"] for row in rows if row["item"] == "profile"}
    keys = set(local.list_keys(""))
    return [
        *(problem for cover in covers for problem in _check_cover(cover, keys, under_way)),
        *(problem for entry in entries for problem in _check_entry(entry, keys, under_way)),
        *_find_unreferenced_keys(keys, owners, listeners),
        *_check_pictures(rows, pictures, keys),
        *_check_budget(local, covers, maximum_cost("low")),
        *_find_running_executions(local, under_way),
    ]


def scan_items(table: Any) -> Iterator[dict[str, Any]]:
    """Yield all items of a table."""
    return paginate(table.scan, ConsistentRead=True)


def _check_cover(cover: dict[str, Any], keys: set[str], under_way: Collection[str]) -> Iterator[str]:
    name, status = cover["cover_id"], cover["status"]
    if status not in FINAL_STATUSES and name not in under_way:
        yield f"{name} hangs: {status}, {cover.get('step')}"
    if status == "failed" and not (cover["error"]["code"] and cover["error"]["message"].endswith(".")):
        yield f"{name} does not say why it failed: {cover['error']}"
    yield from (f"{name} refers to {key}, which does not exist" for key in sorted(set(_picture_keys(cover)) - keys))
    candidates = read_candidates(cover)
    if status == "done" and not any("pictures" in candidate for candidate in candidates):
        yield f"{name} is done without a finished candidate"
    prefix = f"covers/{cover['listener_id']}/{name}/"
    files = {key.removeprefix(prefix) for key in keys if key.startswith(prefix)}
    folders = ["", *(f"{index}/" for index in range(1, len(candidates)))]
    possible_files = _PAINTING_FILES | set(PICTURE_FILES.values()) | {"mask.png"}
    unknown = files - {f"{folder}{file}" for folder in folders for file in possible_files}
    yield from (f"{name} has the file {file}" for file in sorted(unknown))


def _picture_keys(cover: dict[str, Any]) -> Iterator[str]:
    for candidate in read_candidates(cover):
        if "painting" in candidate:
            yield candidate["painting"]["key"]
        yield from (candidate["pictures"][kind] for kind in PICTURE_FILES if "pictures" in candidate)


def _check_entry(entry: dict[str, Any], keys: set[str], under_way: Collection[str]) -> Iterator[str]:
    """Check an entry of a playlist's history."""
    name = f"{entry['item']} ({entry['status']})"
    if entry["status"] == "asked" and entry["entry_id"] not in under_way:
        yield f"{name} hangs"
    # An entry that never succeeded may belong to a cover that is gone since.
    if entry["status"] in {"set", "confirming"} and entry["picture"] not in keys:
        yield f"{name} refers to {entry['picture']}, which does not exist"
    yield from (f"{name} refers to {key}, which does not exist" for key in _backup_keys(entry) - keys)


def _backup_keys(entry: dict[str, Any]) -> set[str]:
    """Return the key of the image that the entry replaced, if there is one."""
    key = (entry.get("replaced") or {}).get("kept")
    return {key} if key else set()


def _find_unreferenced_keys(keys: set[str], owners: set[str], listeners: set[str]) -> Iterator[str]:
    """`owners`: the folders of covers and pictures, and the backups that history entries refer to."""
    for key in sorted(keys):
        kind, listener, rest = key.split("/", 2)
        owner = key if kind == "kept" else f"{kind}/{listener}/{rest.split('/')[0]}"
        if listener not in listeners:
            yield f"{key} belongs to no listener"
        elif kind in {"covers", "kept", "pictures"} and owner not in owners:
            yield f"{key} is not referenced"


def _check_pictures(rows: list[dict[str, Any]], pictures: Sequence[str], keys: set[str]) -> Iterator[str]:
    """Check the listeners' own pictures, and their number. `pictures`: their folders."""
    files = {f"{picture}/{name}.jpg" for picture in pictures for name in ("picture", "thumbnail")}
    yield from (f"{key} is missing" for key in sorted(files - keys))
    for row in (row for row in rows if row["item"] == "pictures"):
        if row["count"] != (count := sum(each.split("/")[1] == row["listener_id"] for each in pictures)):
            yield f"{row['listener_id']} has {count} pictures, and {row['count']} are counted"


def _check_budget(local: LocalStack, covers: Iterable[dict[str, Any]], reserve: float) -> Iterator[str]:
    items = scan_items(local.table("Keys"))
    spent = sum(float(item["spent_usd"]) for item in items if str(item["key"]).startswith("budget#"))
    cost = sum(cost_of(cover, reserve) for cover in covers)
    if spent < cost - _BUDGET_TOLERANCE_USD:
        yield f"the budget is ${spent:.4f}, but the covers cost ${cost:.4f}"


def cost_of(cover: dict[str, Any], reserve: float) -> float:
    """Return the US dollars that a cover has cost, or may have cost if only the `reserve` of a payment is known."""
    payments = [value for name, value in cover.items() if name.startswith("payment_")]
    return sum(float(payment.get("cost_usd", reserve)) for payment in payments)


def _find_running_executions(local: LocalStack, under_way: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each running execution of a cover. Those that set a playlist image take minutes."""
    executions = local.client("stepfunctions").list_executions(
        stateMachineArn=local.outputs["StateMachineArn"], statusFilter="RUNNING"
    )["executions"]
    names = (execution["name"] for execution in executions)
    yield from (f"the execution of {name} is still running" for name in names if name not in under_way)
