"""What the impasto's layouts share: the oils, the strokes, the light on their ridges."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from coverart.images.color import from_oklab, to_oklab
from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import choose_dark_hue, choose_hue, get_chroma, is_yellow, tint, vivid
from generate.painter.kit.fields import blur, get_slope, make_grid, make_noise, resize
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

GOAL_SIZE = 384  # pixels of the scene that is painted
_TEXTURE = 256  # pixels of the bristles' texture
Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class Brush:
    """A pass over the canvas: marks of a width and a length, `gap` apart; `care`: only where there is detail."""

    width: float
    length: float
    gap: float
    care: float = 0.0


BRUSHES = (
    Brush(0.062, 0.17, 0.034),
    Brush(0.034, 0.11, 0.021, 0.45),
    Brush(0.017, 0.06, 0.0115, 1.0),
)
KNIVES = (Brush(0.13, 0.20, 0.060), Brush(0.075, 0.12, 0.040, 0.4), Brush(0.03, 0.06, 0.022, 1.0))


@dataclass(frozen=True)
class Oils:
    """The colors on the palette."""

    pale: Color
    dark: Color
    first: Color
    second: Color
    third: Color


def mix_oils(scene: Scene) -> Oils:
    """Return the colors: nearly gray ones of a gray artwork, deeper ones for a somber mood."""
    own = list(scene.inks.by_prominence)
    # The second color fills seas and skies and is mixed with dark ones: yellow would turn olive there.
    bold = next((index for index in range(1, len(own)) if not is_yellow(own[index])), 0)
    if bold > 1:
        own.insert(1, own.pop(bold))
    somber = 0.05 if is_somber(scene.mood) else 0.0

    def choose(index: int, chroma: float) -> Color:
        color = own[index % len(own)]
        strong = vivid(color, 0.0, chroma, 0.6, somber)
        lightness = float(to_oklab(strong)[0])
        return tint(color, lightness, min(chroma, max(0.06, get_chroma(color) * 1.2)), 1.9)

    return Oils(
        tint(choose_hue(scene.inks.by_lightness[::-1]), 0.93 - 0.04 * measure_age(scene.decade), 0.05, 1.5),
        tint(choose_dark_hue(scene.inks.by_lightness), 0.22, 0.06, 1.8),
        choose(0, 0.20),
        choose(1, 0.16),
        choose(2, 0.14),
    )


def make_goal_grid() -> tuple[Field, Field]:
    """Return x and y of the goal's pixels."""
    return make_grid(GOAL_SIZE)


def make_goal_noise(scene: Scene, cells: float, octaves: int = 3) -> Field:
    """Return noise at the goal's size."""
    return make_noise(scene.rng, GOAL_SIZE, cells, octaves)


def shrink(mask: Mask) -> Mask:
    """Return a mask at the goal's size."""
    return resize(mask, GOAL_SIZE)


def paint_over(
    scene: Scene, goal: Sheet, angle: Field, brushes: Sequence[Brush] = BRUSHES, *, bristles: float = 1.0
) -> Sheet:
    """Paint a goal, (GOAL_SIZE, GOAL_SIZE, 3), with strokes along `angle` (radians).

    `bristles`: 1 for a hog brush, 0 for a knife. The wilder the music, the wider the brushes, the thicker the paint and
    the less the strokes agree in color.
    """
    target = to_oklab(np.clip(goal, 0, 1)).astype(np.float32)
    # A somber picture is painted darker; the colors of an old one have sunk in.
    target[..., 0] *= 0.88 if is_somber(scene.mood) else 1.0
    target[..., 1:] *= 1 - 0.22 * measure_age(scene.decade)
    bold = 0.82 + 0.42 * scene.energy
    sized = [Brush(brush.width * bold, brush.length * bold, brush.gap, brush.care) for brush in brushes]
    strokes = np.concatenate([_place_strokes(scene, target, angle, brush) for brush in sized])
    number = _draw_numbers(scene, strokes)
    return _render(scene, target, strokes, number, bristles)


def _place_strokes(scene: Scene, target: Sheet, angle: Field, brush: Brush) -> Numbers:
    """Return the strokes of a pass, (count, 7): x, y, angle, reach backward, reach forward, half width, bend."""
    rng = scene.rng
    cells = int(1.1 / brush.gap)
    column, row = np.meshgrid(np.arange(cells), np.arange(cells))
    spots = (np.stack([column.ravel(), row.ravel()], axis=1) + rng.random((cells * cells, 2))) * brush.gap - 0.05
    detail = np.abs(target - blur(target, brush.width * 0.8)).sum(axis=-1)
    if brush.care:
        chance = np.clip(_pick(detail, spots) * 9 - 0.10, 0, 1) + (1 - brush.care) * 0.3
        spots = spots[rng.random(len(spots)) < chance]
    spots = spots[rng.permutation(len(spots))]
    turn = _pick(angle, spots) + rng.normal(0, 0.08 + 0.12 * scene.energy, len(spots))
    half = brush.length / 2 * rng.uniform(0.7, 1.25, len(spots))
    ahead = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    own = _pick(target, spots)
    reaches = []
    for sign in (-1, 1):
        # A stroke ends where the picture's color changes.
        reach = half.copy()
        for share in (1.0, 0.66, 0.33):
            far = _pick(target, spots + ahead * (sign * half * share)[:, None])
            reach = np.where(((far - own) ** 2).sum(axis=1) > 0.006, half * max(0.2, share - 0.33), reach)
        reaches.append(np.maximum(reach, brush.width * 0.35))
    swing = _pick(angle, spots + ahead * half[:, None]) - _pick(angle, spots - ahead * half[:, None])
    swing = (swing + np.pi / 2) % np.pi - np.pi / 2
    bend = np.clip(swing, -1.2, 1.2) * half / 4
    width = brush.width / 2 * rng.uniform(0.75, 1.2, len(spots))
    return np.column_stack([spots, turn, *reaches, width, bend]).astype(np.float32)


def _draw_numbers(scene: Scene, strokes: Numbers) -> NDArray[np.int32]:
    """Return for every pixel the number of the stroke on top; 0 where there is none but the first."""
    x, y, turn, back, front, half, bend = (column[:, None] for column in strokes.T)
    along = np.array([0, 0.04, 0.5, 0.96, 1, 1, 0.96, 0.5, 0.04, 0])
    across = np.array([-0.6, -0.95, -1, -0.95, -0.7, 0.7, 0.95, 1, 0.95, 0.6])
    ragged = scene.rng.normal(0, 0.03, (len(strokes), len(along)))
    u = -back + (back + front) * (along + ragged)
    v = half * (across + ragged) + bend * (u / np.maximum(back, front)) ** 2
    outlines = np.stack([x + u * np.cos(turn) - v * np.sin(turn), y + u * np.sin(turn) + v * np.cos(turn)], axis=-1)
    image = Image.new("I", (scene.size, scene.size))
    draw = ImageDraw.Draw(image)
    for number, outline in enumerate((outlines * scene.size).reshape(len(strokes), -1).tolist()):
        draw.polygon(outline, fill=number)
    return np.asarray(image, np.int32)


def _render(scene: Scene, target: Sheet, strokes: Numbers, number: NDArray[np.int32], bristles: float) -> Sheet:
    rng = scene.rng
    count = len(strokes)
    x, y = scene.grid
    spots, turn, half, bend = strokes[:, :2], strokes[:, 2], strokes[:, 5], strokes[:, 6]
    reach = np.maximum(strokes[:, 3], strokes[:, 4])
    right, down = x - spots[:, 0][number], y - spots[:, 1][number]
    cosine, sine = np.cos(turn)[number], np.sin(turn)[number]
    u = (right * cosine + down * sine) / reach[number]
    v = (down * cosine - right * sine - bend[number] * u * u) / half[number]
    texture = make_noise(rng, _TEXTURE, 64, 2, 0.5, aspect=10)
    width = np.sqrt(half / 0.03) * 42
    start = rng.integers(0, _TEXTURE, count).astype(np.float32)
    hair = texture[
        (v * width[number] + start[number]).astype(np.int32) % _TEXTURE,
        (u * 34 + start[number] * 3).astype(np.int32) % _TEXTURE,
    ]
    load = rng.uniform(0.0, 0.5, count).astype(np.float32)
    ridge = np.clip(np.abs(v), 0, 1) ** 5 * (0.30 + 0.25 * (1 - bristles)) + 0.22 * np.clip(u, 0, 1) ** 4
    height = load[number] + np.float32(0.75 * bristles) * hair + ridge
    spread = 0.6 + 0.4 * scene.energy
    near = spots + rng.normal(0, 0.030, (count, 2)).astype(np.float32)
    own = _pick(target, spots) + rng.normal(0, 1, (count, 3)) * np.array([0.026, 0.006, 0.006]) * spread
    other = _pick(target, near) + rng.normal(0, 1, (count, 3)) * np.array([0.035, 0.004, 0.004]) * spread
    # A brush picks up what lies next to it, but not across the edge of a figure.
    apart = np.abs(_pick(target, near) - _pick(target, spots)).sum(axis=1) > 0.13
    other[apart] = own[apart] + np.array([0.02, 0, 0])
    gray = np.hypot(own[:, 1], own[:, 2]) < 0.012
    for values in (own, other):
        values[gray, 1:] = _pick(target, spots)[gray, 1:]
    share = np.clip((hair - 0.50) * 3.0 * bristles, 0, 0.65)
    lab = np.empty((scene.size, scene.size, 3), np.float32)
    for axis in range(3):
        first, second = own[:, axis].astype(np.float32), other[:, axis].astype(np.float32)
        lab[..., axis] = first[number] + (second - first)[number] * share
    across, below = get_slope(blur(height.astype(np.float32), 0.0011))
    light = -(across + below) * np.float32(0.00055 + 0.00020 * scene.energy)
    lab[..., 0] += np.clip(light, -0.11, 0.13) + np.float32(0.05 * bristles) * (hair - 0.5)
    return np.clip(from_oklab(lab), 0, 1).astype(np.float32)


def _pick(field: Field, spots: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return a field's values at points, (count, ...)."""
    place = np.clip((spots * len(field)).astype(int), 0, len(field) - 1)
    return np.asarray(field[place[:, 1], place[:, 0]], np.float32)
