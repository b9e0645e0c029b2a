"""Builds the models beside the Python packages of their layers: `python -m scripts.build_models`.

What is there and up to date is left alone. What is built is held against scripts/models/digests.json, which pins graph
and tensors; `--update-digests` rewrites it.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts import assets
from scripts.models import detector, style_networks
from scripts.models.digest import digest

ROOT = assets.ROOT
DIGESTS = ROOT / "scripts" / "models" / "digests.json"
_BUILT = ROOT / "build" / "models.json"
_SOURCES = ("scripts/assets.py", "scripts/assets.sha256", "scripts/build_models.py", "requirements/code.txt")


class ModelChangedError(Exception):
    """`str(error)` names the file whose graph or tensors are not the pinned ones."""


def build_fonts(destination: Path) -> list[Path]:
    fonts = {destination / name: font for name, font in assets.pictogram_fonts().items()}
    for file, font in fonts.items():
        shutil.copyfile(font, file)
    return list(fonts)


BUILDS: dict[str, Callable[[Path], list[Path]]] = {
    "layers/detector/detector_model": detector.build,
    "layers/stylizer/style_networks": style_networks.build,
    "layers/painter/pictograms": build_fonts,
}


def build_all(update_digests: bool = False) -> None:
    """Raises ModelChangedError and scripts.assets.AssetError; a file that raised is not put in its place."""
    built = _read(_BUILT)
    pins = _read(DIGESTS)
    inputs = made_from()
    _BUILT.parent.mkdir(exist_ok=True)
    for folder, build in BUILDS.items():
        if not update_digests and built.get(folder, {}).get("made from") == inputs and _intact(built[folder]["files"]):
            print(f"{folder}: up to date")
            continue
        began = time.perf_counter()
        built[folder] = {"made from": inputs, "files": _build(ROOT / folder, build, pins, update_digests)}
        _write(_BUILT, built)
        names = ", ".join(Path(file).name for file in built[folder]["files"])
        print(f"{folder}: {names}, {time.perf_counter() - began:.1f} s")
    if update_digests:
        _write(DIGESTS, pins)


def _build(folder: Path, build: Callable[[Path], list[Path]], pins: dict[str, str], update: bool) -> dict[str, str]:
    """The files' paths and their checksums. Where `update` is set, it is `pins` that changes."""
    with tempfile.TemporaryDirectory(dir=_BUILT.parent, prefix="models-") as temporary:
        made = {file: str((folder / file.name).relative_to(ROOT)) for file in build(Path(temporary))}
        for file, name in made.items():
            found = digest(file)
            if update:
                pins[name] = found
            elif pins.get(name) != found:
                raise ModelChangedError(f"{name} is not the pinned model: digest {found}, expected {pins.get(name)}")
        folder.mkdir(parents=True, exist_ok=True)
        return {name: _put(file, ROOT / name) for file, name in made.items()}


def _put(file: Path, place: Path) -> str:
    file.replace(place)
    return _checksum(place)


def made_from() -> str:
    """Changes with the inputs (their checksums are pinned in the sources) and with the code that builds."""
    sources = [ROOT / name for name in _SOURCES] + sorted((ROOT / "scripts" / "models").glob("*.*"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _intact(files: dict[str, str]) -> bool:
    return all((ROOT / name).is_file() and _checksum(ROOT / name) == checksum for name, checksum in files.items())


def _checksum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text()) if file.is_file() else {}


def _write(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Builds the models of the layers.")
    parser.add_argument("--update-digests", action="store_true", help="pin what is built now")
    try:
        build_all(parser.parse_args().update_digests)
    except (assets.AssetError, ModelChangedError) as error:
        sys.exit(f"models: {error}")


if __name__ == "__main__":
    main()
