"""What the embroideries share: cloth, and the stitches."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from coverart.images.color import from_oklab, to_oklab
from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import get_hue, get_lightness, is_gray, mix, neutralize, tint, tone, vivid
from generate.painter.kit.fields import blur, shift
from generate.painter.kit.types import Color, Points, Sheet
from generate.painter.scene import Scene

THREAD = 0.0062  # width of a thread
_LIGHT_ANGLE = -0.9  # direction of the stitches that shine least


class Needle:
    """Threads on transparent ground; positions and lengths are fractions of the side."""

    def __init__(self, scene: Scene) -> None:
        self._rng, self._size, self._scale = scene.rng, scene.size, scene.size * 2
        self._image = Image.new("RGBA", (self._scale, self._scale))
        self._draw = ImageDraw.Draw(self._image)

    def stitch(
        self,
        starts: Points,
        ends: Points,
        color: Color | NDArray[np.float32],
        width: float = THREAD,
        shine: float = 0.07,
    ) -> None:
        """Sew straight stitches. `color`: one for all, or (count, 3)."""
        count = len(starts)
        if not count:
            return
        angle = np.arctan2(*(ends - starts).T[::-1])
        lab = np.broadcast_to(to_oklab(np.asarray(color)), (count, 3)).copy()
        lab[:, 0] += shine * np.cos(2 * (angle - _LIGHT_ANGLE)) + 0.018 * self._rng.normal(0, 1, count)
        body = _to_bytes(lab)
        lab[:, 0] *= 0.68
        edge = _to_bytes(lab)
        lab[:, 0] = lab[:, 0] / 0.68 + 0.08
        sheen = _to_bytes(lab)
        line = self._draw.line
        pixels = width * self._scale
        wide, middle, fine = (max(1, round(pixels * share)) for share in (1.25, 0.85, 0.36))
        first, last = starts * self._scale, ends * self._scale
        inner = np.concatenate([first * 0.7 + last * 0.3, first * 0.3 + last * 0.7], axis=1)
        whole = np.concatenate([first, last], axis=1)
        for place, core, dark, mid, light in zip(whole.tolist(), inner.tolist(), edge, body, sheen, strict=True):
            line(place, fill=dark, width=wide)
            line(place, fill=mid, width=middle)
            line(core, fill=light, width=fine)

    def run(self, points: Points, color: Color, length: float, gap: float, width: float = THREAD) -> None:
        """Sew running stitches along a line."""
        steps = np.hypot(*np.diff(points, axis=0).T)
        along = np.concatenate([[0], np.cumsum(steps)])
        heads = np.arange(0, along[-1] - length * 0.6, length + gap)
        tails = np.minimum(heads + length, along[-1])
        place = [np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1) for at in (heads, tails)]
        self.stitch(place[0], place[1], color, width)

    def chain(self, points: Points, color: Color, link: float = 0.020, width: float = THREAD) -> None:
        """Sew chain stitches along a line: loops, each held by the next."""
        steps = np.hypot(*np.diff(points, axis=0).T)
        along = np.concatenate([[0], np.cumsum(steps)])
        count = max(2, round(float(along[-1]) / link))
        places = np.linspace(0, along[-1], count + 1)
        knots = np.stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)], axis=1)
        head, tail = knots[:-1], knots[1:]
        side = (tail - head)[:, ::-1] * np.array([-0.34, 0.34])
        for sign in (1, -1):
            middle = (head + tail) / 2 + sign * side
            self.stitch(head, middle, color, width * 0.8)
            self.stitch(middle, tail + (tail - head) * 0.15, color, width * 0.8)

    def knot(self, centers: Points, color: Color | NDArray[np.float32], radius: float) -> None:
        """Sew French knots: small coils with a dark rim and a light."""
        colors = np.broadcast_to(np.asarray(color), (len(centers), 3))
        lab = to_oklab(colors).copy()
        lab[:, 0] += 0.03 * self._rng.normal(0, 1, len(lab))
        shades = []
        for change in (0.60, 1.0, 1.16):
            shaded = lab.copy()
            shaded[:, 0] *= change
            shades.append(_to_bytes(shaded))
        for (x, y), *fills in zip((centers * self._scale).tolist(), *shades, strict=True):
            for fill, share, offset in zip(fills, (1.2, 0.95, 0.42), (0.1, 0.0, -0.25), strict=True):
                reach, middle = radius * share * self._scale, radius * offset * self._scale
                box = (x + middle - reach, y + middle - reach, x + middle + reach, y + middle + reach)
                self._draw.ellipse(box, fill=fill)

    def leaf(self, x: float, y: float, angle: float, length: float, width: float, color: Color) -> None:
        """Sew a leaf in satin stitch: slanting stitches on both sides of a vein, from its foot at (x, y)."""
        count = max(5, round(length / (THREAD * 0.95)))
        place = (np.arange(count) + 0.5) / count
        reach = width / 2 * np.sin(np.pi * place**0.8) ** 0.8
        axis, normal = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        vein = np.array([x, y]) + axis * (length * place[:, None] * 0.92)
        for sign in (1, -1):
            edge = vein + normal * (sign * reach[:, None]) + axis * (reach[:, None] * 0.9)
            self.stitch(vein, edge, color)

    def flower(
        self, x: float, y: float, bands: list[tuple[float, float, Color]], petals: int = 0, width: float = THREAD
    ) -> None:
        """Sew a rosette: bands (inner radius, outer radius, color) of radial stitches, the outermost first.

        `petals`: how many lobes the outermost band has, or 0 for a plain ring.
        """
        for index, (inner, outer, color) in enumerate(bands):
            count = max(6, round(2 * np.pi * outer / width))
            angle = np.arange(count) / count * 2 * np.pi
            reach = np.full(count, outer)
            if petals and index == 0:
                reach = inner + (outer - inner) * (0.35 + 0.65 * np.abs(np.sin(petals * angle / 2)) ** 0.7)
            direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
            center = np.array([x, y])
            self.stitch(center + direction * inner, center + direction * reach[:, None], color, width)

    def sew_on(self, cloth: Sheet, softness: float = 0.0) -> Sheet:
        """Return the cloth with the threads on it, and their soft shadow. `softness`: the radius of a blur."""
        small = np.asarray(self._image.resize((self._size, self._size), Image.Resampling.BOX), np.float32)
        small = small / np.float32(255)
        if softness:
            small[..., :3] *= small[..., 3:]
            small = blur(small, softness)
            small[..., :3] /= np.maximum(small[..., 3:], np.float32(1e-3))
        cover = small[..., 3]
        shadow = blur(shift(cover, 0.002, 0.004), 0.004)
        ground = cloth * (1 - np.float32(0.42) * shadow)[..., None]
        return np.asarray(ground + (small[..., :3] - ground) * cover[..., None], np.float32)


def choose_cloth(scene: Scene) -> tuple[Color, bool]:
    """Return the cloth's color, and whether it is dark: linen, or for dark music and artwork a dark cloth."""
    if is_somber(scene.mood) or (scene.inks.is_dark and scene.energy > 0.35):
        return tone(neutralize(scene.inks.by_lightness[0]), 0.24, 0.0, 0.05), True
    age = measure_age(scene.decade)
    return tone(neutralize(scene.inks.by_lightness[-1]), 0.91 - 0.05 * age, 0.0, 0.035), False


def choose_threads(scene: Scene, *, dark: bool) -> list[Color]:
    """Return four colors of thread that stand out from the cloth, the strongest first. Old thread has faded."""
    prominent = scene.inks.by_prominence
    if not dark:
        # Yellow that is dark enough for pale linen is mustard: other colors lead.
        prominent = sorted(prominent, key=lambda color: 70 < get_hue(color) < 125 or is_gray(color))
    threads = []
    for index in range(4):
        color = vivid(prominent[index % len(prominent)], 0.10, 0.21)
        lightness = get_lightness(color) + 0.05 * (index // len(prominent))
        color = tone(color, float(np.clip(lightness, 0.62, 0.86) if dark else np.clip(lightness, 0.30, 0.68)))
        threads.append(mix(color, scene.inks.paper, 0.10 * measure_age(scene.decade)))
    if is_gray(prominent[0]):
        steps = (0.88, 0.66, 0.78, 0.56) if dark else (0.26, 0.46, 0.34, 0.58)
        threads = [tone(neutralize(color), lightness) for color, lightness in zip(threads, steps, strict=True)]
    return threads


def shade_thread(color: Color, change: float) -> Color:
    """Return the thread in a lighter or darker shade of its color."""
    return tint(color, float(np.clip(get_lightness(color) + change, 0.1, 0.95)), 0.2, 1.0)


def weave_cloth(scene: Scene, color: Color, threads: int = 104) -> Sheet:
    """Return plain cloth: fine threads over and under each other, with slubs."""
    x, y = scene.grid
    fade = np.float32(np.clip(scene.size / threads / 2 - 1, 0, 1))
    sway = np.float32(0.004) * (scene.make_noise(4, 2) - np.float32(0.5))
    across = np.sin(2 * np.pi * threads / 2 * (x + sway))
    down = np.sin(2 * np.pi * threads / 2 * (y + sway))
    slubs = scene.make_noise(60, 2, 0.6, 0.12) + scene.make_noise(60, 2, 0.6, 8.0) - np.float32(1.0)
    light = 1 + np.float32(0.05) * fade * across * down + np.float32(0.10) * slubs
    light = light * (1 + np.float32(0.07) * (scene.make_noise(2.5, 2) - np.float32(0.5)))
    return np.asarray(light[..., None] * color.astype(np.float32), np.float32)


def _to_bytes(lab: NDArray[np.floating]) -> list[tuple[int, ...]]:
    colors = (np.clip(from_oklab(lab), 0, 1) * 255 + 0.5).astype(int)
    return [(red, green, blue, 255) for red, green, blue in colors.tolist()]
