import json

import pytest

from coverart.aws import clients
from coverart.store.listeners import Listeners
from watch.app import handler


class Context:
    def get_remaining_time_in_millis(self):
        return 300_000


@pytest.fixture
def queue(robin, machine, monkeypatch):
    """What a rule of the bus delivers, as the stack's rule does to accept."""
    settings = {"DAILY_COVER_LIMIT": "20", "MONTHLY_BUDGET_USD": "5"}
    for name, value in {
        **settings,
        "BUS_NAME": "cover-art",
        "APPLY_STATE_MACHINE_ARN": machine,
        "IMAGE_BACKEND": "auto",
        "FALLBACK_TO_PAINTER": "true",
    }.items():
        monkeypatch.setenv(name, value)
    events, sqs = clients.get_client("events"), clients.get_client("sqs")
    events.create_event_bus(Name="cover-art")
    url = sqs.create_queue(QueueName="delivered")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps({"source": ["coverart"], "detail-type": ["PlaylistCoverRequested"]})
    events.put_rule(Name="rule", EventBusName="cover-art", EventPattern=pattern)
    events.put_targets(Rule="rule", EventBusName="cover-art", Targets=[{"Id": "queue", "Arn": arn}])

    def delivered():
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"])["detail"] for message in messages]

    return delivered


def test_a_tick_puts_an_event_on_the_stacks_bus_and_tells_what_it_did(robin, queue, capsys, caplog):
    playlist = robin.add()
    told = handler({}, Context())
    assert told == {"looked_at": 1, "passed_over": 0, "not_reached": 0, "announced": 1}
    [detail] = queue()
    snapshot = robin.known(playlist).snapshot_id
    assert detail == {
        "listener_id": robin.id,
        "playlist_id": playlist,
        "name": "Fresh Paint",
        "snapshot_id": snapshot,
    }
    said = capsys.readouterr().out + caplog.text
    assert '"CoverEventsPublished":[1.0]' in said.replace(" ", "")
    tokens = Listeners(clients.get_table("ListenersTable")).get(robin.id).tokens
    for secret in (tokens.access_token, tokens.refresh_token):
        assert secret.get_secret_value() not in said


def test_a_listener_who_is_passed_over_is_counted_by_the_reason(robin, queue, capsys):
    listeners = robin.watcher.listeners
    listeners.mark_reconnect(robin.id, listeners.get(robin.id).tokens)
    assert handler({}, Context())["passed_over"] == 1
    [metric] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "ListenersSkipped" in line]
    assert (metric["ListenersSkipped"], metric["code"]) == ([1.0], "reconnect_needed")


def test_what_nobody_foresaw_fails_the_invocation_after_all_had_their_turn(robin, queue, monkeypatch):
    robin.add()
    monkeypatch.setenv("BUS_NAME", "no-such-bus")
    monkeypatch.setattr(type(clients.get_client("events")), "put_events", _broken, raising=False)
    with pytest.raises(ExceptionGroup) as raised:
        handler({}, Context())
    assert [type(error) for error in raised.value.exceptions] == [ConnectionError]
    assert robin.watcher.listeners.get(robin.id).watched.code == "internal"


def _broken(*_args, **_entries):
    raise ConnectionError
