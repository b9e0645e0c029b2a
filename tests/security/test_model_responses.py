"""Malformed responses of the image model, MusicBrainz and our own networks: each is read or gives a named error."""

import json
import math
from unittest.mock import Mock

import numpy as np
import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from pydantic import ValidationError

from coverart.aws.dynamodb import to_dynamodb
from coverart.errors import CoverArtError, ModelError, PaintingLostError
from coverart.models import Painting
from detect import detector
from detector_model import LABELS
from fetch.musicbrainz import MusicBrainz
from scripts.fakes import musicbrainz
from scripts.fakes.server import Fault
from stylize import style_transfer
from tests.security.mutators import mutate_body, readable_errors

# The image model.

USAGE = {"input_tokens": 30, "output_tokens": 200, "total_tokens": 230, "input_tokens_details": {"text_tokens": 30}}
PAINTING_BODY = {"created": 1, "data": [{"b64_json": "AAAA"}], "usage": USAGE, "size": "1024x1024"}
ERROR_BODY = {"error": {"message": "No.", "type": "x", "param": "quality", "code": "moderation_blocked"}}


@example(body=json.dumps({**PAINTING_BODY, "usage": {"output_tokens": 10**400}}))
@example(body=json.dumps({**PAINTING_BODY, "usage": {"output_tokens": True}}))
@given(body=mutate_body(PAINTING_BODY))
def test_malformed_painting_is_lost_or_has_a_storable_bill(openai_state, image_model, body):
    openai_state.recorder.faults[:] = [Fault("generations$", 200, body=body)]
    try:
        response = image_model.paint("A cat", "ada")
    except PaintingLostError:
        return
    assert math.isfinite(response.cost_usd)
    assert 0 <= response.cost_usd < 1000
    bill = Painting(key="k", backend="openai", model="m", usage=response.usage, cost_usd=response.cost_usd, note=None)
    assert len(json.dumps(bill.to_json())) < 1000
    to_dynamodb(bill.to_json())


@given(status=st.sampled_from([400, 401, 403, 404, 409, 422, 429, 500, 503]), body=mutate_body(ERROR_BODY))
def test_malformed_error_of_the_image_model_ends_in_an_error(openai_state, image_model, status, body):
    openai_state.recorder.clear()
    openai_state.recorder.faults[:] = [Fault("generations$", status, times=99, body=body)]
    with pytest.raises(CoverArtError):
        image_model.paint("A cat", "ada")
    assert len(openai_state.recorder.requests) <= 6


# MusicBrainz.


@pytest.fixture(scope="module")
def musicbrainz_server():
    with musicbrainz.serve() as server:
        yield server


TAGS = [{"name": f"grunge {number}", "count": 30} for number in range(9)]
ARTISTS = {"artists": [{"id": "x", "name": "Nirvana", "score": 100, "tags": TAGS}]}


@given(body=mutate_body(ARTISTS))
def test_malformed_genres_are_few_short_words_or_an_error(musicbrainz_server, body):
    musicbrainz_server.state.recorder.faults[:] = [Fault("artist$", 200, body=body)]
    try:
        genres = MusicBrainz(musicbrainz_server.api_url, "x").find_genres("Nirvana", timeout_seconds=5)
    except (requests.RequestException, ValidationError):
        return
    assert len(genres) <= 6
    assert all(0 < len(genre) <= 40 for genre in genres)


# Our own networks.

floats = st.floats(width=32) | st.sampled_from([0.0, 0.5, 1.0, float("nan"), float("inf"), -(2.0**127), 2.0**127])
fractions = st.floats(0, 1, width=32)


@st.composite
def detector_outputs(draw):
    """Draw the object detector's output tensors for one image and four boxes."""
    edges = draw(st.sampled_from([floats, fractions]))
    boxes = draw(arrays.arrays(np.float32, (1, 4, 4), elements=edges))
    if draw(st.booleans()):
        boxes = np.sort(boxes.reshape(1, 4, 2, 2), axis=2).reshape(1, 4, 4)
    scores = draw(arrays.arrays(np.float32, (1, len(LABELS), 4), elements=draw(st.sampled_from([floats, fractions]))))
    indices = st.tuples(*(st.integers(0, n - 1) | st.integers(-(2**40), 2**40) for n in (1, len(LABELS), 4)))
    selection = draw(st.lists(indices, max_size=5))
    return boxes, scores, np.array(selection, np.int64).reshape(-1, 3)


@given(outputs=detector_outputs())
def test_detector_output_gives_objects_or_a_model_error(outputs):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(detector, "load_session", lambda _: Mock(run=lambda *_: outputs))
        try:
            objects, scores = detector.find_objects(Image.new("RGB", (30, 30)))
        except ModelError:
            return
    assert len(objects) == len(outputs[2])
    assert all(0 <= score <= 1 for score in scores.values())
    assert all(each.box[0] <= each.box[2] and each.box[1] <= each.box[3] for each in objects)


def create_network(input_count, shape, value, is_everywhere):
    """Return a network whose output is `value` in every element or in the first one, and 0.5 elsewhere."""
    output = np.full(shape, 0.5, np.float32)
    output.flat[:: 1 if is_everywhere else output.size] = value
    inputs = [{"index": index} for index in range(input_count)]
    return Mock(get_input_details=lambda: inputs, get_output_details=lambda: inputs[:1], get_tensor=lambda _: output)


PAINTING = Image.linear_gradient("L").convert("RGB")


@settings(max_examples=settings().max_examples // 5)
@example(style_value=math.nan, image_value=0.5, is_everywhere=False, strength=0.5)
@example(style_value=0.5, image_value=math.nan, is_everywhere=False, strength=0.5)
@given(style_value=floats, image_value=floats, is_everywhere=st.booleans(), strength=fractions)
def test_style_output_gives_an_image_or_a_model_error(style_value, image_value, is_everywhere, strength):
    networks = {
        "predict_256.tflite": create_network(1, (1, 1, 1, 100), style_value, is_everywhere),
        "transfer_768.tflite": create_network(2, (1, 768, 768, 3), image_value, is_everywhere),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style_transfer, "_load_interpreter", networks.__getitem__)
        with readable_errors():
            vector = style_transfer.predict_common_style_vector([PAINTING, PAINTING])
            result = style_transfer.stylize(PAINTING, vector, strength, strokes=0.2)
            assert result is None or (result[0].mode, result[0].size) == ("RGB", PAINTING.size)
