"""What a technique is to paint."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple, Protocol

import numpy as np
from PIL import Image

import pictograms
from coverart.lettering_room import Room
from coverart.motifs import Motif
from generate.painter.kit.fields import make_grid, make_noise
from generate.painter.kit.inks import Inks
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.room import place_beside

Place = Literal["", "sea", "mountains", "hills", "forest", "desert", "city", "space", "meadow"]
TimeOfDay = Literal["", "day", "night"]
Weather = Literal["", "rain", "snow", "mist"]


class Photograph(NamedTuple):
    """The listener's picture.

    `pixels`: sRGB in [0, 1], shape (height, width, 3); the longest side is at most 1,280. `mask`: (height, width), 1
    where the subject is; None where nothing stands out: then the whole picture is shown, framed. `faces`: boxes
    (x0, y0, x1, y1) in [0, 1].
    """

    pixels: Sheet
    mask: Mask | None
    faces: tuple[tuple[float, float, float, float], ...]


@dataclass(eq=False)
class Scene:
    """The subject of one painting, its colors and its random numbers.

    `size`: pixels along a side. `motif`: None where the layout shows none. `energy`: 0 calm, 1 wild. `mood`: one of the
    lexicon's eight. `decade`: for example 1970, or 0 where it is unknown. Of `place`, `time` and `weather`, a layout
    gets what it declares in its TOML file, and must show it; "" leaves it to the layout. `room`: what the
    lettering takes; motifs are placed around it. `sheet_moves`: whether the sheet is moved away from it at last.
    `photograph`: None except in layouts that print one.
    """

    size: int
    rng: np.random.Generator
    inks: Inks
    motif: Motif | None = None
    energy: float = 0.5
    mood: str = "serene"
    decade: int = 0
    place: Place = ""
    time: TimeOfDay = ""
    weather: Weather = ""
    room: Room | None = None
    sheet_moves: bool = False
    photograph: Photograph | None = None
    motif_masks: list[Mask] = field(default_factory=list)

    @cached_property
    def grid(self) -> tuple[Field, Field]:
        """X and y of every pixel's center, each (size, size)."""
        return make_grid(self.size)

    def make_noise(self, cells: float, octaves: int = 3, gain: float = 0.5, aspect: float = 1.0) -> Field:
        """Return fractal noise in [0, 1] (kit.fields.make_noise)."""
        return make_noise(self.rng, self.size, cells, octaves, gain, aspect)

    def place_motif(
        self,
        x: float = 0.5,
        y: float = 0.5,
        width: float = 0.7,
        height: float = 0.7,
        *,
        face: Literal["", "left", "right"] = "",
        turn: float = 0.0,
        stands: bool = False,
    ) -> Mask:
        """Return the motif's mask, as large as fits into a box around (x, y); it may bleed off every side.

        `face`: which way an animal or a thing looks; "" keeps the drawing's. `turn`: degrees counterclockwise.
        `stands`: on the box's lower edge instead of in its middle. Raises ValueError where the scene has no motif.
        """
        if self.motif is None:
            raise ValueError("The scene has no motif.")
        if self.room is not None:
            x, y, width, height = place_beside(self.room, x, y, width, height, sheet_moves=self.sheet_moves)
        ink = pictograms.load_mask(self.motif.name)
        scale = min(width / ink.width, height / ink.height) * self.size
        ink = ink.resize(
            (max(1, round(ink.width * scale)), max(1, round(ink.height * scale))), Image.Resampling.LANCZOS
        )
        if face and self.motif.faces and face != self.motif.faces:
            ink = ink.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if turn:
            ink = ink.rotate(turn, Image.Resampling.BICUBIC, expand=True)
        top = (y + height / 2) * self.size - ink.height if stands else y * self.size - ink.height / 2
        canvas = Image.new("L", (self.size, self.size))
        canvas.paste(ink, (round(x * self.size - ink.width / 2), round(top)))
        mask = np.asarray(canvas, np.float32) / np.float32(255)
        self.motif_masks.append(mask)
        return mask


class Layout(Protocol):
    """A layout of a technique."""

    def __call__(self, scene: Scene) -> Sheet:
        """Paint the scene: (size, size, 3), sRGB; clipping to [0, 1] follows."""
