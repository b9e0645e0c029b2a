import json
from datetime import UTC, datetime

import pytest

from coverart.errors import StorageUnavailableError
from coverart.models import Painting
from coverart.store.covers import new_item
from generate import app
from generate.paintings import PaintingGenerator
from tests.unit.generate.conftest import make_prompt
from tests.unit.generate.test_paintings import CUT_OUT

NOT_ARRIVED = "The image model's painting did not arrive."


@pytest.fixture
def generate(covers, monkeypatch):
    """Run the step after a failure of its attempts. Return the painting, whose note is that of the painter's."""
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

    def paint(_generator, _prompt, key_stem, failure_note=None):
        fields = {"backend": "painter", "model": None, "usage": None, "cost_usd": 0}
        return Painting(key=key_stem, note=failure_note, **fields)

    monkeypatch.setattr(PaintingGenerator, "get_or_create_painting", paint)
    event = {"listener_id": "ada", "cover_id": "c1", "prompt": make_prompt().to_json()}

    def run(error, sentence="A sentence.", listener_id="ada", **fields):
        failure = {"Error": error, "Cause": json.dumps({"errorMessage": sentence})}
        return app.handler(
            {**event, "prompt": event["prompt"] | fields, "listener_id": listener_id, "failure": failure}, None
        )

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
        ("ada", {"cut_out": CUT_OUT.to_json()}, False),
        ("ada", {"cut_out": CUT_OUT.to_json(), "send_picture": True}, True),
    ],
    ids=["listener", "demo_listener", "picture", "picture_to_send"],
)
def test_image_model_does_not_paint_for_everybody(
    generate, covers, monkeypatch, capsys, listener_id, fields, has_model
):
    covers.table.put_item(Item=new_item(listener_id, "c1", {}, datetime.now(UTC)))
    monkeypatch.setattr(app, "create_image_model", lambda _settings: "a model")
    generate("MemoryError", listener_id=listener_id, **fields)
    assert ("FallbackToPainter" in capsys.readouterr().out) == has_model


def test_failure_that_the_painter_cannot_mend_is_raised_again(generate):
    with pytest.raises(StorageUnavailableError, match="A sentence"):
        generate("StorageUnavailableError")
