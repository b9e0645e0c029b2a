"""What an earlier version stored in KeysTable, and that every stored item is still read."""

from datetime import datetime, timedelta

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
from tests.unit.upgrade import stored_items as stored

ARTISTS = ["5FlyH6SzOkxYPG68bWLU9i", "058HiLjT6VtrBgGmhn8LwY"]


def api_tokens():
    return ApiTokens(clients.get_table("KeysTable"), clients.get_table("ListenersTable"))


def login_states():
    return OAuthStates(clients.get_table("KeysTable"), stored.VALUES["state"]["session_key"])


def test_api_token_is_listed_accepted_and_revoked(read_keys):
    token_id, value = stored.VALUES["token"]["id"], stored.VALUES["token"]["value"]
    created_at = datetime.fromisoformat("2026-11-30T07:01:15.886888+00:00")
    token = ApiToken(id=token_id, name="Küchenradio", created_at=created_at)
    assert api_tokens().list_tokens(stored.DEMO) == [token]
    assert api_tokens().find_listener(value, stored.CAPTURED_AT) == stored.DEMO
    assert api_tokens().revoke(stored.DEMO, token_id)
    assert api_tokens().find_listener(value, stored.CAPTURED_AT) is None


def test_session_is_valid_until_it_expires(read_keys):
    sessions, value = Sessions(clients.get_table("KeysTable")), stored.VALUES["session"]["value"]
    assert sessions.find_listener(value, stored.CAPTURED_AT) == stored.DEMO
    assert sessions.find_listener(value, stored.CAPTURED_AT + timedelta(days=7)) is None


def test_login_state_is_accepted_once(read_keys):
    value, browser = stored.VALUES["state"]["value"], stored.VALUES["state"]["browser"]
    with pytest.raises(LoginRefusedError, match="state_foreign"):
        login_states().use(value, "another browser")
    login_states().use(value, browser)
    with pytest.raises(LoginRefusedError, match="state_used"):
        login_states().use(value, browser)


@pytest.mark.parametrize("cover_id", [stored.BOUGHT, stored.SECOND_CALL_BILLED])
def test_repeated_idempotency_key_gives_same_cover(acceptance, cover_id):
    item = stored.covers().get(stored.DEMO, cover_id)
    request = CoverRequest.model_validate(item["request"])
    assert acceptance.start_cover(request) == cover_id
    other = request.model_copy(update={"options": request.options.model_copy(update={"variation": 5})})
    with pytest.raises(IdempotencyConflictError):
        acceptance.start_cover(other)
    assert acceptance.step_functions.executions == []


def test_repeated_bulk_request_gives_same_cover(acceptance):
    assert acceptance.start_cover(stored.bulk_request()) == "20261130T070221830-02a0077184"


def test_automatic_cover_has_two_claims_after_a_retry(acceptance):
    # The first claim's cover failed with a transient error; the second claim made another cover.
    assert (
        acceptance.start_cover(stored.automatic_request(stored.DEMO, stored.RETRIED)) == "20261130T070218349-1ae79bdb0d"
    )


def test_automatic_claim_of_quoted_listener_starts_its_cover(acceptance):
    assert acceptance.start_cover(stored.automatic_request(stored.ODD, stored.OTHER_PLAYLIST)) == stored.ACCEPTED
    execution_input = {
        "listener_id": stored.ODD,
        "cover_id": stored.ACCEPTED,
        "source": {"kind": "playlist", "playlist_id": stored.OTHER_PLAYLIST, "count": 20},
        "options": stored.covers().get(stored.ODD, stored.ACCEPTED)["request"]["options"],
        "replace_own": False,
    }
    assert acceptance.step_functions.executions == [(stored.ACCEPTED, execution_input)]


def payments(cover_id):
    return Payments(stored.covers(), stored.monthly_budget(), stored.DEMO, cover_id)


def test_painting_without_a_bill_is_settled(read_keys):
    assert stored.monthly_budget().get_spent() == 0.06666
    payments(stored.RUNNING).settle_if_missing(0.006)
    payment = stored.covers().get(stored.DEMO, stored.RUNNING)["payment_1"]
    assert payment == {"month": stored.MONTH, "reserved_usd": 0.012, "cost_usd": 0.006}
    assert stored.monthly_budget().get_spent() == pytest.approx(0.06666 - 0.006)


@pytest.mark.parametrize("cover_id", [stored.BOUGHT, stored.SECOND_CALL_BILLED, stored.STOPPED, stored.UNSTYLED])
def test_painting_with_a_bill_is_not_settled_again(read_keys, cover_id):
    payments(cover_id).settle_if_missing(0.5)
    assert stored.covers().get(stored.DEMO, cover_id) == stored.stored_item("CoversTable", stored.DEMO, cover_id)
    assert stored.monthly_budget().get_spent() == 0.06666


def test_third_call_of_the_image_model_is_refused(read_keys):
    with pytest.raises(PaintingLostError):
        payments(stored.SHARED_LOOK).reserve(0.012)


def test_genres_are_read_until_they_expire(read_keys):
    cache = GenreCache(clients.get_table("KeysTable"))
    assert cache.get([*ARTISTS, "other"], stored.CAPTURED_AT) == {ARTISTS[0]: ["noise", "seen live"], ARTISTS[1]: []}
    assert cache.get(ARTISTS, stored.CAPTURED_AT + timedelta(days=31)) == {}


def test_missing_items_are_not_found(read_keys):
    assert stored.covers().get(stored.NEWCOMER, stored.BOUGHT) is None
    with pytest.raises(NotFoundError):
        stored.history().get(stored.NEWCOMER, stored.UNDONE, stored.BOUGHT)


def test_every_stored_item_is_read(read_keys, acceptance):
    """Read as the other tests do. An item of a new kind needs a test and a line here."""
    playlists = Playlists(clients.get_table("ListenersTable"))
    for listener_id, item in (stored.key_of("ListenersTable", item)[1:] for item in stored.STORED["ListenersTable"]):
        match item.split("#"):
            case ["profile"]:
                stored.listeners().get(listener_id)
                playlists.get_all(listener_id)
            case ["applied", playlist_id, _]:
                stored.history().list_entries(listener_id, playlist_id)
    for owner, cover_id in stored.COVER_KEYS:
        stored.covers().get(owner, cover_id)
    api_tokens().list_tokens(stored.DEMO)
    api_tokens().find_listener(stored.VALUES["token"]["value"], stored.CAPTURED_AT)
    Sessions(clients.get_table("KeysTable")).find_listener(stored.VALUES["session"]["value"], stored.CAPTURED_AT)
    login_states().use(stored.VALUES["state"]["value"], stored.VALUES["state"]["browser"])
    stored.monthly_budget().get_spent()
    GenreCache(clients.get_table("KeysTable")).get(ARTISTS, stored.CAPTURED_AT)
    items = [stored.covers().get(stored.DEMO, cover_id) for cover_id in (stored.BOUGHT, stored.SECOND_CALL_BILLED)]
    requests = [CoverRequest.model_validate(item["request"]) for item in items]
    automatic = [
        stored.automatic_request(stored.DEMO, stored.RETRIED),
        stored.automatic_request(stored.ODD, stored.OTHER_PLAYLIST),
    ]
    for request in (*requests, *automatic, stored.bulk_request()):
        acceptance.start_cover(request)
    assert {
        stored.key_of(table, item) for table in stored.KEY_NAMES for item in stored.STORED[table]
    } - read_keys == set()
