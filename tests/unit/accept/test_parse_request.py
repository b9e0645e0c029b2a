import pytest

from accept.parse_request import read_request
from coverart.errors import InvalidRequestError
from coverart.store.listeners import ListenerSettings

DETAIL = {"listener_id": "ada", "playlist_id": "37i9dQZF1DX", "name": "Rain", "snapshot_id": "AAA"}
EVENT = {"version": "0", "id": "7bf73129", "source": "coverart", "detail-type": "PlaylistCoverRequested"}
EVENT |= {"detail": DETAIL}
OWNERS_REQUEST = {"listener_id": "ada", "source": {"kind": "top_artists"}, "idempotency_key": "k"}
SETTINGS = ListenerSettings(style_strength=0.3, keep_colours=True, auto_cover=False, auto_cover_pattern="Sun*")


def read(event):
    return read_request(event, {"ada": SETTINGS}.__getitem__)


def test_event_requests_an_automatic_cover_of_its_playlist():
    request = read(EVENT)
    assert (request.listener_id, request.automatic, request.replace_own) == ("ada", True, False)
    assert request.source.to_json() == {"kind": "playlist", "playlist_id": "37i9dQZF1DX", "count": 20}
    options = request.options
    assert (options.style_strength, options.keep_colours, options.publish) == (0.3, True, True)
    # An earlier version sent events of another type. The idempotency key depends on the playlist only.
    for field in ({"detail-type": "PlaylistCreated"}, {"id": "another"}):
        assert read({**EVENT, **field}) == request
    with pytest.raises(KeyError):  # what the reader of settings raises
        read({**EVENT, "detail": {**DETAIL, "listener_id": "nobody"}})


def test_owners_request_is_read_as_it_is():
    request = read(OWNERS_REQUEST)
    assert request.source.to_json() == {"kind": "top_artists", "time_range": "medium_term", "count": 10}
    assert not request.automatic


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (None, "event"),
        ({}, "listener_id"),
        ({**EVENT, "detail": {}}, "detail.listener_id"),
        ({**EVENT, "detail-type": "PlaylistDeleted"}, "detail-type"),
        ({**EVENT, "detail": {**DETAIL, "playlist_id": "../../secrets"}}, "detail.playlist_id"),
        ({**OWNERS_REQUEST, "source": {"kind": "radio"}}, "source"),
        ({**OWNERS_REQUEST, "options": {"style_strength": 2}}, "options.style_strength"),
        ({**OWNERS_REQUEST, "options": {"style_strength": float("nan")}}, "options.style_strength"),
    ],
)
def test_invalid_event_is_refused_and_its_field_named(event, field):
    with pytest.raises(InvalidRequestError, match=field) as caught:
        read(event)
    assert "secrets" not in str(caught.value)
