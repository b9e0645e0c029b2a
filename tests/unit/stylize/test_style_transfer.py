import itertools
from unittest.mock import MagicMock

import numpy as np
import pytest
from PIL import Image

from coverart.errors import ModelError
from coverart.images import color
from scripts import bundled_styles
from scripts.benchmark.pictures import measure_jpeg
from stylize import style_transfer, tints
from stylize.color_map import is_nearly_flat, sample_colors
from stylize.finishing import fit_to_master
from stylize.light import add_light, find_light
from stylize.papers import tint_paper
from stylize.strokes import add_strokes
from stylize.style_transfer import predict_common_style_vector, predict_style_vector


def to_pixels(image):
    return np.asarray(image, float) / 255


def stylize(painting, artwork, strength, **options):
    style_vector = predict_style_vector(artwork)
    return style_transfer.stylize(painting, style_vector, strength, [artwork], **options)


def test_style_vectors_differ_and_blend_by_weight(load_photo):
    one, other = (predict_style_vector(load_photo(name)) for name in ("motorcycle_left", "retina"))
    assert one.shape == (1, 1, 1, 100)
    assert np.abs(one - other).max() > 0.5
    np.testing.assert_allclose(
        style_transfer.blend_style_vectors([one, other], [3, 1]), 0.75 * one + 0.25 * other, atol=1e-6
    )


@pytest.fixture
def painting(load_photo):
    return fit_to_master(load_photo("coffee")).resize((512, 512))


def test_strength_moves_colors_from_the_painting_to_the_artwork(load_photo, painting):
    artwork = load_photo("ihc")
    results = [to_pixels(stylize(painting, artwork, strength)[0]) for strength in (0.1, 0.5, 1)]
    assert results[0].shape == (512, 512, 3)
    from_painting = [np.abs(result - to_pixels(painting)).mean() for result in results]
    assert from_painting == sorted(from_painting)
    assert from_painting[2] > 0.04
    artwork_color = to_pixels(artwork).mean(axis=(0, 1))
    from_artwork = [np.abs(result.mean(axis=(0, 1)) - artwork_color).mean() for result in results]
    assert from_artwork == sorted(from_artwork, reverse=True)


def test_flat_areas_and_edges_stay_as_they_were_painted(load_photo):
    bars = np.where(np.arange(1024) // 64 % 2, 230, 40)
    painting = Image.fromarray(np.stack([np.tile(bars, (1024, 1))] * 3, axis=-1).astype(np.uint8))
    lightness = np.asarray(stylize(painting, load_photo("gravel"), 0.5)[0].convert("YCbCr"), float)[..., 0] / 255
    # Each bar has one lightness: no crackle, no glow, no halo. Chroma is softened.
    differences = np.abs(np.diff(lightness, axis=1))
    assert np.abs(np.diff(lightness, axis=0)).max() < 0.01
    assert np.median(differences[:, 63::64]) > 0.5
    assert differences[:, np.arange(1023) % 64 != 63].max() < 0.02


def test_strokes_appear_where_the_painting_is_calm(load_photo):
    painting = load_photo("rocket").crop((0, 0, 400, 400))
    assert stylize(painting, load_photo("ihc"), 0.5) != stylize(painting, load_photo("ihc"), 0.5, strokes=0.03)
    noise = np.random.default_rng(0).uniform(size=(48, 48)).repeat(8, 0).repeat(8, 1)
    pixels = np.asarray(painting.resize((384, 384))).copy()
    pixels[:, 192:] = (noise[:, 192:, None] * 255).astype(np.uint8)
    painting = Image.fromarray(pixels)
    advice = np.stack([noise.T] * 3, axis=-1).astype(np.float32)
    change = np.abs(to_pixels(add_strokes(painting, painting, advice, 0.03)) - pixels / 255)
    assert 0.01 < change[40:160, 20:160].mean() < 0.03
    assert change[:, 230:].mean() < 0.004


def test_gray_artwork_lends_light_and_no_color(load_photo, painting):
    styled, _ = stylize(painting, load_photo("moon"), 1)
    assert measure(styled)[1] <= measure(painting)[1] * 1.05
    assert np.abs(to_pixels(styled) - to_pixels(painting)).mean() > 0.05


def test_style_that_would_hide_shapes_is_refused(load_photo):
    """Red and green of the same lightness would both turn gray."""
    red, green = (color.from_oklab([0.6, a, 0.05]) for a in (0.12, -0.12))
    checks = (np.indices((1024, 1024)) // 128).sum(axis=0) % 2
    painting = Image.fromarray((np.where(checks[..., None], red, green) * 255).astype(np.uint8))
    assert stylize(painting, load_photo("gravel"), 1) is None


@pytest.mark.parametrize("name", ["moon", "coffee"])
def test_jpeg_stays_as_good_as_the_paintings(load_photo, name):
    painting = fit_to_master(load_photo(name)).resize((512, 512))
    styled, _ = stylize(painting, load_photo("ihc"), 0.5)
    assert np.abs(to_pixels(styled) - to_pixels(painting)).mean() > 0.01
    assert measure_jpeg(styled) > measure_jpeg(painting) - 1.5


def test_paper_ink_and_skin_keep_out_of_the_style():
    """OKLab: paper, ink, blue and skin, under a green style."""
    own = np.array([[0.97, 0.005, 0.01], [0.15, 0, 0], [0.5, -0.05, -0.15], [0.7, 0.06, 0.08]])
    paper, ink, blue, skin = tints.measure_neutrality(own)
    assert paper > 0.8
    assert 0.3 < ink < paper
    assert max(blue, skin) < 0.01
    paper, ink = tints.measure_neutrality(own[:2])
    assert paper > 0.8
    assert ink == 0  # a gray painting may be toned
    green = np.tile((0.6, -0.15, 0.12), (4, 1))
    result = tints.keep_skin(own, green)
    hues = np.degrees(np.arctan2(*np.stack([own[3], result[3]])[:, :0:-1].T))
    assert np.diff(hues) < 25
    np.testing.assert_allclose(result[:3], green[:3], atol=0.02)


@pytest.mark.parametrize(
    ("ground", "share", "style", "lowest", "highest"),
    [
        ((0.95, 0, 0.02), 0.5, (0.6, 0.1, 0.1), 0.03, 0.08),
        ((0.95, 0, 0.02), 0.05, (0.6, 0.1, 0.1), 0, 0),  # a moon
        ((0.86, -0.03, -0.03), 0.5, (0.6, 0.1, 0.1), 0, 0),  # a sky
        ((0.95, 0, 0.02), 0.5, (0.6, 0, 0), 0, 0),  # gray artwork
    ],
)
def test_paper_takes_a_tint_of_artwork_that_has_one(ground, share, style, lowest, highest):
    is_ground = np.arange(1000) < 1000 * share
    own = np.where(is_ground[:, None], ground, (0.4, 0.05, -0.1))
    change = np.abs(tint_paper(own, own, np.tile(style, (1000, 1)), 1) - own).max(axis=-1)
    assert lowest <= change[is_ground].max() <= highest
    assert change[~is_ground].max() == 0


def test_light_runs_over_inks_but_not_gray_or_night():
    artwork = Image.linear_gradient("L").convert("RGB")
    painting = Image.new("RGB", (256, 256), "#e8842c")
    change = np.asarray(add_light(painting, find_light(artwork, painting), 1), float) - np.asarray(painting)
    assert 4 < np.abs(change).max() < 30
    assert change[-1].mean() > change[0].mean()
    assert np.abs(np.diff(change, axis=0)).max() <= 2  # no edges
    assert not any(find_light(artwork, Image.new("RGB", (256, 256), ink)) for ink in ("#808080", "#26100a"))


def test_artwork_of_one_color_is_nearly_flat(load_photo):
    label = Image.new("RGB", (300, 300), "#e33")
    label.paste("white", (20, 140, 200, 160))
    assert is_nearly_flat(label)
    assert not any(is_nearly_flat(load_photo(name)) for name in ("gravel", "ihc", "coffee"))


def measure(image):
    """Return the standard deviation of the lightness and the mean chroma, at 64 x 64 pixels."""
    lab = color.to_oklab(to_pixels(image.resize((64, 64), Image.Resampling.BOX)))
    return np.array([lab[..., 0].std(), np.hypot(lab[..., 1], lab[..., 2]).mean()])


@pytest.mark.parametrize("style", ["ihc", "motorcycle_left"])
def test_strength_of_a_half_keeps_legibility_and_color(load_photo, painting, style):
    assert (measure(stylize(painting, load_photo(style), 0.5)[0]) > 0.8 * measure(painting)).all()


def test_first_of_several_artworks_counts_most(load_photo):
    retina, hubble = (load_photo(name) for name in ("retina", "hubble_deep_field"))
    for describe in (predict_common_style_vector, lambda artworks: sample_colors(artworks).mean(axis=0)):
        distances = [np.abs(describe([retina, hubble]) - describe([artwork])).mean() for artwork in (retina, hubble)]
        assert distances[0] < 0.6 * distances[1]


def test_bundled_styles_are_those_of_the_painters_images():
    styles = style_transfer.load_bundled_styles()
    assert list(styles) == list(bundled_styles.IMAGES)
    for name in ("ember", "carnival"):
        expected = predict_style_vector(bundled_styles.paint_image(name))
        np.testing.assert_allclose(styles[name], expected, atol=0.05)
    differences = [np.abs(one - other).max() for one, other in itertools.combinations(styles.values(), 2)]
    assert min(differences) > 0.3
    consecutive = (style_transfer.choose_bundled_style(number)[0] for number in range(2**31, 2**31 + 8))
    assert len(set(consecutive)) == 8


def test_keep_colors_keeps_chroma_and_takes_the_lightness(load_photo, painting):
    styled, _ = stylize(painting, load_photo("motorcycle_left"), 1)
    result = color.to_oklab(to_pixels(style_transfer.keep_colors(styled, painting)))
    painting_lab, styled_lab = color.to_oklab(to_pixels(painting)), color.to_oklab(to_pixels(styled))
    # Not closer, because sRGB does not have every color at every lightness.
    np.testing.assert_allclose(result[..., 1:].mean(axis=(0, 1)), painting_lab[..., 1:].mean(axis=(0, 1)), atol=0.015)
    assert np.abs(result[..., 0] - styled_lab[..., 0]).mean() < 0.02


def test_network_that_returns_nan_raises_model_error(monkeypatch, load_photo, every_run):
    interpreter = MagicMock()
    interpreter.get_tensor.return_value = np.full((1, 1, 1, 100), np.nan, np.float32)
    monkeypatch.setattr(style_transfer, "_load_interpreter", lambda _: interpreter)
    with pytest.raises(ModelError):
        predict_style_vector(load_photo("chelsea"))
