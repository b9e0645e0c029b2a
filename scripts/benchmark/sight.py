"""Measures detection on artwork whose content is known: `python -m scripts.benchmark.sight`.

Prints two shares: of abstract artwork with objects on it, and of scikit-image's photographs with the right words and no
others; each also for the object detector alone, in one view. docs/performance.md has further pictures ("Sight").
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from PIL import Image, ImageOps

from detect.detector import find_objects
from detect.sight import look
from scripts import assets
from scripts.benchmark.abstract_artwork import KINDS, draw_abstract

ARTWORKS_OF_A_KIND = 25
# Above which an object counted before further views and networks confirmed it.
_FORMER_MIN_SCORE = 0.6
# Photograph -> what one can name on it.
WORDS = {
    "astronaut": {"person", "portrait"},
    "chelsea": {"cat"},
    "coffee": {"cup"},
    "motorcycle_left": {"motorcycle"},
    "horse": {"horse"},
    "rocket": {"rocket"},
    "clock_motion": {"clock"},
}

Look = Callable[[Image.Image], set[str]]


def look_with_all(image: Image.Image) -> set[str]:
    return {detected.label for detected in look(image)}


def look_once(image: Image.Image) -> set[str]:
    return {detected.label for detected in find_objects(image).objects if detected.score > _FORMER_MIN_SCORE}


def find_objects_on_abstract_artwork(count: int, look_at: Look = look_with_all) -> dict[str, set[str]]:
    """Return what is seen on `count` artworks of each kind, by kind and number, where anything is."""
    names = [(kind, seed) for kind in KINDS for seed in range(count)]
    label_sets = _map(lambda name: look_at(draw_abstract(*name)), names)
    return {f"{kind} {seed}": labels for (kind, seed), labels in zip(names, label_sets, strict=True) if labels}


def find_objects_on_photographs(look_at: Look = look_with_all) -> dict[str, set[str]]:
    """Return what is seen on scikit-image's photographs, padded to squares, by name."""
    photographs = assets.fetch_photos()

    def load(name: str) -> Image.Image:
        return ImageOps.pad(Image.open(photographs[name]).convert("RGB"), (640, 640), color="white")

    return dict(zip(photographs, _map(lambda name: look_at(load(name)), photographs), strict=True))


def _map[Item](work: Callable[[Item], set[str]], items: Iterable[Item]) -> list[set[str]]:
    with ThreadPoolExecutor(os.process_cpu_count() or 1) as executor:
        return list(executor.map(work, items))


def main() -> None:
    for name, look_at in {"one view": look_once, "all": look_with_all}.items():
        abstract = find_objects_on_abstract_artwork(ARTWORKS_OF_A_KIND, look_at)
        print(f"{name}: objects on {len(abstract)} of {ARTWORKS_OF_A_KIND * len(KINDS)} abstract artworks: {abstract}")
        photographs = find_objects_on_photographs(look_at)
        right = sum(len(labels & WORDS.get(photograph, set())) for photograph, labels in photographs.items())
        words = sum(map(len, photographs.values()))
        subjects = sum(bool(photographs[photograph] & right_words) for photograph, right_words in WORDS.items())
        print(
            f"{name}: {right} of {words} words on photographs are right; {subjects} of {len(WORDS)} subjects are named"
        )


if __name__ == "__main__":
    main()
