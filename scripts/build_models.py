"""`make models`: builds the models, masks and typefaces of the layers, and the font of the page.

scripts/models/digests.json pins the digest of each model's graph and tensors. A model that has its digest is not built
again; `--update-digests` builds all of them and rewrites the file.
"""

import argparse
import hashlib
import io
import json
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import onnx
from PIL import Image

from scripts import assets
from scripts.models import classifier, detector, faces, motif_masks, style_networks, subject, typefaces

ROOT = assets.ROOT
DIGESTS_FILE = ROOT / "scripts" / "models" / "digests.json"

NETWORKS: dict[str, ModuleType] = {"detector": detector, "classifier": classifier, "faces": faces, "subject": subject}


def build_detection(destination: Path) -> list[Path]:
    """Write the networks that look at artwork and pictures into the folder. Raise AssetError."""
    files = {destination / f"{name}.onnx": network for name, network in NETWORKS.items()}
    for file, network in files.items():
        onnx.save_model(network.export(), file)
    return list(files)


def build_page_font(destination: Path) -> list[Path]:
    """Copy the font into the folder. Raise AssetError."""
    return [Path(shutil.copyfile(assets.fetch_file("page_font"), destination / "bricolage.woff2"))]


BUILDS: dict[str, Callable[[Path], list[Path]]] = {
    "layers/detector/detector_model": build_detection,
    "layers/stylizer/style_networks": style_networks.build,
    "layers/painter/pictograms": motif_masks.build,
    "layers/lettering/typefaces": typefaces.build,
    "functions/api/web": build_page_font,
}


def compute_digest(file: Path) -> str:
    """Return a sha256: of graph and tensors of an .onnx file, of the pixels in a .zip, of any other file's bytes.

    So it does not depend on what else a model's or an image's writer puts into the file.
    """
    match file.suffix:
        case ".onnx":
            model = onnx.load_model(file)
            opsets = sorted((opset.domain, opset.version) for opset in model.opset_import)
            parts = iter([repr(opsets).encode(), model.graph.SerializeToString(deterministic=True)])
        case ".zip":
            parts = _read_images(file)
        case _:
            parts = iter([file.read_bytes()])
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode() + part)
    return digest.hexdigest()


def _read_images(file: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            with Image.open(io.BytesIO(archive.read(name))) as image:
                yield repr((name, image.mode, image.size)).encode() + image.tobytes()


def read_digests() -> dict[str, str]:
    """Return the pinned digests by path."""
    digests: dict[str, str] = json.loads(DIGESTS_FILE.read_text())
    return digests


def build_all(update_digests: bool = False) -> None:
    """Raise AssetError; a file with an error does not replace the old one."""
    digests = read_digests()
    (ROOT / "build").mkdir(exist_ok=True)
    for folder, build in BUILDS.items():
        files = {ROOT / name: digest for name, digest in digests.items() if name.startswith(f"{folder}/")}
        if not update_digests and all(f.is_file() and compute_digest(f) == digest for f, digest in files.items()):
            print(f"{folder}: up to date")
            continue
        with tempfile.TemporaryDirectory(dir=ROOT / "build", prefix="models-") as temporary:
            new_files = {f"{folder}/{file.name}": file for file in build(Path(temporary))}
            for name, file in new_files.items():
                digest = compute_digest(file)
                if update_digests:
                    digests[name] = digest
                elif digests.get(name) != digest:
                    expected = digests.get(name)
                    raise assets.AssetError(f"{name} is not the pinned model: digest {digest}, expected {expected}")
            (ROOT / folder).mkdir(parents=True, exist_ok=True)
            for name, file in new_files.items():
                file.replace(ROOT / name)
        print(f"{folder}: built {len(new_files)} files")
    if update_digests:
        DIGESTS_FILE.write_text(json.dumps(digests, indent=2, sort_keys=True) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the models and masks of the layers.")
    parser.add_argument("--update-digests", action="store_true", help="pin the models that are built now")
    try:
        build_all(parser.parse_args().update_digests)
    except assets.AssetError as error:
        sys.exit(f"models: {error}")


if __name__ == "__main__":
    main()
