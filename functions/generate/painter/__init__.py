"""The image backend that needs no account: it paints posters from a prompt's meaning, never from artwork itself."""

import hashlib
import re

import numpy as np
from PIL import Image

import pictograms
from coverart.models import Prompt
from generate.painter.canvas import Canvas
from generate.painter.color_scheme import MOODS, ColorScheme, build_color_scheme
from generate.painter.compositions import COMPOSITIONS, Subjects

DARK_COMPOSITIONS = {"orbit"}
# The motif where neither the artwork nor the listener's words provide one.
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
    """Return an RGB image of `size` x `size` pixels.

    The same prompt gives the same bytes on every machine that has the same versions of NumPy and Pillow.
    """
    rng = _create_rng(prompt)
    scheme = _build_scheme(prompt, rng)
    wear = 0.2 if _parse_decade(prompt) >= 2000 else 0.35
    canvas = Canvas(size, rng, misregister=0.002 + 0.002 * prompt.energy, wear=wear)
    COMPOSITIONS[choose_composition(prompt)](canvas, scheme, choose_subjects(prompt))
    return canvas.render(grain=0.035)


def get_color_scheme(prompt: Prompt) -> ColorScheme:
    """Return the inks that `paint` uses."""
    return _build_scheme(prompt, _create_rng(prompt))


def choose_composition(prompt: Prompt) -> str:
    """Return the prompt's composition, or where it names none that is known, another one for each seed."""
    if prompt.composition in COMPOSITIONS:
        return prompt.composition
    names = list(COMPOSITIONS)
    return names[(_digest(prompt, "") + prompt.seed) % len(names)]


def choose_subjects(prompt: Prompt) -> Subjects:
    """Return what the poster shows: what the listener's direction names, then objects, then what the scene names."""
    mood = _get_mood(prompt)
    direction = [phrase.text for phrase in prompt.phrases if phrase.part == "direction"]
    scene = [phrase.text for phrase in prompt.phrases if phrase.part in {"subject", "setting"}]
    words = _split_words([*direction, *scene] or [prompt.text])
    names = [
        *(pictograms.find_by_word(word) for word in _split_words(direction)),
        *(pictograms.find_by_label(label, mood) for label in prompt.subjects),
        *(pictograms.find_by_word(word) for word in words),
    ]
    distinct_names = tuple(dict.fromkeys(name for name in names if name))
    places = frozenset(place for place, signs in PLACES.items() if signs & set(words))
    return Subjects(distinct_names[:3] or (EMBLEMS[mood],), prompt.energy, _parse_decade(prompt), places)


def _create_rng(prompt: Prompt) -> np.random.Generator:
    return np.random.default_rng(_digest(prompt, str(prompt.seed)))


def _build_scheme(prompt: Prompt, rng: np.random.Generator) -> ColorScheme:
    is_dark = True if choose_composition(prompt) in DARK_COMPOSITIONS else None
    return build_color_scheme(list(prompt.palette), _get_mood(prompt), rng, is_dark=is_dark)


def _get_mood(prompt: Prompt) -> str:
    return prompt.mood if prompt.mood in MOODS else "serene"


def _split_words(texts: list[str]) -> list[str]:
    return re.findall(r"[a-z]+", " ".join(texts).lower())


def _parse_decade(prompt: Prompt) -> int:
    return int(prompt.era[:4]) if re.fullmatch(r"\d{4}s", prompt.era) else 0


def _digest(prompt: Prompt, salt: str) -> int:
    # Variations change the seed and with it the text, so the text is left out: only the salt may depend on the seed.
    fields = [salt, prompt.mood, prompt.era, f"{prompt.energy:.3f}", *prompt.subjects, *prompt.palette]
    return int.from_bytes(hashlib.sha256("\n".join(fields).encode()).digest()[:8])
