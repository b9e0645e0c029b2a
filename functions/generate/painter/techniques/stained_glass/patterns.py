"""Stained glass without a motif: a rose window, and a geometric window of the Prairie School."""

from collections.abc import Callable

import numpy as np

from generate.painter.kit.color import mix, neutralize, tone
from generate.painter.kit.fields import blur
from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Color, Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.stained_glass.glazing import choose_glass, glaze

# Opens the stone: where a field is positive, for every sector, in alternating glass.
_OpenPart = Callable[[Field, Field, list[int]], None]
# Glass of a petal's ground and heart, and of its tip.
_Petal = tuple[list[int], list[int], int]


def paint_rose(scene: Scene) -> Sheet:
    """A rose window: petals and roundels of glass in stone tracery, around an eye of light."""
    rng = scene.rng
    x, y = scene.grid
    folds = 8 if scene.energy < 0.35 else 12 if scene.energy < 0.7 else 16
    scale = 1.06 + 0.22 * rng.random()
    radius = np.hypot(x - 0.5, y - 0.5) / scale
    turn = (np.arctan2(y - 0.5, x - 0.5) / (2 * np.pi) + 0.5) * folds
    bright, deep = choose_glass(scene)
    glass = [*bright, *deep]
    opening = np.full_like(x, -1)
    panes, colors = np.zeros(x.shape, np.int32), [np.zeros(3, np.float32)]

    def open_part(inside: Field, sector: Field, choice: list[int]) -> None:
        """Open the stone where `inside` is positive; one pane to a sector, in alternating glass."""
        nonlocal opening, panes
        number = (sector.astype(np.int32) % folds) + len(colors)
        panes = np.where(inside > 0, number, panes)
        opening = np.maximum(opening, inside)
        colors.extend(glass[choice[index % len(choice)]].astype(np.float32) for index in range(folds))

    first, last = len(bright), len(glass) - 1
    pale, strong, other = len(bright) - 1, 0, 1 % (len(bright) - 2)
    sector, inner = _fold(turn, radius, folds, 0.0)
    _open_petals(open_part, sector, inner, folds, (0.12, 0.265), ([first, first + 1], [strong, other], pale))
    sector, outer = _fold(turn, radius, folds, 0.5)
    roundel = 0.43 * np.sin(np.pi / folds) * 0.80
    away = np.hypot(outer[0] - 0.405, outer[1])
    open_part(roundel - away, sector, [last, first + 1])
    open_part(roundel * 0.62 - away, sector, [strong, pale])
    sector, rim = _fold(turn, radius, folds, 0.0)
    small = 0.30 * np.sin(np.pi / folds)
    away = np.hypot(rim[0] - 0.475, rim[1])
    open_part(np.minimum(small * 0.62 - away, 0.53 - radius), sector, [other])
    eye = np.asarray(0.095 - radius, np.float32)
    open_part(eye, sector, [first + 1, first + 2])
    open_part(np.asarray(0.052 - radius, np.float32), sector, [pale, strong])
    sheet = glaze(scene, panes, np.stack(colors), 0.0065, None, (0.5, 0.5), 0.018)
    return _carve_stone(scene, sheet, opening)


def _fold(turn: Field, radius: Field, folds: int, offset: float) -> tuple[Field, tuple[Field, Field]]:
    """Return each pixel's sector and its position in it: along the sector's axis and across."""
    shifted = (turn + offset) % folds
    sector = np.floor(shifted)
    angle = (shifted - sector - 0.5) * (2 * np.pi / folds)
    return sector, (np.asarray(radius * np.cos(angle), np.float32), np.asarray(radius * np.sin(angle), np.float32))


def _open_petals(
    open_part: _OpenPart,
    sector: Field,
    place: tuple[Field, Field],
    folds: int,
    span: tuple[float, float],
    glass: _Petal,
) -> None:
    """Open petals: wedges that end in a round head, with a heart of other glass in it."""
    along, across = place[0], np.abs(place[1])
    start, end = span
    ground, heart, tip = glass
    half = np.pi / folds
    gap = np.float32(0.008)
    wedge = along * np.sin(half) - across * np.cos(half) - gap
    head = end * np.sin(half) - gap - np.hypot(along - end, across)
    petal = np.where(along < end * np.cos(half) ** 2, wedge, head)
    petal = np.minimum(petal, np.hypot(along, across) - start)
    open_part(petal, sector, ground)
    size = end * np.sin(half) * 0.62
    open_part(np.minimum(petal - 0.004, size - np.hypot(along - end, across)), sector, heart)
    open_part(np.minimum(petal - 0.004, np.hypot(along - start, across * 1.2) * -1 + size * 0.9), sector, [tip])


def _carve_stone(scene: Scene, sheet: Sheet, opening: Field) -> Sheet:
    """Return the glass in dark stone that catches some of its light; its bars are rounded."""
    clear = cover(-opening)
    spill = blur(sheet * clear[..., None], 0.03)
    stone = np.float32(0.06) + np.float32(0.05) * scene.make_noise(9, 4)
    round_bar = np.exp(-np.abs(opening + 0.004) / 0.006).astype(np.float32)
    wall = stone[..., None] + spill * (np.float32(0.26) + np.float32(0.40) * round_bar)[..., None]
    frame = cover(np.abs(opening) - np.float32(0.0035))
    result = wall + (sheet - wall) * clear[..., None]
    return np.asarray(np.clip(result * (1 - np.float32(0.8) * frame[..., None]), 0, 1), np.float32)


def paint_prairie(scene: Scene) -> Sheet:
    """A strict window: stems of narrow panes that branch into chevrons of small squares, the same left and right."""
    rng = scene.rng
    x, y = scene.grid
    trees = 1 if scene.energy < 0.6 else 2
    u = np.abs((x * trees) % 1 - 0.5)
    tree = np.floor(x * trees)
    bright, deep = choose_glass(scene)
    clear = tone(neutralize(scene.inks.by_lightness[-1]), 0.90, 0.0, 0.03)
    stems = np.array([0.0, 0.022, 0.075, 0.105, 0.19, 0.225, 0.33, 0.365, 0.46, 0.5])
    column = np.clip(np.searchsorted(stems, u) - 1, 0, 8).astype(np.int32)
    rows = 17
    crown = rng.uniform(0.50, 0.60)
    slope = 0.75 / trees
    chevron = np.floor((y + slope * u) * rows).astype(np.int32)
    in_crown = (y + slope * u * 0.6 < crown) & (y > 0.045)
    base = y > 0.875
    bands = np.floor((y - 0.875) / 0.042).astype(np.int32)
    panes = column.copy()
    panes = np.where(in_crown, 20 + chevron * 9 + column, panes)
    panes = np.where(base, 800 + np.clip(bands, 0, 4) * 9 + column, panes)
    panes = np.where(y <= 0.045, 900 + column, panes)
    glass: list[Color] = [bright[0], bright[1 % len(bright)], deep[2], clear, mix(clear, bright[0], 0.35), deep[0]]
    table = np.stack(glass).astype(np.float32)[rng.choice(6, 1000, p=[0.22, 0.16, 0.10, 0.28, 0.14, 0.10])]
    # Narrow columns are the stems; wide ones between them are clear.
    for index in range(9):
        table[index] = (deep[2] if index in (0, 2) else bright[0]) if index % 2 == 0 and index < 7 else clear
        for band in range(5):
            table[800 + band * 9 + index] = (deep[0], bright[0], clear, deep[2], deep[0])[(band + index) % 5]
        table[900 + index] = (deep[0], bright[1 % len(bright)])[index % 2]
    narrow = (
        np.isin(np.arange(1000) % 9, [(20 + k) % 9 for k in (1, 3, 5, 7)])
        & (np.arange(1000) >= 20)
        & (np.arange(1000) < 800)
    )
    thinned = narrow & (rng.random(1000) < 0.5)
    table[thinned] = clear
    panes = panes + np.where(tree % 2 == 1, 1000, 0).astype(np.int32)
    table = np.concatenate([table] * 2)
    return glaze(scene, np.asarray(panes, np.int32), table, 0.0095 if trees == 1 else 0.0065, None, (0.5, 0.35), 0.012)
