"""What an earlier version stored in KeysTable, and that every stored item is still read."""

from datetime import timedelta

import pytest

from api.api_tokens import ApiToken, ApiTokens
from auth.oauth import LoginRefusedError
from auth.oauth_state import OAuthStates
from coverart.aws import clients
from coverart.errors import IdempotencyConflictError, NotFoundError, PaintingLostError
from coverart.pipeline.start_cover import CoverRequest
from coverart.store.playlists import Playlists
from coverart.store.sessions import Sessions
from fetch.musicbrainz import GenreCache
from generate.payments import Payments
from tests.unit.upgrade.stored_items import (
    ACCEPTED,
    BOUGHT,
    CAPTURED_AT,
    COVER_KEYS,
    DEMO,
    KEY_NAMES,
    MONTH,
    NEWCOMER,
    ODD,
    OTHER_PLAYLIST,
    RETRIED,
    RUNNING,
    SECOND_CALL_BILLED,
    SHARED_LOOK,
    STOPPED,
    STORED,
    UNDONE,
    UNSTYLED,
    VALUES,
    at,
    automatic_request,
    bulk_request,
    covers,
    history,
    key_of,
    listeners,
    monthly_budget,
    stored_item,
)

ARTISTS = ["5FlyH6SzOkxYPG68bWLU9i", "058HiLjT6VtrBgGmhn8LwY"]


def api_tokens():
    return ApiTokens(clients.get_table("KeysTable"), clients.get_table("ListenersTable"))


def login_states():
    return OAuthStates(clients.get_table("KeysTable"), VALUES["state"]["session_key"])


def test_api_token_is_listed_accepted_and_revoked(read_keys):
    token_id, value = VALUES["token"]["id"], VALUES["token"]["value"]
    token = ApiToken(id=token_id, name="Küchenradio", created_at=at("07:01:15.886888"))
    assert api_tokens().list_tokens(DEMO) == [token]
    assert api_tokens().find_listener(value, CAPTURED_AT) == DEMO
    assert api_tokens().revoke(DEMO, token_id)
    assert api_tokens().find_listener(value, CAPTURED_AT) is None


def test_session_is_valid_until_it_expires(read_keys):
    sessions, value = Sessions(clients.get_table("KeysTable")), VALUES["session"]["value"]
    assert sessions.find_listener(value, CAPTURED_AT) == DEMO
    assert sessions.find_listener(value, CAPTURED_AT + timedelta(days=7)) is None


def test_login_state_is_accepted_once(read_keys):
    value, browser = VALUES["state"]["value"], VALUES["state"]["browser"]
    with pytest.raises(LoginRefusedError, match="state_foreign"):
        login_states().use(value, "another browser")
    login_states().use(value, browser)
    with pytest.raises(LoginRefusedError, match="state_used"):
        login_states().use(value, browser)


@pytest.mark.parametrize("cover_id", [BOUGHT, SECOND_CALL_BILLED])
def test_repeated_idempotency_key_gives_same_cover(acceptance, cover_id):
    item = covers().get(DEMO, cover_id)
    request = CoverRequest.model_validate(item["request"])
    assert acceptance.start_cover(request) == cover_id
    other = request.model_copy(update={"options": request.options.model_copy(update={"variation": 5})})
    with pytest.raises(IdempotencyConflictError):
        acceptance.start_cover(other)
    assert acceptance.step_functions.executions == []


def test_repeated_bulk_request_gives_same_cover(acceptance):
    assert acceptance.start_cover(bulk_request()) == "20261130T070221830-02a0077184"


def test_automatic_cover_has_two_claims_after_a_retry(acceptance):
    # The first claim's cover failed with a transient error; the second claim made another cover.
    assert acceptance.start_cover(automatic_request(DEMO, RETRIED)) == "20261130T070218349-1ae79bdb0d"


def test_automatic_claim_of_quoted_listener_starts_its_cover(acceptance):
    assert acceptance.start_cover(automatic_request(ODD, OTHER_PLAYLIST)) == ACCEPTED
    execution_input = {
        "listener_id": ODD,
        "cover_id": ACCEPTED,
        "source": {"kind": "playlist", "playlist_id": OTHER_PLAYLIST, "count": 20},
        "options": covers().get(ODD, ACCEPTED)["request"]["options"],
        "replace_own": False,
    }
    assert acceptance.step_functions.executions == [(ACCEPTED, execution_input)]


def test_budget_of_the_month_is_read(read_keys):
    assert monthly_budget().get_spent() == 0.06666


def payments(cover_id):
    return Payments(covers(), monthly_budget(), DEMO, cover_id)


def test_painting_without_a_bill_is_settled(read_keys):
    payments(RUNNING).settle_if_missing(0.006)
    assert covers().get(DEMO, RUNNING)["payment_1"] == {"month": MONTH, "reserved_usd": 0.012, "cost_usd": 0.006}
    assert monthly_budget().get_spent() == pytest.approx(0.06666 - 0.006)


@pytest.mark.parametrize("cover_id", [BOUGHT, SECOND_CALL_BILLED, STOPPED, UNSTYLED])
def test_painting_with_a_bill_is_not_settled_again(read_keys, cover_id):
    payments(cover_id).settle_if_missing(0.5)
    assert covers().get(DEMO, cover_id) == stored_item("CoversTable", DEMO, cover_id)
    assert monthly_budget().get_spent() == 0.06666


def test_third_call_of_the_image_model_is_refused(read_keys):
    with pytest.raises(PaintingLostError):
        payments(SHARED_LOOK).reserve(0.012)


def test_genres_are_read_until_they_expire(read_keys):
    cache = GenreCache(clients.get_table("KeysTable"))
    assert cache.get([*ARTISTS, "other"], CAPTURED_AT) == {ARTISTS[0]: ["noise", "seen live"], ARTISTS[1]: []}
    assert cache.get(ARTISTS, CAPTURED_AT + timedelta(days=31)) == {}


def test_missing_items_are_not_found(read_keys):
    assert covers().get(NEWCOMER, BOUGHT) is None
    with pytest.raises(NotFoundError):
        history().get(NEWCOMER, UNDONE, BOUGHT)


def test_every_stored_item_is_read(read_keys, acceptance):
    """Read as the other tests do. An item of a new kind needs a test and a line here."""
    playlists = Playlists(clients.get_table("ListenersTable"))
    for listener_id, item in (key_of("ListenersTable", item)[1:] for item in STORED["ListenersTable"]):
        match item.split("#"):
            case ["profile"]:
                listeners().get(listener_id)
                playlists.get_all(listener_id)
            case ["applied", playlist_id, _]:
                history().list_entries(listener_id, playlist_id)
    for owner, cover_id in COVER_KEYS:
        covers().get(owner, cover_id)
    api_tokens().list_tokens(DEMO)
    api_tokens().find_listener(VALUES["token"]["value"], CAPTURED_AT)
    Sessions(clients.get_table("KeysTable")).find_listener(VALUES["session"]["value"], CAPTURED_AT)
    login_states().use(VALUES["state"]["value"], VALUES["state"]["browser"])
    monthly_budget().get_spent()
    GenreCache(clients.get_table("KeysTable")).get(ARTISTS, CAPTURED_AT)
    items = [covers().get(DEMO, cover_id) for cover_id in (BOUGHT, SECOND_CALL_BILLED)]
    requests = [CoverRequest.model_validate(item["request"]) for item in items]
    automatic = [automatic_request(DEMO, RETRIED), automatic_request(ODD, OTHER_PLAYLIST)]
    for request in (*requests, *automatic, bulk_request()):
        acceptance.start_cover(request)
    assert {key_of(table, item) for table in KEY_NAMES for item in STORED[table]} - read_keys == set()
