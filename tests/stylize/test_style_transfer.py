import io
import itertools

import numpy as np
import pytest
from PIL import Image, ImageOps

from coverart.errors import ModelError
from coverart.images import color
from coverart.models import CoverOptions
from scripts import bundled_styles
from stylize import finishing, style_transfer


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, float) / 255


def square(picture: Image.Image, side: int = 768) -> Image.Image:
    return ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)


def test_a_bottleneck_is_a_hundred_numbers_that_tell_pictures_apart(picture):
    motorcycle, retina = (style_transfer.bottleneck(picture(name)) for name in ("motorcycle_left", "retina"))
    assert motorcycle.shape == (1, 1, 1, 100)
    assert np.abs(motorcycle - retina).max() > 0.5


def test_blending_is_linear_in_the_weights(picture):
    one, other = (style_transfer.bottleneck(picture(name)) for name in ("motorcycle_left", "retina"))
    np.testing.assert_allclose(style_transfer.blend([one, other], [3, 1]), 0.75 * one + 0.25 * other, atol=1e-6)
    np.testing.assert_allclose(style_transfer.blend([one, other], [1, 0]), one)


def test_strength_leads_from_the_painting_to_the_artwork_s_manner(picture):
    painting, artwork = picture("coffee"), picture("ihc")
    steps = [
        pixels(style_transfer.stylize(painting, style_transfer.manner_of([artwork]), strength))
        for strength in (0, 0.5, 1)
    ]
    assert steps[0].shape == (768, 768, 3)
    from_painting = [np.abs(step - pixels(square(painting))).mean() for step in steps]
    assert from_painting[0] < 0.05 < 0.1 < from_painting[2]
    assert from_painting == sorted(from_painting)
    theirs = pixels(artwork).mean(axis=(0, 1))
    from_artwork = [np.abs(step.mean(axis=(0, 1)) - theirs).mean() for step in steps]
    assert from_artwork == sorted(from_artwork, reverse=True)


def test_at_full_strength_the_network_alone_paints(picture):
    painting, artwork = picture("coffee"), picture("ihc")
    content = np.asarray(square(painting), np.float32)[None] / np.float32(255)
    alone = style_transfer._run("transfer_768.tflite", content, style_transfer.bottleneck(artwork))
    styled = pixels(style_transfer.stylize(painting, style_transfer.manner_of([artwork]), 1))
    np.testing.assert_allclose(styled, alone[0], atol=1 / 255)


def contrast_of_tones(picture: Image.Image) -> float:
    """Standard deviation of the lightness at 64 pixels."""
    return float(color.to_oklab(pixels(picture.resize((64, 64), Image.Resampling.BOX)))[..., 0].std())


def mean_chroma(picture: Image.Image) -> float:
    lab = color.to_oklab(pixels(picture.resize((64, 64), Image.Resampling.BOX)))
    return float(np.hypot(lab[..., 1], lab[..., 2]).mean())


@pytest.mark.parametrize("style", ["gravel", "retina", "moon"])
def test_at_the_default_strength_neither_legibility_nor_colour_is_lost(picture, style):
    painting = square(picture("coffee"))
    styled = style_transfer.stylize(painting, style_transfer.bottleneck(picture(style)), CoverOptions().style_strength)
    assert contrast_of_tones(styled) > 0.8 * contrast_of_tones(painting)
    assert mean_chroma(styled) > 0.8 * mean_chroma(painting)


def test_the_first_of_several_artworks_counts_most(picture):
    painting, styles = picture("chelsea"), [picture("retina"), picture("hubble_deep_field")]
    red_first = pixels(style_transfer.stylize(painting, style_transfer.manner_of(styles), 1)).mean(axis=(0, 1))
    dark_first = pixels(style_transfer.stylize(painting, style_transfer.manner_of(styles[::-1]), 1)).mean(axis=(0, 1))
    assert red_first[0] > dark_first[0] + 0.05


def test_the_same_pictures_give_the_same_bytes(picture):
    first, second = (
        style_transfer.stylize(picture("chelsea"), style_transfer.bottleneck(picture("retina")), 0.7) for _ in range(2)
    )
    assert first.tobytes() == second.tobytes()


def test_the_bundled_manners_are_those_of_the_painters_pictures():
    kept = style_transfer.bundled_manners()
    assert list(kept) == list(bundled_styles.PICTURES)
    for name in ("harbour", "gilt"):
        np.testing.assert_allclose(kept[name], style_transfer.bottleneck(bundled_styles.picture(name)), atol=0.05)
    apart = [np.abs(one - other).max() for one, other in itertools.combinations(kept.values(), 2)]
    assert min(apart) > 0.3


def test_every_number_has_a_bundled_manner_and_eight_in_a_row_are_eight():
    assert len({style_transfer.bundled_manner(number)[0] for number in range(2**31, 2**31 + 8)}) == 8


def test_keeping_colours_keeps_the_painting_s_chroma_and_takes_the_style_s_light(picture):
    painting, artwork = picture("coffee"), picture("motorcycle_left")
    styled = style_transfer.stylize(painting, style_transfer.manner_of([artwork]), 1)
    kept = color.to_oklab(pixels(style_transfer.keep_colours(styled, painting)))
    original, lent = color.to_oklab(pixels(square(painting))), color.to_oklab(pixels(styled))
    # Not nearer, because some colours do not exist in sRGB at the other's lightness.
    np.testing.assert_allclose(kept[..., 1:].mean(axis=(0, 1)), original[..., 1:].mean(axis=(0, 1)), atol=0.015)
    assert np.abs(kept[..., 0] - lent[..., 0]).mean() < 0.02


class Broken:
    """An interpreter whose network gives NaN."""

    def get_input_details(self):
        return [{"index": 0}]

    def get_output_details(self):
        return [{"index": 0}]

    def set_tensor(self, *_):
        pass

    def invoke(self):
        pass

    def get_tensor(self, _):
        return np.full((1, 1, 1, 100), np.nan, np.float32)


def test_a_network_that_gives_no_numbers_is_a_model_error(monkeypatch, picture):
    monkeypatch.setattr(style_transfer, "_interpreter", lambda _: Broken())
    with pytest.raises(ModelError):
        style_transfer.bottleneck(picture("chelsea"))


# Means of 6x6 blocks.
PINNED = [
    [[186, 108, 80], [156, 84, 62], [152, 90, 70], [133, 79, 64], [153, 84, 62], [195, 107, 88]],
    [[173, 100, 68], [164, 98, 71], [164, 94, 64], [178, 114, 82], [179, 116, 86], [194, 118, 92]],
    [[192, 110, 77], [149, 95, 67], [120, 71, 57], [202, 127, 88], [156, 100, 76], [184, 120, 92]],
    [[177, 91, 67], [173, 94, 63], [168, 88, 57], [204, 119, 70], [175, 104, 70], [166, 95, 77]],
    [[182, 100, 76], [208, 133, 96], [195, 115, 69], [148, 72, 52], [171, 93, 64], [195, 119, 97]],
    [[217, 141, 116], [193, 117, 90], [176, 96, 77], [150, 81, 73], [183, 103, 79], [204, 134, 109]],
]


def test_a_thumbnail_looks_as_it_did_when_it_was_last_looked_at(picture):
    master = finishing.finish(
        style_transfer.stylize(picture("chelsea"), style_transfer.bottleneck(picture("retina")), 0.7)
    )
    thumbnail = Image.open(io.BytesIO(finishing.thumbnail_jpeg(master)))
    assert thumbnail.size == (300, 300)
    found = np.asarray(thumbnail.resize((6, 6), Image.Resampling.BOX), int)
    np.testing.assert_allclose(found, PINNED, atol=6)
