"""How good covers are, as far as a number can say: their colours, their motif, how far apart they are."""

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.images.color import contrast, from_hex, to_oklab
from coverart.models import Prompt
from generate.painter import get_color_scheme
from scripts.benchmark.report import Row
from scripts.gallery import TasteCovers, create_covers
from scripts.tastes import load_tastes

COVERS, PALETTES, STRUCTURES = "Covers", "Colours between tastes", "Structures between tastes"
VARIATIONS = 2
GROUPS = {
    COVERS: (
        f"Of eight tastes (`scripts/tastes.toml`), {VARIATIONS} variations each, by the painter, default strength. "
        "*To its palette*: distance of a cover's pixels (64x64) to the nearest of its artwork's colours, mean; *to "
        "others'*: to the nearest of another taste's, which should be more. *Inks*: lowest WCAG contrast of the "
        "motif's ink with any ink behind it, as planned. *Painted*, *finished*: contrast of motif and surroundings as "
        "measured in the pictures, before and after the style."
    ),
    PALETTES: (
        "Distance between the covers' colours (16x16 pixels of each, nearest to nearest, both ways, mean). Where a "
        "taste meets itself: between its own variations."
    ),
    STRUCTURES: (
        "1 - correlation of the lightness of 16x16 pixels: 0 alike, 1 unrelated. Where a taste meets itself: between "
        "its own variations, which differ in composition."
    ),
}
_SIDE, _BLOCKS = 64, 16
_NEAR = 0.1  # in OKLab: a pixel that is of an ink

Picture = NDArray[np.float64]


def measure(say: Callable[[str], None], names: Sequence[str] = (), count: int = VARIATIONS) -> Iterator[Row]:
    """`names`: of the tastes, all where empty."""
    rows = []
    for listener in load_tastes():
        if not names or listener.name in names:
            say(f"Looking at covers: {listener.name}")
            rows.append(create_covers(listener))
    for row in rows:
        yield from _covers(row, [other.prompts[0] for other in rows if other is not row], count)
    for group, unit, apart in ((PALETTES, "OKLab", colours_apart), (STRUCTURES, "ratio", structures_apart)):
        seen = {row.taste.name: [small(row.render_master(n), _BLOCKS) for n in range(count)] for row in rows}
        for one, other in itertools.product(seen, seen):
            pairs = itertools.combinations(seen[one], 2) if one == other else itertools.product(seen[one], seen[other])
            yield Row(group, one, other, unit, [apart(*pair) for pair in pairs])


def _covers(row: TasteCovers, others: Sequence[Prompt], count: int) -> Iterator[Row]:
    name, prompts = row.taste.name, row.prompts[:count]
    masters = [small(row.render_master(number)) for number in range(count)]
    yield Row(
        COVERS, name, "to its palette", "OKLab", [to_palette(m, p) for m, p in zip(masters, prompts, strict=True)]
    )
    if others:
        yield Row(COVERS, name, "to others'", "OKLab", [to_palette(m, p) for m in masters for p in others])
    planned, painted, finished = [], [], []
    for number, prompt in enumerate(prompts):
        scheme = get_color_scheme(prompt)
        planned.append(min(contrast(scheme.foreground, ink) for ink in scheme.background_inks))
        painting = np.asarray(row.paint(number), float) / 255
        motif = np.linalg.norm(to_oklab(painting) - to_oklab(scheme.foreground), axis=-1) < _NEAR
        painted.append(motif_contrast(painting, motif))
        finished.append(motif_contrast(np.asarray(row.render_master(number), float) / 255, motif))
    for measure, values in (("inks", planned), ("painted", painted), ("finished", finished)):
        yield Row(COVERS, name, measure, "ratio", values)


def small(picture: Image.Image, side: int = _SIDE) -> Picture:
    """(side, side, 3), in OKLab."""
    return to_oklab(np.asarray(picture.resize((side, side), Image.Resampling.BOX), float) / 255)


def to_palette(picture: Picture, prompt: Prompt) -> float:
    palette = np.array([to_oklab(from_hex(colour)) for colour in prompt.palette])
    return float(_apart(picture.reshape(-1, 3), palette).min(axis=1).mean())


def motif_contrast(picture: Picture, motif: NDArray[np.bool_]) -> float:
    """WCAG contrast of the median colours inside and outside; `picture` is sRGB in [0, 1]."""
    return contrast(np.median(picture[motif], axis=0), np.median(picture[~motif], axis=0))


def colours_apart(one: Picture, other: Picture) -> float:
    apart = _apart(one.reshape(-1, 3), other.reshape(-1, 3))
    return float((apart.min(axis=0).mean() + apart.min(axis=1).mean()) / 2)


def structures_apart(one: Picture, other: Picture) -> float:
    return 1 - float(np.corrcoef(one[..., 0].ravel(), other[..., 0].ravel())[0, 1])


def _apart(some: Picture, others: Picture) -> Picture:
    distances: Picture = np.linalg.norm(some[:, None] - others[None], axis=-1)
    return distances
