"""What must hold for the template, however it grows."""

import re
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from api.picture_uploads import CONVERT_TIMEOUT_SECONDS
from coverart import errors
from coverart.aws.settings import Settings
from settle.app import CleanupEvent
from tests.unit.template.conftest import as_list, statements

ROOT = Path(__file__).parents[3]
# Log delivery belongs to the account, so it has no resource to name.
UNRESTRICTED_ACTIONS = {
    *(f"logs:{verb}LogDelivery" for verb in ("Create", "Get", "Update", "Delete")),
    *("logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
}
ALARM_TYPES = {"AWS::CloudWatch::Alarm", "AWS::SNS::Topic", "AWS::Budgets::Budget"}
PHYSICAL_NAMES = {f"{kind}Name" for kind in ("", "Function", "Layer", "LogGroup", "Bucket", "Table", "Topic", "Queue")}


def folder_of(function):
    return function.removesuffix("Function").lower()


def test_parameters_and_outputs_are_described_and_no_secrets(template):
    for name, entry in (template["Parameters"] | template["Outputs"]).items():
        assert entry.get("Description"), name
    for name, parameter in template["Parameters"].items():
        assert not re.search(r"secret|key|token", name, re.IGNORECASE), name
        assert not parameter.get("NoEcho"), name


def test_function_has_the_name_of_its_folder_and_vice_versa(functions):
    assert {path.parent.name for path in (ROOT / "functions").glob("*/app.py")} == set(map(folder_of, functions))
    for name, properties in functions.items():
        assert properties["Handler"] == f"{folder_of(name)}.app.handler"


def test_function_has_limits_layers_and_a_log_group(template, functions, resources):
    assert template["Globals"]["Function"]["LoggingConfig"] == {"LogFormat": "JSON"}
    api, convert = (functions[name]["Timeout"] for name in ("ApiFunction", "ConvertFunction"))
    assert (convert, convert + 1 < api) == (CONVERT_TIMEOUT_SECONDS, True), "the API waits for it"
    for name, properties in functions.items():
        assert {"MemorySize", "Timeout", "Description"} <= properties.keys(), name
        assert "ReservedConcurrentExecutions" not in properties, name
        assert properties["LoggingConfig"].keys() == {"LogGroup"}, name
        group = resources[properties["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
        assert group["RetentionInDays"] <= 30, name
        # Lambda allows five layers.
        assert len(properties["Layers"]) <= 5, name
        assert properties["Layers"][0] == {"Ref": "CommonLayer"}, name


def settings_of(folder):
    """Return the fields of all settings classes in a function's folder and in what it imports of coverart."""
    code = "".join(path.read_text() for path in (ROOT / "functions" / folder).rglob("*.py"))
    shared = set(re.findall(r"^ *from (coverart\.[\w.]+) import", code, re.MULTILINE)) - {"coverart.aws.settings"}
    for names in re.findall(r"^from coverart import (.+)", code, re.MULTILINE):
        shared |= {f"coverart.{name}" for name in names.split(", ")}
    modules = [import_module(module) for module in (f"{folder}.app", *shared)]
    classes = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return {field.upper() for kind in classes if issubclass(kind, Settings) for field in kind.model_fields}


def test_function_gets_exactly_the_variables_of_its_settings(functions, template):
    common = template["Globals"]["Function"]["Environment"]["Variables"].keys()
    for name, properties in functions.items():
        variables = {*properties.get("Environment", {}).get("Variables", {}), *common} - {"POWERTOOLS_SERVICE_NAME"}
        assert settings_of(folder_of(name)) == variables, name


def test_each_cleanup_has_a_schedule(functions):
    events = [event for event in functions["SettleFunction"]["Events"].values() if event["Type"] == "ScheduleV2"]
    cleanups = [CleanupEvent.model_validate_json(event["Properties"]["Input"]).cleanup for event in events]
    assert sorted(cleanups) == sorted(get_args(CleanupEvent.model_fields["cleanup"].annotation))


def test_two_stacks_share_no_physical_name(resources):
    """SAM names a schedule after its function and event alone, unless it has no name."""
    for name, resource in resources.items():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            assert event["Type"] != "ScheduleV2" or event["Properties"]["OmitName"] is True, name
        for key in resource.get("Properties", {}).keys() & PHYSICAL_NAMES:
            assert "AWS::StackName" in str(resource["Properties"][key]), name


def test_each_of_our_errors_is_raised_in_the_code():
    code = "".join(path.read_text() for folder in ("functions", "layers") for path in (ROOT / folder).rglob("*.py"))
    names = {error.__name__ for error in errors.list_error_classes()} - {"CoverArtError"}
    assert names <= set(re.findall(r"(?<!class )\b(\w+Error)\(", code))


def test_only_log_delivery_is_unrestricted(resources):
    count = 0
    for name, resource in resources.items():
        for statement in statements(resource["Properties"]) if "Policies" in resource.get("Properties", {}) else []:
            count += 1
            assert all("*" not in action for action in as_list(statement["Action"])), name
            if statement["Effect"] == "Allow" and "*" in as_list(statement["Resource"]):
                assert set(statement["Action"]) <= UNRESTRICTED_ACTIONS, name
    assert count > 10


def test_layer_is_used_and_deleted_with_its_stack(functions, resources):
    used = {layer["Ref"] for properties in functions.values() for layer in properties["Layers"]}
    layers = {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::Serverless::LayerVersion"}
    assert used == set(layers)
    for name, properties in layers.items():
        assert properties["RetentionPolicy"] == "Delete", name


def test_tables_are_backed_up_encrypted_and_retained(resources):
    tables = [resource for resource in resources.values() if resource["Type"] == "AWS::DynamoDB::Table"]
    assert len(tables) == 3
    for table in tables:
        assert table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        # DynamoDB encrypts every table with a key of its own for free; this would choose one that costs.
        assert "SSESpecification" not in table["Properties"]
        assert table["UpdateReplacePolicy"] == "Retain"
    for name in ("CoversTable", "KeysTable"):
        assert resources[name]["Properties"]["TimeToLiveSpecification"]["AttributeName"] == "expires_at"


def test_bucket_is_private_encrypted_and_artwork_expires(resources):
    bucket = resources["Bucket"]["Properties"]
    assert resources["Bucket"]["UpdateReplacePolicy"] == "Retain"
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]
    [artwork] = [rule for rule in bucket["LifecycleConfiguration"]["Rules"] if rule.get("Prefix") == "artwork/"]
    assert artwork["ExpirationInDays"] == 7


@pytest.mark.parametrize(("email", "has_alarms"), [("", False), ("owner@example.org", True)])
def test_alarms_exist_only_with_an_address(template, resources, email, has_alarms):
    def evaluate(condition):
        match condition:
            case {"Ref": "AlarmEmail"}:
                return email
            case {"Fn::Not": [inner]}:
                return not evaluate(inner)
            case {"Fn::Equals": [one, other]}:
                return evaluate(one) == evaluate(other)
        return condition

    conditions = {None: True} | {name: evaluate(condition) for name, condition in template["Conditions"].items()}
    existing = {name for name, resource in resources.items() if conditions[resource.get("Condition")]}
    alarms = {name for name, resource in resources.items() if resource["Type"] in ALARM_TYPES}
    assert len(alarms) == 12
    assert alarms & existing == (alarms if has_alarms else set())
    # No other resource refers to one that may be missing.
    referred = {name for name in alarms for other in (existing - alarms) if f"'{name}'" in str(resources[other])}
    assert not referred


def test_alarm_says_what_to_do_and_is_silent_without_data(resources):
    alarms = {n: r["Properties"] for n, r in resources.items() if r["Type"] == "AWS::CloudWatch::Alarm"}
    for name, alarm in alarms.items():
        assert len(alarm["AlarmDescription"]) > 20, name
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] == "notBreaching", name
        # Metric math is billed by the metric, and the emulator does not support it.
        assert {"Namespace", "MetricName", "Statistic"} <= alarm.keys(), name
    metrics = {(a["Namespace"], a["MetricName"], str(a.get("Dimensions", ""))) for a in alarms.values()}
    for metric, resource in [
        ("ExecutionsFailed", "CoverStateMachine"),
        ("ExecutionsTimedOut", "CoverStateMachine"),
        ("ExecutionsFailed", "ApplyStateMachine"),
        ("ApproximateNumberOfMessagesVisible", "DeadLetterQueue"),
        *(("Errors", name) for name in ("WatchFunction", "ApiFunction", "AuthFunction")),
        *((name, "Api") for name in ("Count", "5xx")),
        ("Throttles", ""),
    ]:
        assert any(name == metric and resource in dimensions for _, name, dimensions in metrics), metric
