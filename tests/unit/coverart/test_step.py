import json
from unittest.mock import Mock

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


def new_handler(function, name="detect", result_attribute="detected", **options):
    return step(name, input_model=ExampleInput, result_attribute=result_attribute, **options)(function)


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
        new_handler(lambda _: ExampleResult(count=0))({"listener_id": "ada", "cover_id": "c1"}, None)


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
        new_handler(Mock(side_effect=error))(EVENT, None)
    assert "somewhere" not in str(raised.value)
    assert "detected" not in covers.get("ada", "c1")


def test_step_of_a_deleted_cover_does_not_run(covers):
    covers.table.delete_item(Key={"listener_id": "ada", "cover_id": "c1"})
    inputs = []
    with pytest.raises(CoverDeletedError):
        new_handler(inputs.append)(EVENT, None)
    assert inputs == []


@pytest.mark.parametrize(
    ("deletes_cover", "error", "result"),
    [
        (True, None, CoverDeletedError),
        (True, NoTopArtistsError, NoTopArtistsError),
        (False, StorageUnavailableError, StorageUnavailableError),
    ],
)
def test_images_are_deleted_after_the_step_with_their_cover(covers, bucket, deletes_cover, error, result):
    key, other_key = (cover_file_key("ada", cover_id, "painting.png") for cover_id in ("c1", "c2"))
    bucket.put(other_key, b"", "image/png")

    def write_image(_):
        bucket.put(key, b"", "image/png")
        if deletes_cover:
            covers.delete("ada", "c1")
        if error:
            raise error("A sentence.")
        return ExampleResult(count=0)

    with pytest.raises(result):
        new_handler(write_image, "generate", "painting", writes_images=True)(EVENT, None)
    assert (bucket.exists(key), bucket.exists(other_key)) == (not deletes_cover, True)
