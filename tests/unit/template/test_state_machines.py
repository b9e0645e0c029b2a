import json
import re

from botocore.session import Session

from apply.app import ApplyInput
from coverart import errors
from coverart.models import STEPS
from coverart.pipeline.step import WARM_UP_EVENT
from tests.unit.template.conftest import as_list, function_of, list_states, statements

INVOKE_ERRORS = {
    f"Lambda.{shape.name}"
    for shape in Session().get_service_model("lambda").operation_model("Invoke").error_shapes
    # Of what this stack's functions do not have: networks, file systems, snapshots, keys and versions of their own.
    if not re.match("EFS|ENI|KMS|S3Files|SnapStart|Subnet|InvalidS|Runtime|EC2[AU]|Durable|NoPublished", shape.name)
}
# What no repetition mends.
_FINAL = (
    "CodeArtifactUser(Deleted|Failed)|Invalid(ParameterValue|RequestContent|Runtime|ZipFile)|ModeNotSupported|"
    "RecursiveInvocation|(SerializedRequestEntity|Request)TooLarge|ResourceNotFound|ServiceQuotaExceeded|UnsupportedMedia"
)
FINAL_INVOKE_ERRORS = {name for name in INVOKE_ERRORS if re.match(rf"Lambda\.({_FINAL})", name)}
# How a function's process ends, or is lost without an error of Invoke:
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html,
# https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html, and what Lambda's logs call it.
CRASHES = {
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.Unknown",
    "MemoryError",
    "Runtime.ExitError",
    "Runtime.ImportModuleError",
    "Runtime.OutOfMemory",
    "Sandbox.Timedout",
}
PASSING_ERRORS = INVOKE_ERRORS - FINAL_INVOKE_ERRORS | CRASHES
FAILURES = {"States.ALL", "States.TaskFailed", "States.Timeout"}
WAKING = {
    "Lambda.CodeArtifactUserPendingException",
    "Lambda.ResourceConflictException",
    "Lambda.ResourceNotReadyException",
    "Runtime.ImportModuleError",
}
OUR_ERRORS = {error.__name__ for error in errors.list_error_classes()}
TRANSIENT_ERRORS = {error.__name__ for error in errors.list_error_classes() if error.transient}
THROTTLED = "Lambda.TooManyRequestsException"


def test_placeholders_are_substituted(machines):
    for machine, definition in machines.items():
        other_parts = json.loads(json.dumps(definition), object_hook=lambda part: None if "Fn::Sub" in part else part)
        assert "${" not in str(other_parts), machine


def test_state_machine_invokes_its_functions_and_logs_no_data(machines, invocations, resources):
    assert len(machines) == 2
    for machine in machines:
        permitted = [
            resource["Fn::GetAtt"][0]
            for statement in statements(resources[machine]["Properties"])
            if statement["Action"] == "lambda:InvokeFunction"
            for resource in as_list(statement["Resource"])
        ]
        invoked = {function_of(state) for (owner, _), state in invocations.items() if owner == machine}
        assert sorted(permitted) == sorted(invoked), machine
        logging = resources[machine]["Properties"]["Logging"]
        assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False), machine


def test_cover_machine_may_start_exactly_the_apply_machine(tasks, invocations, resources):
    [((machine, _), state)] = [(name, state) for name, state in tasks.items() if name not in invocations]
    assert state["Resource"]["Fn::Sub"] == "arn:${AWS::Partition}:states:::states:startExecution"
    assert state["Arguments"]["StateMachineArn"] == {"Ref": "ApplyStateMachine"}
    permitted = [s for s in statements(resources[machine]["Properties"]) if s["Action"] == "states:StartExecution"]
    assert [statement["Resource"] for statement in permitted] == [{"Ref": "ApplyStateMachine"}]
    payload = tasks["ApplyStateMachine", "Apply"]["Arguments"]["Payload"]
    assert payload == {name: f"{{% $states.context.Execution.Input.{name} %}}" for name in ApplyInput.model_fields}
    delayed = state["Arguments"]["Input"]
    assert (delayed.keys(), delayed["replace_own"]) == (payload.keys(), payload["replace_own"])


def test_function_may_start_exactly_the_machines_that_it_knows(functions):
    counts = {}
    for name, properties in functions.items():
        variables = properties.get("Environment", {}).get("Variables", {})
        arns = [value for variable, value in variables.items() if variable.endswith("STATE_MACHINE_ARN")]
        arns = [value["Fn::If"][1] if "Fn::If" in value else value for value in arns]
        permitted = [s for s in statements(properties) if s["Action"] == "states:StartExecution"]
        assert [machine for s in permitted for machine in as_list(s["Resource"])] == arns, name
        if arns:
            counts[name] = len(arns)
    assert counts == {"ApiFunction": 3, "AcceptFunction": 2, "WatchFunction": 1, "SettleFunction": 1}


def test_timeouts_nest(invocations, functions, machines, template):
    assert len(invocations) > 8
    for (machine, name), state in invocations.items():
        timeout = functions[function_of(state)]["Timeout"]
        assert timeout <= state["TimeoutSeconds"] < machines[machine]["TimeoutSeconds"], name
    longest = {name: parameter["MaxValue"] for name, parameter in template["Parameters"].items() if "Timeout" in name}
    assert longest["OpenAiTimeoutSeconds"] < functions["GenerateFunction"]["Timeout"]
    for name in ("Fetch", "Publish", "Apply", "Watch"):
        assert longest["SpotifyTimeoutSeconds"] < functions[f"{name}Function"]["Timeout"]


def test_exactly_the_passing_errors_are_retried(tasks, invocations):
    names = set()
    for name, state in tasks.items():
        for retry in state["Retry"]:
            assert retry["MaxAttempts"] <= 8 or set(retry["ErrorEquals"]) in ({THROTTLED}, WAKING), name
            assert retry["JitterStrategy"] == "FULL", name
        retried = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}
        assert retried >= PASSING_ERRORS or name not in invocations, name
        names |= retried
        for rule in [*state["Retry"], *state.get("Catch", [])]:
            assert set(rule["ErrorEquals"]) <= OUR_ERRORS | PASSING_ERRORS | FAILURES, name
    assert names & OUR_ERRORS == TRANSIENT_ERRORS


def test_throttled_call_waits_as_long_as_its_execution_may_take(invocations, machines):
    """A new account runs ten functions at once, and covers for a whole library have to wait for their turn."""
    throttled, waking, transient, spotify = invocations["CoverStateMachine", "Fetch"]["Retry"]
    common = [throttled, waking, transient]
    assert set(throttled["ErrorEquals"]) >= {THROTTLED}
    assert set(waking["ErrorEquals"]) == WAKING
    for name, state in invocations.items():
        assert state["Retry"][:2] == common[:2], name
        is_unlike_others = name == ("CoverStateMachine", "Generate")
        assert is_unlike_others or state["Retry"] in (common, [*common, spotify]), name
    # With full jitter, a pause is half of the maximum on average; the first ones are shorter.
    pauses = throttled["MaxAttempts"] * throttled["MaxDelaySeconds"]
    assert pauses / 2 >= machines["CoverStateMachine"]["TimeoutSeconds"]
    # An inactive function gets ninety seconds to wake.
    pauses = [waking["IntervalSeconds"] * waking["BackoffRate"] ** attempt for attempt in range(waking["MaxAttempts"])]
    assert sum(min(pause, waking["MaxDelaySeconds"]) for pause in pauses) / 2 > 90


def test_checks_whether_spotify_shows_an_image_end(machines):
    states = machines["ApplyStateMachine"]["States"]
    [again] = states["IsConfirmed"]["Choices"]
    count = int(re.search(r"\$checks < (\d+)", again["Condition"])[1])
    assert "$checks + 1" in states["Apply"]["Assign"]["checks"]
    waits = (count - 1) * states["WaitForSpotify"]["Seconds"]
    assert waits + count * states["Apply"]["TimeoutSeconds"] < machines["ApplyStateMachine"]["TimeoutSeconds"]


def test_call_that_may_have_been_billed_is_retried_once(tasks):
    retries = tasks["CoverStateMachine", "Generate"]["Retry"]
    attempts = {error: retry["MaxAttempts"] for retry in retries for error in retry["ErrorEquals"]}
    unsure = CRASHES - WAKING | {"PaintingLostError", "Lambda.ServiceException"}
    assert {attempts[error] for error in unsure} == {1}


def test_warm_up_calls_each_step_once_two_at_a_time(resources, invocations):
    warm_up = resources["WarmUpStateMachine"]["Properties"]
    [(_, calls), (_, call), *_] = list_states(warm_up["Definition"])
    names = [f"{step.title()}Function" for step in STEPS]
    assert re.findall(r"\$\{(\w+)\.Arn\}", calls["Items"]["Fn::Sub"]) == names
    [statement] = statements(warm_up)
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"] == [{"Fn::GetAtt": [name, "Arn"]} for name in names]
    # A new account runs ten functions at once: a cover's step, and the page's requests.
    assert calls["MaxConcurrency"] == 2
    assert call["Arguments"]["Payload"] == WARM_UP_EVENT
    assert "Retry" not in call
    assert call["Catch"][0]["ErrorEquals"] == ["States.ALL"]


def test_error_of_a_candidate_leaves_the_others(machines):
    [candidates] = [state for _, state in list_states(machines["CoverStateMachine"]) if state["Type"] == "Map"]
    states = candidates["ItemProcessor"]["States"]
    catches = {name: state["Catch"][-1] for name, state in states.items() if state["Type"] == "Task"}
    assert all(catch["ErrorEquals"] == ["States.ALL"] for catch in catches.values())
    last = {name for name, catch in catches.items() if catch["Next"] == "CandidateFailed"}
    assert last == {"GenerateWithPainter", "SkipStyle"}
    failure = {"candidate": "{% $states.input.candidate %}", "failure": "{% $states.errorOutput %}"}
    assert all(catches[name]["Output"] == failure for name in last)
    cause = machines["CoverStateMachine"]["States"]["CandidatesFailed"]["Cause"]
    assert "$exists($candidates[0].failure.Cause)" in cause, "a failure without a cause keeps its error"
    # A failure that cannot be recorded at once is still in the result.
    recorder = states["CandidateFailed"]
    ends = {(end["Next"], end["Output"]["failure"]) for end in (recorder, *recorder["Catch"])}
    assert ends == {("CandidateEnded", "{% $states.input.failure %}")}
    assert {state["Type"] for state in states.values()} == {"Task", "Choice", "Succeed"}
