"""The painter's techniques, as data: what each can show, and for which music. One TOML file each.

The prompt function chooses a technique and a layout from it and says only what they can show; the painter has a module
of the same name for each (generate.painter.techniques). A file's fields are those of Technique and Layout.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from coverart.motifs import Motif


@dataclass(frozen=True)
class Layout:
    """A layout of a technique.

    `phrase`: the composition in words; where the layout shows a motif, `{motif}` stands for it ("{motif} before a full
    moon"). `motif`: the forms that it can take ("closed", "soft", "fine"); empty where it shows no motif. `stands`:
    whether the motif must stand on the ground. `places`, `times`, `weather`: what it can show of a setting; `times`
    holds "day", "night" or both where the difference shows. `title`: where a title may stand: "top", "bottom", "left",
    "right" or "". `softness`: the technique's, unless the file has another. `photograph`: whether it prints the
    listener's picture; such a layout shows no motif, and `{motif}` stands for what the picture shows.
    """

    name: str
    phrase: str
    motif: frozenset[str]
    stands: bool
    places: frozenset[str]
    times: frozenset[str]
    weather: frozenset[str]
    title: str
    softness: float
    photograph: bool

    def can_show(self, motif: Motif | None) -> bool:
        """Return whether the motif reads in this layout; None: whether it shows no motif, and no photograph either."""
        if self.photograph:
            return False
        if motif is None:
            return not self.motif
        return bool(self.motif & motif.forms) and (motif.stands or not self.stands)


@dataclass(frozen=True)
class Technique:
    """A technique of the painter.

    `medium`: its name in a prompt. `texture`: what one sees of the medium, for the prompt. `words`: further words of a
    listener's direction that mean it. `families`: the genre families that it suits. `eras`: the decades that it looks
    like, such as 1970; empty where it suits any. `style_strength`: the default strength of the style transfer, 0 to 1.
    `strokes`: amplitude in sRGB of the style's brush strokes; 0, as where the file has none: the medium takes colors
    alone. `softness`: how soft the medium's edges are, as the deviation of a blur in fractions of the side; 0 where the
    file has none. `framed`: whether the sheets have an edge or a frame, so that they cannot be moved for lettering.
    """

    name: str
    medium: str
    texture: str
    words: frozenset[str]
    families: frozenset[str]
    eras: frozenset[int]
    style_strength: float
    strokes: float
    softness: float
    framed: bool
    layouts: dict[str, Layout]

    @property
    def prints_photographs(self) -> bool:
        """Whether one of its layouts prints the listener's picture."""
        return any(layout.photograph for layout in self.layouts.values())


@cache
def load_techniques() -> dict[str, Technique]:
    """Return the techniques by name, in alphabetical order."""
    tables = sorted(file.name for file in files(__name__).iterdir() if file.name.endswith(".toml"))
    return {name.removesuffix(".toml"): _load_technique(name.removesuffix(".toml")) for name in tables}


def find_technique(medium: str) -> Technique | None:
    """Return the technique of a prompt's medium, or None."""
    return next((technique for technique in load_techniques().values() if technique.medium == medium), None)


def _load_technique(name: str) -> Technique:
    table = tomllib.loads((files(__name__) / f"{name}.toml").read_text("utf-8"))
    softness = table.get("softness", 0.0)
    layouts = {key: _load_layout(key, {"softness": softness} | values) for key, values in table["layouts"].items()}
    return Technique(
        name=name,
        medium=table["medium"],
        texture=table["texture"],
        words=frozenset(table["words"]),
        families=frozenset(table["families"]),
        eras=frozenset(table["eras"]),
        style_strength=table["style_strength"],
        strokes=table.get("strokes", 0.0),
        softness=softness,
        framed=table.get("framed", False),
        layouts=layouts,
    )


def _load_layout(name: str, values: dict[str, Any]) -> Layout:
    sets = {key: frozenset(values[key]) for key in ("motif", "places", "times", "weather")}
    return Layout(
        name=name,
        phrase=values["phrase"],
        stands=values.get("stands", False),
        title=values["title"],
        softness=values["softness"],
        photograph=values.get("photograph", False),
        **sets,
    )
