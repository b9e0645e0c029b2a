"""The lettered covers of the gallery, sixteen tastes with four titles each, read back by a network of others."""

import io

import pytest
from PIL import Image

from scripts.gallery import list_lettered
from scripts.recognizer import measure_likeness, read_lines
from scripts.tastes import load_tastes
from stylize.finishing import encode_thumbnail
from stylize.lettering.contrast import LEAST_CONTRAST

# Of a title's letters that must agree; two letters of nine may differ.
_READ = 0.8
_UNDER_TITLE = 0.2  # of a motif's area, that may lie under the title's box


@pytest.mark.long
@pytest.mark.timeout(900)
def test_titles_of_64_covers_are_read_at_two_sizes():
    variations = [variation for taste in load_tastes() for variation in list_lettered(taste)]
    likeness = {300: [], 150: []}
    for variation in variations:
        lettered = variation.lettered
        assert lettered.contrast >= LEAST_CONTRAST
        left, top, right, bottom = (round(value * 1024) for value in lettered.box)
        for mask in variation.painted_scene[1].motif_masks[:1]:
            assert mask[top:bottom, left:right].sum() <= _UNDER_TITLE * mask.sum()
        thumbnail = Image.open(io.BytesIO(encode_thumbnail(lettered.image)))
        for size, values in likeness.items():
            text = read_lines(thumbnail.resize((size, size), Image.Resampling.LANCZOS), lettered.lines)
            values.append(measure_likeness(text, variation.prompt.lettering.title) >= _READ)
    assert len(variations) == 64
    assert sum(likeness[300]) >= 0.95 * 64
    assert sum(likeness[150]) >= 0.90 * 64
