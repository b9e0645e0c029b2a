"""The typefaces of the lettering, built by `make models`: subsets of open fonts, each with its license beside it."""

from pathlib import Path


def load_typeface(name: str) -> bytes:
    """Return a typeface of coverart/typefaces.toml as TrueType. Raises FileNotFoundError where there is none."""
    return Path(__file__).with_name(f"{name}.ttf").read_bytes()
