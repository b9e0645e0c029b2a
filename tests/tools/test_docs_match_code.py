"""The manual names everything that the code has: parameters, error codes, states, routes, metrics and commands."""

import re

from api.app import get_resolver
from coverart import errors
from coverart.looks import load_looks
from coverart.models import STEPS, CoverOptions, PlaylistSource, SampleSource, TopArtistsSource
from coverart.motifs import load_motifs
from coverart.pipeline.events import DETAIL_TYPE
from coverart.store import keys as keys_module
from coverart.techniques import load_techniques
from coverart.typefaces import load_typefaces
from tests.tools.docs import MANUAL, README, ROOT, text_of


def find_missing(names, *pages):
    """Return the names that the pages, by default the whole manual, do not have as code."""
    text = text_of(*(ROOT / "docs" / f"{page}.md" for page in pages)) if pages else text_of(*MANUAL)
    assert len(names) > 1
    return sorted(name for name in names if f"`{name}`" not in text)


def test_every_parameter_error_code_alarm_and_output_is_documented(template):
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.code for kind in classes if issubclass(kind, errors.CoverArtError)}
    alarms = [name for name, resource in template["Resources"].items() if resource["Type"].endswith("Alarm")]
    assert find_missing(template["Parameters"], "configuration") == []
    assert find_missing(codes) == []
    assert find_missing(alarms) == find_missing(template["Outputs"]) == []


def test_every_option_source_and_metric_is_documented():
    sources = (TopArtistsSource, PlaylistSource, SampleSource)
    fields = {*CoverOptions.model_fields, *(name for source in sources for name in source.model_fields)}
    metrics = re.findall(r'put_metric\("(\w+)"', text_of(*(ROOT / "functions").rglob("*.py")))
    assert find_missing(fields, "api") == []
    assert find_missing(metrics, "operations") == []


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
    assert find_missing({*machines, *states}, "architecture") == []


def test_every_kind_of_item_and_file_is_documented():
    """Compare the table in the code, which names each key's beginning, with the manual's."""
    keys = re.findall(r"^\| .*?`([\w-]+)[#/`]", keys_module.__doc__, re.MULTILINE)
    manual = text_of(ROOT / "docs" / "architecture.md")
    assert len(keys) > 10
    assert [key for key in keys if not re.search(rf"^\| `{key}[#/`]", manual, re.MULTILINE)] == []


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
