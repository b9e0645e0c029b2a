"""What a prompt is to say, decided from a taste: mood, energy, theme, objects and composition."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from coverart.images.color import from_hex, to_lch
from prompt.lexicon import Genre, load_genres, load_words
from prompt.shared_style import SharedStyle
from prompt.taste_profile import Evidence, TasteProfile

# Genres decide the mood; titles decide between genres.
_THEME_VOTE = 0.3
_MAX_OBJECTS = 2
# Of the objects that variations show in turn.
_MAX_CANDIDATES = 3


class Origin(NamedTuple):
    """The source and the detail of a phrase."""

    source: str
    detail: str


@dataclass(frozen=True)
class PromptDecisions:
    """What PhraseWriter puts into words.

    `energy`: 0 calm, 1 wild. `theme`: the theme of the lexicon from which the setting comes, if any. `labels`: at most
    two COCO labels, the subject first. `composition`: a name from the lexicon.
    """

    taste: TasteProfile
    variation: int
    mood: str
    mood_origin: Origin
    energy: float
    theme: str | None
    labels: tuple[str, ...]
    composition: str


def decide(
    taste: TasteProfile, variation: int, direction_words: set[str], shared_style: SharedStyle | None
) -> PromptDecisions:
    """Decide what a prompt says. `direction_words`: those of the listener's direction, in lower case."""
    if shared_style:
        mood, mood_origin = shared_style.prompt.mood, Origin("look", shared_style.name)
        energy = shared_style.prompt.energy
    else:
        mood, mood_origin = _choose_mood(taste, direction_words)
        energy = _average_energy(taste, mood)
    theme = _choose_theme(taste, mood)
    return PromptDecisions(
        taste=taste,
        variation=variation,
        mood=mood,
        mood_origin=mood_origin,
        energy=energy,
        theme=theme,
        labels=_choose_labels(taste, variation),
        composition=_choose_composition(taste, mood, theme, variation),
    )


def create_rng(*seed_inputs: object) -> np.random.Generator:
    """Return a generator whose numbers are the same in every process."""
    return np.random.default_rng(hash_to_number(*seed_inputs))


def hash_to_number(*inputs: object) -> int:
    """Return 64 bits that are the same in every process, unlike those of `hash`."""
    return int.from_bytes(hashlib.sha256(json.dumps(inputs, default=repr).encode()).digest()[:8])


def list_seed_inputs(taste: TasteProfile) -> list[object]:
    """Return what random choices depend on: no weights or colors, whose last digits may differ between machines."""
    return [list(taste.objects), list(taste.genres), list(taste.themes), list(taste.title_objects), taste.decade]


def list_genres(taste: TasteProfile) -> list[Genre]:
    """Return the taste's genres, the greatest weight first."""
    return [load_genres()[word] for word in taste.genres]


def is_at_least_half(weights: Mapping[str, float], name: str, first: str) -> bool:
    """Return whether `name` weighs at least half as much as `first`."""
    return weights[name] >= weights[first] / 2


def _choose_labels(taste: TasteProfile, variation: int) -> tuple[str, ...]:
    """Choose the subject and the object beside it.

    Objects that weigh enough are the subject of variations in turn. Those of titles come after those of the artwork.
    """
    candidates = list(dict.fromkeys([*_list_heavy(taste.objects), *_list_heavy(taste.title_objects)]))[:_MAX_CANDIDATES]
    start = variation % len(candidates) if candidates else 0
    return (*candidates[start:], *candidates[:start])[:_MAX_OBJECTS]


def _list_heavy(evidence: Mapping[str, Evidence]) -> list[str]:
    """Return what weighs at least half as much as the first."""
    weights = {name: occurrences.weight for name, occurrences in evidence.items()}
    return [name for name in weights if is_at_least_half(weights, name, next(iter(weights)))]


def _choose_theme(taste: TasteProfile, mood: str) -> str | None:
    """Choose the greatest weight; a theme in the mood counts double."""
    themes = load_words()["themes"]
    weights = {
        name: evidence.weight * (2 if themes[name]["mood"] == mood else 1) for name, evidence in taste.themes.items()
    }
    return max(weights, key=lambda name: weights[name], default=None)


def _choose_composition(taste: TasteProfile, mood: str, theme: str | None, variation: int) -> str:
    """Choose one that suits the mood. Successive variations have different ones; that of the theme comes first."""
    compositions = load_words()["compositions"]
    suitable: list[str] = [name for name in compositions if mood in compositions[name]["moods"]]
    start = hash_to_number(list_seed_inputs(taste)) % len(suitable)
    rotation = [*suitable[start:], *suitable[:start]]
    rotation.sort(key=lambda name: compositions[name]["theme"] != theme)
    return rotation[variation % len(rotation)]


def _choose_mood(taste: TasteProfile, direction_words: set[str]) -> tuple[str, Origin]:
    """Choose the mood that the direction names, else that of the genres and titles, else that of the colors."""
    moods, themes = load_words()["moods"], load_words()["themes"]
    for name, mood in moods.items():
        if direction_words & set(mood["words"]):
            return name, Origin("listener", "your direction")
    votes: dict[str, float] = defaultdict(float)
    theme_weights = {name: evidence.weight for name, evidence in taste.themes.items()}
    for weights, get_mood, vote in (
        (taste.genres, lambda word: load_genres()[word].mood, 1.0),
        (theme_weights, lambda name: themes[name]["mood"], _THEME_VOTE),
    ):
        for name, weight in weights.items():
            votes[get_mood(name)] += vote * weight / sum(weights.values())
    if not votes:
        return _infer_mood_from_colors(taste.palette), Origin("palette", ", ".join(taste.palette))
    winner = max(moods, key=lambda name: votes[name])
    genres = [genre.word for genre in list_genres(taste) if genre.mood == winner]
    if genres:
        return winner, Origin("genres", ", ".join(genres[:3]))
    details = dict.fromkeys(evidence.detail for evidence in taste.themes.values())
    return winner, Origin(taste.themes_source, "; ".join(list(details)[:2]))


def _infer_mood_from_colors(palette: Sequence[str]) -> str:
    """Compare the palette's mean lightness and chroma, and the hue of its first color, in OKLCH."""
    if not palette:
        return "serene"
    lightness, chroma, _ = np.mean([to_lch(from_hex(color)) for color in palette], axis=0)
    hue = to_lch(from_hex(palette[0]))[2]
    if lightness < 0.35:
        return "dark"
    if chroma < 0.04:
        return "melancholic" if lightness < 0.6 else "serene"
    if chroma > 0.13:
        return "energetic"
    return "warm" if hue < 110 or hue > 330 else "dreamy"


def _average_energy(taste: TasteProfile, mood: str) -> float:
    """Average the energy of the genres by weight. Without genres, return the mood's."""
    genres = list_genres(taste)
    if not genres:
        return float(load_words()["moods"][mood]["energy"])
    weights = [taste.genres[genre.word] for genre in genres]
    return float(np.average([genre.energy for genre in genres], weights=weights))
