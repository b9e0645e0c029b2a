import numpy as np
from PIL import Image

from coverart.images.color import from_hex, to_lch
from prompt.palette import adjust_palette, assign_to_centers, find_dominant_colors, name_colors, rank_strongest_artwork


def create_flat_image(color):
    return Image.new("RGB", (64, 64), color)


def create_noise(hue, saturation=1.0, brightness=1.0):
    noise = np.random.default_rng(1).integers(0, 256, (64, 64))
    channels = [noise * (1 - saturation + saturation * level) * brightness for level in (1, hue, 0.1)]
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8))


def create_stripes(width):
    image = create_flat_image("#c03020")
    for top in range(0, 64, 2 * width):
        image.paste("#f0c020", (0, top, 64, top + width))
    return image


def test_most_frequent_color_comes_first():
    image = create_flat_image("#c02020")
    image.paste("#2040c0", (0, 0, 64, 20))
    red, blue = find_dominant_colors([image])[:2]
    assert abs(to_lch(from_hex(red))[2] - to_lch(from_hex("#c02020"))[2]) < 5
    assert abs(to_lch(from_hex(blue))[2] - to_lch(from_hex("#2040c0"))[2]) < 5


def test_vivid_color_is_found_among_gray():
    image = create_flat_image("#777777")
    image.paste("#f07010", (0, 0, 64, 5))
    image.paste("#222222", (0, 59, 64, 64))
    assert max(to_lch(from_hex(color))[1] for color in find_dominant_colors([image], count=2)) > 0.12


def test_palette_has_at_most_six_colors_and_is_repeatable():
    images = [create_noise(0.5), create_noise(0.9, 0.3), create_flat_image("#10a0b0")]
    assert len(find_dominant_colors(images)) == 6
    assert find_dominant_colors(images) == find_dominant_colors(images)
    assert find_dominant_colors([create_flat_image("#336699")]) == ["#336699"]


def test_palette_can_be_warmer_or_without_colors():
    colors = ["#336699", "#884422"]
    assert adjust_palette(colors, "keep") == colors
    for color, warmer in zip(colors, adjust_palette(colors, "warmer"), strict=True):
        assert from_hex(warmer)[0] - from_hex(warmer)[2] > from_hex(color)[0] - from_hex(color)[2] + 0.1
    assert all(len(set(from_hex(gray))) == 1 for gray in adjust_palette(colors, "black_and_white"))


def test_color_has_a_name():
    for color, name in {"#1a2747": "navy", "#e02020": "scarlet", "#606060": "dark grey", "#000000": "black"}.items():
        assert name_colors([color, color]) == [name]


def test_gray_artwork_gives_a_style_where_none_has_color():
    images = {
        "gray": create_noise(1, 0),
        "flat": create_flat_image("#c03020"),
        "black": create_noise(0.2, 1, 0.15),
        "rich": create_noise(0.3),
    }
    assert rank_strongest_artwork(images) == ["rich"]
    del images["rich"]
    assert rank_strongest_artwork(images) == ["gray"]
    assert rank_strongest_artwork({str(9 - i): create_noise(0.2 + i / 20) for i in range(8)}) == ["9", "8", "7"]
    # The third one has less than 0.6 of the strength of the first.
    assert rank_strongest_artwork({str(width): create_stripes(width) for width in (4, 2, 1)}) == ["1", "2"]


def test_nearest_center_is_the_first_of_equal_ones():
    pixels = np.random.default_rng(0).random((5000, 3))
    centers = [*pixels[:6], pixels[2]]
    expected = np.argmin([np.linalg.norm(pixels - center, axis=1) for center in centers], axis=0)
    np.testing.assert_array_equal(assign_to_centers(np.ascontiguousarray(pixels.T), centers), expected)
