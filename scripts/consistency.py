"""Whether the tables and the bucket of a stack agree: what is referenced is there, and what is there is referenced."""

from collections.abc import Collection, Iterator
from typing import Any

from coverart.aws.dynamodb import from_dynamodb, paginate
from coverart.store.budget import maximum_cost
from scripts.local import stack

PICTURES = {"master": "master.png", "cover": "cover.jpg", "thumbnail": "thumbnail.jpg", "steps": "steps.jpg"}
PAINTINGS = {"painting.jpg", "painting.png"}
_CENT = 0.01


def problems(local: stack.LocalStack, under_way: Collection[str] = (), quality: str = "low") -> list[str]:
    """In words; none where all is well. `under_way`: covers that need not have ended. `quality` is ImageQuality.

    What a deleted cover cost is no longer known: the budget may say more than the covers do, and never less.
    """
    covers = {
        (str(item["listener_id"]), str(item["cover_id"])): from_dynamodb(item)
        for item in scanned(local.table("Covers"))
    }
    rows = [from_dynamodb(row) for row in scanned(local.table("Listeners"))]
    listeners = {row["listener_id"] for row in rows if row["item"] == "profile"}
    entries = [row for row in rows if row["item"].startswith("applied#")]
    keys = set(listed(local))
    found = [problem for cover in covers.values() for problem in _of_cover(cover, keys, under_way)]
    found += [problem for entry in entries for problem in _of_entry(entry, keys, under_way)]
    found += _unreferenced(keys, covers, entries, listeners)
    found += _of_budget(local, covers.values(), maximum_cost(quality))
    return found + list(_still_running(local, under_way))


def scanned(table: Any) -> Iterator[dict[str, Any]]:
    """All items."""
    return paginate(table.scan, ConsistentRead=True)


def listed(local: stack.LocalStack) -> Iterator[str]:
    """All keys in the bucket."""
    pages = local.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=local.outputs["BucketName"]):
        yield from (entry["Key"] for entry in page.get("Contents", []))


def _of_cover(cover: dict[str, Any], keys: set[str], under_way: Collection[str]) -> Iterator[str]:
    name, status = cover["cover_id"], cover["status"]
    if status not in stack.ENDED and name not in under_way:
        yield f"{name} hangs: {status}, {cover.get('step')}"
    if status == "failed" and not (cover["error"]["code"] and cover["error"]["message"].endswith(".")):
        yield f"{name} does not say why it failed: {cover['error']}"
    referenced = set(_keys_of(cover))
    yield from (f"{name} refers to {key}, which is not there" for key in sorted(referenced - keys))
    prefix = f"covers/{cover['listener_id']}/{name}/"
    lying = {key.removeprefix(prefix) for key in keys if key.startswith(prefix)}
    unknown = lying - PAINTINGS - set(PICTURES.values())
    if unknown or (status == "done" and not lying.issuperset(PICTURES.values())):
        yield f"{name} is {status} and has {sorted(lying)}"


def _keys_of(cover: dict[str, Any]) -> Iterator[str]:
    if "painting" in cover:
        yield cover["painting"]["key"]
    yield from (cover["pictures"][kind] for kind in PICTURES if "pictures" in cover)


def _of_entry(entry: dict[str, Any], keys: set[str], under_way: Collection[str]) -> Iterator[str]:
    name = f"{entry['item']} ({entry['status']})"
    if entry["status"] == "asked" and entry["entry_id"] not in under_way:
        yield f"{name} hangs"
    # What was never set may be of a cover that was deleted since.
    if entry["status"] in {"set", "confirming"} and entry["picture"] not in keys:
        yield f"{name} refers to {entry['picture']}, which is not there"
    kept = (entry.get("replaced") or {}).get("kept")
    if kept is not None and kept not in keys:
        yield f"{name} refers to {kept}, which is not there"


def _unreferenced(
    keys: set[str],
    covers: dict[tuple[str, str], dict[str, Any]],
    entries: list[dict[str, Any]],
    listeners: set[str],
) -> Iterator[str]:
    kept = {entry["picture"] for entry in entries} | {(entry.get("replaced") or {}).get("kept") for entry in entries}
    for key in sorted(keys):
        kind, listener, rest = key.split("/", 2)
        if listener not in listeners:
            yield f"{key} is of nobody"
        elif (kind == "covers" and (listener, rest.split("/")[0]) not in covers) or (
            kind == "kept" and key not in kept
        ):
            yield f"{key} is referred to by nothing"


def _of_budget(local: stack.LocalStack, covers: Any, reserve: float) -> Iterator[str]:
    spent = sum(
        float(item["spent_usd"]) for item in scanned(local.table("Keys")) if str(item["key"]).startswith("budget#")
    )
    told = sum(cost_of(cover, reserve) for cover in covers)
    if spent < told - _CENT / 100:
        yield f"the budget says ${spent:.4f}, the covers ${told:.4f}"


def cost_of(cover: dict[str, Any], reserve: float) -> float:
    """US dollars that a cover has cost, or may have."""
    bills = [cover[name] for name in ("payment_1", "payment_2") if name in cover]
    return sum(float(bill.get("cost_usd", reserve)) for bill in bills)


def _still_running(local: stack.LocalStack, under_way: Collection[str]) -> Iterator[str]:
    """Of the executions that make covers: one that looks for a playlist's image takes minutes."""
    machine = local.outputs["StateMachineArn"]
    told = local.client("stepfunctions").list_executions(stateMachineArn=machine, statusFilter="RUNNING")
    names = (execution["name"] for execution in told["executions"])
    yield from (f"the execution of {name} still runs" for name in names if name not in under_way)
