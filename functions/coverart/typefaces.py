"""The typefaces of the lettering, as data: typefaces.toml. The files are in the layer `lettering`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

TypeCase = Literal["keep", "upper", "lower", "title"]


@dataclass(frozen=True)
class Typeface:
    """A typeface and how it is set. Lengths are in em.

    `name`: of the font. `character`: what it looks like, and for which music. `case`: the case it is set in; "title"
    keeps the case, but never sets a word in capitals. `tracking`: added between letters. `leading`: from baseline to
    baseline; 0 for a face without descenders, whose lines stand as close as their accents allow. `min_cap`: the least
    height of its capitals that can be read, as a share of the cover's side. `advance`: the mean width of a character as
    a multiple of that height. `optical`: whether letters are kerned by the white between them; else by the font.
    `scripts`: what it can set.
    """

    name: str
    character: str
    tracking: float
    min_cap: float
    advance: float
    scripts: tuple[str, ...]
    case: TypeCase = "keep"
    leading: float = 0.0
    optical: bool = True
    kin: tuple[str, ...] = ()


@cache
def load_typefaces() -> dict[str, Typeface]:
    """Return the typefaces by key, in the order of the file."""
    table = tomllib.loads(files("coverart").joinpath("typefaces.toml").read_text("utf-8"))
    return {key: _read_typeface(entry) for key, entry in table.items()}


def _read_typeface(entry: dict[str, Any]) -> Typeface:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Typeface(**values)
