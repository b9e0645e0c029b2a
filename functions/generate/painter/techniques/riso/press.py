"""The press: paper, drums and their grain."""

import numpy as np

from generate.painter.kit.character import measure_age
from generate.painter.kit.color import get_hue, mix, tone, vivid
from generate.painter.kit.fields import blur, resize, shift, smoothstep
from generate.painter.kit.sheets import make_paper, print_ink
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

_SCREEN_ROWS = 215  # grains along a side


class Press:
    """Prints gray layers on a sheet, a drum for each ink.

    `inks`: light, middle, dark. `sheet`: what is printed so far. The wilder the music, the worse the register; the
    older, the coarser the grain.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        age = measure_age(scene.decade)
        self.paper = scene.inks.settle(tone(scene.inks.paper, 0.96 - 0.03 * age, 0.0, 0.03))
        self.inks = _choose_inks(scene)
        self.sheet: Sheet = make_paper(scene.rng, scene.size, self.paper, 0.015)
        rows = round(_SCREEN_ROWS * (1.08 - 0.2 * age))
        white = scene.rng.random((rows, rows), np.float32)
        self._grain = np.clip(0.5 + 1.5 * (white - blur(white, 1.6 / rows)), 0.02, 0.98)

    def run(self, layer: Field, ink: int | Color, *, flat: bool = False) -> None:
        """Print a layer, 0 bare to 1 full. `flat`: without grain."""
        scene = self._scene
        reach = 0.0015 + 0.0045 * scene.energy
        across, down = scene.rng.uniform(-reach, reach, 2)
        layer = shift(np.clip(layer, 0, 1).astype(np.float32), across, down)
        if not flat:
            turned = np.roll(self._grain, int(scene.rng.integers(len(self._grain))), axis=0)
            threshold = resize(turned, scene.size)
            # Grains are soft, or their edges would cost more than they show.
            layer = np.where(
                layer > 0.95, layer, 0.12 * layer + 0.88 * smoothstep(layer - threshold, -0.22, 0.22) * (layer > 0.01)
            )
        mottle = 1 - np.float32(0.10) * scene.make_noise(9, 3)
        self.sheet = print_ink(self.sheet, layer * mottle, self.inks[ink] if isinstance(ink, int) else ink)

    def knock_out(self, mask: Mask) -> None:
        """Spare the paper where the mask is 1."""
        self.sheet = np.asarray(self.sheet + (self.paper - self.sheet) * mask[..., None], np.float32)


def _choose_inks(scene: Scene) -> list[Color]:
    inks = scene.inks
    dark = inks.settle(tone(inks.by_lightness[0], 0.27, 0.03, 0.09))
    if inks.is_gray:
        shades = inks.by_lightness
        return [tone(shades[len(shades) // 2], 0.70), tone(shades[1 % len(shades)], 0.48), tone(shades[0], 0.22)]
    first, second = inks.get_accent(0), inks.get_accent(1)
    apart = abs((get_hue(first) - get_hue(second) + 180) % 360 - 180)
    if apart > 75:
        # Far hues multiply to a third one that the artwork does not have; a paler second ink leaves the first its hue.
        second = mix(vivid(second, 0.06, 0.14), inks.paper, 0.15)
    return [first, second, dark]
