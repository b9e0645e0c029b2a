import json

import pytest
from botocore.exceptions import EndpointConnectionError

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
from tests.client_errors import client_error


class ExampleInput(StepInput):
    songs: list[str]


class ExampleResult(StrictModel):
    count: int


EVENT = {"listener_id": "ada", "cover_id": "c1", "songs": ["a", "b"]}
RESULT = ExampleResult(count=0)


def new_handler(function, name="detect", result_attribute="detected", **options):
    return step(name, input_model=ExampleInput, result_attribute=result_attribute, **options)(function)


def raise_error(error):
    def function(_):
        raise error

    return function


@pytest.mark.parametrize(("name", "is_completed"), [("stylize", False), ("publish", True)])
def test_result_is_returned_stored_and_measured(covers, capsys, name, is_completed):
    assert new_handler(lambda event: ExampleResult(count=len(event.songs)), name)(EVENT, None) == {"count": 2}
    item = covers.get("ada", "c1")
    assert item["detected"] == {"count": 2}
    assert item["timings"][name]["seconds"] >= 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    metrics = [line for line in lines if "_aws" in line]
    assert [metric["step"] for metric in metrics if "StepDuration" in metric] == [name]
    assert any(metric.get("CoversCompleted") == [1.0] for metric in metrics) == is_completed
    assert all(metric["cover_id"] == "c1" for metric in metrics)


def test_invalid_event_is_refused_with_its_fields(covers):
    with pytest.raises(InvalidRequestError, match="songs"):
        new_handler(lambda _: RESULT)({"listener_id": "ada", "cover_id": "c1"}, None)


@pytest.mark.parametrize(
    ("error", "translation"),
    [
        (NoTopArtistsError("A sentence."), NoTopArtistsError),
        (client_error("SlowDown", 503), StorageUnavailableError),
        (client_error("AccessDenied", 403), ConfigurationError),
        (EndpointConnectionError(endpoint_url="http://somewhere"), StorageUnavailableError),
    ],
)
def test_error_reaches_the_state_machine_as_one_of_ours(covers, error, translation):
    with pytest.raises(translation) as raised:
        new_handler(raise_error(error))(EVENT, None)
    assert "somewhere" not in str(raised.value)
    assert "detected" not in covers.get("ada", "c1")


def test_step_of_a_deleted_cover_does_not_run(covers):
    covers.table.delete_item(Key={"listener_id": "ada", "cover_id": "c1"})
    inputs = []
    with pytest.raises(CoverDeletedError):
        new_handler(inputs.append)(EVENT, None)
    assert inputs == []


@pytest.mark.parametrize("fails", [False, True], ids=["ends", "fails"])
def test_images_of_a_deleted_cover_are_deleted_after_the_step(covers, bucket, fails):
    bucket.put(cover_file_key("ada", "c2", "cover.jpg"), b"", "image/jpeg")

    def delete_cover_and_write_image(_):
        covers.delete("ada", "c1")
        bucket.put(cover_file_key("ada", "c1", "painting.png"), b"", "image/png")
        if fails:
            raise NoTopArtistsError("A sentence.")
        return RESULT

    handler = new_handler(delete_cover_and_write_image, "generate", "painting", writes_images=True)
    with pytest.raises(NoTopArtistsError if fails else CoverDeletedError):
        handler(EVENT, None)
    contents = bucket.s3.list_objects_v2(Bucket="bucket")["Contents"]
    assert [entry["Key"] for entry in contents] == [cover_file_key("ada", "c2", "cover.jpg")]


def test_images_of_an_existing_cover_stay_after_a_failed_step(covers, bucket):
    key = cover_file_key("ada", "c1", "painting.png")

    def write_image_and_fail(_):
        bucket.put(key, b"", "image/png")
        raise StorageUnavailableError("A sentence.")

    with pytest.raises(StorageUnavailableError):
        new_handler(write_image_and_fail, "generate", "painting", writes_images=True)(EVENT, None)
    assert bucket.exists(key)
