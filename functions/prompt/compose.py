"""Composes a prompt from a taste: once in the painter's words, and once, as a brief, in those of an image model.

A prompt holds words of the lexicon, names of colors and the listener's own direction, and nothing else. A title can
choose among these words, but its text never reaches the prompt.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from coverart.models import Brief, CoverOptions, CutOut, Lettering, Phrase, Prompt
from prompt.art_direction import Recent, find_undrawn_words
from prompt.briefs import BriefWriter
from prompt.decisions import PromptDecisions, decide
from prompt.lettering import choose_lettering
from prompt.lexicon import fold_text, load_words
from prompt.looks import SeriesPart
from prompt.palette import adjust_palette
from prompt.phrases import PhraseWriter
from prompt.sentences import BRIEF_SENTENCES, PAINTER_SENTENCES, trim_to_limit
from prompt.shared_style import SHARED_PARTS, SharedStyle
from prompt.taste_profile import Evidence, TasteProfile, clean_text, find_labels, find_themes, split_negations

# Unless the listener wrote the prompt.
MAX_PROMPT_CHARACTERS, MAX_BRIEF_CHARACTERS = 900, 1300
# Of the listener's words that the painter cannot draw.
_MAX_UNDRAWN_WORDS = 5


def compose(
    taste: TasteProfile,
    options: CoverOptions,
    style_albums: Sequence[str],
    shared_style: SharedStyle | None = None,
    *,
    has_image_model: bool = True,
    recent: Recent | None = None,
    title: str = "",
    series_part: SeriesPart | None = None,
    cut_out: CutOut | None = None,
) -> Prompt:
    """Return the prompt, the same for the same arguments on every machine.

    It has at most MAX_PROMPT_CHARACTERS unless the listener wrote it. `options.variation` is the seed. `style_albums`:
    the ids of the albums whose artwork provides the style. `has_image_model`: an image model may paint, so the prompt
    has a brief. `recent`: what the listener's previous cover showed. `title`: the playlist's name, for the lettering
    alone. `series_part`: what a built-in look decides. `cut_out`: of the listener's picture, if the cover shows one;
    the image model then has a part in it only where the options let it have the picture.
    """
    user_text = clean_text(options.prompt or options.direction or "")
    wishes, unwanted = split_negations(user_text)
    taste = _adapt_taste(taste, wishes, unwanted, shared_style)
    palette = series_part.palette if series_part else taste.palette
    taste = replace(taste, palette=adjust_palette(palette, options.palette))
    decisions = decide(
        taste, options.seed, wishes, find_labels(wishes), shared_style, recent or Recent(), series_part, cut_out
    )
    art = decisions.art
    series = series_part or shared_style
    lettering = choose_lettering(
        options, title, taste, art.technique.name, art.layout, series.lettering if series else None
    )
    brief = None
    if options.prompt and user_text:
        phrases = [Phrase(part="direction", text=user_text, source="listener", detail="your own prompt")]
        text = user_text
    else:
        shared = shared_style.phrases if shared_style else []
        phrases = _adapt_phrases(PhraseWriter(decisions).write(user_text), shared, user_text)
        phrases, text = trim_to_limit(phrases, PAINTER_SENTENCES, MAX_PROMPT_CHARACTERS)
        if has_image_model and (cut_out is None or options.send_picture):
            brief = _compose_brief(decisions, shared_style, user_text, lettering)
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
        seed=options.seed,
        technique=art.technique.name,
        composition=art.layout.name,
        motif=art.subject.motif.name if art.subject else "",
        place=art.setting.place,
        time=art.setting.time,
        weather=art.setting.weather,
        undrawn=find_undrawn_words(wishes, art, cut_out)[:_MAX_UNDRAWN_WORDS],
        brief=brief,
        lettering=lettering,
        cut_out=cut_out,
        send_picture=options.send_picture,
    )


def _compose_brief(
    decisions: PromptDecisions, shared_style: SharedStyle | None, user_text: str, lettering: Lettering | None
) -> Brief:
    shared = shared_style.brief_phrases if shared_style else []
    phrases = _adapt_phrases(BriefWriter(decisions, lettering).write(user_text), shared, user_text)
    phrases, text = trim_to_limit(phrases, BRIEF_SENTENCES, MAX_BRIEF_CHARACTERS)
    return Brief(text=text, phrases=phrases)


def _adapt_taste(taste: TasteProfile, wishes: str, unwanted: str, shared_style: SharedStyle | None) -> TasteProfile:
    """Return the taste after the listener's text, a genre without era and a shared style have changed it."""
    if wishes or unwanted:
        # The setting and the objects beside it come from the listener's words instead of titles.
        themes = dict.fromkeys(find_themes(wishes), Evidence(1.0, "your direction"))
        objects = {label: evidence for label, evidence in taste.objects.items() if label not in find_labels(unwanted)}
        taste = replace(taste, themes=themes, themes_source="listener", title_objects={}, objects=objects)
    if next(iter(taste.genres), None) in load_words()["genres_without_era"]:
        taste = replace(taste, decade=None)
    if shared_style:
        taste = replace(taste, palette=shared_style.prompt.palette)
    return taste


def _adapt_phrases(phrases: list[Phrase], shared_phrases: list[Phrase], user_text: str) -> list[Phrase]:
    """Replace the shared parts by the style's phrases, if it has any, before the last phrase, which excludes things.

    Drops parts that the listener's direction decides.
    """
    if shared_phrases:
        own_phrases = [phrase for phrase in phrases if phrase.part not in SHARED_PARTS]
        phrases = [*own_phrases[:-1], *shared_phrases, own_phrases[-1]]
    return _drop_overridden(phrases, user_text)


def _drop_overridden(phrases: list[Phrase], user_text: str) -> list[Phrase]:
    """Drop the parts that the listener's direction decides itself ("a watercolor at dusk")."""
    spaced_words = f" {' '.join(re.findall('[a-z0-9]+', fold_text(user_text)))} "
    overridden = {
        part
        for part, spellings in load_words()["overridden_parts"].items()
        if any(f" {spelling} " in spaced_words for spelling in spellings)
    }
    return [phrase for phrase in phrases if phrase.part not in overridden]
