"""What the string art shares: the board, threads and nails."""

import numpy as np
from PIL import Image, ImageDraw

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import get_hue, get_lightness, is_gray, mix, neutralize, tint, tone, vivid
from generate.painter.kit.fields import blur, shift, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Color, Field, Points, Sheet
from generate.painter.scene import Scene

_LAYERS = 4


class Board:
    """A board with threads and nails; positions are fractions of the side. `softness`: the threads' blur."""

    def __init__(self, scene: Scene, softness: float = 0.0006) -> None:
        self._softness = softness
        self._size, self._scale = scene.size, scene.size * 2
        self.is_dark = scene.inks.is_dark or is_somber(scene.mood) or scene.time == "night"
        if scene.time == "day":
            self.is_dark = False
        self.ground = _choose_ground(scene, self.is_dark)
        x, y = scene.grid
        felt = (
            1
            + 0.05 * (scene.make_noise(3, 3) - 0.5)
            + (0.05 + 0.05 * measure_age(scene.decade)) * (scene.make_noise(150, 2) - 0.5)
        )
        light = 1.05 - 0.20 * smoothstep(np.hypot(x - 0.4, y - 0.35), 0.2, 0.9)
        self.sheet: Sheet = np.asarray((felt * light)[..., None] * self.ground.astype(np.float32), np.float32)
        self.threads = _choose_threads(scene, self.is_dark)

    def paint(self, outline: Points, color: Color) -> None:
        """Paint a polygon, for what hides the threads behind it."""
        drawing = Drawing(self._size)
        drawing.polygon(outline)
        self.sheet = lay_over(self.sheet, drawing.to_mask(), color)

    def stretch(
        self, starts: Points, ends: Points, color: Color, strength: float = 0.55, width: float = 0.0014
    ) -> None:
        """Stretch threads. They lie in four layers, so that where they cross is brighter; `strength`: of one layer."""
        lines = (np.concatenate([starts, ends], axis=1) * self._scale).tolist()
        total: Field = np.zeros((self._size, self._size), np.float32)
        pixels = max(1, round(width * self._scale))
        # Finer threads than a pixel of the drawing are drawn as wide as one, but fainter.
        weight = np.float32(min(1.0, width * self._scale / pixels))
        for layer in range(_LAYERS):
            image = Image.new("L", (self._scale, self._scale))
            draw = ImageDraw.Draw(image)
            for line in lines[layer::_LAYERS]:
                draw.line(line, fill=255, width=pixels)
            total += np.asarray(image.reduce(2), np.float32) * (weight / np.float32(255))
        cover = blur(1 - np.exp(-total * np.float32(strength)), self._softness)
        self.sheet *= (1 - np.float32(0.22) * blur(shift(cover, 0.003, 0.005), 0.002))[..., None]
        self.sheet += (color.astype(np.float32) - self.sheet) * cover[..., None]

    def wind(self, rings: list[Points], color: Color, strength: float, width: float) -> None:
        """Wind a thread from nail to nail around each ring."""
        if rings:
            ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
            self.stretch(np.concatenate(rings), ends, color, strength, width)

    def hammer(self, nails: Points, radius: float = 0.0030) -> None:
        """Hammer in nails with round heads."""
        image = Image.new("L", (self._scale, self._scale))
        glint = Image.new("L", (self._scale, self._scale))
        reach = radius * self._scale
        head, spark = ImageDraw.Draw(image), ImageDraw.Draw(glint)
        for x, y in (nails * self._scale).tolist():
            head.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)
            spark.ellipse((x - reach * 0.6, y - reach * 0.6, x + reach * 0.1, y + reach * 0.1), fill=255)
        mask = np.asarray(image.reduce(2), np.float32) / np.float32(255)
        light = np.asarray(glint.reduce(2), np.float32) / np.float32(255)
        self.sheet *= (1 - np.float32(0.5) * blur(shift(mask, 0.002, 0.004), 0.0015))[..., None]
        metal = tone(neutralize(self.threads[0]), 0.62 if self.is_dark else 0.34, 0.0, 0.04)
        self.sheet += (metal.astype(np.float32) - self.sheet) * mask[..., None]
        self.sheet += (light * np.float32(0.5))[..., None] * (1 - self.sheet)


def _choose_ground(scene: Scene, dark: bool) -> Color:
    if dark:
        return tone(neutralize(scene.inks.by_lightness[0]), 0.19, 0.0, 0.055)
    light = tone(neutralize(scene.inks.by_lightness[-1]), 0.93 - 0.05 * measure_age(scene.decade), 0.0, 0.04)
    return mix(light, scene.inks.get_accent(1), 0.04)


def _choose_threads(scene: Scene, dark: bool) -> list[Color]:
    """Return a plain thread and three colored ones that stand out from the board."""
    prominent = scene.inks.by_prominence
    plain = tone(neutralize(scene.inks.by_lightness[-1 if dark else 0]), 0.93 if dark else 0.26, 0.0, 0.05)
    threads = [plain]
    for index in range(3):
        color = vivid(prominent[index % len(prominent)], 0.10)
        lightness = get_lightness(color) + (0.10 if dark else -0.10) * (index // len(prominent))
        # A dark yellow would be olive.
        highest = 0.67 if 70 < get_hue(color) < 125 else 0.64
        low, high = (0.60, 0.86) if dark else (0.35, highest)
        threads.append(tone(color, float(np.clip(lightness, low, high))))
    if is_gray(prominent[0]):
        steps = (0.78, 0.60, 0.68) if dark else (0.36, 0.52, 0.44)
        threads = [plain, *(tint(color, step, 0.02) for color, step in zip(threads[1:], steps, strict=True))]
    return threads
