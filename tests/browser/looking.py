"""Looking at a view as people do: at two widths, in two colour schemes, by eye and by ear."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

_ROOT = Path(__file__).parents[2]
_PICTURES = _ROOT / "out" / "screenshots"
_AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_VIEWPORTS = ({"width": 1440, "height": 900}, {"width": 360, "height": 740})
# Each width and each scheme once: a picture of a whole page takes a quarter of a second.
_PHOTOGRAPHED = {(1440, "light"), (360, "dark")}
# All that a colour scheme can change: the style sheets change colours by it, and nothing else.
_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_FINDINGS = """async (rules) => (await axe.run(document, {resultTypes: ["violations"], ...rules})).violations.map(
  (found) => `${found.id}: ${found.help}: ${found.nodes.map((node) => node.html).join(" | ")}`)"""
_BROKEN = """() => [...document.images].filter((image) => image.complete && !image.naturalWidth).map((i) => i.src)"""


@cache
def _axe() -> str:
    return _AXE.read_text("utf-8")


def look(page: Page, name: str) -> list[str]:
    """What is wrong with the view: findings of axe-core, broken pictures, what is wider than the screen.

    Leaves out/screenshots/<name>-<width>-<colour scheme>.png, wide and light, and narrow and dark.
    """
    _PICTURES.mkdir(parents=True, exist_ok=True)
    wrong = []
    for viewport in _VIEWPORTS:
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if page.evaluate("typeof axe") == "undefined":
                page.evaluate(_axe())
            found = page.evaluate(_FINDINGS, {} if scheme == "light" else _OF_COLOURS)
            seen = [*found, *(f"broken: {address}" for address in page.evaluate(_BROKEN))]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                seen.append("wider than the screen")
            wrong += [f"{name}, {viewport['width']}, {scheme}: {what}" for what in seen]
            if (viewport["width"], scheme) in _PHOTOGRAPHED:
                page.screenshot(path=_PICTURES / f"{name}-{viewport['width']}-{scheme}.png", full_page=True)
    return wrong
