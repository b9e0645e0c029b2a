"""The page makes neither markup nor code from strings."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "functions" / "api" / "web"
FORBIDDEN_IN_SCRIPTS = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|createContextualFragment"
    r"|srcdoc|setHTML|javascript:"
)
FORBIDDEN_IN_HTML = r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:"
FORBIDDEN_IN_SVG = r"<script|\son\w+=|<foreignObject|href="


@pytest.mark.parametrize("file", sorted(WEB.glob("*.js")), ids=lambda file: file.name)
def test_script_makes_no_markup_and_no_code_from_strings(file):
    assert re.findall(FORBIDDEN_IN_SCRIPTS, file.read_text("utf-8")) == []


def test_html_and_svg_contain_no_inline_script_or_style():
    assert re.findall(FORBIDDEN_IN_HTML, (WEB / "index.html").read_text("utf-8")) == []
    for image in WEB.glob("*.svg"):
        assert re.findall(FORBIDDEN_IN_SVG, image.read_text("utf-8")) == []


def test_every_external_url_passes_through_external_link():
    """Only externalLink checks that a URL from elsewhere is https."""
    scripts = {file.name: file.read_text("utf-8") for file in WEB.glob("*.js")}
    scripts_with_urls = [name for name, code in scripts.items() if re.search(r"\b(album_url|\.url)\b", code)]
    assert scripts_with_urls
    for name in scripts_with_urls:
        for line in re.findall(r"[^\n]*\b(?:album_url|playlist\.url|\.url)\b[^\n]*", scripts[name]):
            assert "externalLink(" in line, (name, line)
