"""The front page stays short, and the manual matches the code: links, parameters, error codes and commands."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from markdown_it import MarkdownIt

from api.app import get_resolver
from coverart import errors
from coverart.looks import load_looks
from coverart.models import STEPS, CoverOptions, PlaylistSource, SampleSource, TopArtistsSource
from coverart.motifs import load_motifs
from coverart.pipeline.events import DETAIL_TYPE
from coverart.store import keys as keys_module
from coverart.techniques import load_techniques
from coverart.typefaces import load_typefaces
from coverart.version import VERSION

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
MANUAL = sorted((ROOT / "docs").glob("*.md"))
DECISIONS = ROOT / "docs" / "decisions" / "README.md"
RECORDS = sorted(set(DECISIONS.parent.glob("*.md")) - {DECISIONS})
PAGES = [
    README,
    ROOT / "SECURITY.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "events" / "README.md",
    ROOT / "tests" / "README.md",
    ROOT / "cli" / "README.md",
    *MANUAL,
    DECISIONS,
    *RECORDS,
]
MAX_README_BYTES = 11 * 1024


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
    tokens, counts = parse(page), Counter()
    for opening, heading in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(part.content for part in heading.children if part.type in {"text", "code_inline"})
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            yield f"{slug}-{counts[slug]}" if counts[slug] else slug
            counts[slug] += 1


def text_of(*pages):
    return "\n".join(page.read_text("utf-8") for page in pages)


def test_readme_fits_a_front_page():
    assert len(README.read_bytes()) <= MAX_README_BYTES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_and_anchors_resolve(page):
    broken = []
    for address in links(page):
        parts = urlsplit(address)
        if parts.scheme:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        exists = target.exists() and target.is_relative_to(ROOT)
        if not exists or (parts.fragment and parts.fragment not in set(anchors(target))):
            broken.append(address)
    assert broken == []


def test_files_and_tests_that_the_docs_name_exist():
    """All but those of an earlier commit, which the text names."""
    text = text_of(*PAGES)
    files = re.findall(r"`((?:tests|scripts|functions|layers)/[\w/.-]+)`(?!\s+(?:at|of)\s+commit)", text)
    assert len(files) > 30
    assert [name for name in files if not (ROOT / name).exists()] == []
    tests = text_of(*(ROOT / "tests").rglob("test_*.py"))
    assert [name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in tests] == []


def test_readme_links_to_every_page_of_the_manual():
    assert {f"docs/{page.name}" for page in MANUAL} | {"docs/decisions/README.md"} <= set(links(README))


def test_index_of_decisions_lists_each_record_once():
    titles = {page.name: page.read_text("utf-8").splitlines()[0].removeprefix("# ") for page in RECORDS}
    assert len(titles) > 1
    rows = re.findall(r"^\| \d{4}-\d\d-\d\d \| \[(.+?)\]\((.+?)\) \|", text_of(DECISIONS), re.MULTILINE)
    assert sorted((name, title) for title, name in rows) == sorted(titles.items())


def test_decision_with_a_changed_status_has_it_in_the_index():
    statuses = {page.name: page.read_text("utf-8").splitlines()[2][12:].rstrip(".").lower() for page in RECORDS}
    rows = re.findall(r"^\|.*?\]\((.+?)\) \| (.+) \|$", text_of(DECISIONS), re.MULTILINE)
    assert {name: status.lower() for name, status in rows} == statuses


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


def test_every_template_parameter_is_documented(template):
    manual = text_of(ROOT / "docs" / "configuration.md")
    assert [name for name in template["Parameters"] if f"`{name}`" not in manual] == []


def test_every_error_code_is_documented():
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.code for kind in classes if issubclass(kind, errors.CoverArtError)}
    manual = text_of(*MANUAL)
    assert len(codes) > 1
    assert sorted(code for code in codes if f"`{code}`" not in manual) == []


def test_counts_in_the_docs_are_those_of_the_code():
    techniques = load_techniques()
    layouts = sum(len(technique.layouts) for technique in techniques.values())
    readme, painting = text_of(README), text_of(ROOT / "docs" / "painting.md")
    assert f"{len(techniques)} techniques" in readme
    assert 0 <= layouts - int(re.search(r"more than (\d+) layouts", readme)[1]) < 50
    for page in (readme, painting):
        assert re.search(rf"\b{len(load_motifs())}\s+(motifs|pictograms)", page)
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (\d+) \| \d+ \|$", painting, re.MULTILINE)
    assert {name: (medium, int(count)) for name, medium, count in rows} == {
        name: (technique.medium, len(technique.layouts)) for name, technique in techniques.items()
    }
    assert f"{len(load_typefaces())} open typefaces" in painting
    assert len(load_looks()) == 12
    assert "Twelve built-in looks" in painting


def list_states(definition):
    for name, state in definition["States"].items():
        yield name
        yield from list_states(state.get("ItemProcessor", {"States": {}}))


def test_every_function_and_state_is_documented(template):
    resources = template["Resources"]
    functions = [name for name, resource in resources.items() if resource["Type"] == "AWS::Serverless::Function"]
    machines = {
        name: resource["Properties"]["Definition"]
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::StateMachine"
    }
    manual = text_of(ROOT / "docs" / "architecture.md")
    steps = {f"{step.capitalize()}Function" for step in STEPS}  # the overview has them from the first to the last
    assert [name for name in functions if name not in steps and name not in manual] == []
    states = {state for definition in machines.values() for state in list_states(definition)} - {"Begin", "Done"}
    assert sorted(name for name in (*machines, *states) if f"`{name}`" not in manual) == []


def test_every_kind_of_item_and_file_is_documented():
    """Compare the table in the code, which names each key's beginning, with the manual's."""
    keys = re.findall(r"^\| .*?`([\w-]+)[#/`]", keys_module.__doc__, re.MULTILINE)
    manual = text_of(ROOT / "docs" / "architecture.md")
    assert len(keys) > 10
    assert [key for key in keys if not re.search(rf"^\| `{key}[#/`]", manual, re.MULTILINE)] == []


def test_every_metric_is_documented():
    names = re.findall(r'put_metric\("(\w+)"', text_of(*(ROOT / "functions").rglob("*.py")))
    manual = text_of(ROOT / "docs" / "operations.md")
    assert len(names) > 1
    assert [name for name in names if f"| `{name}` |" not in manual] == []


def test_every_event_is_documented(template):
    patterns = [
        event["Properties"]["Pattern"]
        for resource in template["Resources"].values()
        for event in resource["Properties"].get("Events", {}).values()
        if event["Type"] == "EventBridgeRule"
    ]
    manual = " ".join(text_of(*MANUAL).split())
    assert DETAIL_TYPE in {name for pattern in patterns for name in pattern["detail-type"]}
    assert [name for pattern in patterns for name in pattern["detail-type"] if name not in manual] == []


def test_every_alarm_and_output_is_documented(template):
    alarms = [name for name, resource in template["Resources"].items() if resource["Type"].endswith("Alarm")]
    manual = text_of(*MANUAL)
    assert len(alarms) > 1
    assert [name for name in (*alarms, *template["Outputs"]) if f"`{name}`" not in manual] == []


def test_every_route_is_documented():
    resolver = get_resolver()
    routes = {(route.method, route.openapi_path) for route in (*resolver._static_routes, *resolver._dynamic_routes)}
    manual = text_of(ROOT / "docs" / "api.md")
    documented = {
        (method, re.sub(r"\{\w+\}", "{}", path)) for method, path in re.findall(r"`([A-Z]+) (/[\w/.{}-]*)", manual)
    }
    assert len(routes) > 30
    missing = {(method, path) for method, path in routes if (method, re.sub(r"\{\w+\}", "{}", path)) not in documented}
    assert {(method, path) for method, path in missing if method != "HEAD"} == set()


def test_every_option_and_source_is_documented():
    manual = text_of(ROOT / "docs" / "api.md")
    sources = (TopArtistsSource, PlaylistSource, SampleSource)
    names = {*CoverOptions.model_fields, *(name for source in sources for name in source.model_fields)}
    assert [name for name in sorted(names) if f"`{name}`" not in manual] == []


def test_error_contract_is_that_of_the_classes():
    row = re.compile(r"^\| `(\w+)` \| (\w+Error) \| (\d*) ?\| (yes)? ?\|", re.MULTILINE)
    manual = text_of(ROOT / "docs" / "architecture.md")
    documented = {name: (code, int(status or 0), bool(auto)) for code, name, status, auto in row.findall(manual)}
    classes = {name: getattr(errors, name) for name in documented}
    assert len(documented) > 30
    assert documented == {
        name: (kind.code, kind.http_status or 0, kind.attempt_again_later) for name, kind in classes.items()
    }


def test_every_make_target_is_documented():
    targets = re.findall(r"^([a-z0-9.-]+):.*## ", text_of(ROOT / "Makefile"), re.MULTILINE)
    manual = text_of(README, ROOT / "docs" / "development.md", ROOT / "docs" / "deploying.md")
    assert len(targets) > 1
    assert [name for name in targets if not re.search(rf"make {re.escape(name)}(?![\w-])", manual)] == []
