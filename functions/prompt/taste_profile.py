"""What someone listens to, weighed: objects, genres, imagery, decade, palette."""

import statistics
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from coverart.models import ArtworkObjects, Song
from prompt.lexicon import load_genres, load_words, parse_genre, tokenize

Weighed = Mapping[str, tuple[float, str]]


@dataclass(frozen=True)
class TasteProfile:
    """All mappings have the weightiest first. `objects`: COCO label -> (weight, on which artwork); `named`: the same of
    titles. `genres`: word of
    the lexicon -> weight. `imagery`: group of the lexicon -> (weight, which words); `imagery_from`: a phrase's source.
    `decade`: 1970 and so on. `built_in`: not the listener's.
    """

    objects: Weighed
    genres: Mapping[str, float]
    imagery: Weighed
    decade: int | None
    palette: Sequence[str]
    built_in: bool = False
    imagery_from: str = "titles"
    named: Weighed = field(default_factory=dict)


def build_taste_profile(
    songs: Sequence[Song], title: str, artworks: Sequence[ArtworkObjects], palette: Sequence[str]
) -> TasteProfile:
    years = [song.year for song in songs if song.year is not None]
    decade = statistics.median_low(years) // 10 * 10 if years else None
    lines = _lines(songs, title)
    imagery, named = _shown(lines, find_imagery), _shown(lines, find_title_labels)
    return TasteProfile(_objects(songs, artworks), _genres(songs), imagery, decade, palette, named=named)


def build_default_profile(direction: str, rng: np.random.Generator) -> TasteProfile:
    """For DataMode words_only: words of the listener's direction, else of the lexicon; nothing from Spotify."""
    imagery, palettes = load_words()["themes"], load_words()["default_palettes"]
    said = [word for word in tokenize(direction) if word in load_genres()] or [str(rng.choice(list(load_genres())))]
    # Of one mood where there is any: an art director would not set a lullaby among thorns.
    fitting = [group for group in imagery if imagery[group]["mood"] == load_genres()[said[0]].mood] or list(imagery)
    group = fitting[int(rng.integers(len(fitting)))]
    palette = palettes[int(rng.integers(len(palettes)))]
    return TasteProfile({}, dict.fromkeys(said, 1.0), {group: (1.0, "the built-in list")}, None, palette, built_in=True)


def find_imagery(line: str) -> dict[str, str]:
    """Groups of imagery that the line shows -> its word for it."""
    said = tokenize(line)
    found = {
        group: [word for word in said if word in signs["words"]] for group, signs in load_words()["themes"].items()
    }
    return {group: which[0] for group, which in found.items() if which}


def find_title_labels(line: str) -> dict[str, str]:
    """COCO labels that a title names -> the same; not those that it would hardly mean ("Bear with Me")."""
    return {label: label for label in find_labels(line) if label not in load_words()["ambiguous_labels"]}


def find_labels(line: str) -> list[str]:
    """COCO labels that the line names, in its order."""
    spaced = f" {' '.join(tokenize(line))} "
    places = {}
    for label in load_words()["objects"]:
        spellings = load_words()["synonyms"].get(label, [label])
        found = [at for name in spellings for end in (" ", "s ") if (at := spaced.find(f" {name}{end}")) >= 0]
        if found:
            places[label] = min(found)
    return sorted(places, key=lambda label: places[label])


def clean_text(text: str) -> str:
    """One line without control and format characters (among them those that turn the reading direction)."""
    shown = (" " if c.isspace() else c for c in text if c.isspace() or not unicodedata.category(c).startswith("C"))
    return " ".join("".join(shown).split())


def _objects(songs: Sequence[Song], artworks: Sequence[ArtworkObjects]) -> Weighed:
    """Each artwork speaks once for a label, by its rank and the best score; the n-th artwork adds an n-th as much.

    So many portraits make one person, and a single cat can stand beside them.
    """
    by_album = {song.album_id: song for song in songs}
    voices: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for artwork in artworks:
        song = by_album.get(artwork.album_id)
        scores: dict[str, float] = {}
        for thing in artwork.objects:
            scores[thing.label] = max(scores.get(thing.label, 0), thing.score)
        for label, score in scores.items():
            if song is not None and label in load_words()["objects"]:
                voices[label].append((score * _weight(song.rank), _quoted(song.album)))
    weighed = {}
    for label, heard in voices.items():
        heard.sort(reverse=True)
        weight = sum(voice / n for n, (voice, _) in enumerate(heard, 1)) * load_words()["objects"][label]["weight"]
        weighed[label] = (weight, ", ".join(dict.fromkeys(where for _, where in heard[:3])))
    return _weightiest_first(weighed)


def _genres(songs: Iterable[Song]) -> Mapping[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for song in songs:
        known = [parts for genre in song.genres if (parts := parse_genre(genre))]
        for parts in known:
            for place, part in enumerate(parts):
                # A modifier ("deep", "norwegian") says less than the genre itself.
                wide = 0.6 if part.word in load_words()["broad_genres"] else 1.0
                weights[part.word] += wide * _weight(song.rank) / len(known) / (1 + place)
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0])))


def _lines(songs: Sequence[Song], title: str) -> list[tuple[float, str, str]]:
    """(weight, title, its words) of each title. Words of an artist's own name are left out: a name is not an image."""
    artists = {word for song in songs for word in tokenize(song.artist)}
    lines = [(2.0, title), *((_weight(song.rank), line) for song in songs for line in (song.track, song.album))]
    return [(weight, line, " ".join(w for w in tokenize(line) if w not in artists)) for weight, line in lines]


def _shown(lines: Iterable[tuple[float, str, str]], shown_in: Callable[[str], Mapping[str, str]]) -> Weighed:
    voices: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for weight, line, said in lines:
        for what, word in shown_in(said).items():
            voices[what].append((weight, f"{word} in {_quoted(line)}"))
    return _weightiest_first(
        {
            what: (sum(weight for weight, _ in heard), "; ".join(dict.fromkeys(where for _, where in heard[:2])))
            for what, heard in voices.items()
        }
    )


def _weightiest_first(weighed: Weighed) -> Weighed:
    return dict(sorted(weighed.items(), key=lambda item: (-item[1][0], item[0])))


def _weight(rank: int) -> float:
    return float(max(rank, 1) ** -0.5)


def _quoted(title: str) -> str:
    line = clean_text(title)
    return f"“{line if len(line) <= 60 else line[:59] + '…'}”"
