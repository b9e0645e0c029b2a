import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import (
    ConfigurationError,
    CoverDeletedError,
    InvalidRequestError,
    NoTopArtistsError,
    StorageUnavailableError,
)
from coverart.models import StrictModel
from coverart.pipeline.step import StepInput, step
from coverart.store.keys import cover_file_key


class Given(StepInput):
    songs: list[str]


class Seen(StrictModel):
    count: int


EVENT = {"listener_id": "ada", "cover_id": "c1", "songs": ["a", "b"]}


def door(work):
    return step("detect", input_model=Given, result_attribute="detected")(work)


def test_a_step_gives_and_keeps_its_result_and_says_how_long_it_took(covers, capsys):
    assert door(lambda given: Seen(count=len(given.songs)))(EVENT, None) == {"count": 2}
    item = covers.get("ada", "c1")
    assert item["detected"] == {"count": 2}
    assert item["timings"]["detect"]["seconds"] >= 0
    [metric] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "StepDuration" in line]
    assert metric["step"] == "detect"


def figures(capsys):
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line for line in lines if "_aws" in line]


@pytest.mark.parametrize(("name", "done"), [("stylize", False), ("publish", True)])
def test_only_the_last_step_counts_the_cover_as_done(covers, capsys, name, done):
    step(name, input_model=Given, result_attribute="kept")(lambda _: Seen(count=0))(EVENT, None)
    told = figures(capsys)
    assert [figure["StepDuration"] for figure in told if "StepDuration" in figure]
    assert any(figure.get("CoversCompleted") == [1.0] for figure in told) == done
    assert all(figure["cover_id"] == "c1" for figure in told)


def test_an_event_that_cannot_be_read_names_its_fields(covers):
    with pytest.raises(InvalidRequestError, match="songs"):
        door(lambda _: Seen(count=0))({"listener_id": "ada", "cover_id": "c1"}, None)


def test_a_named_error_goes_on_to_the_state_machine(covers):
    def work(_):
        raise NoTopArtistsError("A sentence.")

    with pytest.raises(NoTopArtistsError, match="A sentence"):
        door(work)(EVENT, None)
    assert "detected" not in covers.get("ada", "c1")


def refusal(code, status):
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "PutObject")


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (refusal("SlowDown", 503), StorageUnavailableError),
        (refusal("ThrottlingException", 400), StorageUnavailableError),
        (refusal("AccessDenied", 403), ConfigurationError),
        (EndpointConnectionError(endpoint_url="http://somewhere"), StorageUnavailableError),
    ],
)
def test_an_error_of_boto3_is_named_for_the_state_machine(covers, error, named):
    def work(_):
        raise error

    with pytest.raises(named) as raised:
        door(work)(EVENT, None)
    assert "somewhere" not in str(raised.value)


def test_nothing_is_done_for_a_deleted_cover(covers):
    covers.table.delete_item(Key={"listener_id": "ada", "cover_id": "c1"})
    done = []
    with pytest.raises(CoverDeletedError):
        door(done.append)(EVENT, None)
    assert done == []


@pytest.mark.parametrize("fails", [False, True], ids=["ends", "fails"])
def test_pictures_that_come_after_their_cover_was_deleted_go_with_it(covers, fails):
    bucket = Bucket(clients.get_client("s3"), "bucket")
    bucket.put(cover_file_key("ada", "c2", "cover.jpg"), b"", "image/jpeg")

    def work(_):
        covers.delete("ada", "c1")
        bucket.put(cover_file_key("ada", "c1", "painting.png"), b"", "image/png")
        if fails:
            raise NoTopArtistsError("A sentence.")
        return Seen(count=0)

    handler = step("generate", input_model=Given, result_attribute="painting", writes_images=True)(work)
    with pytest.raises(NoTopArtistsError if fails else CoverDeletedError):
        handler(EVENT, None)
    listed = bucket.s3.list_objects_v2(Bucket="bucket")["Contents"]
    assert [entry["Key"] for entry in listed] == [cover_file_key("ada", "c2", "cover.jpg")]


def test_the_pictures_of_a_cover_that_is_there_stay_where_its_step_fails(covers):
    bucket = Bucket(clients.get_client("s3"), "bucket")

    def work(_):
        bucket.put(cover_file_key("ada", "c1", "painting.png"), b"", "image/png")
        raise StorageUnavailableError("A sentence.")

    with pytest.raises(StorageUnavailableError):
        step("generate", input_model=Given, result_attribute="painting", writes_images=True)(work)(EVENT, None)
    assert bucket.get_metadata(cover_file_key("ada", "c1", "painting.png")) is not None
