"""The words of the prompts, as data: what to call genres, titles, decades, objects and colors.

Apart from these words, a prompt holds only the listener's own direction.
"""

import csv
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_TOML_FILES = ("genres", "families", "scenes", "settings", "briefs", "objects", "colors", "typography")
_MAX_GENRE_WORDS = 3


@dataclass(frozen=True)
class Genre:
    """A row of genres.csv: a word of genre tags, and how its music looks. `energy`: 0 calm, 1 wild.

    `name`: what the music is called, such as "black metal" for the word "black".
    `family`: of genres that share emblems (coverart/motifs/emblems.toml). `media`: the best first.
    """

    word: str
    name: str
    mood: str
    energy: float
    adjectives: tuple[str, ...]
    palette: str
    family: str
    media: tuple[str, ...]


@cache
def load_words() -> dict[str, Any]:
    """Return the sections of all TOML files by name. The files document them."""
    sections: dict[str, Any] = {}
    for name in _TOML_FILES:
        sections |= tomllib.loads((files(__name__) / f"{name}.toml").read_text("utf-8"))
    return sections


@cache
def load_genres() -> dict[str, Genre]:
    """Return the genres by their word."""
    names = load_words()["genre_names"]
    rows = csv.DictReader((files(__name__) / "genres.csv").read_text("utf-8").splitlines())
    return {
        row["word"]: Genre(
            row["word"],
            names.get(row["word"], row["word"]),
            row["mood"],
            float(row["energy"]),
            tuple(row["adjectives"].split()),
            row["palette"],
            row["family"],
            tuple(row["media"].split("|")),
        )
        for row in rows
    }


def fold_text(text: str) -> str:
    """Return the text in lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def tokenize(text: str) -> list[str]:
    """Return the words of a text in lower case. They consist of letters without accents and of nothing else."""
    return re.findall(r"[^\W\d_]+", fold_text(text))


@cache
def parse_genre(tag: str) -> tuple[Genre, ...]:
    """Return the known genres of a tag, the most important first.

    The last word of a tag is the most important: "norwegian space disco" is disco, space and nordic. A genre is the
    longest run of words that is a known one or an alias. A word that is unknown counts as the genres at its end and at
    its start: "folktronica" is folk.
    """
    words = [word for word in re.split(r"[\s/,+()]+", fold_text(tag)) if word]
    genres: list[Genre] = []
    while words:
        for length in range(min(_MAX_GENRE_WORDS, len(words)), 0, -1):
            genre = _find_genre(" ".join(words[-length:]))
            if genre:
                genres.append(genre)
                del words[-length:]
                break
        else:
            genres.extend(_find_genres_within(words.pop()))
    return tuple(dict.fromkeys(genres))


def _find_genre(name: str) -> Genre | None:
    aliases = load_words()["genre_aliases"]
    for spelling in (name, name.replace("-", " "), name.removesuffix("s")):
        genre = load_genres().get(aliases.get(spelling, spelling))
        if genre:
            return genre
    return None


def _find_genres_within(word: str) -> list[Genre]:
    """Return the genres of an unknown word's parts, or the longest ones at its end and at its start."""
    parts = [part for part in re.split(r"[-&]", word) if part]
    if len(parts) > 1:
        return [genre for part in reversed(parts) for genre in parse_genre(part)]
    at_end = [genre for cut in range(1, len(word) - 2) if (genre := _find_genre(word[cut:]))][:1]
    at_start = [genre for cut in range(len(word) - 1, 2, -1) if (genre := _find_genre(word[:cut]))][:1]
    return [*at_end, *at_start]
