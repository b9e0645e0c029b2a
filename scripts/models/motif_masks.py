"""The masks of the motifs: every pictogram of coverart/motifs rendered with resvg, in one archive."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import resvg_py
from PIL import Image, ImageOps

from coverart.motifs import load_motifs
from scripts import assets

_ICON_SETS = ("game-icons", "fluent", "phosphor", "temaki")  # in Iconify's JSON format
ARCHIVE = "masks.zip"
SIDE = 480  # pixels of the longer side
_RENDER_SIDE = 1024
# Eight levels keep an edge within a fourteenth of a pixel and make the archive a third as large.
_LEVELS = 8
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes on every day


def build(destination: Path) -> list[Path]:
    """Write the masks as PNG (mode L, 255 for ink) into an archive. Raises KeyError for a pictogram that is missing."""
    icon_sets = {name: json.loads(assets.fetch_file(name).read_text("utf-8")) for name in _ICON_SETS}
    archive = destination / ARCHIVE
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as content:
        for name, motif in sorted(load_motifs().items()):
            png = io.BytesIO()
            render_mask(icon_sets[motif.set_name], motif.icon).save(png, "PNG", optimize=True)
            content.writestr(zipfile.ZipInfo(f"{name}.png", _EPOCH), png.getvalue())
    return [archive]


def render_mask(icon_set: Mapping[str, Any], icon: str) -> Image.Image:
    """Return a pictogram of a set in Iconify's JSON format as a mask of SIDE pixels along its longer side."""
    drawing = icon_set["icons"][icon]
    width, height = (drawing.get(side, icon_set.get(side, 16)) for side in ("width", "height"))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{_RENDER_SIDE}"'
        f' height="{round(_RENDER_SIDE * height / width)}"><rect width="{width}" height="{height}" fill="white"/>'
        f'<g color="black">{drawing["body"]}</g></svg>'
    )
    rendering = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)))
    ink = ImageOps.invert(rendering.convert("L"))
    # Fainter ink than that would disappear in the levels, and leave an empty edge.
    box = ink.point([0] * 128 + [255] * 128).getbbox()
    mask = ImageOps.contain(ink.crop(box), (SIDE, SIDE), Image.Resampling.LANCZOS)
    return mask.point([round(value * (_LEVELS - 1) / 255) * 255 // (_LEVELS - 1) for value in range(256)])
