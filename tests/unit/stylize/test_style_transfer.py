import io
import itertools
from unittest.mock import MagicMock

import numpy as np
import pytest
from PIL import Image, ImageOps

from coverart.errors import ModelError
from coverart.images import color
from coverart.models import CoverOptions
from scripts import bundled_styles
from stylize import finishing, style_transfer
from stylize.style_transfer import predict_common_style_vector, predict_style_vector, stylize


def to_pixels(image):
    return np.asarray(image, float) / 255


def crop_square(image):
    return ImageOps.fit(image, (768, 768), Image.Resampling.LANCZOS)


def test_style_vector_has_100_numbers_that_differ_by_image(load_photo):
    motorcycle, retina = (predict_style_vector(load_photo(name)) for name in ("motorcycle_left", "retina"))
    assert motorcycle.shape == (1, 1, 1, 100)
    assert np.abs(motorcycle - retina).max() > 0.5


def test_blend_is_the_weighted_mean(load_photo):
    one, other = (predict_style_vector(load_photo(name)) for name in ("motorcycle_left", "retina"))
    blend = style_transfer.blend_style_vectors
    np.testing.assert_allclose(blend([one, other], [3, 1]), 0.75 * one + 0.25 * other, atol=1e-6)
    np.testing.assert_allclose(blend([one, other], [1, 0]), one)


def test_strength_moves_from_the_painting_to_the_artwork(load_photo):
    painting, artwork = load_photo("coffee"), load_photo("ihc")
    style_vector = predict_common_style_vector([artwork])
    results = [to_pixels(stylize(painting, style_vector, strength)) for strength in (0, 0.5, 1)]
    assert results[0].shape == (768, 768, 3)
    from_painting = [np.abs(result - to_pixels(crop_square(painting))).mean() for result in results]
    assert from_painting[0] < 0.05 < 0.1 < from_painting[2]
    assert from_painting == sorted(from_painting)
    artwork_color = to_pixels(artwork).mean(axis=(0, 1))
    from_artwork = [np.abs(result.mean(axis=(0, 1)) - artwork_color).mean() for result in results]
    assert from_artwork == sorted(from_artwork, reverse=True)


def test_full_strength_is_the_output_of_the_network(load_photo):
    painting, artwork = load_photo("coffee"), load_photo("ihc")
    content = np.asarray(crop_square(painting), np.float32)[None] / np.float32(255)
    output = style_transfer._run_network("transfer_768.tflite", content, predict_style_vector(artwork))
    styled = to_pixels(stylize(painting, predict_common_style_vector([artwork]), 1))
    np.testing.assert_allclose(styled, output[0], atol=1 / 255)


def measure(image):
    """Return the standard deviation of the lightness and the mean chroma, at 64 x 64 pixels."""
    lab = color.to_oklab(to_pixels(image.resize((64, 64), Image.Resampling.BOX)))
    return np.array([lab[..., 0].std(), np.hypot(lab[..., 1], lab[..., 2]).mean()])


@pytest.mark.parametrize("style", ["gravel", "retina", "moon"])
def test_default_strength_keeps_legibility_and_color(load_photo, style):
    painting = crop_square(load_photo("coffee"))
    styled = stylize(painting, predict_style_vector(load_photo(style)), CoverOptions().style_strength)
    assert (measure(styled) > 0.8 * measure(painting)).all()


def test_first_of_several_artworks_counts_most(load_photo):
    painting, artworks = load_photo("chelsea"), [load_photo("retina"), load_photo("hubble_deep_field")]
    red_first, dark_first = (
        to_pixels(stylize(painting, predict_common_style_vector(order), 1)).mean(axis=(0, 1))
        for order in (artworks, artworks[::-1])
    )
    assert red_first[0] > dark_first[0] + 0.05


def test_bundled_styles_are_those_of_the_painters_images():
    styles = style_transfer.load_bundled_styles()
    assert list(styles) == list(bundled_styles.IMAGES)
    for name in ("harbour", "gilt"):
        expected = predict_style_vector(bundled_styles.paint_image(name))
        np.testing.assert_allclose(styles[name], expected, atol=0.05)
    differences = [np.abs(one - other).max() for one, other in itertools.combinations(styles.values(), 2)]
    assert min(differences) > 0.3


def test_eight_consecutive_numbers_choose_eight_bundled_styles():
    names = {style_transfer.choose_bundled_style(number)[0] for number in range(2**31, 2**31 + 8)}
    assert len(names) == 8


def test_keep_colors_keeps_chroma_and_takes_the_lightness(load_photo):
    painting, artwork = load_photo("coffee"), load_photo("motorcycle_left")
    styled = stylize(painting, predict_common_style_vector([artwork]), 1)
    result = color.to_oklab(to_pixels(style_transfer.keep_colors(styled, painting)))
    painting_lab, styled_lab = color.to_oklab(to_pixels(crop_square(painting))), color.to_oklab(to_pixels(styled))
    # Not closer, because sRGB does not have every color at every lightness.
    np.testing.assert_allclose(result[..., 1:].mean(axis=(0, 1)), painting_lab[..., 1:].mean(axis=(0, 1)), atol=0.015)
    assert np.abs(result[..., 0] - styled_lab[..., 0]).mean() < 0.02


def test_network_that_returns_nan_raises_model_error(monkeypatch, load_photo):
    interpreter = MagicMock()
    interpreter.get_tensor.return_value = np.full((1, 1, 1, 100), np.nan, np.float32)
    monkeypatch.setattr(style_transfer, "_load_interpreter", lambda _: interpreter)
    with pytest.raises(ModelError):
        predict_style_vector(load_photo("chelsea"))


# Mean colors of 6x6 blocks.
PINNED = [
    [[186, 108, 80], [156, 84, 62], [152, 90, 70], [133, 79, 64], [153, 84, 62], [195, 107, 88]],
    [[173, 100, 68], [164, 98, 71], [164, 94, 64], [178, 114, 82], [179, 116, 86], [194, 118, 92]],
    [[192, 110, 77], [149, 95, 67], [120, 71, 57], [202, 127, 88], [156, 100, 76], [184, 120, 92]],
    [[177, 91, 67], [173, 94, 63], [168, 88, 57], [204, 119, 70], [175, 104, 70], [166, 95, 77]],
    [[182, 100, 76], [208, 133, 96], [195, 115, 69], [148, 72, 52], [171, 93, 64], [195, 119, 97]],
    [[217, 141, 116], [193, 117, 90], [176, 96, 77], [150, 81, 73], [183, 103, 79], [204, 134, 109]],
]


def test_thumbnail_looks_as_it_did_when_last_checked(load_photo):
    styled, again = (stylize(load_photo("chelsea"), predict_style_vector(load_photo("retina")), 0.7) for _ in range(2))
    assert styled.tobytes() == again.tobytes()
    thumbnail = Image.open(io.BytesIO(finishing.encode_thumbnail(finishing.finish(styled))))
    assert thumbnail.size == (300, 300)
    means = np.asarray(thumbnail.resize((6, 6), Image.Resampling.BOX), int)
    np.testing.assert_allclose(means, PINNED, atol=6)
