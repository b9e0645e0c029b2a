"""The typefaces of the lettering: each file reduced to the characters of its scripts, with its license beside it.

A subset is a modified version, which must not carry a reserved font name (SIL Open Font License 1.1, section 3), so the
fonts are renamed to their keys in coverart/typefaces.toml.
"""

import shutil
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from fontTools import subset

from scripts import assets

# Of Unicode's blocks. Every typeface also gets ASCII and punctuation.
_BLOCKS = {
    "latin": [(0xA0, 0x24F), (0x300, 0x36F), (0x1E80, 0x1E9E)],
    "vietnamese": [(0x1EA0, 0x1EF9)],
    "greek": [(0x370, 0x3FF)],
    "cyrillic": [(0x400, 0x4FF)],
    "arabic": [(0x600, 0x6FF), (0x750, 0x77F)],
    "hebrew": [(0x590, 0x5FF)],
    "devanagari": [(0x900, 0x97F), (0x200C, 0x200D)],
    "thai": [(0xE00, 0xE7F)],
    "japanese": [(0x3000, 0x30FF), (0xFF01, 0xFF5E)],
    "korean": [(0x3000, 0x303F), (0x3131, 0x318E)],
    "chinese": [(0x3000, 0x303F), (0xFF01, 0xFF5E)],
}
_BASIC = [(0x20, 0x7E), (0x2010, 0x2027), (0x2030, 0x203A), (0x20AC, 0x20AC), (0x2116, 0x2122)]
# Script -> the two-byte encoding whose rows hold its common characters, the first of them and the one after the last.
_COMMON_ROWS = {"japanese": ("euc_jp", 0xB0, 0xD0), "korean": ("euc_kr", 0xB0, 0xC9), "chinese": ("gb2312", 0xB0, 0xD8)}
_NAMED = (1, 3, 4, 6, 16)  # ids of the names that contain the font's


def build(destination: Path) -> list[Path]:
    """Write a TrueType file and the license of every typeface. Raises AssetError."""
    table = tomllib.loads(files("coverart").joinpath("typefaces.toml").read_text("utf-8"))
    return [file for name, entry in table.items() for file in _build(destination, name, entry["scripts"])]


def _build(destination: Path, name: str, scripts: list[str]) -> tuple[Path, Path]:
    folder = assets.fetch(f"typeface-{name}")
    options = subset.Options(hinting=False, drop_tables=["DSIG", "MVAR", "STAT", "meta"], name_IDs=[0, *_NAMED, 13, 14])
    # Latin letters are kerned by the white between them.
    usual = [feature for feature in options.layout_features if feature != "kern"]
    options.layout_features = usual if "latin" in scripts else ["*"]
    with subset.load_font(str(folder / assets.TYPEFACES[name]["file"]), options, lazy=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=sorted(set(_list_characters(scripts))))
        subsetter.subset(font)
        for record in font["name"].names:
            if record.nameID in _NAMED:
                record.string = f"cover-{name}"
        font.recalcTimestamp = False
        font.save(destination / f"{name}.ttf")
    shutil.copyfile(folder / "LICENSE_FONT", destination / f"{name}.license.txt")
    return destination / f"{name}.ttf", destination / f"{name}.license.txt"


def _list_characters(scripts: list[str]) -> Iterator[int]:
    for first, last in [*_BASIC, *(block for script in scripts for block in _BLOCKS[script])]:
        yield from range(first, last + 1)
    for encoding, first, end in (_COMMON_ROWS[script] for script in scripts if script in _COMMON_ROWS):
        for row in range(first, end):
            yield from map(ord, bytes(b for cell in range(0xA1, 0xFF) for b in (row, cell)).decode(encoding, "ignore"))
