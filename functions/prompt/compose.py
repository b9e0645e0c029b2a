"""From a taste to one prompt: subject, setting, composition, mood, medium, light, colours.

Only words of the lexicon, COCO labels, colour names and the listener's own direction get into a prompt: a title can
choose among them, but nothing of it comes through.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from coverart.models import CoverOptions, Phrase, Prompt
from prompt.decisions import decide
from prompt.lexicon import fold_text, load_words, tokenize
from prompt.phrases import PhraseWriter
from prompt.shared_style import SHARED, SharedStyle
from prompt.taste_profile import TasteProfile, clean_text, find_imagery, find_labels

MAX_PROMPT_CHARACTERS = 900
# How the phrases become sentences; what is missing leaves no trace.
_FRAME = (
    (("direction",), "{}."),
    (("scene",), "{}."),
    (("composition",), "Composition: {}."),
    (("mood",), "Mood: {}."),
    (("medium", "era"), "{}."),
    (("light",), "Light: {}."),
    (("colours",), "Colours: {}."),
    (("avoid",), "{}."),
)
# What goes first where the prompt would be too long.
_EXPENDABLE = ("era", "light", "setting", "composition")


def compose(
    taste: TasteProfile, options: CoverOptions, style_albums: Sequence[str], look: SharedStyle | None = None
) -> Prompt:
    """The prompt, at most LONGEST characters unless the listener wrote it. `options.variation` is the seed."""
    told = clean_text(options.prompt or options.direction or "")
    if told:
        # The place is the listener's to tell.
        shown = dict.fromkeys(find_imagery(told), (1.0, "your direction"))
        taste = replace(taste, imagery=shown, imagery_from="listener", named={})
    if next(iter(taste.genres), None) in load_words()["genres_without_era"]:
        taste = replace(taste, decade=None)
    era = f"{taste.decade}s" if taste.decade else ""
    if look:
        era, taste = look.prompt.era, replace(taste, palette=look.prompt.palette)
    plan = decide(taste, options.variation, set(tokenize(told)), look)
    said = find_labels(told)
    if options.prompt and told:
        phrases, text = [Phrase(part="direction", text=told, source="listener", detail="your own prompt")], told
    else:
        written = PhraseWriter(plan).phrases(told, () if said else plan.cast)
        phrases, text = _fitted(_unsettled(_shared(written, look) if look else written, told))
    return Prompt(
        text=text,
        phrases=phrases,
        subjects=(said or list(plan.cast))[:3],
        mood=plan.mood,
        energy=round(plan.energy, 3),
        era=era,
        palette=list(taste.palette),
        style_albums=list(style_albums),
        seed=options.variation,
        composition=plan.composition,
    )


def _shared(written: list[Phrase], look: SharedStyle) -> list[Phrase]:
    """With the look's phrases in the place of those that it shares."""
    shared = look.phrases
    if not shared:
        return written
    own = [phrase for phrase in written if phrase.part not in SHARED]
    return [*own[:-1], *shared, own[-1]]


def _unsettled(phrases: list[Phrase], told: str) -> list[Phrase]:
    """Without those whose part the listener's direction has settled ("a watercolour at dusk")."""
    line = f" {' '.join(re.findall('[a-z0-9]+', fold_text(told)))} "
    settled = {
        part for part, signs in load_words()["overridden_parts"].items() if any(f" {sign} " in line for sign in signs)
    }
    return [phrase for phrase in phrases if phrase.part not in settled]


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
        if len(text) <= MAX_PROMPT_CHARACTERS:
            break
    return phrases, text
