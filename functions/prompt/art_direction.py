"""Chooses what to paint and how: technique, layout, motif, place, time of day and weather.

What the technique's layout cannot show is not chosen, so that the prompt does not say it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from coverart.models import CutOut
from coverart.motifs import HOUSEHOLD, Motif, find_by_label, find_by_word, find_emblems
from coverart.techniques import Layout, Technique
from prompt.lexicon import load_genres, load_words, tokenize
from prompt.seeding import hash_to_number, hash_to_unit, list_seed_inputs
from prompt.taste_profile import Origin, TasteProfile
from prompt.technique_ranking import find_technique_origin, rank_techniques

# How many covers have no motif: of the families whose sleeves are mostly abstract, and of others.
_ABSTRACT_SHARE, _FIGURATIVE_SHARE = 0.6, 0.28
# Successive multiples of it, without their whole part, spread evenly (Weyl's equidistribution).
_GOLDEN_RATIO = 0.6180339887
_MAX_EMBLEMS = 6


@dataclass(frozen=True)
class Recent:
    """What the listener's previous cover showed; the next one shows something else."""

    technique: str = ""
    motif: str = ""


@dataclass(frozen=True)
class Setting:
    """What the titles or the listener's words say of a place. Values: scenes.toml; "" where they say nothing."""

    place: str = ""
    time: str = ""
    weather: str = ""

    def count_shown(self, layout: Layout) -> int:
        """Return how much of it a layout can show."""
        return (self.place in layout.places) + (self.time in layout.times) + (self.weather in layout.weather)

    def limit_to(self, layout: Layout) -> "Setting":
        """Return what a layout can show of it."""
        return Setting(
            self.place if self.place in layout.places else "",
            self.time if self.time in layout.times else "",
            self.weather if self.weather in layout.weather else "",
        )


@dataclass(frozen=True)
class Subject:
    """A motif, and the reason for it."""

    motif: Motif
    origin: Origin
    label: str = ""


@dataclass(frozen=True)
class ArtDirection:
    """`subject`: None where the layout shows no motif. `setting`: what the layout shows of the full one."""

    technique: Technique
    technique_origin: Origin
    layout: Layout
    subject: Subject | None
    setting: Setting
    full_setting: Setting


def direct_art(
    taste: TasteProfile,
    variation: int,
    labels: Sequence[str],
    theme: str | None,
    user_text: str,
    shared_technique: str,
    shared_layouts: frozenset[str],
    recent: Recent,
    *,
    prints_photograph: bool = False,
) -> ArtDirection:
    """Return the art direction of a cover, the same for the same arguments in every process.

    `labels`: COCO labels that the artwork shows, the most important first. `theme`: of the lexicon. `user_text`: the
    listener's own words, or "". `shared_technique`: that of a look that is shared, or "". `shared_layouts`: those
    of the look; empty: all. `prints_photograph`: the layout prints the listener's picture and shows no motif.
    """
    words = tokenize(user_text)
    setting = _find_setting(words) if user_text else _get_theme_setting(theme)
    subjects = [] if prints_photograph else _list_subjects(taste, variation, labels, words, recent)
    is_abstract = prints_photograph or (not _names_motif(words) and _is_abstract(taste, variation))
    ranking = rank_techniques(taste, words, shared_technique, recent.technique, print_photographs=prints_photograph)
    start = variation + hash_to_number(list_seed_inputs(taste), "technique") % min(3, len(ranking))
    options = [
        (technique, layout, subject)
        for step in range(len(ranking))
        for technique in [ranking[(start + step) % len(ranking)]]
        for layouts in [_shuffle_layouts(technique, taste)]
        for subject in ((None, *subjects) if is_abstract else (*subjects, None))
        for layout in _sort_layouts(layouts, subject, setting, variation // len(ranking), prints_photograph)
    ]
    options = [option for option in options if option[1].name in shared_layouts] or options
    if user_text:
        # What the listener asks for is worth another technique.
        options.sort(key=lambda option: -setting.count_shown(option[1]))
    technique, layout, subject = next((option for option in options if (option[2] is None) == is_abstract), options[0])
    return ArtDirection(
        technique=technique,
        technique_origin=find_technique_origin(taste, technique, words, shared_technique),
        layout=layout,
        subject=subject,
        setting=setting.limit_to(layout),
        full_setting=setting,
    )


def find_undrawn_words(user_text: str, art: ArtDirection, cut_out: CutOut | None) -> list[str]:
    """Return the words of a listener's direction that name something that the cover does not show."""
    shown_words: set[str] = set(art.subject.motif.words) if art.subject else set()
    if cut_out is not None:
        # The picture may show more than its label says.
        shown_words.update(word for label in [cut_out.label] for motif in find_by_label(label) for word in motif.words)
    setting = {"places": art.setting.place, "times_of_day": art.setting.time, "weathers": art.setting.weather}
    for kind, value in setting.items():
        shown_words.update(load_words()[kind].get(value, ()))
    shown_words.update(tokenize(" ".join([*art.technique.words, art.technique.medium])))
    return list(dict.fromkeys(word for word in tokenize(user_text) if is_drawable(word) and word not in shown_words))


def is_drawable(word: str) -> bool:
    """Return whether a word of a listener's direction names something that a cover would show."""
    words = load_words()
    is_known_elsewhere = any(word in mood["words"] for mood in words["moods"].values())
    is_color = any(word == tokenize(name)[-1] for name in words["colors"])
    return len(word) > 2 and not (
        is_known_elsewhere or is_color or word in words["undrawable_words"] or word in load_genres()
    )


def _list_subjects(
    taste: TasteProfile, variation: int, labels: Sequence[str], words: Sequence[str], recent: Recent
) -> list[Subject]:
    """Return the motifs to choose from, the best first.

    What the listener names comes first, and alone. Else things on the artwork and in titles lead the first of four
    variations and emblems of the music the others, so that two in a row never show the same. Household things come
    last, since an emblem says more about music than a chair.
    """
    origin = Origin("listener", "your direction")
    if matches := [Subject(motif, origin) for word in words for motif in find_by_word(word)[:1]]:
        return matches
    seed = (list_seed_inputs(taste), "motif")
    things = [subject for label in labels if (subject := _choose_by_label(taste, label, seed))]
    certain = [subject for subject in things if subject.label not in HOUSEHOLD and subject.motif.name != recent.motif]
    emblems = [subject for subject in _list_emblems(taste, seed) if subject.motif.name != recent.motif]
    names = {subject.motif.name for subject in certain}
    others = [subject for subject in emblems if subject.motif.name not in names]
    pair = variation // 2
    if variation % 2:
        return _rotate(others[::2], pair) or things
    emblems, certain = _rotate(others[1::2], pair), _rotate(certain, pair // 2)
    return ([*emblems, *certain] if pair % 2 else [*certain, *emblems]) or things


def _rotate(subjects: Sequence[Subject], turn: int) -> list[Subject]:
    first = turn % len(subjects) if subjects else 0
    return [*subjects[first:], *subjects[:first]]


def _choose_by_label(taste: TasteProfile, label: str, seed: object) -> Subject | None:
    families = {load_genres()[word].family for word in taste.genres}
    motifs = [motif for motif in find_by_label(label) if not motif.only_for or motif.only_for & families]
    if not motifs:
        return None
    if label in taste.objects:
        origin = Origin("objects", f"{label} on {taste.objects[label].detail}")
    elif label in taste.title_objects:
        origin = Origin("titles", taste.title_objects[label].detail)
    else:
        origin = Origin("listener", "your direction")
    return Subject(motifs[hash_to_number(seed, label) % len(motifs)], origin, label)


def _list_emblems(taste: TasteProfile, seed: object) -> Iterator[Subject]:
    """Yield emblems of the genres' families, the most important family first, in an order of the taste's own.

    An emblem of several families comes once.
    """
    names: set[str] = set()
    families: dict[str, list[str]] = defaultdict(list)
    for word in taste.genres:
        families[load_genres()[word].family].append(word)
    for family, genres in families.items():
        motifs = sorted(find_emblems(family)[:_MAX_EMBLEMS], key=lambda motif: hash_to_number(seed, motif.name))
        yield from (
            Subject(motif, Origin("genres", ", ".join(genres[:2]))) for motif in motifs if motif.name not in names
        )
        names.update(motif.name for motif in motifs)


def _names_motif(words: Iterable[str]) -> bool:
    return any(find_by_word(word) for word in words)


def _is_abstract(taste: TasteProfile, variation: int) -> bool:
    genre = next(iter(taste.genres), None)
    is_abstract_family = genre is not None and load_genres()[genre].family in load_words()["abstract_families"]
    share = _ABSTRACT_SHARE if is_abstract_family else _FIGURATIVE_SHARE
    return (hash_to_unit(list_seed_inputs(taste), "abstract") + variation * _GOLDEN_RATIO) % 1 < share


def _shuffle_layouts(technique: Technique, taste: TasteProfile) -> list[Layout]:
    """Return the layouts in an order of the taste's own."""
    seed = list_seed_inputs(taste)
    return sorted(technique.layouts.values(), key=lambda layout: hash_to_number(seed, layout.name))


def _sort_layouts(
    layouts: Sequence[Layout], subject: Subject | None, setting: Setting, turn: int, prints_photograph: bool
) -> list[Layout]:
    """Return the layouts that can show a subject, those without a motif, or those that print a photograph.

    Those that show more of the setting come first, else in the order of `layouts`, which `turn` rotates.
    """
    motif = subject.motif if subject else None
    layouts = [layout for layout in layouts if (layout.photograph if prints_photograph else layout.can_show(motif))]
    first = turn % len(layouts) if layouts else 0
    return sorted([*layouts[first:], *layouts[:first]], key=lambda layout: -setting.count_shown(layout))


def _find_setting(words: Collection[str]) -> Setting:
    def find(kind: str) -> str:
        return next((name for name, signs in load_words()[kind].items() if set(signs) & set(words)), "")

    return Setting(find("places"), find("times_of_day"), find("weathers"))


def _get_theme_setting(theme: str | None) -> Setting:
    return Setting(**load_words()["themes"][theme].get("setting", {})) if theme else Setting()
