"""Which of the painter's techniques suit a taste."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from coverart.techniques import Technique, find_technique, load_techniques
from prompt.lexicon import load_genres
from prompt.seeding import hash_to_number, hash_to_unit, list_seed_inputs
from prompt.taste_profile import Origin, TasteProfile

# A technique for the genre's family counts as much as one far down the genre's own list.
_FAMILY_SCORE = 0.3
# Of a technique that does not suit the music, where it has to do nevertheless.
_LEAST_SCORE = 0.05
_ERA_BONUS, _ERA_PENALTY = 1.2, 0.75
# By how much chance changes scores, so that listeners with the same genres do not all get the same technique.
_SPREAD = 0.5
# 0: how often a genre's list names a technique does not count; 1: it counts in inverse proportion.
_RARITY = 0.35
# Nearly all techniques have hard edges. So that a listener's covers differ in this, too, one in four has soft edges
# (photographs, glass, watercolor) where any of these suits the taste.
_MIN_SOFTNESS, _SOFT_EVERY = 0.0035, 4
# A technique with less than this share of the best score is too far from the taste, unless there are fewer than four.
_MIN_SCORE_SHARE = 0.3
_MIN_TECHNIQUES, _MAX_TECHNIQUES = 4, 8


def rank_techniques(
    taste: TasteProfile,
    words: Sequence[str],
    shared_technique: str,
    recent_technique: str,
    *,
    print_photographs: bool = False,
) -> list[Technique]:
    """Return the techniques for a taste, the most suitable first.

    What the listener's words name, or else a shared look has, is the only one. Other words may need a technique that
    suits the taste less, so it returns all. `recent_technique`: that of the listener's previous cover, which it skips.
    `print_photographs`: only techniques that can.
    """
    techniques = load_techniques()
    if print_photographs:
        techniques = {name: technique for name, technique in techniques.items() if technique.prints_photographs}
    if matches := [technique for technique in techniques.values() if _is_named(technique, words)]:
        return matches
    if shared_technique in techniques:
        return [techniques[shared_technique]]
    # Few print photographs, and each candidate needs another one.
    scores = _score_techniques(taste, techniques, _LEAST_SCORE if print_photographs else 0)
    ranking = sorted(scores, key=lambda name: (-scores[name], name))
    if recent_technique in ranking:
        ranking.remove(recent_technique)
    count = sum(scores[name] >= _MIN_SCORE_SHARE * scores[ranking[0]] for name in ranking)
    ranking = _mix_in_soft(ranking, hash_to_number(list_seed_inputs(taste), "soft") % _SOFT_EVERY)
    limit = len(ranking) if words else min(max(count, _MIN_TECHNIQUES), _MAX_TECHNIQUES)
    return [techniques[name] for name in ranking[:limit]]


def find_technique_origin(
    taste: TasteProfile, technique: Technique, words: Sequence[str], shared_technique: str
) -> Origin:
    """Return the reason for a technique."""
    if _is_named(technique, words):
        return Origin("listener", "your direction")
    if technique.name == shared_technique:
        return Origin("look", "the look that you chose")
    genres = [word for word in taste.genres if technique.medium in load_genres()[word].media]
    genres = genres or [word for word in taste.genres if load_genres()[word].family in technique.families]
    return Origin("genres", ", ".join(genres[:2])) if genres else Origin("built_in", "no genre is known")


def _is_named(technique: Technique, words: Sequence[str]) -> bool:
    text = f" {' '.join(words)} "
    return any(f" {name} " in text for name in technique.words)


def _score_techniques(taste: TasteProfile, techniques: Mapping[str, Technique], least_score: float) -> dict[str, float]:
    """Return the scores by name. Without a known genre, chance decides among all.

    `least_score`: of techniques that no genre has; 0 leaves them out.
    """
    scores: dict[str, float] = defaultdict(float, dict.fromkeys(techniques, least_score) if least_score else {})
    for word, weight in taste.genres.items():
        genre = load_genres()[word]
        for rank, medium in enumerate(genre.media):
            if (technique := find_technique(medium)) and technique.name in techniques:
                scores[technique.name] += weight / (rank + 1.5)
        for technique in techniques.values():
            if genre.family in technique.families:
                scores[technique.name] += weight * _FAMILY_SCORE
    seed = list_seed_inputs(taste)
    rarity = _measure_rarity()
    return {
        name: score
        * rarity[name]
        * _weigh_era(techniques[name], taste.decade)
        * (1 - _SPREAD * hash_to_unit(seed, name))
        for name, score in (scores or dict.fromkeys(techniques, 1.0)).items()
    }


def _mix_in_soft(ranking: Sequence[str], first: int) -> list[str]:
    """Return the techniques with one soft one in every four, from place `first` on, as long as there are any."""
    soft = [name for name in ranking if load_techniques()[name].softness >= _MIN_SOFTNESS]
    mixed = [name for name in ranking if name not in soft]
    for turn, name in enumerate(soft):
        mixed.insert(first + turn * _SOFT_EVERY, name)
    return mixed


@cache
def _measure_rarity() -> dict[str, float]:
    """Return the techniques' weights: one that many genres have in their list weighs less, so that all appear."""
    counts = Counter(medium for genre in load_genres().values() for medium in genre.media)
    return {name: counts[technique.medium] ** -_RARITY for name, technique in load_techniques().items()}


def _weigh_era(technique: Technique, decade: int | None) -> float:
    if not technique.eras or not decade:
        return 1.0
    return _ERA_BONUS if decade in technique.eras else _ERA_PENALTY
