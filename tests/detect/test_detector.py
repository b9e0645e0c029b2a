import io
from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from coverart.errors import ModelError
from coverart.images.decode import decode_image
from coverart.models import ArtworkObjects, DetectedObject, DetectResult
from detect import detector
from detector_model import LABELS
from scripts import assets

# What is seen on the demo's photographs as artwork, held literally: label, score, box.
SEEN = {
    "astronaut": ("person", 0.646, (0.035, 0.027, 0.739, 0.993)),
    "chelsea": ("cat", 0.975, (0.000, 0.177, 0.882, 0.846)),
    "coffee": ("cup", 0.981, (0.288, 0.214, 0.688, 0.584)),
    "horse": ("horse", 0.873, (0.048, 0.111, 0.982, 0.867)),
    "motorcycle_left": ("motorcycle", 0.972, (0.126, 0.220, 0.940, 0.775)),
}
NOTHING = ("brick", "clock_motion", "color", "grass", "gravel", "hubble_deep_field", "ihc", "moon", "retina", "rocket")


def artwork(name: str) -> detector.Pixels:
    """A photograph as an album's artwork, a JPEG of 640x640 with white margins, prepared."""
    photograph = Image.open(assets.pictures()[name]).convert("RGB")
    file = io.BytesIO()
    ImageOps.pad(photograph, (640, 640), color="white").save(file, "JPEG", quality=90)
    return detector.prepare(decode_image(file.getvalue()))


@pytest.mark.parametrize("name", SEEN)
def test_what_is_on_the_demos_photographs_is_seen(name: str) -> None:
    ((only,),) = detector.detect([artwork(name)])
    label, score, box = SEEN[name]
    assert only.label == label
    assert only.score == pytest.approx(score, abs=0.02)
    assert only.box == pytest.approx(box, abs=0.01)


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_seen_where_nothing_is(name: str) -> None:
    assert detector.detect([artwork(name)]) == [[]]


def test_a_batch_gives_each_picture_what_it_gets_alone() -> None:
    names = ["moon", *SEEN, "grass"]
    together = detector.detect([artwork(name) for name in names])
    alone = [detector.detect([artwork(name)])[0] for name in names]
    assert [labels(objects) for objects in together] == [labels(objects) for objects in alone]
    for one, other in zip(chain(*together), chain(*alone), strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-4)
        assert one.box == pytest.approx(other.box, abs=2e-4)


def labels(objects: list[DetectedObject]) -> list[str]:
    return [one.label for one in objects]


def test_no_pictures_give_no_objects() -> None:
    assert detector.detect([]) == []


def test_a_picture_is_sampled_as_tensorflow_samples_it() -> None:
    """ResizeBilinear without align_corners: pixel x of the small picture lies at x * width / 300 of the large one."""
    ramp = np.repeat(np.arange(600, dtype=np.uint16)[None] // 4, 450, axis=0).astype(np.uint8)
    small = detector.prepare(Image.fromarray(ramp).convert("RGB"))
    assert small.shape == (300, 300, 3)
    np.testing.assert_array_equal(small[0, :, 0], ramp[0, ::2])


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts a network in place of the real one that gives these outputs for one picture."""

    def put(boxes: list[list[float]], scores: list[tuple[str, float]]) -> None:
        table = np.zeros((1, len(LABELS), len(boxes)), np.float32)
        for anchor, (label, score) in enumerate(scores):
            table[0, LABELS.index(label), anchor] = score
        kept = np.array([(0, LABELS.index(label), anchor) for anchor, (label, _) in enumerate(scores)])
        outputs = [np.array([boxes], np.float32), table, kept]

        class Fake:
            def run(self, _names: list[str], _inputs: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:
                return outputs

        monkeypatch.setattr(detector, "session", Fake)

    return put


BLANK = np.zeros((300, 300, 3), np.uint8)


def test_boxes_stay_on_the_picture(network: Callable[..., None]) -> None:
    network([[-0.2, 0.1, 1.3, 0.9]], [("dog", 0.8)])
    ((dog,),) = detector.detect([BLANK])
    assert dog.box == (0, 0.1, 1, 0.9)


def test_the_most_certain_come_first_and_the_rest_is_cut_off(network: Callable[..., None]) -> None:
    network([[0, 0, 1, 1]] * 12, [("bird", 0.6 + i / 100) for i in range(12)])
    (birds,) = detector.detect([BLANK])
    assert [bird.score for bird in birds] == pytest.approx([0.71 - i / 100 for i in range(10)])


def test_fifty_albums_full_of_objects_fit_between_the_states(network: Callable[..., None]) -> None:
    network([[0.12345, 0.12345, 0.98765, 0.98765]] * 12, [("parking meter", 0.98765)] * 12)
    (objects,) = detector.detect([BLANK])
    detected = DetectResult(artworks=[ArtworkObjects(album_id="a" * 22, objects=objects)] * 50)
    assert len(detected.model_dump_json()) < 100_000


@pytest.mark.parametrize(("edge", "score"), [(float("nan"), 0.9), (float("inf"), 0.9), (0.5, float("nan"))])
def test_a_network_that_gives_no_numbers_is_an_error(network: Callable[..., None], edge: float, score: float) -> None:
    network([[0, 0, edge, 1]], [("cat", score)])
    with pytest.raises(ModelError, match="object detector failed"):
        detector.detect([BLANK])
