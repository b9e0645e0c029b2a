"""How like its master a playlist image is: what publish sends, beside what comparable tools send."""

import io
import json
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image
from skimage.metrics import structural_similarity

from coverart.images.decode import decode_image
from coverart.images.jpeg import encode_cover_jpeg
from coverart.models import CoverOptions, Prompt
from generate.painter import paint
from scripts.benchmark.probing import WORK
from scripts.benchmark.report import Row
from stylize import finishing, style_transfer

GROUP = "Playlist image"
COVERS = 6
ABOUT = (
    "Likeness to the master at 640 pixels, the most that Spotify shows: mean SSIM over the colour channels (Wang et "
    f"al. 2004), 1 is the same picture, and the file's size. Of {COVERS} covers, each painted and styled. *Best fit* "
    "is what we send; *256 pixels* a JPEG of that side and quality 90, enlarged; *45 KB* the best JPEG of 640 pixels "
    "within 45,000 bytes."
)
_SIDE = 640
_LANCZOS = Image.Resampling.LANCZOS


def measure(say: Callable[[str], None], covers: int = COVERS) -> Iterator[Row]:
    """After `work.prepare`, whose artwork lends the style."""
    say("Comparing playlist images")
    masters = [_master(seed) for seed in range(covers)]
    ways: dict[str, Callable[[Image.Image], bytes]] = {
        "best fit": encode_cover_jpeg,
        "256 pixels": lambda master: _jpeg(master.resize((256, 256), _LANCZOS), 90),
        "45 KB": _within_45_kb,
    }
    for name, encode in ways.items():
        files = [encode(master) for master in masters]
        likeness = [_likeness(file, master) for file, master in zip(files, masters, strict=True)]
        yield Row(GROUP, name, "likeness", "SSIM", likeness)
        yield Row(GROUP, name, "size", "KB", [len(file) / 1000 for file in files])


def _master(seed: int) -> Image.Image:
    event = json.loads((WORK / "stylize.json").read_text(encoding="utf-8"))
    prompt = Prompt.model_validate({**event["prompt"], "seed": seed})
    lenders = [song["artwork"] for song in event["songs"]][seed::COVERS][:2]
    artworks = [decode_image((WORK / key).read_bytes()) for key in lenders]
    style_vector = style_transfer.predict_common_style_vector(artworks)
    return finishing.finish(style_transfer.stylize(paint(prompt), style_vector, CoverOptions().style_strength))


def _within_45_kb(master: Image.Image) -> bytes:
    small = master.resize((_SIDE, _SIDE), _LANCZOS)
    return max((file for q in range(5, 96) if len(file := _jpeg(small, q)) <= 45_000), key=len)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    body = io.BytesIO()
    picture.save(body, "JPEG", quality=quality)
    return body.getvalue()


def _likeness(file: bytes, master: Image.Image) -> float:
    shown = decode_image(file).resize((_SIDE, _SIDE), _LANCZOS)
    pictures = [np.asarray(picture) for picture in (shown, master.resize((_SIDE, _SIDE), _LANCZOS))]
    # The parameters that make skimage's the original's: a Gaussian window of 1.5 pixels.
    return float(
        structural_similarity(*pictures, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
    )
