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
    (WIDE, "dark", _COLOR_RULES),
    (NARROW, "dark", {}),
    (WIDE, "light", {}),
)
_LOAD_IMAGES = """async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.allSettled([...document.images].map((image) => image.decode()));
}"""
_PROBLEMS = """async (rules) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...rules });
  const broken = [...document.images].filter((image) => image.complete && !image.naturalWidth);
  return [
    ...violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`),
    ...broken.map(({ src }) => `broken: ${src}`),
    ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []),
  ];
}"""


@cache
def _read_axe() -> str:
    return _AXE.read_text("utf-8")


def inspect_view(page: Page, name: str) -> list[str]:
    """Return the problems of a view: violations found by axe-core, broken images, content wider than the screen.

    The page then looks as before.

    With SCREENSHOTS=1 in the environment, saves out/screenshots/<name>-<width>-<color scheme>.png: wide and light, and
    narrow and dark.
    """
    problems, size = [], page.viewport_size
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.evaluate(_LOAD_IMAGES)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_read_axe())
    for viewport, scheme, rules in _LOOKS:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme)
        problems += [f"{name}, {viewport['width']}, {scheme}: {text}" for text in page.evaluate(_PROBLEMS, rules)]
        if os.environ.get("SCREENSHOTS") and not rules:  # a screenshot of a whole page takes a quarter of a second
            page.screenshot(path=_SCREENSHOTS / f"{name}-{viewport['width']}-{scheme}.png", full_page=True)
    if (size, is_dark) != (WIDE, False):  # the last of them
        page.set_viewport_size(size or WIDE)
        page.emulate_media(color_scheme="dark" if is_dark else "light")
    return problems
