"""The page makes neither markup nor code from strings."""

import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "functions" / "api" / "web"
FORBIDDEN = {
    "*.js": (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser"
        r"|createContextualFragment|srcdoc|setHTML|javascript:"
    ),
    "*.html": r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:",
    "*.svg": r"<script|\son\w+=|<foreignObject|href=",
}


def test_page_makes_no_markup_and_no_code_from_strings():
    for pattern, forbidden in FORBIDDEN.items():
        files = list(WEB.glob(pattern))
        assert files
        for file in files:
            assert re.findall(forbidden, file.read_text("utf-8")) == [], file.name


def test_every_external_url_passes_through_external_link():
    """Only externalLink checks that a URL from elsewhere is https."""
    scripts = {file.name: file.read_text("utf-8") for file in WEB.glob("*.js")}
    scripts_with_urls = [name for name, code in scripts.items() if re.search(r"\b(album_url|\.url)\b", code)]
    assert scripts_with_urls
    for name in scripts_with_urls:
        for line in re.findall(r"[^\n]*\b(?:album_url|playlist\.url|\.url)\b[^\n]*", scripts[name]):
            assert "externalLink(" in line, (name, line)
