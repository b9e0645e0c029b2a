"""What an earlier version stored in KeysTable: tokens, sessions, login states, idempotency keys, budget and genres."""

from datetime import timedelta

import pytest

from api.api_tokens import ApiToken, ApiTokens
from auth.oauth import LoginRefusedError
from auth.oauth_state import OAuthStates
from coverart.aws import clients
from coverart.errors import IdempotencyConflictError, PaintingLostError
from coverart.models import CoverOptions
from coverart.pipeline.start_cover import CoverRequest
from coverart.store.sessions import Sessions
from fetch.musicbrainz import GenreCache
from generate.payments import Payments
from tests.unit.upgrade.stored_items import (
    ACCEPTED,
    BOUGHT,
    CAPTURED_AT,
    DEMO,
    MONTH,
    ODD,
    OTHER_PLAYLIST,
    RETRIED,
    RUNNING,
    SECOND_CALL_BILLED,
    SHARED_LOOK,
    STOPPED,
    UNSTYLED,
    VALUES,
    at,
    automatic_request,
    bulk_request,
    covers,
    monthly_budget,
    stored_item,
)


def test_api_token_is_listed_accepted_and_revoked(read_keys):
    tokens, value = (
        ApiTokens(clients.get_table("KeysTable"), clients.get_table("ListenersTable")),
        VALUES["token"]["value"],
    )
    assert tokens.list_tokens(DEMO) == [
        ApiToken(id=VALUES["token"]["id"], name="Küchenradio", created_at=at("07:01:15.886888"))
    ]
    assert tokens.find_listener(value) == DEMO
    assert tokens.revoke(DEMO, VALUES["token"]["id"])
    assert tokens.find_listener(value) is None


def test_session_is_valid_until_it_expires(read_keys):
    sessions, value = Sessions(clients.get_table("KeysTable")), VALUES["session"]["value"]
    assert sessions.find_listener(value, CAPTURED_AT) == DEMO
    assert sessions.find_listener(value, CAPTURED_AT + timedelta(days=7)) is None


def test_login_state_is_accepted_once(read_keys):
    state = VALUES["state"]
    states = OAuthStates(clients.get_table("KeysTable"), state["session_key"])
    with pytest.raises(LoginRefusedError, match="state_foreign"):
        states.use(state["value"], "another browser")
    states.use(state["value"], state["browser"])
    with pytest.raises(LoginRefusedError, match="state_used"):
        states.use(state["value"], state["browser"])


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
    options = {**CoverOptions().to_json(), "style_strength": 0, "publish": True}
    assert acceptance.step_functions.executions == [
        (
            ACCEPTED,
            {
                "listener_id": ODD,
                "cover_id": ACCEPTED,
                "source": {"kind": "playlist", "playlist_id": OTHER_PLAYLIST, "count": 20},
                "options": options,
                "replace_own": False,
            },
        )
    ]


def test_budget_of_the_month_is_read(read_keys):
    assert monthly_budget().get_spent() == 0.06666


def payments(cover_id: str) -> Payments:
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
    cache, artists = (
        GenreCache(clients.get_table("KeysTable")),
        ["5FlyH6SzOkxYPG68bWLU9i", "058HiLjT6VtrBgGmhn8LwY", "other"],
    )
    assert cache.get(artists, CAPTURED_AT) == {artists[0]: ["noise", "seen live"], artists[1]: []}
    assert cache.get(artists, CAPTURED_AT + timedelta(days=31)) == {}
