"""What a prompt is to say: mood, place, cast and composition, chosen from a taste."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coverart.images.color import from_hex, to_lch
from prompt.lexicon import Genre, load_genres, load_words
from prompt.shared_style import SharedStyle
from prompt.taste_profile import TasteProfile, Weighed

# A phrase's source and detail.
Origin = tuple[str, str]


@dataclass(frozen=True)
class PromptDecisions:
    """`why`: of the mood. `energy`: 0 still, 1 wild. `place`: the group of imagery that gives the setting, if any.
    `cast`: at most two COCO labels, the subject first. `composition`: a name of the lexicon's.
    """

    taste: TasteProfile
    variation: int
    mood: str
    why: Origin
    energy: float
    place: str | None
    cast: tuple[str, ...]
    composition: str


def decide(taste: TasteProfile, variation: int, told: set[str], look: SharedStyle | None) -> PromptDecisions:
    """`told`: the words of the listener's direction."""
    mood, why = (look.prompt.mood, ("look", look.name)) if look else _mood(taste, told)
    energy = look.prompt.energy if look else _energy(taste, mood)
    place = _place(taste, mood)
    composition = _composition(taste, mood, place, variation)
    return PromptDecisions(taste, variation, mood, why, energy, place, _cast(taste, variation), composition)


def create_rng(*inputs: object) -> np.random.Generator:
    """Chance that is the same in every process."""
    return np.random.default_rng(hash_to_number(*inputs))


def hash_to_number(*inputs: object) -> int:
    return int.from_bytes(hashlib.sha256(json.dumps(inputs, default=repr).encode()).digest()[:8])


def list_seed_inputs(taste: TasteProfile) -> list[object]:
    """What chance goes by: no weights or colours, whose last digits may differ between machines."""
    return [list(taste.objects), list(taste.genres), list(taste.imagery), list(taste.named), taste.decade]


def list_genres(taste: TasteProfile) -> list[Genre]:
    return [load_genres()[word] for word in taste.genres]


def is_at_least_half(weights: Mapping[str, float], name: str, first: str) -> bool:
    """Whether it weighs at least half as much as the first."""
    return weights[name] >= weights[first] / 2


def _cast(taste: TasteProfile, variation: int) -> tuple[str, ...]:
    """At most two labels: what leads, and what stands beside it. Those that weigh enough lead variations in turn; what
    titles name comes after what was seen.
    """
    strong = list(dict.fromkeys([*_strong(taste.objects), *_strong(taste.named)]))[:3]
    turn = variation % len(strong) if strong else 0
    return (*strong[turn:], *strong[:turn])[:2]


def _strong(weighed: Weighed) -> list[str]:
    weights = {name: weight for name, (weight, _) in weighed.items()}
    return [name for name in weights if is_at_least_half(weights, name, next(iter(weights)))]


def _place(taste: TasteProfile, mood: str) -> str | None:
    """The group of imagery that gives the setting: one in the mood counts double."""
    moods = {group: load_words()["themes"][group]["mood"] for group in taste.imagery}
    weights = {group: weight * (2 if moods[group] == mood else 1) for group, (weight, _) in taste.imagery.items()}
    return max(weights, key=lambda group: weights[group], default=None)


def _composition(taste: TasteProfile, mood: str, place: str | None, variation: int) -> str:
    """The name of one that suits the mood; as many variations in a row have different ones."""
    known = load_words()["compositions"]
    suited: list[str] = [name for name in known if mood in known[name]["moods"]]
    turn = hash_to_number(list_seed_inputs(taste)) % len(suited)
    in_turn = sorted([*suited[turn:], *suited[:turn]], key=lambda name: known[name]["theme"] != place)
    return in_turn[variation % len(in_turn)]


def _mood(taste: TasteProfile, told: set[str]) -> tuple[str, Origin]:
    """The mood and why: the listener's word, else the genres and titles, else the colours."""
    moods = load_words()["moods"]
    for mood, signs in moods.items():
        if told & set(signs["words"]):
            return mood, ("listener", "your direction")
    votes: dict[str, float] = defaultdict(float)
    for weights, mood_of, share in (
        (taste.genres, lambda word: load_genres()[word].mood, 1.0),
        (
            {group: weight for group, (weight, _) in taste.imagery.items()},
            lambda g: load_words()["themes"][g]["mood"],
            0.3,
        ),
    ):
        for name, weight in weights.items():
            votes[mood_of(name)] += share * weight / sum(weights.values())
    if not votes:
        return _mood_of_colours(taste.palette), ("palette", ", ".join(taste.palette))
    mood = max(moods, key=lambda name: votes[name])
    led = [word for word in taste.genres if load_genres()[word].mood == mood]
    if led:
        return mood, ("genres", ", ".join(led[:3]))
    shown = dict.fromkeys(where for _, where in taste.imagery.values())
    return mood, (taste.imagery_from, "; ".join(list(shown)[:2]))


def _mood_of_colours(palette: Sequence[str]) -> str:
    if not palette:
        return "serene"
    lightness, chroma, _ = np.mean([to_lch(from_hex(colour)) for colour in palette], axis=0)
    hue = to_lch(from_hex(palette[0]))[2]
    if lightness < 0.35:
        return "dark"
    if chroma < 0.04:
        return "melancholic" if lightness < 0.6 else "serene"
    if chroma > 0.13:
        return "energetic"
    return "warm" if hue < 110 or hue > 330 else "dreamy"


def _energy(taste: TasteProfile, mood: str) -> float:
    parts = list_genres(taste)
    if not parts:
        return float(load_words()["moods"][mood]["energy"])
    return float(np.average([part.energy for part in parts], weights=[taste.genres[part.word] for part in parts]))
