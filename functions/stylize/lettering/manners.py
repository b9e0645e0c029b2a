"""How each technique takes lettering, as data: manners.toml says what the fields mean."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

GroundKind = Literal["straight", "smooth", "torn", "brush", "gouges", "grain", "bayer", "cells", "plate", "label"]
LettersKind = Literal[
    "ink",
    "overprint",
    "cut",
    "scratched",
    "light",
    "tube",
    "pixels",
    "tiles",
    "stitches",
    "gold",
    "chrome",
    "engraved",
    "paper",
    "sticker",
]


@dataclass(frozen=True)
class Manner:
    """A technique's entry."""

    letters: LettersKind
    ground: GroundKind
    tone: Literal["dark", "light", "auto"]
    reach: float
    faces: tuple[str, ...] = ()
    cells: int = 8
    align: Literal["left", "center"] = "left"
    bare: bool = True

    @property
    def bleeds(self) -> bool:
        """Whether the ground reaches the cover's edges; else it is a thing of its own."""
        return self.ground not in ("plate", "label")

    def fill_for(self, face: str) -> LettersKind:
        """Return the fill of letters in a face."""
        return self.letters if not self.faces or face in self.faces else "ink"


@cache
def load_manners() -> dict[str, Manner]:
    """Return the entries by technique; "painting" is that of an image model's paintings."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {technique: _read_manner(entry) for technique, entry in table.items()}


def _read_manner(entry: dict[str, Any]) -> Manner:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Manner(**values)
