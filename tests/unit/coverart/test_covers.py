from datetime import UTC, datetime

import pytest

from coverart.errors import CoverDeletedError, InvalidRequestError
from coverart.store.covers import new_item

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_step_is_stored_while_it_runs_and_then_its_result(covers):
    covers.begin_step("ada", "c1", "detect")
    assert covers.get("ada", "c1")["step"] == "detect"
    covers.end_step("ada", "c1", "detect", NOW, 1.23456, "detected", {"artworks": [0.5]})
    item = covers.get("ada", "c1")
    assert item["status"] == "running"
    assert item["detected"] == {"artworks": [0.5]}
    assert item["timings"]["detect"] == {"began_at": "2026-11-22T12:00:00+00:00", "seconds": 1.235}
    covers.end_step("ada", "c1", "publish", NOW, 0.1, "published", {})
    covers.mark_failed("ada", "c1", "timed_out", "A sentence.", NOW)
    assert covers.get("ada", "c1")["status"] == "done"


def test_failed_cover_expires_after_thirty_days_and_cannot_run(covers):
    covers.mark_failed("ada", "c1", "no_top_artists", "A sentence.", NOW)
    with pytest.raises(InvalidRequestError):
        covers.begin_step("ada", "c1", "stylize")
    item = covers.get("ada", "c1")
    assert (item["status"], item["error"]) == ("failed", {"code": "no_top_artists", "message": "A sentence."})
    assert item["expires_at"] == int(datetime(2026, 12, 22, 12, tzinfo=UTC).timestamp())


def test_deleted_cover_stays_deleted(covers):
    assert (covers.delete("ada", "c1"), covers.delete("ada", "c1")) == (True, False)
    for write in (
        lambda: covers.begin_step("ada", "c1", "detect"),
        lambda: covers.end_step("ada", "c1", "detect", NOW, 1, "detected", {}),
        lambda: covers.end_step("ada", "c1", "publish", NOW, 1, "published", {}),
        lambda: covers.mark_failed("ada", "c1", "internal", "A sentence.", NOW),
    ):
        with pytest.raises(CoverDeletedError):
            write()
    assert covers.get("ada", "c1") is None


def test_paging_continues_after_a_short_page_of_dynamodb(covers):
    covers.delete("ada", "c1")
    for cover_id, playlist_id in {"c2": "p1", "c3": "p2", "c4": "p1", "c5": "p1"}.items():
        request = {"source": {"kind": "playlist", "playlist_id": playlist_id}}
        # Three such items exceed a page of DynamoDB.
        covers.table.put_item(Item={**new_item("ada", cover_id, request, NOW), "x": "x" * 390_000})
    items, before = covers.list_page("ada", None, 50, NOW)
    assert 0 < len(items) < 4
    while before is not None:
        page, before = covers.list_page("ada", before, 50, NOW)
        assert page, "the last page says that it is the last"
        items += page
    assert [item["cover_id"] for item in items] == ["c5", "c4", "c3", "c2"]
    covers.mark_failed("ada", "c4", "playlist_empty", "A sentence.", NOW)
    statuses = {"c2": "accepted", "c4": "failed", "c5": "accepted"}
    assert covers.list_by_playlist("ada") == {
        "p1": [{"cover_id": cover_id, "status": status} for cover_id, status in statuses.items()],
        "p2": [{"cover_id": "c3", "status": "accepted"}],
    }


def test_numbers_too_small_for_dynamodb_become_zero(covers):
    numbers = {"tiny": 2.2e-313, "small": 1.5e-120, "minus": -5e-324, "score": 0.875, "count": 3, "flag": True}
    covers.end_step("ada", "c1", "detect", NOW, 0.1, "detected", numbers)
    assert covers.get("ada", "c1")["detected"] == {**numbers, "tiny": 0, "minus": 0}
