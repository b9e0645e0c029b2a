import pytest

from accept import parse_request
from coverart.errors import InvalidRequestError, ListenerNotFoundError
from coverart.store.listeners import ListenerSettings

EVENT = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "source": "coverart",
    "detail-type": "PlaylistCoverRequested",
    "detail": {"listener_id": "ada", "playlist_id": "37i9dQZF1DX", "name": "Rain", "snapshot_id": "AAA"},
}


SETTINGS = ListenerSettings(style_strength=0.3, keep_colours=True, auto_cover=False, auto_cover_pattern="Sun*")


def read_request(event):
    return parse_request.read_request(event, {"ada": SETTINGS}.__getitem__)


def test_an_event_asks_for_an_automatic_cover_of_its_playlist():
    asked = read_request(EVENT)
    assert asked.listener_id == "ada"
    assert asked.source.to_json() == {"kind": "playlist", "playlist_id": "37i9dQZF1DX", "count": 20}
    assert asked.automatic


def test_event_of_an_earlier_version_is_still_accepted():
    assert read_request({**EVENT, "detail-type": "PlaylistCreated"}) == read_request(EVENT)


def test_two_events_for_one_playlist_have_one_idempotency_key():
    again = read_request({**EVENT, "id": "another"})
    assert again.idempotency_key == read_request(EVENT).idempotency_key


def test_an_automatic_cover_is_made_as_the_listeners_settings_say_and_published():
    asked = read_request(EVENT)
    assert (asked.options.style_strength, asked.options.keep_colours) == (0.3, True)
    assert (asked.options.publish, asked.replace_own) == (True, False)


def test_an_event_of_an_unknown_listener_is_refused_by_what_its_settings_raise():
    def nobody(_):
        raise ListenerNotFoundError("Nobody with this listener id is logged in.")

    with pytest.raises(ListenerNotFoundError):
        parse_request.read_request(EVENT, nobody)


def test_a_request_of_the_owners_is_taken_as_it_is():
    asked = read_request({"listener_id": "ada", "source": {"kind": "top_artists"}, "idempotency_key": "k"})
    assert asked.source.to_json() == {"kind": "top_artists", "time_range": "medium_term", "count": 10}
    assert not asked.automatic


@pytest.mark.parametrize(
    ("event", "named"),
    [
        (None, "event"),
        ({}, "listener_id"),
        ({"detail": {}, "source": "coverart", "detail-type": "PlaylistCoverRequested"}, "detail.listener_id"),
        ({**EVENT, "detail-type": "PlaylistDeleted"}, "detail-type"),
        ({**EVENT, "detail": {**EVENT["detail"], "playlist_id": "../../secrets"}}, "detail.playlist_id"),
        ({"listener_id": "ada", "source": {"kind": "radio"}, "idempotency_key": "k"}, "source"),
        (
            {
                "listener_id": "ada",
                "source": {"kind": "top_artists"},
                "idempotency_key": "k",
                "options": {"style_strength": 2},
            },
            "options.style_strength",
        ),
        (
            {
                "listener_id": "ada",
                "source": {"kind": "top_artists"},
                "idempotency_key": "k",
                "options": {"style_strength": float("nan")},
            },
            "options.style_strength",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_by_the_name_of_the_field(event, named):
    with pytest.raises(InvalidRequestError, match=named):
        read_request(event)


def test_a_refusal_does_not_repeat_what_was_sent():
    with pytest.raises(InvalidRequestError) as refused:
        read_request({**EVENT, "detail": {**EVENT["detail"], "playlist_id": "<script>"}})
    assert "script" not in str(refused.value)
