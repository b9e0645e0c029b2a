"""From a taste to one prompt: subject, setting, mood, medium, light, colours.

Only words of the lexicon, COCO labels, colour names and the listener's own direction get into a prompt: a title can
choose among them, but nothing of it comes through.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, zip_longest

import numpy as np

from coverart.colour import from_hex, to_lch
from coverart.cover import Options, Phrase, Prompt
from prompt.lexicon import Genre, genres, tokens, words
from prompt.look import SHARED, Look
from prompt.palette import names
from prompt.taste import Taste, clean, imagery_in, labels_in

LONGEST = 900
# A phrase's source and detail.
Why = tuple[str, str]
# How the phrases become sentences; what is missing leaves no trace.
_FRAME = (
    (("direction",), "{}."),
    (("scene", "composition"), "{}."),
    (("mood",), "Mood: {}."),
    (("medium", "era"), "{}."),
    (("light",), "Light: {}."),
    (("colours",), "Colours: {}."),
    (("avoid",), "{}."),
)
# What goes first where the prompt would be too long.
_EXPENDABLE = ("era", "light", "setting", "composition")


def compose(taste: Taste, options: Options, style_albums: Sequence[str], look: Look | None = None) -> Prompt:
    """The prompt, at most LONGEST characters unless the listener wrote it. `options.variation` is the seed."""
    told = clean(options.prompt or options.direction or "")
    said, seen = labels_in(told), list(taste.objects)
    if told:
        # The place is the listener's to tell.
        shown = dict.fromkeys(imagery_in(told), (1.0, "your direction"))
        taste = replace(taste, imagery=shown, imagery_from="listener")
    mood, why = (look.prompt.mood, ("look", look.name)) if look else _mood(taste, set(tokens(told)))
    energy, era = _energy(taste, mood), f"{taste.decade}s" if taste.decade else ""
    if look:
        energy, era, taste = look.prompt.energy, look.prompt.era, replace(taste, palette=look.prompt.palette)
    composition = _composition(taste, mood, options.variation)
    if options.prompt:
        phrases, text = [Phrase(part="direction", text=told, source="listener", detail="your own prompt")], told
        subjects = said or seen
    else:
        written = _Writer(taste, options.variation, mood, why, composition).phrases(told, [] if said else seen)
        phrases, text = _fitted(_shared(written, look) if look else written)
        subjects = list(dict.fromkeys([*said, *seen]))
    return Prompt(
        text=text,
        phrases=phrases,
        subjects=subjects[:3],
        mood=mood,
        energy=round(energy, 3),
        era=era,
        palette=list(taste.palette),
        style_albums=list(style_albums),
        seed=options.variation,
        composition=composition,
    )


def rng_for(*inputs: object) -> np.random.Generator:
    """Chance that is the same in every process."""
    return np.random.default_rng(_number(*inputs))


def _number(*inputs: object) -> int:
    return int.from_bytes(hashlib.sha256(json.dumps(inputs, default=repr).encode()).digest()[:8])


class _Writer:
    """Writes one phrase after the other, each with what it came from."""

    def __init__(self, taste: Taste, variation: int, mood: str, why: Why, composition: str) -> None:
        self.taste, self.variation, self.mood, self.why = taste, variation, mood, why
        self.composition = composition
        self.parts = _parts(taste)
        self.rng = rng_for(repr(taste), variation)
        group = next(iter(taste.imagery), None)
        self.place = words()["imagery"][group] if group else None
        self.place_why = (taste.imagery_from, taste.imagery[group][1]) if group else why

    def phrases(self, told: str, seen: Sequence[str]) -> list[Phrase]:
        written = [self._direction(told), *self._scene(seen)] if told else [*self._subject(seen), *self._setting()]
        written += [self._composition(), self._told_mood(), self._medium(), *self._era(), self._light()]
        return [*written, *self._colours(), self._phrase("avoid", words()["avoid"]["text"], "built_in", "always")]

    def _phrase(self, part: str, text: str, source: str, detail: str) -> Phrase:
        if self.taste.built_in and source not in {"listener", "look"}:
            source, detail = "built_in", "the built-in list"
        return Phrase(part=part, text=text, source=source, detail=detail)

    def _pick(self, choices: Sequence[str]) -> str:
        return choices[int(self.rng.integers(len(choices)))]

    def _direction(self, told: str) -> Phrase:
        return self._phrase("direction", _sentence(told), "listener", "your direction")

    def _scene(self, seen: Sequence[str]) -> list[Phrase]:
        """Beside a direction what was seen is a detail, and the place is the listener's."""
        if not seen:
            return []
        text = f"{words()['objects'][seen[0]][0]} as a small detail"
        return [self._phrase("subject", _sentence(text), "objects", self._where(seen[:1]))]

    def _subject(self, seen: Sequence[str]) -> list[Phrase]:
        shown = [words()["objects"][label][0] for label in seen[:2]]
        if shown:
            # Two at most: more is a list, not a picture.
            relation = self._pick(words()["relations"]["two"])
            text = relation.format(a=shown[0], b=shown[1]) if len(shown) == 2 else shown[0]
            return [self._phrase("subject", _sentence(text), "objects", self._where(seen[:2]))]
        if self.place:
            return [self._phrase("subject", _sentence(self.place["emblem"]), *self.place_why)]
        return [self._phrase("subject", _sentence(self._pick(words()["moods"][self.mood]["emblems"])), *self.why)]

    def _where(self, labels: Sequence[str]) -> str:
        return "; ".join(f"{label} on {self.taste.objects[label][1]}" for label in labels)

    def _setting(self) -> list[Phrase]:
        if self.place:
            return [self._phrase("setting", self._pick(self.place["settings"]), *self.place_why)]
        return [self._phrase("setting", self._pick(words()["moods"][self.mood]["settings"]), *self.why)]

    def _composition(self) -> Phrase:
        text = words()["compositions"][self.composition]["text"]
        return self._phrase("composition", text, "built_in", f"{self.composition}, variation {self.variation}")

    def _told_mood(self) -> Phrase:
        by_turns = chain.from_iterable(zip_longest(*(part.adjectives for part in self.parts[:4])))
        adjectives = list(dict.fromkeys(word for word in by_turns if word))
        if not adjectives:
            return self._phrase("mood", _listed(words()["moods"][self.mood]["words"][:3]), *self.why)
        start = int(self.rng.integers(min(2, len(adjectives))))
        chosen = [self.mood, *[word for word in adjectives[start:] if word != self.mood][:3]]
        return self._phrase("mood", _listed(chosen), "genres", ", ".join(part.word for part in self.parts[:4]))

    def _medium(self) -> Phrase:
        if not self.parts:
            return self._phrase("medium", "Screen print with soft paper grain", "built_in", "no genre is known")
        leading = self.parts[int(self.rng.integers(min(2, len(self.parts))))]
        return self._phrase("medium", _sentence(f"{leading.medium} with {leading.texture}"), "genres", leading.word)

    def _era(self) -> list[Phrase]:
        if not self.taste.decade:
            return []
        looks = {int(decade): look for decade, look in words()["eras"].items()}
        look = looks[max((decade for decade in looks if decade <= self.taste.decade), default=min(looks))]
        return [self._phrase("era", look, "era", f"median release year in the {self.taste.decade}s")]

    def _light(self) -> Phrase:
        if self.place and self.rng.random() < 0.6:
            return self._phrase("light", self._pick(self.place["lights"]), *self.place_why)
        return self._phrase("light", self._pick(words()["moods"][self.mood]["lights"]), *self.why)

    def _colours(self) -> list[Phrase]:
        named = names(self.taste.palette)[:5]
        if not named:
            return []
        treatment = f"{self.parts[0].palette} " if self.parts else ""
        why = self.why if self.why[0] == "look" else ("palette", ", ".join(self.taste.palette))
        return [self._phrase("colours", f"{treatment}{_listed(named)}", *why)]


def _composition(taste: Taste, mood: str, variation: int) -> str:
    """The name of one that suits the mood; as many variations in a row have different ones."""
    known, group = words()["compositions"], next(iter(taste.imagery), None)
    suited: list[str] = [name for name in known if mood in known[name]["moods"]]
    turn = _number(repr(taste)) % len(suited)
    in_turn = sorted([*suited[turn:], *suited[:turn]], key=lambda name: known[name].get("place") != group)
    return in_turn[variation % len(in_turn)]


def _shared(written: list[Phrase], look: Look) -> list[Phrase]:
    """With the look's phrases in the place of those that it shares."""
    shared = look.phrases
    if not shared:
        return written
    own = [phrase for phrase in written if phrase.part not in SHARED]
    return [*own[:-1], *shared, own[-1]]


def _fitted(phrases: list[Phrase]) -> tuple[list[Phrase], str]:
    """The phrases that stay, and the text they make."""
    for part in ("", *_EXPENDABLE):
        phrases = [phrase for phrase in phrases if phrase.part != part]
        by_part = {phrase.part: phrase.text for phrase in phrases}
        scene = " ".join(by_part[part] for part in ("subject", "setting") if part in by_part)
        by_part |= {"scene": scene} if scene else {}
        sentences = [
            frame.format(", ".join(by_part[part] for part in parts if part in by_part))
            for parts, frame in _FRAME
            if any(part in by_part for part in parts)
        ]
        text = " ".join(sentences)
        if len(text) <= LONGEST:
            break
    return phrases, text


def _mood(taste: Taste, told: set[str]) -> tuple[str, Why]:
    """The mood and why: the listener's word, else the genres and titles, else the colours."""
    moods = words()["moods"]
    for mood, signs in moods.items():
        if told & set(signs["words"]):
            return mood, ("listener", "your direction")
    votes: dict[str, float] = defaultdict(float)
    for weights, mood_of, share in (
        (taste.genres, lambda word: genres()[word].mood, 1.0),
        ({group: weight for group, (weight, _) in taste.imagery.items()}, lambda g: words()["imagery"][g]["mood"], 0.3),
    ):
        for name, weight in weights.items():
            votes[mood_of(name)] += share * weight / sum(weights.values())
    if not votes:
        return _mood_of_colours(taste.palette), ("palette", ", ".join(taste.palette))
    mood = max(moods, key=lambda name: votes[name])
    led = [word for word in taste.genres if genres()[word].mood == mood]
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


def _energy(taste: Taste, mood: str) -> float:
    parts = _parts(taste)
    if not parts:
        return float(words()["moods"][mood]["energy"])
    return float(np.average([part.energy for part in parts], weights=[taste.genres[part.word] for part in parts]))


def _parts(taste: Taste) -> list[Genre]:
    return [genres()[word] for word in taste.genres]


def _sentence(text: str) -> str:
    text = text.rstrip(". ")
    return text[:1].upper() + text[1:]


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
