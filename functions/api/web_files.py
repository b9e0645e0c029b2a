"""The files of the page, as the API serves them: a script and parts that it loads, one style sheet, pictures, a font.

A browser requests all files of a page at the same time, and each request runs a function, so there are few of them.
Each has a hash of its content in its name, so that a browser never has to ask whether it has changed.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from api.bundle import PAGE, bundle_modules

_FOLDER = Path(__file__).with_name("web")
# The order matters: later rules override earlier ones.
_STYLE_SHEETS = ("style", "forms", "welcome", "make", "pictures", "cover", "provenance", "playlists", "library")
_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_REFERENCE = re.compile(r"/web/([\w-]+\.\w+)")
_SERVED_NAME = re.compile(r"([\w-]+)\.([0-9a-f]{12})(\.\w+)")


@dataclass(frozen=True)
class WebFile:
    """A file as the API serves it."""

    content: bytes
    content_type: str

    @property
    def hash(self) -> str:
        """Return the hash in the file's name, 12 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()[:12]

    @property
    def is_text(self) -> bool:
        """Return whether compression makes the content smaller."""
        return self.content_type.startswith("text/") or self.content_type.endswith("+xml")


def find_file(served_name: str) -> tuple[WebFile, bool] | None:
    """Return a file and whether its hash is that of `served_name`, or None where there is no such file.

    During a deployment, an earlier page may ask for files whose content has changed since.
    """
    match = _SERVED_NAME.fullmatch(served_name)
    file = match and load_files().get(match[1] + match[3])
    return (file, file.hash == match[2]) if match and file else None


@cache
def load_files() -> Mapping[str, WebFile]:
    """Return the files by the name without a hash."""
    files = {
        path.name: WebFile(path.read_bytes(), _CONTENT_TYPES[path.suffix])
        for path in _FOLDER.iterdir()
        if path.suffix in {".jpg", ".svg", ".woff2"}
    }
    texts = {path.name: path.read_text("utf-8") for path in _FOLDER.iterdir() if path.suffix in {".css", ".js"}}
    modules = {Path(name).stem: text for name, text in texts.items() if name.endswith(".js")}
    scripts = bundle_modules(modules)
    bundles = {f"{name}.js": text for name, text in scripts.items() if name != PAGE}
    # The page's script has the hashes of the others in it.
    bundles["page.js"] = scripts[PAGE]
    bundles["page.css"] = "".join(texts[f"{name}.css"] for name in _STYLE_SHEETS)
    for name, text in bundles.items():
        bundle = _insert_hashes(text, files).encode()
        files[name] = WebFile(bundle, _CONTENT_TYPES[Path(name).suffix])
    return files


@cache
def read_html(file: Path) -> str:
    """Return an HTML file with hashes in the names of the files that it refers to."""
    return _insert_hashes(file.read_text("utf-8"), load_files())


def _insert_hashes(text: str, files: Mapping[str, WebFile]) -> str:
    def insert(match: re.Match[str]) -> str:
        name = Path(match[1])
        return f"/web/{name.stem}.{files[match[1]].hash}{name.suffix}"

    return _REFERENCE.sub(insert, text)
