import pytest

ALARM_TYPES = {"AWS::CloudWatch::Alarm", "AWS::SNS::Topic", "AWS::Budgets::Budget"}


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
