"""What a prompt is to say, decided from a taste: mood, energy, theme and art direction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coverart.images.color import from_hex, to_lch
from coverart.models import CutOut
from prompt.art_direction import ArtDirection, Recent, direct_art
from prompt.lexicon import Genre, load_genres, load_words, tokenize
from prompt.looks import SeriesPart
from prompt.shared_style import SharedStyle
from prompt.taste_profile import Evidence, Origin, TasteProfile

# Genres decide the mood; titles decide between genres.
_THEME_VOTE = 0.3
# Of the genres that a brief names, and the least weight of another one as a share of the first one's.
_MAX_GENRES, _MIN_GENRE_SHARE = 2, 0.25
# Of the objects that covers show in turn.
_MAX_LABELS = 3


@dataclass(frozen=True)
class PromptDecisions:
    """What PhraseWriter puts into words.

    `energy`: 0 calm, 1 wild. `theme`: the theme of the lexicon from which the setting comes, if any. `cut_out`: of the
    listener's picture, which the layout prints, if it prints one.
    """

    taste: TasteProfile
    variation: int
    mood: str
    mood_origin: Origin
    palette_origin: Origin
    energy: float
    theme: str | None
    art: ArtDirection
    cut_out: CutOut | None = None


def decide(
    taste: TasteProfile,
    variation: int,
    user_text: str,
    user_labels: Sequence[str],
    shared_style: SharedStyle | None,
    recent: Recent,
    series_part: SeriesPart | None = None,
    cut_out: CutOut | None = None,
) -> PromptDecisions:
    """Decide what a prompt says.

    `user_text`: the listener's direction, or "". `user_labels`: COCO labels that it names. `recent`: what the
    listener's previous cover showed. `series_part`: what a built-in look decides. `cut_out`: of the listener's picture.
    """
    if shared_style:
        mood, mood_origin = shared_style.prompt.mood, Origin("look", shared_style.name)
        energy = shared_style.prompt.energy
    else:
        mood, mood_origin = _choose_mood(taste, set(tokenize(user_text)))
        energy = _average_energy(taste, mood)
    theme = _choose_theme(taste, mood)
    labels = user_labels or _list_labels(taste)
    shared_technique, layouts = shared_style.prompt.technique if shared_style else "", frozenset[str]()
    palette_origin = mood_origin if shared_style else Origin("palette", ", ".join(taste.palette))
    if series_part:
        shared_technique, layouts, palette_origin = series_part.technique, series_part.layouts, series_part.origin
    art = direct_art(
        taste,
        variation,
        labels,
        theme,
        user_text,
        shared_technique,
        layouts,
        recent,
        prints_photograph=cut_out is not None,
    )
    return PromptDecisions(taste, variation, mood, mood_origin, palette_origin, energy, theme, art, cut_out)


def list_genres(taste: TasteProfile) -> list[Genre]:
    """Return the taste's genres, the greatest weight first."""
    return [load_genres()[word] for word in taste.genres]


def choose_genres(taste: TasteProfile) -> list[Genre]:
    """Return the one or two genres that a brief names: "stoner rock" instead of rock, where the taste has it.

    Words that only qualify others, such as "deep", give way.
    """
    if not taste.genres:
        return []
    first, *others = list_genres(taste)
    vague = {*load_words()["qualifying_genres"], *load_words()["broad_genres"]}
    limit = taste.genres[first.word] * _MIN_GENRE_SHARE
    others = [genre for genre in others if genre.word not in vague and taste.genres[genre.word] >= limit]
    kinds_of_first = [genre for genre in others if genre.name.endswith(f" {first.word}")]
    return (kinds_of_first or [first, *others])[:_MAX_GENRES]


def _list_labels(taste: TasteProfile) -> list[str]:
    """Return the heaviest objects; those of titles come after those of the artwork."""
    return list(dict.fromkeys([*_list_heavy(taste.objects), *_list_heavy(taste.title_objects)]))[:_MAX_LABELS]


def _list_heavy(evidence: Mapping[str, Evidence]) -> list[str]:
    """Return what weighs at least half as much as the first."""
    greatest = next(iter(evidence.values())).weight if evidence else 0
    return [name for name, occurrences in evidence.items() if occurrences.weight >= greatest / 2]


def _choose_theme(taste: TasteProfile, mood: str) -> str | None:
    """Choose the greatest weight; a theme in the mood counts double."""
    themes = load_words()["themes"]
    weights = {
        name: evidence.weight * (2 if themes[name]["mood"] == mood else 1) for name, evidence in taste.themes.items()
    }
    return max(weights, key=lambda name: weights[name], default=None)


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
