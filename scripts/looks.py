"""A library of ten invented playlists in each built-in look, and the pictures of the landing page.

The page's style sheet cuts its pictures from sheets: each is one file, because a new AWS account serves ten requests at
once.
"""

from functools import cache

from PIL import Image

from coverart.looks import load_looks
from coverart.models import CoverOptions
from generate.painter import paint_scene
from prompt.compose import compose
from prompt.looks import plan_series_part
from scripts.prompts import compose_prompts, read_taste
from scripts.sheets import DOCS, WEB, draw_grid, save_jpeg, stack
from scripts.tastes import find_taste
from stylize import render

# Of tastes.toml, in the order of a library; a name of the playlist, and a second line where it has one.
LIBRARY = {
    "folk": ("Kitchen Door", "from the high road"),
    "hip-hop": ("Corner Store", ""),
    "ambient": ("Slow Weather", "for mornings"),
    "bossa": ("Domingo", "Rio, 1962 and after"),
    "metal": ("Iron Liturgy", ""),
    "city-pop": ("Expressway", "1984"),
    "classical": ("Second Movement", "piano, left and right"),
    "afrobeat": ("Lagos Heat", "vol. 2"),
    "shoegaze": ("Blur Me", ""),
    "reggaeton": ("Perreo", "hasta las seis"),
}
DOCS_LOOKS = ("block-print", "poster", "arcade")
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
DIRECTIONS = {
    "linocut": ("afrobeat", "folk", "metal"),
    "risograph": ("bossa", "disco", "afrobeat"),
    "sumi": ("ambient", "classical", "shoegaze"),
    "papercut": ("children's songs", "folk", "ambient"),
    "neon": ("reggaeton", "k-pop", "city-pop"),
    "mosaic": ("bossa", "arabic", "reggaeton"),
}
# A library in one look; welcome.html has the titles in the same order.
PAIRS = ("ambient", "metal", "folk", "bossa", "afrobeat", "reggaeton", "hip-hop", "city-pop")
_GAP = 10


@cache
def make_series(look: str) -> list[Image.Image]:
    """Return the covers of the library in a look, with their titles."""
    return [
        _make_cover(name, title, CoverOptions(look=look, position=place, lettering="title", second_line=line or None))
        for place, (name, (title, line)) in enumerate(LIBRARY.items())
    ]


def _make_cover(taste: str, title: str, options: CoverOptions) -> Image.Image:
    part = plan_series_part(options, [])
    profile, _ = read_taste(find_taste(taste))
    prompt = compose(profile, options, [], title=title, series_part=part, has_image_model=False)
    painting, _ = paint_scene(prompt, 640)
    image, note, _cap = render.set_title(render.render_master(painting, {}, prompt, options).image, prompt, options)
    if note:
        print(f"{options.look}, {title}: {note}")
    return image


def draw_wall(look: str, side: int) -> Image.Image:
    """Return the library in two rows, and in a third at the size of a list."""
    covers = make_series(look)
    return stack([draw_grid(covers, len(covers) // 2, side, _GAP), draw_grid(covers, len(covers), 64, _GAP)], _GAP)


def write_docs() -> None:
    """Write three walls, one below the other, and for the page the first covers of each look, without gaps."""
    walls = [draw_wall(look, 150) for look in DOCS_LOOKS]
    save_jpeg(stack(walls, 2 * _GAP), DOCS / "looks.jpg", 220_000)
    tiles = [cover for look in load_looks() for cover in make_series(look)[:3]]
    save_jpeg(draw_grid(tiles, 3, 112), WEB / "series.jpg", 140_000)


def write_landing() -> None:
    """Write the wall, three covers of each direction, and what Spotify shows beside covers in the first direction."""

    def paint(taste: str, direction: str) -> Image.Image:
        return paint_scene(compose_prompts(find_taste(taste), CoverOptions(direction=direction))[0], 512)[0]

    directions = [paint(name, direction) for direction, names in DIRECTIONS.items() for name in names]
    pairs = [(find_taste(name).render_mosaic(), paint(name, next(iter(DIRECTIONS)))) for name in PAIRS]
    save_jpeg(draw_grid([paint(*entry) for entry in WALL], 4, 300), WEB / "wall.jpg", 130_000)
    save_jpeg(draw_grid(directions, 3, 128), WEB / "looks.jpg", 90_000)
    save_jpeg(draw_grid([tile for pair in pairs for tile in pair], 2, 128), WEB / "pairs.jpg", 70_000)
