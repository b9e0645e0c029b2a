import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from coverart import colour
from coverart.errors import ModelError
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
    steps = [pixels(style_transfer.stylize(painting, [artwork], strength)) for strength in (0, 0.5, 1)]
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
    styled = pixels(style_transfer.stylize(painting, [artwork], 1))
    np.testing.assert_allclose(styled, alone[0], atol=1 / 255)


def test_the_first_of_several_artworks_counts_most(picture):
    painting, styles = picture("chelsea"), [picture("retina"), picture("hubble_deep_field")]
    red_first = pixels(style_transfer.stylize(painting, styles, 1)).mean(axis=(0, 1))
    dark_first = pixels(style_transfer.stylize(painting, styles[::-1], 1)).mean(axis=(0, 1))
    assert red_first[0] > dark_first[0] + 0.05


def test_the_same_pictures_give_the_same_bytes(picture):
    first, second = (style_transfer.stylize(picture("chelsea"), [picture("retina")], 0.7) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_keeping_colours_keeps_the_painting_s_chroma_and_takes_the_style_s_light(picture):
    painting, artwork = picture("coffee"), picture("motorcycle_left")
    styled = style_transfer.stylize(painting, [artwork], 1)
    kept = colour.to_oklab(pixels(style_transfer.keep_colours(styled, painting)))
    original, lent = colour.to_oklab(pixels(square(painting))), colour.to_oklab(pixels(styled))
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
    [[190, 104, 77], [157, 79, 60], [152, 86, 68], [134, 76, 64], [155, 80, 61], [198, 101, 82]],
    [[176, 98, 67], [167, 96, 71], [167, 92, 63], [180, 112, 81], [182, 115, 85], [198, 114, 88]],
    [[195, 108, 75], [154, 96, 70], [123, 70, 59], [205, 125, 86], [159, 98, 76], [188, 119, 91]],
    [[180, 87, 65], [175, 90, 62], [171, 86, 57], [208, 118, 70], [179, 103, 72], [168, 91, 75]],
    [[184, 96, 73], [212, 132, 95], [200, 115, 70], [149, 70, 54], [174, 91, 64], [198, 113, 91]],
    [[220, 137, 110], [196, 112, 85], [177, 91, 73], [150, 76, 70], [186, 98, 75], [207, 129, 103]],
]


def test_a_thumbnail_looks_as_it_did_when_it_was_last_looked_at(picture):
    master = finishing.finish(style_transfer.stylize(picture("chelsea"), [picture("retina")], 0.7))
    thumbnail = Image.open(io.BytesIO(finishing.thumbnail_jpeg(master)))
    assert thumbnail.size == (300, 300)
    found = np.asarray(thumbnail.resize((6, 6), Image.Resampling.BOX), int)
    np.testing.assert_allclose(found, PINNED, atol=6)
