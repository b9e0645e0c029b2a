"""Whatever the image model, MusicBrainz and our own networks answer is read, or is a named error."""

import json
import math

import numpy as np
import openai
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
from fetch.musicbrainz import MusicBrainz, RateLimiter
from generate.openai_images import ImageModel
from scripts.standins import musicbrainz
from scripts.standins import openai as openai_standin
from scripts.standins.serving import Fault
from stylize import style_transfer
from tests.security.mutators import bodies, is_for_a_listener

# The image model.


@pytest.fixture(scope="module")
def painter():
    with openai_standin.serving() as standin:
        client = openai.OpenAI(api_key=openai_standin.API_KEY, base_url=standin.base_url, timeout=10, max_retries=0)
        yield standin, ImageModel(client, "gpt-image-2.6-flare", "low", 10)


USAGE = {"input_tokens": 30, "output_tokens": 200, "total_tokens": 230, "input_tokens_details": {"text_tokens": 30}}
PAINTED = {"created": 1, "data": [{"b64_json": "AAAA"}], "usage": USAGE, "size": "1024x1024"}
REFUSED = {"error": {"message": "No.", "type": "x", "param": "quality", "code": "moderation_blocked"}}


@example(body=json.dumps({**PAINTED, "usage": {"output_tokens": 10**400}}))
@example(body=json.dumps({**PAINTED, "usage": {"output_tokens": True}}))
@given(body=bodies(PAINTED))
def test_a_bent_painting_is_read_or_lost_and_its_bill_can_be_kept(painter, body):
    standin, model = painter
    standin.state.recorder.faults[:] = [Fault("generations$", 200, body=body)]
    try:
        answer = model.paint("A cat", "ada")
    except PaintingLostError:
        return
    assert math.isfinite(answer.cost)
    assert 0 <= answer.cost < 1000
    bill = Painting(key="k", backend="openai", model="m", usage=answer.usage, cost_usd=answer.cost, note=None)
    assert len(json.dumps(bill.to_json())) < 1000
    to_dynamodb(bill.to_json())


@given(status=st.sampled_from([400, 401, 403, 404, 409, 422, 429, 500, 503]), body=bodies(REFUSED))
def test_a_bent_refusal_is_a_named_error_and_not_asked_for_ever(painter, status, body):
    standin, model = painter
    standin.state.recorder.clear()
    standin.state.recorder.faults[:] = [Fault("generations$", status, times=99, body=body)]
    with pytest.raises(CoverArtError):
        model.paint("A cat", "ada")
    assert len(standin.state.recorder.requests) <= 6


# MusicBrainz.


@pytest.fixture(scope="module")
def genres():
    with musicbrainz.serving() as standin:
        yield standin


ARTISTS = {"artists": [{"id": "x", "name": "Nirvana", "score": 100, "tags": [{"name": "grunge", "count": 30}] * 3}]}


@given(body=bodies(ARTISTS))
def test_bent_genres_are_few_short_words_or_a_documented_error(genres, body):
    genres.state.recorder.faults[:] = [Fault("artist$", 200, body=body)]
    try:
        found = MusicBrainz(genres.api_url, "x", RateLimiter()).genres("Nirvana", timeout=5)
    except (requests.RequestException, ValidationError):
        return
    assert len(found) <= 6
    assert all(0 < len(word) <= 40 for word in found)


# Our own networks.

floats = st.floats(width=32) | st.sampled_from([0.0, 0.5, 1.0, float("nan"), float("inf"), -(2.0**127), 2.0**127])
fractions = st.floats(0, 1, width=32)


@st.composite
def outputs(draw):
    """Of the detector, for one picture and four boxes."""
    edges = draw(st.sampled_from([floats, fractions]))
    boxes = draw(arrays.arrays(np.float32, (1, 4, 4), elements=edges))
    if draw(st.booleans()):
        boxes = np.sort(boxes.reshape(1, 4, 2, 2), axis=2).reshape(1, 4, 4)
    scores = draw(arrays.arrays(np.float32, (1, len(LABELS), 4), elements=draw(st.sampled_from([floats, fractions]))))
    places = st.tuples(*(st.integers(0, n - 1) | st.integers(-(2**40), 2**40) for n in (1, len(LABELS), 4)))
    kept = draw(st.lists(places, max_size=5))
    return boxes, scores, np.array(kept, np.int64).reshape(-1, 3)


@given(given=outputs())
def test_what_the_detector_gives_is_objects_or_a_named_error(given):
    class Network:
        def run(self, *_):
            return given

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(detector, "session", Network)
        try:
            [found] = detector.detect([np.zeros((300, 300, 3), np.uint8)])
        except ModelError:
            return
    assert len(found) == min(len(given[2]), detector.MAX_OBJECTS)
    for one in found:
        assert one.box[0] <= one.box[2]
        assert one.box[1] <= one.box[3]


class Interpreter:
    """Of a network that gives these numbers, the same in every place or in one of them."""

    def __init__(self, shape, value, everywhere):
        self.output = np.full(shape, 0.5, np.float32)
        self.output.flat[:: 1 if everywhere else self.output.size] = value

    def get_input_details(self):
        return [{"index": 0}, {"index": 1}][: 2 if self.output.size > 100 else 1]

    def get_output_details(self):
        return [{"index": 0}]

    def set_tensor(self, *_):
        pass

    def invoke(self):
        pass

    def get_tensor(self, _):
        return self.output


PAINTING = Image.linear_gradient("L").convert("RGB")


@settings(max_examples=settings().max_examples // 5)
@given(manner=floats, painted=floats, everywhere=st.booleans(), strength=fractions)
def test_what_the_style_networks_give_is_a_picture_or_a_named_error(manner, painted, everywhere, strength):
    networks = {
        "predict_256.tflite": Interpreter((1, 1, 1, 100), manner, everywhere),
        "transfer_768.tflite": Interpreter((1, 768, 768, 3), painted, everywhere),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style_transfer, "_interpreter", networks.__getitem__)
        try:
            styled = style_transfer.stylize(PAINTING, style_transfer.manner_of([PAINTING, PAINTING]), strength)
        except ModelError as error:
            is_for_a_listener(error)
        else:
            assert (styled.mode, styled.size) == ("RGB", (768, 768))
