import numpy as np
import pytest

import pictograms
from generate import painter
from generate.painter.color_scheme import MOODS


def test_all_80_coco_labels_have_a_pictogram() -> None:
    assert len(pictograms.list_labels()) == 80


@pytest.mark.parametrize("label", pictograms.list_labels())
def test_pictogram_of_a_label_has_enough_ink(label: str) -> None:
    for mood in MOODS if label == "person" else [""]:
        name = pictograms.find_by_label(label, mood)
        assert name is not None
        shape, block, cuts = (np.asarray(mask) / 255 for mask in pictograms.draw_pictogram(name))
        assert shape.shape == block.shape == cuts.shape
        assert min(shape.shape) > 80
        assert 0.1 < block.mean() <= shape.mean() < 0.99
        assert np.abs(block + cuts - shape).max() < 0.01
        # Enough of the shape remains after its inner drawing is cut out.
        assert block.sum() > 0.3 * shape.sum()


@pytest.mark.parametrize("word", ["moon", "rose", "fire", "castle", "piano", "lighthouse"])
def test_pictogram_of_a_word_has_ink(word: str) -> None:
    name = pictograms.find_by_word(word)
    assert name is not None
    assert np.asarray(pictograms.draw_pictogram(name).block).max() == 255


@pytest.mark.parametrize("emblem", painter.EMBLEMS.values())
def test_pictogram_of_an_emblem_has_ink(emblem: str) -> None:
    assert np.asarray(pictograms.draw_pictogram(emblem).block).max() == 255


def test_unknown_label_and_word_have_no_pictogram() -> None:
    assert pictograms.find_by_label("gryphon") is None
    assert pictograms.find_by_word("gryphon") is None
