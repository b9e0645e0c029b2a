"""The image backend that needs no account: posters from a prompt's meaning, never from artwork itself."""

import hashlib
import re

import numpy as np
from PIL import Image

import pictograms
from coverart.models import Prompt
from generate.painter.canvas import Canvas
from generate.painter.color_scheme import MOODS, ColorScheme, build_color_scheme
from generate.painter.compositions import COMPOSITIONS, Subjects

AT_NIGHT = {"orbit"}
# Of the emblem that stands in where nothing was seen on the artwork.
EMBLEMS = {
    "serene": "lotus",
    "dreamy": "moon",
    "melancholic": "feather",
    "warm": "sunflower",
    "playful": "balloon",
    "energetic": "lightning",
    "dark": "eye",
    "epic": "compass_rose",
}
PLACES = {
    "sea": {"sea", "ocean", "water", "river", "lake", "waves", "harbour", "shore", "beach"},
    "peaks": {"mountain", "mountains", "peaks", "rocks", "cliffs"},
    "forest": {"forest", "wood", "woods", "trees", "pines"},
    "stars": {"stars", "starry", "star", "space", "cosmic", "galaxy", "night"},
}


def paint(prompt: Prompt, size: int = 1024) -> Image.Image:
    """RGB, `size` x `size`. The same prompt gives the same bytes, on every machine with the same NumPy and Pillow."""
    rng = _rng(prompt)
    scheme = _mixed(prompt, rng)
    press = Canvas(size, rng, register=0.002 + 0.002 * prompt.energy, wear=0.2 if _decade(prompt) >= 2000 else 0.35)
    COMPOSITIONS[composition(prompt)](press, scheme, _cast(prompt, _mood(prompt)))
    return press.finish(grain=0.035)


def scheme_of(prompt: Prompt) -> ColorScheme:
    """The inks that `paint` prints with."""
    return _mixed(prompt, _rng(prompt))


def composition(prompt: Prompt) -> str:
    """The prompt's own where it names one that is known, else one of all, in turn with the seeds."""
    if prompt.composition in COMPOSITIONS:
        return prompt.composition
    names = list(COMPOSITIONS)
    return names[(_digest(prompt, "") + prompt.seed) % len(names)]


def _rng(prompt: Prompt) -> np.random.Generator:
    return np.random.default_rng(_digest(prompt, str(prompt.seed)))


def _mixed(prompt: Prompt, rng: np.random.Generator) -> ColorScheme:
    night = True if composition(prompt) in AT_NIGHT else None
    return build_color_scheme(list(prompt.palette), _mood(prompt), rng, night=night)


def _mood(prompt: Prompt) -> str:
    return prompt.mood if prompt.mood in MOODS else "serene"


def _cast(prompt: Prompt, mood: str) -> Subjects:
    told = [phrase.text for phrase in prompt.phrases if phrase.part == "direction"]
    scene = [phrase.text for phrase in prompt.phrases if phrase.part in {"subject", "setting"}]
    asked, words = _words(told), _words([*told, *scene] or [prompt.text])
    seen = [glyph for label in prompt.subjects if (glyph := pictograms.for_object(label, mood))]
    named = [[glyph for word in some if (glyph := pictograms.for_word(word))] for some in (asked, words)]
    # What the listener asked for leads, then what was seen, then what the titles show.
    glyphs = tuple(dict.fromkeys([*named[0], *seen, *named[1]]))[:3] or (EMBLEMS[mood],)
    places = frozenset(place for place, signs in PLACES.items() if signs & set(words))
    return Subjects(glyphs, prompt.energy, _decade(prompt), places)


def _words(texts: list[str]) -> list[str]:
    return re.findall(r"[a-z]+", " ".join(texts).lower())


def _decade(prompt: Prompt) -> int:
    return int(prompt.era[:4]) if re.fullmatch(r"\d{4}s", prompt.era) else 0


def _digest(prompt: Prompt, salt: str) -> int:
    # The seed's part alone may change between variations, so the text, which changes with it, stays out.
    what = "\n".join([salt, prompt.mood, prompt.era, f"{prompt.energy:.3f}", *prompt.subjects, *prompt.palette])
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:8])
