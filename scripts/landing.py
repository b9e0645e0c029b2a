"""The pictures of the landing page and of the looks to choose from, cut from sheets by the page's style sheet.

`make gallery DOCS=1` writes them. Each sheet is one file, because a new AWS account serves ten requests at once.
"""

from PIL import Image

from coverart.models import CoverOptions
from generate.painter import paint_scene
from scripts.prompts import compose_prompts
from scripts.sheets import WEB, draw_grid, save_jpeg
from scripts.tastes import find_taste

# Taste and a listener's direction; welcome.html describes them in the same order. A phone shows the first six.
WALL = (
    ("reggaeton", "a neon palm"),
    ("folk", "wheat, linocut"),
    ("classical", "a candle, stained glass"),
    ("k-pop", "an isometric city"),
    ("arabic", "mosaic"),
    ("andean", "mountains, embroidery"),
    ("afrobeat", "a trumpet, risograph"),
    ("ambient", "a heron, star chart"),
)
# A listener's direction, which decides the technique; looks.js has the same in the same order.
LOOKS = {
    "linocut": ("afrobeat", "folk", "metal"),
    "risograph": ("bossa", "disco", "afrobeat"),
    "sumi": ("ambient", "classical", "shoegaze"),
    "papercut": ("children's songs", "folk", "ambient"),
    "neon": ("reggaeton", "k-pop", "city-pop"),
    "mosaic": ("bossa", "arabic", "reggaeton"),
}
# A library in one look; welcome.html has the titles in the same order.
PAIRS = ("ambient", "metal", "folk", "bossa", "afrobeat", "reggaeton", "hip-hop", "city-pop")


def draw_wall() -> Image.Image:
    return draw_grid([_paint(*entry) for entry in WALL], 4, 300)


def draw_looks() -> Image.Image:
    """Return three covers of each look, a row for each."""
    return draw_grid([_paint(name, look) for look, names in LOOKS.items() for name in names], 3, 128)


def draw_pairs() -> Image.Image:
    """Return what Spotify shows for a playlist and its cover in the first look, a row for each."""
    pairs = [(find_taste(name).render_mosaic(), _paint(name, next(iter(LOOKS)))) for name in PAIRS]
    return draw_grid([tile for pair in pairs for tile in pair], 2, 128)


def write_sheets() -> None:
    save_jpeg(draw_wall(), WEB / "wall.jpg", 130_000)
    save_jpeg(draw_looks(), WEB / "looks.jpg", 90_000)
    save_jpeg(draw_pairs(), WEB / "pairs.jpg", 70_000)


def _paint(taste: str, direction: str) -> Image.Image:
    return paint_scene(compose_prompts(find_taste(taste), CoverOptions(direction=direction))[0], 512)[0]
