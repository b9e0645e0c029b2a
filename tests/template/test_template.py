"""What must hold of template.yaml and the state machine, whatever they grow into."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from apply.app import ApplyInput
from coverart import errors
from coverart.aws.settings import Settings

ROOT = Path(__file__).parents[2]
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html and
# https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
AWS_ERRORS = {
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "States.ALL",
    "States.TaskFailed",
    "States.Timeout",
}
OURS = {error.__name__ for error in errors.list_error_classes()}
TRANSIENT = {error.__name__ for error in errors.list_error_classes() if error.transient}
BUSY = "Lambda.TooManyRequestsException"
# Only log delivery, which has no resource to name.
ALLOWED_STARS = {
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
}


@pytest.fixture(scope="module")
def resources(template):
    return template["Resources"]


@pytest.fixture(scope="module")
def functions(resources):
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}


@pytest.fixture(scope="module")
def machines(resources):
    """Definitions by the machine's name in the template."""
    found = [name for name, r in resources.items() if r["Type"] == "AWS::Serverless::StateMachine"]
    return {name: json.loads((ROOT / _file(resources[name])).read_text()) for name in found}


def _file(machine):
    return machine["Properties"]["DefinitionUri"]


@pytest.fixture(scope="module")
def tasks(machines):
    """By the machine's and the state's name."""
    return {
        (machine, name): state
        for machine, definition in machines.items()
        for name, state in definition["States"].items()
        if state["Type"] == "Task"
    }


@pytest.fixture(scope="module")
def calls(tasks):
    """The tasks that call a function."""
    return {name: state for name, state in tasks.items() if state["Resource"].endswith(":lambda:invoke")}


def function_of(state):
    [name] = re.fullmatch(r"\$\{(\w+Function)Arn\}", state["Arguments"]["FunctionName"]).groups()
    return name


def statements(properties):
    return [statement for policy in properties["Policies"] for statement in policy["Statement"]]


def listed(value):
    return value if isinstance(value, list) else [value]


def test_every_parameter_and_output_is_described(template):
    for section in ("Parameters", "Outputs"):
        for name, entry in template[section].items():
            assert entry.get("Description"), f"{section}: {name}"


def test_every_function_is_a_room_of_its_name(functions):
    assert functions
    for name, properties in functions.items():
        room = name.removesuffix("Function").lower()
        assert properties["Handler"] == f"{room}.app.handler"
        assert (ROOT / "functions" / room / "app.py").is_file()


def test_every_room_is_a_function(functions):
    rooms = {folder.parent.name for folder in (ROOT / "functions").glob("*/app.py")}
    assert rooms == {name.removesuffix("Function").lower() for name in functions}


def test_every_function_has_memory_timeout_description_and_a_log_group_that_forgets(functions, resources):
    for name, properties in functions.items():
        assert {"MemorySize", "Timeout", "Description"} <= properties.keys(), name
        group = resources[properties["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
        assert group["RetentionInDays"] <= 30, name


def test_every_state_calls_a_function_that_the_template_hands_it(calls, functions, resources):
    for (machine, name), state in calls.items():
        function = function_of(state)
        assert function in functions, name
        handed = resources[machine]["Properties"]["DefinitionSubstitutions"]
        assert handed[f"{function}Arn"] == {"Fn::GetAtt": [function, "Arn"]}


def test_every_substitution_is_used_and_every_use_is_substituted(machines, resources):
    assert len(machines) == 2
    for machine in machines:
        handed = set(resources[machine]["Properties"]["DefinitionSubstitutions"])
        used = set(re.findall(r"\$\{(\w+)\}", (ROOT / _file(resources[machine])).read_text()))
        assert used == handed, machine


def test_a_state_machine_may_call_its_functions_and_no_others(machines, calls, resources):
    for machine in machines:
        granted = [
            entry["Fn::GetAtt"][0]
            for statement in statements(resources[machine]["Properties"])
            if statement["Action"] == "lambda:InvokeFunction"
            for entry in listed(statement["Resource"])
        ]
        called = {function_of(state) for (its, _), state in calls.items() if its == machine}
        assert sorted(granted) == sorted(called), machine


def test_a_state_machine_may_start_the_one_that_it_starts(tasks, calls, resources):
    [((machine, _), state)] = [(name, state) for name, state in tasks.items() if name not in calls]
    assert state["Resource"] == "arn:aws:states:::states:startExecution"
    assert state["Arguments"]["StateMachineArn"] == "${ApplyStateMachineArn}"
    granted = [s for s in statements(resources[machine]["Properties"]) if s["Action"] == "states:StartExecution"]
    assert [statement["Resource"] for statement in granted] == [{"Ref": "ApplyStateMachine"}]


def test_the_apply_machine_is_handed_what_its_function_takes(tasks):
    payload = tasks["ApplyStateMachine", "Apply"]["Arguments"]["Payload"]
    asked = {name: f"{{% $states.context.Execution.Input.{name} %}}" for name in ApplyInput.model_fields}
    assert payload == asked
    later = tasks["CoverStateMachine", "ConfirmLater"]["Arguments"]["Input"]
    assert later.keys() == asked.keys()
    assert later["replace_own"] == asked["replace_own"]


def test_who_is_told_of_a_state_machine_may_start_it_and_no_other(functions):
    starters = {}
    for name, properties in functions.items():
        variables = properties.get("Environment", {}).get("Variables", {})
        told = [value for variable, value in variables.items() if variable.endswith("STATE_MACHINE_ARN")]
        granted = [s for s in statements(properties) if s["Action"] == "states:StartExecution"]
        assert [machine for s in granted for machine in listed(s["Resource"])] == told, name
        if told:
            starters[name] = len(told)
    assert starters == {"ApiFunction": 2, "AcceptFunction": 1, "WatchFunction": 1, "SettleFunction": 1}


def test_timeouts_nest(calls, functions, machines, template):
    for (machine, name), state in calls.items():
        timeout = functions[function_of(state)]["Timeout"]
        assert timeout <= state["TimeoutSeconds"] < machines[machine]["TimeoutSeconds"], name
    longest = {name: parameter["MaxValue"] for name, parameter in template["Parameters"].items() if "Timeout" in name}
    assert longest["OpenAiTimeoutSeconds"] < functions["GenerateFunction"]["Timeout"]
    for name in ("Fetch", "Publish", "Apply", "Watch"):
        assert longest["SpotifyTimeoutSeconds"] < functions[f"{name}Function"]["Timeout"]


def test_state_machines_retry_exactly_the_transient_errors(tasks):
    retried = set()
    for name, state in tasks.items():
        for retry in state["Retry"]:
            assert retry["MaxAttempts"] <= 8 or retry["ErrorEquals"] == [BUSY], name
            assert retry["JitterStrategy"] == "FULL", name
            retried |= set(retry["ErrorEquals"])
    assert retried & OURS == TRANSIENT


def test_what_executions_are_given_is_not_logged(machines, resources):
    for machine in machines:
        logging = resources[machine]["Properties"]["Logging"]
        assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False), machine


def test_every_call_waits_for_room_for_as_long_as_its_execution_may_take(calls, machines):
    """A young account runs ten functions at once, and a library of covers waits for its turn."""
    waits = {}
    for name, state in calls.items():
        [waits[name]] = [retry for retry in state["Retry"] if BUSY in retry["ErrorEquals"]]
        assert state["Retry"][0] is waits[name], "whatever else is retried"
    assert len(waits) > len(machines)
    wait = waits["CoverStateMachine", "Fetch"]
    assert all(other == wait for other in waits.values()), waits
    # With full jitter a wait is half as long in the mean; the first ones are shorter.
    assert wait["MaxAttempts"] * wait["MaxDelaySeconds"] / 2 >= machines["CoverStateMachine"]["TimeoutSeconds"]


def test_the_looks_at_what_spotify_shows_end(machines):
    states = machines["ApplyStateMachine"]["States"]
    [again] = states["IsConfirmed"]["Choices"]
    most = int(re.search(r"\$looks < (\d+)", again["Condition"])[1])
    assert "$looks + 1" in states["Apply"]["Assign"]["looks"]
    waited = (most - 1) * states["WaitForSpotify"]["Seconds"]
    assert waited + most * states["Apply"]["TimeoutSeconds"] < machines["ApplyStateMachine"]["TimeoutSeconds"]


def test_every_error_in_the_state_machine_is_raised_by_us_or_documented_by_aws(tasks):
    for name, state in tasks.items():
        for rule in [*state["Retry"], *state.get("Catch", [])]:
            assert set(rule["ErrorEquals"]) <= OURS | AWS_ERRORS, name


def test_what_may_have_been_paid_for_is_tried_at_most_once_more(tasks):
    retries = tasks["CoverStateMachine", "Generate"]["Retry"]
    attempts = {error: retry["MaxAttempts"] for retry in retries for error in retry["ErrorEquals"]}
    unsure = {"PaintingLostError", "Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError", "Lambda.ServiceException"}
    assert {attempts[error] for error in unsure} == {1}


def test_every_error_of_ours_is_raised_in_the_code():
    code = "".join(path.read_text() for folder in ("functions", "layers") for path in (ROOT / folder).rglob("*.py"))
    for name in OURS - {"CoverArtError"}:
        assert re.search(rf"\b{name}\(", code.replace(f"class {name}(", "")), name


def test_no_policy_of_ours_has_a_star_but_those_that_log_delivery_needs(resources):
    checked = 0
    for name, resource in resources.items():
        for statement in statements(resource["Properties"]) if "Policies" in resource.get("Properties", {}) else []:
            checked += 1
            assert all("*" not in action for action in listed(statement["Action"])), name
            if "*" in listed(statement["Resource"]):
                assert set(statement["Action"]) <= ALLOWED_STARS, name
    assert checked > 10


def test_no_secret_is_in_the_template(template):
    for name, parameter in template["Parameters"].items():
        assert not re.search(r"secret|key|token", name, re.IGNORECASE), name
        assert not parameter.get("NoEcho"), name


def test_no_function_takes_more_layers_than_lambda_allows(functions):
    for name, properties in functions.items():
        assert len(properties["Layers"]) <= 5, name
        assert properties["Layers"][0] == {"Ref": "CommonLayer"}, name


def test_every_layer_is_used_and_goes_with_its_stack(functions, resources):
    used = {layer["Ref"] for properties in functions.values() for layer in properties["Layers"]}
    layers = {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::Serverless::LayerVersion"}
    assert used == set(layers)
    for name, properties in layers.items():
        assert properties["RetentionPolicy"] == "Delete", name


def test_tables_are_backed_up_and_forget_and_the_bucket_is_private_and_encrypted(resources):
    tables = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::DynamoDB::Table"]
    assert len(tables) == 3
    for table in tables:
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert table["SSESpecification"]["SSEEnabled"]
    for name in ("CoversTable", "KeysTable"):
        assert resources[name]["Properties"]["TimeToLiveSpecification"]["AttributeName"] == "expires_at"
    bucket = resources["Bucket"]["Properties"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]
    [artwork] = [rule for rule in bucket["LifecycleConfiguration"]["Rules"] if rule.get("Prefix") == "artwork/"]
    assert artwork["ExpirationInDays"] == 7


def test_a_replaced_table_or_bucket_is_kept(resources):
    for name in ("ListenersTable", "CoversTable", "KeysTable", "Bucket"):
        assert resources[name]["UpdateReplacePolicy"] == "Retain", name


def test_no_concurrency_is_reserved(functions):
    for name, properties in functions.items():
        assert "ReservedConcurrentExecutions" not in properties, name


@pytest.mark.parametrize(("email", "is_heard"), [("", False), ("owner@example.org", True)])
def test_alarms_exist_only_where_somebody_hears_them(template, resources, email, is_heard):
    def holds(condition):
        match condition:
            case {"Ref": "AlarmEmail"}:
                return email
            case {"Fn::Not": [inner]}:
                return not holds(inner)
            case {"Fn::Equals": [one, other]}:
                return holds(one) == holds(other)
        return condition

    there = {
        name
        for name, resource in resources.items()
        if "Condition" not in resource or holds(template["Conditions"][resource["Condition"]])
    }
    heard = {n for n, r in resources.items() if r["Type"] in {"AWS::CloudWatch::Alarm", "AWS::SNS::Topic"}}
    assert len(heard) == 7
    assert heard & there == (heard if is_heard else set())
    # Nothing that is always there refers to what is not.
    named = {name for name in heard for r in (there - heard) if f"'{name}'" in str(resources[r])}
    assert not named


def test_an_alarm_says_what_to_do_to_whom_it_concerns_and_is_silent_where_nothing_happens(resources):
    alarms = {n: r["Properties"] for n, r in resources.items() if r["Type"] == "AWS::CloudWatch::Alarm"}
    for name, alarm in alarms.items():
        assert len(alarm["AlarmDescription"]) > 20, name
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] == "notBreaching", name
        # Metric math would be paid for by the metric; the emulator knows none.
        assert {"Namespace", "MetricName", "Statistic"} <= alarm.keys(), name
    watched = {(a["Namespace"], a["MetricName"], str(a.get("Dimensions", ""))) for a in alarms.values()}
    for metric, of in [
        ("ExecutionsFailed", "CoverStateMachine"),
        ("ExecutionsTimedOut", "CoverStateMachine"),
        ("ExecutionsFailed", "ApplyStateMachine"),
        ("ApproximateNumberOfMessagesVisible", "DeadLetterQueue"),
        ("Errors", "WatchFunction"),
        ("Throttles", ""),
    ]:
        assert any(name == metric and of in dimensions for _, name, dimensions in watched), metric


def test_what_lambda_and_libraries_say_is_json_too(template, functions):
    assert template["Globals"]["Function"]["LoggingConfig"] == {"LogFormat": "JSON"}
    assert all(properties["LoggingConfig"].keys() == {"LogGroup"} for properties in functions.values())


def settings_of(function):
    """Return the fields of all settings classes in the function's folder and in what it imports of coverart."""
    code = "".join(path.read_text() for path in (ROOT / "functions" / function).rglob("*.py"))
    shared = set(re.findall(r"^ *from (coverart\.[\w.]+) import", code, re.MULTILINE)) - {"coverart.aws.settings"}
    for names in re.findall(r"^from coverart import (.+)", code, re.MULTILINE):
        shared |= {f"coverart.{name}" for name in names.split(", ")}
    modules = [import_module(module) for module in (f"{function}.app", *shared)]
    classes = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return {field.upper() for kind in classes if issubclass(kind, Settings) for field in kind.model_fields}


def test_a_functions_settings_are_the_variables_that_the_template_gives_it(functions, template):
    common = template["Globals"]["Function"]["Environment"]["Variables"].keys()
    for name, properties in functions.items():
        given = {*properties.get("Environment", {}).get("Variables", {}), *common} - {"POWERTOOLS_SERVICE_NAME"}
        assert settings_of(name.removesuffix("Function").lower()) == given, name


def routes(functions):
    events = [event for properties in functions.values() for event in properties.get("Events", {}).values()]
    found = [event["Properties"] for event in events if event["Type"] == "HttpApi"]
    return {f"{route['Method']} {route['Path']}" for route in found}


def test_every_route_is_throttled_and_those_that_guesses_aim_at_the_most(functions, resources):
    api = resources["Api"]["Properties"]
    rest = api["DefaultRouteSettings"]
    assert 0 < rest["ThrottlingRateLimit"] <= rest["ThrottlingBurstLimit"]
    aimed_at = {route for route in routes(functions) if re.search(r"/login$|/callback$|/api/tokens", route)}
    assert len(aimed_at) == 5
    assert set(api["RouteSettings"]) == aimed_at
    for route, settings in api["RouteSettings"].items():
        assert 0 < settings["ThrottlingRateLimit"] < rest["ThrottlingRateLimit"], route
        assert 0 < settings["ThrottlingBurstLimit"] < rest["ThrottlingBurstLimit"], route
