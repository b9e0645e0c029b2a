"""The docs hang together: links, files, decisions, the changelog. tests/stack/test_docs.py runs their commands."""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import yaml
from markdown_it import MarkdownIt

from coverart.version import VERSION
from tests.tools.docs import MANUAL, README, ROOT, text_of

DECISIONS = ROOT / "docs" / "decisions" / "README.md"
RECORDS = sorted(set(DECISIONS.parent.glob("*.md")) - {DECISIONS})
_NAMES = ("SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md", "events/README.md", "tests/README.md", "cli/README.md")
PAGES = [README, *(ROOT / name for name in _NAMES), *MANUAL, DECISIONS, *RECORDS]
MAX_README_BYTES = 11 * 1024


@cache
def parse(page):
    """The page's tokens: each block, followed by the inline tokens that it contains."""
    blocks = MarkdownIt().enable("table").parse(page.read_text("utf-8"))
    return [token for block in blocks for token in (block, *(block.children or []))]


def links(page):
    """Targets of the page's links and images, in Markdown and in HTML."""
    for token in parse(page):
        if token.type in {"html_inline", "html_block"}:
            yield from re.findall(r'(?:href|src)="([^"]+)"', token.content)
        elif address := token.attrGet("href") or token.attrGet("src"):
            yield str(address)


def anchors(page):
    """The headings' ids, as GitHub makes them."""
    counts = Counter()
    for opening, heading in pairwise(parse(page)):
        if opening.type == "heading_open":
            text = "".join(part.content for part in heading.children if part.type in {"text", "code_inline"})
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            yield f"{slug}-{counts[slug]}" if counts[slug] else slug
            counts[slug] += 1


def is_broken(page, address):
    parts = urlsplit(address)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    exists = target.exists() and target.is_relative_to(ROOT)
    return not parts.scheme and not (exists and (not parts.fragment or parts.fragment in anchors(target)))


def test_relative_links_and_anchors_resolve():
    assert [(page.name, address) for page in PAGES for address in links(page) if is_broken(page, address)] == []


def test_files_and_tests_that_the_docs_name_exist():
    """All but those of an earlier commit, which the text names."""
    text = text_of(*PAGES)
    files = re.findall(r"`((?:tests|scripts|functions|layers)/[\w/.-]+)`(?!\s+(?:at|of)\s+commit)", text)
    assert len(files) > 30
    assert [name for name in files if not (ROOT / name).exists()] == []
    tests = text_of(*(ROOT / "tests").rglob("test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in tests] == []


def test_readme_is_short_and_links_to_every_page_of_the_manual():
    assert len(README.read_bytes()) <= MAX_README_BYTES
    assert {f"docs/{page.name}" for page in MANUAL} | {"docs/decisions/README.md"} <= set(links(README))


def test_index_of_decisions_has_each_record_with_its_status():
    lines = {page.name: page.read_text("utf-8").splitlines() for page in RECORDS}
    assert len(lines) > 1
    rows = re.findall(r"^\| \d{4}-\d\d-\d\d \| \[(.+?)\]\((.+?)\) \| (.+) \|$", text_of(DECISIONS), re.MULTILINE)
    assert sorted((name, title, status.lower()) for title, name, status in rows) == sorted(
        (name, text[0].removeprefix("# "), text[2][12:].rstrip(".").lower()) for name, text in lines.items()
    )


def test_changelog_begins_with_the_version_of_the_code():
    first, *earlier = re.findall(r"^## ([\w.]+)(?: - \d{4}-\d\d-\d\d)?$", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)
    versions = [VERSION if first == "Unreleased" else first, *earlier]
    assert versions[0] == VERSION
    numbers = [tuple(map(int, version.split("."))) for version in versions]
    assert numbers == sorted({*numbers}, reverse=True)


def test_ci_runs_the_command_that_the_docs_name():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert workflow["jobs"]["test"]["steps"][-1] == {"run": ".ci/run"}
    assert (ROOT / ".ci" / "run").read_text().splitlines()[-1] == "make test"
    for page in (README, ROOT / "CONTRIBUTING.md", ROOT / "docs" / "development.md"):
        assert re.search(r"make test[` ].*CI", page.read_text("utf-8")), page
