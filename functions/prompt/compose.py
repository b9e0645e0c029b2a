"""Composes a prompt from a taste: layout with subject, setting, mood, medium, light and colors.

A prompt holds words of the lexicon, names of colors and the listener's own direction, and nothing else. A title can
choose among these words, but its text never reaches the prompt.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from coverart.models import CoverOptions, Phrase, Prompt
from prompt.art_direction import Recent, find_undrawn_words
from prompt.decisions import decide
from prompt.lexicon import fold_text, load_words
from prompt.phrases import PhraseWriter
from prompt.shared_style import SHARED_PARTS, SharedStyle
from prompt.taste_profile import Evidence, TasteProfile, clean_text, find_labels, find_themes

# Unless the listener wrote the prompt.
MAX_PROMPT_CHARACTERS = 900
# Of the listener's words that the painter cannot draw.
_MAX_UNDRAWN_WORDS = 5
# The parts of each sentence and its text; a part that is missing is left out.
_SENTENCES = (
    (("direction",), "{}."),
    (("scene",), "{}."),
    (("mood",), "Mood: {}."),
    (("medium", "era"), "{}."),
    (("light",), "Light: {}."),
    (("colours",), "Colours: {}."),
    (("avoid",), "{}."),
)
# In this order, parts are dropped from a prompt that would be too long.
_DISPENSABLE_PARTS = ("era", "light", "setting")


def compose(
    taste: TasteProfile,
    options: CoverOptions,
    style_albums: Sequence[str],
    shared_style: SharedStyle | None = None,
    *,
    is_for_painter: bool = True,
    recent: Recent | None = None,
) -> Prompt:
    """Return the prompt, the same for the same arguments on every machine.

    It has at most MAX_PROMPT_CHARACTERS unless the listener wrote it. `options.variation` is the seed. `style_albums`:
    the ids of the albums whose artwork provides the style. `is_for_painter`: the prompt says only what the painter can
    show. `recent`: what the listener's previous cover showed.
    """
    user_text = clean_text(options.prompt or options.direction or "")
    taste = _adapt_taste(taste, user_text, shared_style)
    decisions = decide(taste, options.variation, user_text, find_labels(user_text), shared_style, recent or Recent())
    art = decisions.art
    if options.prompt and user_text:
        phrases = [Phrase(part="direction", text=user_text, source="listener", detail="your own prompt")]
        text = user_text
    else:
        phrases = PhraseWriter(decisions).write(user_text, is_for_painter=is_for_painter)
        phrases = _insert_shared_phrases(phrases, shared_style) if shared_style else phrases
        phrases, text = _trim_to_limit(_drop_overridden(phrases, user_text))
    era = f"{taste.decade}s" if taste.decade else ""
    return Prompt(
        text=text,
        phrases=phrases,
        subjects=[art.subject.label] if art.subject and art.subject.label else [],
        mood=decisions.mood,
        energy=round(decisions.energy, 3),
        era=shared_style.prompt.era if shared_style else era,
        palette=list(taste.palette),
        style_albums=list(style_albums),
        seed=options.variation,
        technique=art.technique.name,
        composition=art.layout.name,
        motif=art.subject.motif.name if art.subject else "",
        place=art.setting.place,
        time=art.setting.time,
        weather=art.setting.weather,
        undrawn=find_undrawn_words(user_text, art)[:_MAX_UNDRAWN_WORDS],
    )


def _adapt_taste(taste: TasteProfile, user_text: str, shared_style: SharedStyle | None) -> TasteProfile:
    """Return the taste after the listener's text, a genre without era and a shared style have changed it."""
    if user_text:
        # The setting and the objects beside it come from the listener's words instead of titles.
        themes = dict.fromkeys(find_themes(user_text), Evidence(1.0, "your direction"))
        taste = replace(taste, themes=themes, themes_source="listener", title_objects={})
    if next(iter(taste.genres), None) in load_words()["genres_without_era"]:
        taste = replace(taste, decade=None)
    if shared_style:
        taste = replace(taste, palette=shared_style.prompt.palette)
    return taste


def _insert_shared_phrases(phrases: list[Phrase], shared_style: SharedStyle) -> list[Phrase]:
    """Replace the shared parts by the style's phrases, if it has any, before the last phrase."""
    shared_phrases = shared_style.phrases
    if not shared_phrases:
        return phrases
    own_phrases = [phrase for phrase in phrases if phrase.part not in SHARED_PARTS]
    return [*own_phrases[:-1], *shared_phrases, own_phrases[-1]]


def _drop_overridden(phrases: list[Phrase], user_text: str) -> list[Phrase]:
    """Drop the parts that the listener's direction decides itself ("a watercolor at dusk")."""
    spaced_words = f" {' '.join(re.findall('[a-z0-9]+', fold_text(user_text)))} "
    overridden = {
        part
        for part, spellings in load_words()["overridden_parts"].items()
        if any(f" {spelling} " in spaced_words for spelling in spellings)
    }
    return [phrase for phrase in phrases if phrase.part not in overridden]


def _trim_to_limit(phrases: list[Phrase]) -> tuple[list[Phrase], str]:
    """Drop dispensable parts until the text fits. Return the phrases that are left, and their text."""
    text = _join_phrases(phrases)
    for part in _DISPENSABLE_PARTS:
        if len(text) <= MAX_PROMPT_CHARACTERS:
            break
        phrases = [phrase for phrase in phrases if phrase.part != part]
        text = _join_phrases(phrases)
    return phrases, text


def _join_phrases(phrases: list[Phrase]) -> str:
    texts = {phrase.part: phrase.text for phrase in phrases}
    scene = ", ".join(texts[part] for part in ("subject", "composition", "setting") if part in texts)
    texts |= {"scene": scene} if scene else {}
    return " ".join(
        sentence.format(", ".join(texts[part] for part in parts if part in texts))
        for parts, sentence in _SENTENCES
        if any(part in texts for part in parts)
    )
