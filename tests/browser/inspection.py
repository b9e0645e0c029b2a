"""Inspect a view at two widths and in both color schemes."""

import os
from functools import cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, ViewportSize

_ROOT = Path(__file__).parents[2]
_SCREENSHOTS = _ROOT / "out" / "screenshots"
_AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=740)
# The style sheets change only colors with the color scheme.
_COLOR_RULES = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_LOOKS: tuple[tuple[ViewportSize, Literal["light", "dark"], dict[str, object]], ...] = (
    (WIDE, "light", {}),
    (WIDE, "dark", _COLOR_RULES),
    (NARROW, "dark", {}),
)
_VIOLATIONS = """async (rules) => (await axe.run(document, {resultTypes: ["violations"], ...rules})).violations.map(
  (violation) => `${violation.id}: ${violation.help}: ${violation.nodes.map((node) => node.html).join(" | ")}`)"""
_BROKEN_IMAGES = "() => [...document.images].filter((i) => i.complete && !i.naturalWidth).map((i) => i.src)"


@cache
def _read_axe() -> str:
    return _AXE.read_text("utf-8")


def inspect_view(page: Page, name: str) -> list[str]:
    """Return the problems of a view: violations found by axe-core, broken images, content wider than the screen.

    With SCREENSHOTS=1 in the environment, saves out/screenshots/<name>-<width>-<color scheme>.png: wide and light, and
    narrow and dark.
    """
    problems = []
    for viewport, scheme, rules in _LOOKS:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(_read_axe())
        messages = [*page.evaluate(_VIOLATIONS, rules), *(f"broken: {url}" for url in page.evaluate(_BROKEN_IMAGES))]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            messages.append("wider than the screen")
        problems += [f"{name}, {viewport['width']}, {scheme}: {message}" for message in messages]
        if os.environ.get("SCREENSHOTS") and not rules:  # a screenshot of a whole page takes a quarter of a second
            page.screenshot(path=_SCREENSHOTS / f"{name}-{viewport['width']}-{scheme}.png", full_page=True)
    return problems
