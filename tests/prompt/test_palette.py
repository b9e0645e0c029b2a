import numpy as np
import pytest
from PIL import Image

from coverart.images.color import contrast, from_hex, to_lch
from prompt.palette import _nearest, find_dominant_colors, name_colors, rank_strongest_artwork


def flat(colour: str) -> Image.Image:
    return Image.new("RGB", (64, 64), colour)


def busy(hue: float, strength: float = 1.0, brightness: float = 1.0) -> Image.Image:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64))
    tinted = [noise * (1 - strength + strength * level) * brightness for level in (1, hue, 0.1)]
    return Image.fromarray(np.stack(tinted, axis=-1).astype(np.uint8))


def test_the_most_present_colour_comes_first() -> None:
    picture = flat("#c02020")
    picture.paste("#2040c0", (0, 0, 64, 20))
    red, blue = find_dominant_colors([picture])[:2]
    assert abs(to_lch(from_hex(red))[2] - to_lch(from_hex("#c02020"))[2]) < 5
    assert abs(to_lch(from_hex(blue))[2] - to_lch(from_hex("#2040c0"))[2]) < 5


def test_a_vivid_colour_is_not_drowned_by_grey() -> None:
    picture = flat("#777777")
    picture.paste("#f07010", (0, 0, 64, 5))
    assert max(to_lch(from_hex(colour))[1] for colour in find_dominant_colors([picture])[:3]) > 0.12


def test_there_are_six_colours_at_most_and_one_for_a_flat_picture() -> None:
    assert len(find_dominant_colors([busy(0.5), busy(0.9, 0.3)])) == 6
    assert find_dominant_colors([flat("#336699")]) == ["#336699"]


def test_the_palette_is_the_same_every_time() -> None:
    assert find_dominant_colors([busy(0.5), flat("#10a0b0")]) == find_dominant_colors([busy(0.5), flat("#10a0b0")])


@pytest.mark.parametrize(
    ("colour", "name"), [("#1a2747", "navy"), ("#e02020", "scarlet"), ("#606060", "dark grey"), ("#000000", "black")]
)
def test_colours_have_plain_names(colour: str, name: str) -> None:
    assert name_colors([colour, colour]) == [name]


def test_grey_flat_and_black_artwork_lends_no_style() -> None:
    pictures = {"grey": busy(1, 0), "flat": flat("#c03020"), "black": busy(0.2, 1, 0.15), "rich": busy(0.3)}
    assert rank_strongest_artwork(pictures) == ["rich"]
    assert rank_strongest_artwork({"grey": busy(1, 0)}) == []


def test_two_or_three_artworks_lend_their_style() -> None:
    assert len(rank_strongest_artwork({str(i): busy(0.2 + i / 20) for i in range(8)})) == 3


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast(from_hex("#777777"), (1, 1, 1)) == pytest.approx(4.48, abs=0.01)


def test_the_nearest_colour_is_the_first_of_the_least_distances() -> None:
    pixels = np.random.default_rng(0).random((5000, 3))
    centres = [*pixels[:6], pixels[2]]
    plainly = np.argmin([np.linalg.norm(pixels - centre, axis=1) for centre in centres], axis=0)
    np.testing.assert_array_equal(_nearest(np.ascontiguousarray(pixels.T), centres), plainly)
