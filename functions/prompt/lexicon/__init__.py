"""The composer's words, as data: what genres, titles, decades and objects look like."""

import csv
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Genre:
    """A word of a genre and how it looks. `energy`: 0 still, 1 wild."""

    word: str
    mood: str
    energy: float
    adjectives: tuple[str, ...]
    texture: str
    palette: str
    medium: str


@cache
def words() -> dict[str, Any]:
    return tomllib.loads((files(__name__) / "words.toml").read_text("utf-8"))


@cache
def genres() -> dict[str, Genre]:
    rows = csv.DictReader((files(__name__) / "genres.csv").read_text("utf-8").splitlines())
    return {
        row["word"]: Genre(
            row["word"],
            row["mood"],
            float(row["energy"]),
            tuple(row["adjectives"].split()),
            row["texture"],
            row["palette"],
            row["medium"],
        )
        for row in rows
    }


def plain(text: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def tokens(text: str) -> list[str]:
    """The words of a title: letters only, so that nothing else of it can come through."""
    return re.findall(r"[^\W\d_]+", plain(text))


@cache
def resolve(genre: str) -> tuple[Genre, ...]:
    """The known parts of a genre, the most telling first: its last word, as a rule ("norwegian space disco").

    Parts are the longest known runs of words, aliases, and for an unknown word the known ones it is made of
    ("folktronica" -> folk). Empty where no part is known.
    """
    parts = [part for part in re.split(r"[\s/,+()]+", plain(genre)) if part]
    found: list[Genre] = []
    while parts:
        for length in range(min(3, len(parts)), 0, -1):
            known = _known(" ".join(parts[-length:]))
            if known:
                found.append(known)
                del parts[-length:]
                break
        else:
            found.extend(_inside(parts.pop()))
    return tuple(dict.fromkeys(found))


def _known(word: str) -> Genre | None:
    for spelling in (word, word.replace("-", " "), word.removesuffix("s")):
        known = genres().get(words()["aliases"].get(spelling, spelling))
        if known:
            return known
    return None


def _inside(word: str) -> list[Genre]:
    """The known words at the end and at the start of an unknown one."""
    pieces = [piece for piece in re.split(r"[-&]", word) if piece]
    if len(pieces) > 1:
        return [genre for piece in reversed(pieces) for genre in resolve(piece)]
    ends = [known for cut in range(1, len(word) - 2) if (known := _known(word[cut:]))][:1]
    starts = [known for cut in range(len(word) - 1, 2, -1) if (known := _known(word[:cut]))][:1]
    return [*ends, *starts]
