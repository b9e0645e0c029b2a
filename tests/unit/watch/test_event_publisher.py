from accept.parse_request import read_request
from coverart.pipeline.events import PlaylistCoverRequested
from coverart.store.listeners import ListenerSettings

REQUESTS = [
    PlaylistCoverRequested(listener_id="ada", playlist_id=f"p{number}", name=f"Rain {number}", snapshot_id="AAA")
    for number in range(23)
]


def test_events_are_published_in_batches_of_ten(publisher, events):
    assert publisher.publish([]) == []
    assert publisher.publish(REQUESTS) == REQUESTS
    assert events.batch_sizes == [10, 10, 3]
    assert events.playlist_ids == [request.playlist_id for request in REQUESTS]
    entry = events.accepted[0]
    assert entry["EventBusName"] == "bus"
    delivered = {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": REQUESTS[0].to_json()}
    request = read_request(delivered, lambda _: ListenerSettings())
    assert (request.listener_id, request.source.playlist_id) == ("ada", "p0")


def test_only_rejected_entries_are_published_again_three_times(publisher, events):
    events.rejections = 12
    assert {request.playlist_id for request in publisher.publish(REQUESTS)} == set(events.playlist_ids)
    assert events.batch_sizes == [10, 10, 3, 10, 2]
    assert sorted(events.playlist_ids) == sorted(request.playlist_id for request in REQUESTS)
    events.rejections = 10_000
    assert publisher.publish(REQUESTS[:3]) == []
    assert events.batch_sizes[5:] == [3, 3, 3, 3]
