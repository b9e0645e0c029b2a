"""The profile of a listener's taste: what the music, its titles and its artwork are about, by weight."""

import re
import statistics
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from coverart.models import ArtworkObjects, Song
from prompt.lexicon import load_genres, load_words, parse_genre, tokenize

# As much as two songs of rank 1.
_PLAYLIST_NAME_WEIGHT = 2.0
# Of a broad genre; any other weighs 1.
_BROAD_GENRE_WEIGHT = 0.6
_MAX_QUOTE_CHARACTERS = 60


class Evidence(NamedTuple):
    """`detail`: where something occurs, as the detail of a phrase says it."""

    weight: float
    detail: str


class Origin(NamedTuple):
    """The source and the detail of a phrase."""

    source: str
    detail: str


@dataclass(frozen=True)
class TasteProfile:
    """What prompts consist of. In every mapping, the greatest weight comes first.

    `objects`: labels of the objects on the artwork. `title_objects`: COCO labels that titles name. `genres`: words of
    genres.csv -> weight. `themes`: themes of the lexicon. `decade`: its first year, such as 1970. `palette`: `#rrggbb`,
    the most frequent color first. `built_in`: nothing comes from the listener's music. `themes_source`: the source of a
    phrase that comes from a theme.
    """

    objects: Mapping[str, Evidence]
    title_objects: Mapping[str, Evidence]
    genres: Mapping[str, float]
    themes: Mapping[str, Evidence]
    decade: int | None
    palette: Sequence[str]
    built_in: bool = False
    themes_source: str = "titles"


class _Title(NamedTuple):
    """`words`: in lower case, without those of artists' names, which are names and not what a title is about."""

    weight: float
    text: str
    words: str


def build_taste_profile(
    songs: Sequence[Song], title: str, artworks: Sequence[ArtworkObjects], palette: Sequence[str]
) -> TasteProfile:
    """Return the profile of a listener's songs. `title`: the playlist's name, or empty."""
    years = [song.year for song in songs if song.year is not None]
    titles = _list_titles(songs, title)
    return TasteProfile(
        objects=_weigh_objects(songs, artworks),
        title_objects=_weigh_titles(titles, find_title_labels),
        genres=_weigh_genres(songs),
        themes=_weigh_titles(titles, find_themes),
        decade=statistics.median_low(years) // 10 * 10 if years else None,
        palette=palette,
    )


def build_default_profile(direction: str, rng: np.random.Generator) -> TasteProfile:
    """Return a profile for DataMode words_only, which uses nothing from Spotify.

    Its genres are words of the listener's direction, or a random one. Theme and palette are random.
    """
    themes, palettes = load_words()["themes"], load_words()["default_palettes"]
    genres = [word for word in tokenize(direction) if word in load_genres()] or [str(rng.choice(list(load_genres())))]
    # A theme in the mood of the music, where there is one: thorns do not suit a lullaby.
    suitable = [name for name in themes if themes[name]["mood"] == load_genres()[genres[0]].mood] or list(themes)
    theme = suitable[int(rng.integers(len(suitable)))]
    palette = palettes[int(rng.integers(len(palettes)))]
    return TasteProfile(
        objects={},
        title_objects={},
        genres=dict.fromkeys(genres, 1.0),
        themes={theme: Evidence(1.0, "the built-in list")},
        decade=None,
        palette=palette,
        built_in=True,
    )


def find_themes(text: str) -> dict[str, str]:
    """Return the themes that a text is about, each with the first word that means it."""
    words = tokenize(text)
    matches = {
        name: [word for word in words if word in theme["words"]] for name, theme in load_words()["themes"].items()
    }
    return {name: matching_words[0] for name, matching_words in matches.items() if matching_words}


def find_title_labels(text: str) -> dict[str, str]:
    """Return the COCO labels that a title names, as keys and values, without ambiguous ones ("Bear with Me")."""
    return {label: label for label in find_labels(text) if label not in load_words()["ambiguous_labels"]}


def find_labels(text: str) -> list[str]:
    """Return the COCO labels that a text names in singular or plural, in the order of the text."""
    spaced_words = f" {' '.join(tokenize(text))} "
    positions = {}
    for label in load_words()["objects"]:
        spellings = load_words()["synonyms"].get(label, [label])
        indices = [spaced_words.find(f" {spelling}{ending}") for spelling in spellings for ending in (" ", "s ")]
        if matches := [index for index in indices if index >= 0]:
            positions[label] = min(matches)
    return sorted(positions, key=lambda label: positions[label])


def split_negations(text: str) -> tuple[str, str]:
    """Return what a direction asks for, and what it does not want: the words after "no", "not" and "without"."""
    negation = re.compile(r"\b(?:no|not|without) (\w+)", re.IGNORECASE)
    return negation.sub("", text), " ".join(negation.findall(text))


def clean_text(text: str) -> str:
    """Return the text in one line, without control and format characters, such as those that reverse the direction."""
    printable = (" " if c.isspace() else c for c in text if c.isspace() or not unicodedata.category(c).startswith("C"))
    return " ".join("".join(printable).split())


def _weigh_objects(songs: Sequence[Song], artworks: Sequence[ArtworkObjects]) -> Mapping[str, Evidence]:
    """Weigh labels by the rank of the album, the best score on its artwork and the label's weight in the lexicon.

    Of all artwork with a label, the n-th strongest counts an n-th. Many portraits then add up to one person, and do not
    outweigh a single cat.
    """
    songs_by_album = {song.album_id: song for song in songs}
    label_weights = load_words()["objects"] | load_words()["sights"]
    occurrences: dict[str, list[Evidence]] = defaultdict(list)
    for artwork in artworks:
        song = songs_by_album.get(artwork.album_id)
        scores: dict[str, float] = {}
        for detected in artwork.objects:
            scores[detected.label] = max(scores.get(detected.label, 0), detected.score)
        for label, score in scores.items():
            if song is not None and label in label_weights:
                occurrences[label].append(Evidence(score * _weigh_rank(song.rank), _quote(song.album)))
    objects = {}
    for label, strongest_first in occurrences.items():
        strongest_first.sort(reverse=True)
        weight = sum(occurrence.weight / n for n, occurrence in enumerate(strongest_first, 1))
        details = dict.fromkeys(occurrence.detail for occurrence in strongest_first[:3])
        objects[label] = Evidence(weight * label_weights[label], ", ".join(details))
    return _sort_by_weight(objects)


def _weigh_genres(songs: Iterable[Song]) -> Mapping[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for song in songs:
        known_tags = [genres for tag in song.genres if (genres := parse_genre(tag))]
        for genres in known_tags:
            for position, genre in enumerate(genres):
                weight = _BROAD_GENRE_WEIGHT if genre.word in load_words()["broad_genres"] else 1.0
                # A modifier ("deep", "norwegian") says less than the genre itself, which comes first.
                weights[genre.word] += weight * _weigh_rank(song.rank) / len(known_tags) / (1 + position)
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0])))


def _list_titles(songs: Sequence[Song], playlist_name: str) -> list[_Title]:
    """Return the playlist's name and the titles of tracks and albums."""
    names = {word for song in songs for word in tokenize(song.artist)}
    weighted_texts = [(_PLAYLIST_NAME_WEIGHT, playlist_name)]
    weighted_texts += [(_weigh_rank(song.rank), text) for song in songs for text in (song.track, song.album)]
    return [
        _Title(weight, text, " ".join(word for word in tokenize(text) if word not in names))
        for weight, text in weighted_texts
    ]


def _weigh_titles(titles: Iterable[_Title], find: Callable[[str], Mapping[str, str]]) -> Mapping[str, Evidence]:
    """Weigh what `find` returns for the titles. It maps what a text is about to the text's word for it."""
    occurrences: dict[str, list[Evidence]] = defaultdict(list)
    for title in titles:
        for subject, word in find(title.words).items():
            occurrences[subject].append(Evidence(title.weight, f"{word} in {_quote(title.text)}"))
    subjects = {}
    for subject, evidence in occurrences.items():
        details = dict.fromkeys(occurrence.detail for occurrence in evidence[:2])
        subjects[subject] = Evidence(sum(occurrence.weight for occurrence in evidence), "; ".join(details))
    return _sort_by_weight(subjects)


def _sort_by_weight(evidence: Mapping[str, Evidence]) -> Mapping[str, Evidence]:
    return dict(sorted(evidence.items(), key=lambda item: (-item[1].weight, item[0])))


def _weigh_rank(rank: int) -> float:
    return float(max(rank, 1) ** -0.5)


def _quote(title: str) -> str:
    line = clean_text(title)
    return f"“{line if len(line) <= _MAX_QUOTE_CHARACTERS else line[: _MAX_QUOTE_CHARACTERS - 1] + '…'}”"
