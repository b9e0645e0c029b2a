"""An update must still read every item that a deployed stack has in its tables."""

import pytest

from api.api_tokens import ApiTokens
from auth.oauth_state import OAuthStates
from coverart.aws import clients
from coverart.errors import NotFoundError
from coverart.pipeline.start_cover import CoverRequest
from coverart.store.playlists import Playlists
from coverart.store.sessions import Sessions
from fetch.musicbrainz import GenreCache
from tests.unit.upgrade.stored_items import (
    ASKED,
    ASKED_BETWEEN_TRIES,
    BOUGHT,
    CAPTURED_AT,
    COVER_KEYS,
    COVERED,
    DEMO,
    KEY_NAMES,
    MADE,
    NEWCOMER,
    NO_IMAGE,
    ODD,
    OTHER_PLAYLIST,
    OWN_IMAGE,
    REENCODED,
    RETRIED,
    SECOND_CALL_BILLED,
    SOMEBODY,
    STORED,
    TOO_LARGE,
    UNCONFIRMED,
    UNDONE,
    VALUES,
    automatic_request,
    bulk_request,
    covers,
    history,
    key_of,
    listeners,
    monthly_budget,
)


def test_missing_items_are_not_found(read_keys):
    assert covers().get(NEWCOMER, BOUGHT) is None
    with pytest.raises(NotFoundError):
        history().get(NEWCOMER, UNDONE, BOUGHT)


def test_every_stored_item_is_read(read_keys, acceptance):
    """Read as the other tests do. An item of a new kind needs a test and a line here."""
    for listener_id in (DEMO, NEWCOMER, SOMEBODY, ODD):
        listeners().get(listener_id)
    Playlists(clients.get_table("ListenersTable")).get_all(DEMO)
    for playlist_id in (UNDONE, REENCODED, NO_IMAGE, UNCONFIRMED, TOO_LARGE, OWN_IMAGE, COVERED, MADE, ASKED):
        history().list_entries(DEMO, playlist_id)
    history().list_entries(DEMO, ASKED_BETWEEN_TRIES)
    tokens = ApiTokens(clients.get_table("KeysTable"), clients.get_table("ListenersTable"))
    tokens.list_tokens(DEMO)
    tokens.find_listener(VALUES["token"]["value"])
    Sessions(clients.get_table("KeysTable")).find_listener(VALUES["session"]["value"], CAPTURED_AT)
    state = VALUES["state"]
    OAuthStates(clients.get_table("KeysTable"), state["session_key"]).use(state["value"], state["browser"])
    for owner, cover_id in COVER_KEYS:
        covers().get(owner, cover_id)
    monthly_budget().get_spent()
    GenreCache(clients.get_table("KeysTable")).get(["5FlyH6SzOkxYPG68bWLU9i", "058HiLjT6VtrBgGmhn8LwY"], CAPTURED_AT)
    items = [covers().get(DEMO, cover_id) for cover_id in (BOUGHT, SECOND_CALL_BILLED)]
    requests = [CoverRequest.model_validate(item["request"]) for item in items]
    automatic = [automatic_request(DEMO, RETRIED), automatic_request(ODD, OTHER_PLAYLIST)]
    for request in (*requests, *automatic, bulk_request()):
        acceptance.start_cover(request)
    assert {key_of(table, item) for table in KEY_NAMES for item in STORED[table]} - read_keys == set()
