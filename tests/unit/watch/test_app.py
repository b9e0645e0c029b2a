import json
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from coverart.aws import clients
from watch.app import handler
from watch.event_publisher import EventPublisher

CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 300_000)


@pytest.fixture(autouse=True)
def settings(listener, events, monkeypatch):
    """Those of the function, whose events are recorded."""
    for name, value in {
        "DAILY_COVER_LIMIT": "20",
        "MONTHLY_BUDGET_USD": "5",
        "BUS_NAME": "cover-art",
        "APPLY_STATE_MACHINE_ARN": "arn:apply",
        "IMAGE_BACKEND": "auto",
        "FALLBACK_TO_PAINTER": "true",
    }.items():
        monkeypatch.setenv(name, value)
    get_client = clients.get_client
    monkeypatch.setattr(clients, "get_client", lambda name: events if name == "events" else get_client(name))


def test_run_publishes_an_event_and_returns_counts(listener, events, capsys, caplog):
    playlist = listener.add_playlist()
    counts = {"listeners_checked": 1, "listeners_skipped": 0, "listeners_not_reached": 0, "covers_requested": 1}
    assert handler({}, CONTEXT) == counts
    [entry] = events.accepted
    detail = {"listener_id": listener.id, "playlist_id": playlist, "name": "Fresh Paint"}
    assert json.loads(entry.pop("Detail")) == {**detail, "snapshot_id": listener.record(playlist).snapshot_id}
    assert entry == {"Source": "coverart", "DetailType": "PlaylistCoverRequested", "EventBusName": "cover-art"}
    output = capsys.readouterr().out + caplog.text
    assert '"CoverEventsPublished":[1.0]' in output.replace(" ", "")
    tokens = listener.checker.listeners.get(listener.id).tokens
    for secret in (tokens.access_token, tokens.refresh_token):
        assert secret.get_secret_value() not in output


def test_requested_check_of_one_listener_says_what_it_found(listener, events):
    listener.add_playlist()
    assert handler({"listener_id": "nobody"}, CONTEXT)["listeners_checked"] == 0
    assert handler({"listener_id": listener.id}, CONTEXT)["covers_requested"] == len(events.accepted) == 1
    status = listener.checker.listeners.get(listener.id).watched
    assert (status.covers_requested, status.code) == (1, None)


def test_skipped_listener_is_counted_by_error_code(listener, capsys):
    listener.spotify.premium = False
    assert handler({}, CONTEXT)["listeners_skipped"] == 1
    listeners = listener.checker.listeners
    watched = listeners.get(listener.id).watched
    assert (watched.code, "Please tell the owner." in watched.message) == ("owner_without_premium", True)
    listeners.mark_reconnect(listener.id, listeners.get(listener.id).tokens)
    assert handler({}, CONTEXT)["listeners_skipped"] == 1
    output = capsys.readouterr().out
    assert "CoverEventsPublished" not in output, "each hour with a value is billed"
    metrics = [json.loads(line) for line in output.splitlines() if "ListenersSkipped" in line]
    assert [metric["code"] for metric in metrics] == ["owner_without_premium", "reconnect_needed"]
    assert [metric["ListenersSkipped"] for metric in metrics] == [[1.0], [1.0]]


def test_unexpected_error_fails_the_invocation(listener, monkeypatch):
    listener.add_playlist()
    monkeypatch.setattr(EventPublisher, "publish", Mock(side_effect=ConnectionError))
    with pytest.raises(ExceptionGroup) as raised:
        handler({}, CONTEXT)
    assert [type(error) for error in raised.value.exceptions] == [ConnectionError]
    assert listener.checker.listeners.get(listener.id).watched.code == "internal"
