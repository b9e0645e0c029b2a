"""A digest of what a model or an archive of images holds. It does not depend on what else its writer puts into it."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import onnx
from PIL import Image


def compute_digest(file: Path) -> str:
    """Return a sha256: of graph and tensors of an .onnx file, of the pixels in a .zip, of any other file's bytes."""
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
