"""The painter's techniques: a module each, of the same name as its TOML file in coverart.techniques.

A module has LAYOUTS (name -> function of a scene) and GRAIN (deviation of the noise that is added at last).
"""

from importlib import import_module
from typing import cast

from generate.painter.scene import Layout


def load_layout(technique: str, layout: str) -> tuple[Layout, float]:
    """Return the function that paints a layout, and the grain. Raises KeyError where there is none of these names.

    A technique is imported on first use: a cover needs one of them.
    """
    module = import_module(f"{__name__}.{technique}")
    return cast("Layout", module.LAYOUTS[layout]), cast("float", module.GRAIN)
