"""The pages of the documentation."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
MANUAL = sorted((ROOT / "docs").glob("*.md"))


def text_of(*pages: Path) -> str:
    """Return the pages' text as one."""
    return "\n".join(page.read_text("utf-8") for page in pages)
