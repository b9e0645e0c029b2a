"""Inspect a view at two widths and in both color schemes."""

import os
from functools import cache
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

_ROOT = Path(__file__).parents[2]
_SCREENSHOTS = _ROOT / "out" / "screenshots"
_AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=740)
# Each width and each scheme once, because a screenshot of a whole page takes a quarter of a second.
_SCREENSHOT_LOOKS = {(1440, "light"), (360, "dark")}
# The style sheets change only colors with the color scheme.
_COLOR_RULES = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
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
    for viewport in (WIDE, NARROW):
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if page.evaluate("typeof axe") == "undefined":
                page.evaluate(_read_axe())
            violations = page.evaluate(_VIOLATIONS, {} if scheme == "light" else _COLOR_RULES)
            messages = [*violations, *(f"broken: {url}" for url in page.evaluate(_BROKEN_IMAGES))]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                messages.append("wider than the screen")
            problems += [f"{name}, {viewport['width']}, {scheme}: {message}" for message in messages]
            if os.environ.get("SCREENSHOTS") and (viewport["width"], scheme) in _SCREENSHOT_LOOKS:
                page.screenshot(path=_SCREENSHOTS / f"{name}-{viewport['width']}-{scheme}.png", full_page=True)
    return problems
