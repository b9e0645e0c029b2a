"""What the style does to paintings: figures of covers against their paintings."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.images.decode import decode_image
from coverart.models import CoverOptions, Prompt
from scripts.benchmark.pictures import measure_colors, measure_jpeg, measure_motif, measure_texture
from scripts.prompts import compose_prompts
from scripts.tastes import load_tastes
from stylize import finishing, render
from stylize.style_transfer import predict_style_vector

# scikit-image's, for an image model's paintings; one for each taste.
_PHOTOGRAPHS = (
    "astronaut.png", "brick.png", "camera.png", "chelsea.png", "coffee.png", "coins.png", "color.png", "grass.png",
    "gravel.png", "hubble_deep_field.jpg", "ihc.png", "moon.png", "motorcycle_left.png", "motorcycle_right.png",
    "retina.jpg", "rocket.jpg",
)  # fmt: skip
_OTHER_ARTWORKS = 57


@dataclass(frozen=True, eq=False)
class StyledPair:
    """A painting and its cover. `style_albums`: whose artwork it has. `motif`: the motif's mask, or None."""

    name: str
    painting: Image.Image
    cover: Image.Image
    style_albums: Sequence[str]
    motif: NDArray[np.float32] | None = None


def style_photographs() -> list[StyledPair]:
    """Return sixteen photographs in the style of the sixteen tastes."""
    pairs = []
    for name, taste in zip(_PHOTOGRAPHS, load_tastes(), strict=True):
        prompt: Prompt = compose_prompts(taste, CoverOptions())[0].model_copy(update={"technique": ""})
        with Image.open(str(files("skimage") / "data" / name)) as photograph:
            painting = finishing.fit_to_master(photograph)
        artworks = {album: decode_image(taste.render_artwork(album)) for album in prompt.style_albums}
        cover = render.render_master(painting, artworks, prompt, CoverOptions()).image
        pairs.append(StyledPair(name, painting, cover, prompt.style_albums))
    return pairs


def report(pairs: Sequence[StyledPair], subject: str) -> list[str]:
    """Return the figures of the covers compared with the paintings, a line each."""
    texture = [measure_texture(pair.cover, pair.painting) for pair in pairs]
    jpeg = [measure_jpeg(pair.cover) - measure_jpeg(pair.painting) for pair in pairs]
    motifs = [
        (after - before, pair)
        for pair in pairs
        if pair.motif is not None
        and (before := measure_motif(pair.painting, pair.motif)) is not None
        and (after := measure_motif(pair.cover, pair.motif)) is not None
    ]
    finest, coarsest = pairs[int(np.argmax(texture))].name, pairs[int(np.argmin(jpeg))].name
    lines = [
        f"texture   median {np.median(texture):.2f}, highest {max(texture):.2f} ({finest})",
        f"JPEG      median {np.median(jpeg):+.1f} dB, lowest {min(jpeg):+.1f} dB ({coarsest})",
    ]
    if motifs:
        lowest, pair = min(motifs, key=lambda motif: motif[0])
        mean = np.mean([change for change, _ in motifs])
        lines.append(f"motif     mean {mean:+.3f}, lowest {lowest:+.3f} ({pair.name})")
    before, after = (count_named(pairs, [getattr(pair, image) for pair in pairs]) for image in ("painting", "cover"))
    lines.append(f"named     {before} of {len(pairs)} paintings, {after} covers")
    return [f"style, {subject}: {line}" for line in lines]


def count_named(pairs: Sequence[StyledPair], images: Sequence[Image.Image]) -> int:
    """Return how many images are nearer to a style album of their own than to 57 other artworks.

    The distance is that of the colors plus that of the style vectors, each in units of the artworks' median distance.
    """
    artworks = {album: decode_image(taste.render_artwork(album)) for taste in load_tastes() for album in taste.artworks}
    features = [np.stack(values) for values in zip(*(_describe(image) for image in artworks.values()), strict=True)]
    units = [np.median([_measure_distances(values, value) for value in values]) for values in features]
    albums, count = np.array(list(artworks)), 0
    for number, (pair, image) in enumerate(zip(pairs, images, strict=True)):
        described = zip(features, _describe(image), units, strict=True)
        distances = np.sum([_measure_distances(values, value) / unit for values, value, unit in described], axis=0)
        is_own = np.isin(albums, pair.style_albums)
        others = np.random.default_rng(number).permutation(distances[~is_own])[:_OTHER_ARTWORKS]
        count += bool(distances[is_own].min() < others.min())
    return count


def _describe(image: Image.Image) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return measure_colors(image), predict_style_vector(image).ravel().astype(float)


def _measure_distances(values: NDArray[np.float64], value: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.abs(values - value).mean(axis=-1))
