import numpy as np
import pytest

from coverart.images.color import contrast
from generate.painter.color_scheme import MIN_CONTRAST, MOODS, build_color_scheme


@pytest.mark.parametrize("mood", MOODS)
def test_foreground_stands_out_from_every_background_ink(palette: list[str], mood: str) -> None:
    for seed in range(6):
        scheme = build_color_scheme(palette, mood, np.random.default_rng(seed))
        for ink in scheme.background_inks:
            assert contrast(scheme.foreground, ink) >= MIN_CONTRAST
            assert contrast(scheme.shadow, ink) >= MIN_CONTRAST
