"""Motifs: what the painter can draw, which words and objects mean it, and who drew it.

The data is in TOML: a file for each kind of motif, and `emblems.toml`, which ranks motifs for the families of genres.
The masks are in the painter's layer (layers/painter/pictograms).

A motif's fields: `set` (of pictograms; Game Icons unless another is named), `icon` (its name in the set, unless it is
the motif's own), `author`, `phrase` (in prompts), `words` (of titles and directions that mean it), `labels` (of objects
that it depicts and whose name is not among the words), `forms`, `faces`, `stands`, `only_for` (see Motif).
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_FILES = ("animals", "plants", "music", "places", "vehicles", "sky", "people", "things")
# COCO labels of things that photographs show by chance: an emblem of the music says more about a taste.
# fmt: off
HOUSEHOLD = frozenset(
    {
        "backpack", "bed", "bench", "book", "bottle", "bowl", "broccoli", "cell phone", "chair", "clock", "couch",
        "cup", "dining table", "fire hydrant", "fork", "frisbee", "hair drier", "handbag", "hot dog", "keyboard",
        "knife", "laptop", "microwave", "mouse", "oven", "parking meter", "potted plant", "refrigerator", "remote",
        "sandwich", "sink", "spoon", "stop sign", "suitcase", "tie", "toaster", "toilet", "toothbrush", "traffic light",
        "tv", "vase", "wine glass",
    }
)
# fmt: on

# Set of pictograms -> what its credit says after the motif's name. Temaki is in the public domain.
_CREDITS = {
    "game-icons": "by {author}, game-icons.net, CC BY 3.0",
    "fluent": "from Fluent Emoji by Microsoft, MIT",
    "phosphor": "from Phosphor Icons, MIT",
    "temaki": "",
}


@dataclass(frozen=True)
class Motif:
    """A pictogram and its properties. `kind`: the name of its file, such as "animals".

    `forms`: "closed" (the silhouette reads alone), "soft" (rounded, still reads when blurred), "fine" (thin parts or
    inner lines matter); at least one. `faces`: "left", "right" or "". `stands`: on the ground, its lower edge down.
    `only_for`: families of genres that the motif is at home with; empty where it suits all.
    """

    name: str
    kind: str
    set_name: str
    icon: str
    author: str
    phrase: str
    words: tuple[str, ...]
    labels: tuple[str, ...]
    forms: frozenset[str]
    faces: str
    stands: bool
    only_for: frozenset[str]


@cache
def load_motifs() -> dict[str, Motif]:
    """Return the motifs by name, in the order of the files."""
    tables = {kind: _load_toml(f"{kind}.toml") for kind in _FILES}
    return {name: _read_motif(name, kind, fields) for kind, table in tables.items() for name, fields in table.items()}


def find_by_label(label: str) -> tuple[Motif, ...]:
    """Return the motifs that depict what artwork shows, such as "boat"; () where none does.

    `label`: of a detected object. Unless a motif names the label, it is a word, such as "bridge".
    """
    return _index_by_label().get(label) or find_by_word(label)


def find_by_word(word: str) -> tuple[Motif, ...]:
    """Return the motifs that a word means; () where none does. The word is in lower case and without accents."""
    return _index_by_word().get(word, ())


@cache
def find_emblems(family: str) -> tuple[Motif, ...]:
    """Return the emblems of a family of genres, the best first; () for an unknown family."""
    return tuple(load_motifs()[name] for name in load_emblems().get(family, []))


@cache
def load_emblems() -> dict[str, list[str]]:
    """Return the names of the emblems by family, the best first."""
    return {family: names.split() for family, names in _load_toml("emblems.toml").items()}


def format_credit(motif: Motif) -> str:
    """Return the credit that a picture with the motif carries, or "" where its set asks for none."""
    credit = _CREDITS[motif.set_name].format(author=motif.author)
    title = motif.icon.replace("-", " ").removesuffix(" fill").capitalize()
    return f"{title} {credit}" if credit else ""


def _read_motif(name: str, kind: str, fields: Mapping[str, Any]) -> Motif:
    return Motif(
        name=name,
        kind=kind,
        set_name=fields.get("set", "game-icons"),
        icon=fields.get("icon", name),
        author=fields.get("author", ""),
        phrase=fields["phrase"],
        words=tuple(fields.get("words", "").split()),
        labels=tuple(fields.get("labels", ())),
        forms=frozenset(fields["forms"].split()),
        faces=fields.get("faces", ""),
        stands=fields.get("stands", False),
        only_for=frozenset(fields.get("only_for", "").split()),
    )


@cache
def _index_by_label() -> dict[str, tuple[Motif, ...]]:
    return _index((label, motif) for motif in load_motifs().values() for label in motif.labels)


@cache
def _index_by_word() -> dict[str, tuple[Motif, ...]]:
    return _index((word, motif) for motif in load_motifs().values() for word in motif.words)


def _index(pairs: Iterable[tuple[str, Motif]]) -> dict[str, tuple[Motif, ...]]:
    motifs = defaultdict(list)
    for key, motif in pairs:
        motifs[key].append(motif)
    return {key: tuple(group) for key, group in motifs.items()}


def _load_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__name__) / name).read_text("utf-8"))
