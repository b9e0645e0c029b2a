"""The built-in looks, as data: what makes the covers of a library one series. All of them are in looks.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from coverart.errors import InvalidRequestError
from coverart.models import LetteringPlace


@dataclass(frozen=True)
class Look:
    """A look.

    `name`: for the listener. `techniques`: of coverart.techniques; the covers of a series take turns. `layouts`: of
    the techniques; empty: all. `palettes`: each `#rrggbb`, the most frequent color first; covers take turns.
    `typeface`, `second_typeface`: keys of typefaces.toml. `cap_height`: a title's, as a share of the cover's side.
    """

    name: str
    techniques: tuple[str, ...]
    layouts: frozenset[str]
    palettes: tuple[tuple[str, ...], ...]
    typeface: str
    second_typeface: str
    place: LetteringPlace
    cap_height: float


@cache
def load_looks() -> dict[str, Look]:
    """Return the looks by id, in the order in which listeners see them."""
    document = tomllib.loads((files("coverart") / "looks.toml").read_text("utf-8"))
    return {
        look_id: Look(
            **{
                **fields,
                "techniques": tuple(fields["techniques"]),
                "layouts": frozenset(fields["layouts"]),
                "palettes": tuple(tuple(document["palettes"][name]) for name in fields["palettes"]),
            }
        )
        for look_id, fields in document["looks"].items()
    }


def find_look(look_id: str) -> Look:
    """Raises InvalidRequestError where there is no such look."""
    if look_id not in load_looks():
        raise InvalidRequestError(
            f"There is no built-in look with this id. Please choose one of these: {', '.join(load_looks())}."
        )
    return load_looks()[look_id]
