import json
from datetime import UTC, datetime

import pytest

from coverart.errors import ConfigurationError, StorageUnavailableError
from coverart.store.covers import new_item
from generate import app, painter
from tests.unit.generate.conftest import make_prompt
from tests.unit.generate.test_paintings import CUT_OUT, PICTURE, FakeImageModel

NOT_ARRIVED = "The image model's painting did not arrive."


@pytest.fixture
def generate(bucket, covers, monkeypatch):
    """Run the step, after a failure of its attempts where `error` names one. The painter paints 64 pixels."""
    settings = {
        "SECRETS_PATH": "/cover-art",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/",
        "OPENAI_TIMEOUT_SECONDS": "1",
        "IMAGE_BACKEND": "painter",
        "IMAGE_MODEL": "m",
        "IMAGE_QUALITY": "low",
        "FALLBACK_TO_PAINTER": "true",
        "MONTHLY_BUDGET_USD": "5",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    bucket.put(CUT_OUT.key, PICTURE, "image/jpeg")
    paint_scene = painter.paint_scene
    monkeypatch.setattr(painter, "paint_scene", lambda prompt, _size, *more: paint_scene(prompt, 64, *more))

    def run(error=None, listener_id="ada", candidate=0, **fields):
        failure = error and {"Error": error, "Cause": json.dumps({"errorMessage": "A sentence."})}
        event = {"listener_id": listener_id, "cover_id": "c1", "candidate": candidate, "failure": failure}
        return app.handler({**event, "prompt": make_prompt(**fields).to_json()}, None)

    return run


@pytest.mark.parametrize(
    ("error", "note"),
    [
        ("ImageModelBusyError", "A sentence."),
        ("PaintingLostError", "A sentence."),
        ("Runtime.OutOfMemory", NOT_ARRIVED),
        ("MemoryError", NOT_ARRIVED),
        ("States.Timeout", NOT_ARRIVED),
        ("SomethingThatAwsAddsLater", NOT_ARRIVED),
    ],
)
def test_painter_paints_after_a_crash_or_the_models_failure(generate, error, note):
    assert generate(error)["note"] == note


@pytest.mark.parametrize(
    ("listener_id", "fields", "has_model"),
    [
        ("ada", {}, True),
        ("demo:1", {}, False),
        ("ada", {"cut_out": CUT_OUT}, False),
        ("ada", {"cut_out": CUT_OUT, "send_picture": True}, True),
    ],
    ids=["listener", "demo_listener", "picture", "picture_to_send"],
)
def test_image_model_does_not_paint_for_everybody(
    generate, covers, monkeypatch, capsys, listener_id, fields, has_model
):
    covers.table.put_item(Item=new_item(listener_id, "c1", {}, datetime.now(UTC)))
    monkeypatch.setattr(app, "create_image_model", lambda _settings: FakeImageModel())
    generate("MemoryError", listener_id=listener_id, **fields)
    assert ("FallbackToPainter" in capsys.readouterr().out) == has_model


def test_candidate_has_a_file_and_a_payment_of_its_own(generate, covers, monkeypatch):
    covers.table.put_item(Item=new_item("ada", "c1", {"options": {"candidates": 2}}, datetime.now(UTC)))
    monkeypatch.setattr(app, "create_image_model", lambda _settings: FakeImageModel())
    assert [generate(candidate=n)["key"] for n in (0, 1)] == [f"covers/ada/c1/{n}painting.jpg" for n in ("", "1/")]
    assert {"payment_1", "payment_1_candidate_1"} < covers.get("ada", "c1").keys()


def test_only_auto_does_without_a_key(generate, monkeypatch):
    monkeypatch.setenv("IMAGE_BACKEND", "auto")
    assert generate()["backend"] == "painter"
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    with pytest.raises(ConfigurationError, match="has not stored an OpenAI key"):
        generate()


def test_failure_that_the_painter_cannot_mend_is_raised_again(generate):
    with pytest.raises(StorageUnavailableError, match="A sentence"):
        generate("StorageUnavailableError")
