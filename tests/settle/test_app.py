import json

import pytest

from coverart.errors import InvalidRequestError
from settle.app import handler


def event(name="c1", **more):
    detail = {
        "name": name,
        "status": "FAILED",
        "input": json.dumps({"listener_id": "ada"}),
        "error": "PlaylistEmptyError",
        "cause": json.dumps({"errorMessage": "This playlist is empty."}),
        "executionArn": "arn",
    }
    return {"detail": {**detail, **more}}


def test_a_failed_execution_leaves_code_and_sentence_on_the_covers_item(covers):
    assert handler(event(), None) == {"code": "playlist_empty"}
    assert covers.get("ada", "c1")["error"] == {"code": "playlist_empty", "message": "This playlist is empty."}


def test_the_same_event_twice_changes_nothing(covers):
    handler(event(), None)
    before = covers.get("ada", "c1")["error"]
    handler(event(), None)
    assert covers.get("ada", "c1")["error"] == before


def test_a_deleted_cover_stays_deleted(covers):
    covers.table.delete_item(Key={"listener_id": "ada", "cover_id": "c1"})
    assert handler(event(), None) == {"code": "cover_deleted"}
    assert covers.get("ada", "c1") is None


@pytest.mark.parametrize("given", ["", "[]", "{}", "not json"])
def test_an_execution_that_is_no_covers_is_refused(stack, given):
    with pytest.raises(InvalidRequestError):
        handler(event(input=given), None)


def test_an_event_without_detail_is_refused(stack):
    with pytest.raises(InvalidRequestError, match="event"):
        handler({}, None)
