import pytest

from accept.parse_request import read_request
from coverart.pipeline.events import PlaylistCoverRequested
from coverart.store.listeners import ListenerSettings


@pytest.fixture
def created():
    return [
        PlaylistCoverRequested(listener_id="ada", playlist_id=f"p{number}", name=f"Rain {number}", snapshot_id="AAA")
        for number in range(23)
    ]


def test_events_are_put_ten_at_a_time(announcer, bus, created):
    assert announcer.announce(created) == created
    assert bus.batches == [10, 10, 3]
    assert bus.announced == [playlist.playlist_id for playlist in created]


def test_an_event_is_what_accept_takes(announcer, bus, created):
    announcer.announce(created[:1])
    [entry] = bus.taken
    assert entry["EventBusName"] == "bus"
    delivered = {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": created[0].to_json()}
    request = read_request(delivered, lambda _: ListenerSettings())
    assert (request.listener_id, request.source.playlist_id) == ("ada", "p0")


def test_entries_that_are_not_taken_are_put_again_and_no_others(announcer, bus, created):
    bus.refuses = 12
    assert {playlist.playlist_id for playlist in announcer.announce(created)} == set(bus.announced)
    assert bus.batches == [10, 10, 3, 10, 2]
    assert sorted(bus.announced) == sorted(playlist.playlist_id for playlist in created)


def test_what_the_bus_does_not_take_after_a_few_times_is_left(announcer, bus, created):
    bus.refuses = 10_000
    assert announcer.announce(created[:3]) == []
    assert bus.batches == [3, 3, 3, 3]


def test_nothing_to_announce_is_no_call(announcer, bus):
    assert announcer.announce([]) == []
    assert bus.batches == []
