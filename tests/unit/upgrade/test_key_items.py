"""What an earlier version stored in KeysTable."""

from datetime import timedelta
from typing import Any

import pytest

from api.api_tokens import ApiTokens
from auth.oauth import LoginRefusedError
from auth.oauth_state import OAuthStates
from coverart.aws import clients
from coverart.errors import IdempotencyConflictError, PaintingLostError
from coverart.models import CoverOptions, PlaylistSource
from coverart.pipeline.start_cover import CoverRequest, CoverStarter
from coverart.store.budget import Budget
from coverart.store.idempotency import automatic_idempotency_key
from coverart.store.sessions import Sessions
from fetch.musicbrainz import GenreCache
from generate.payments import Payments
from tests.fake_step_functions import FakeStepFunctions
from tests.unit.upgrade import stored_items as stored

ARTISTS = ["5FlyH6SzOkxYPG68bWLU9i", "058HiLjT6VtrBgGmhn8LwY"]


@pytest.fixture
def keys_table(read_keys):
    return clients.get_table("KeysTable")


def test_what_browsers_and_programs_hold_is_accepted(keys_table, read_keys):
    tokens, sessions = ApiTokens(keys_table, clients.get_table("ListenersTable")), Sessions(keys_table)
    states = OAuthStates(keys_table, stored.VALUES["state"]["session_key"])
    token, state, session = (stored.VALUES[name] for name in ("token", "state", "session"))
    [listed] = tokens.list_tokens(stored.DEMO)
    assert (listed.id, listed.name) == (token["id"], "Küchenradio")
    assert listed.created_at.isoformat() == "2026-11-30T07:01:15.886888+00:00"
    assert tokens.find_listener(token["value"], stored.CAPTURED_AT) == stored.DEMO
    assert tokens.revoke(stored.DEMO, token["id"])
    assert tokens.find_listener(token["value"], stored.CAPTURED_AT) is None
    assert sessions.find_listener(session["value"], stored.CAPTURED_AT) == stored.DEMO
    assert sessions.find_listener(session["value"], stored.CAPTURED_AT + timedelta(days=7)) is None
    with pytest.raises(LoginRefusedError, match="state_foreign"):
        states.use(state["value"], "another browser")
    states.use(state["value"], state["browser"])
    with pytest.raises(LoginRefusedError, match="state_used"):
        states.use(state["value"], state["browser"])
    assert read_keys >= stored.stored_keys("KeysTable", "session#", "state#", "token#")
    assert read_keys >= stored.stored_keys("ListenersTable", "token#")


def create_request(listener_id, playlist_id, **fields):
    """Return the request for a playlist's cover, by an event unless `fields` say otherwise."""
    source = PlaylistSource(kind="playlist", playlist_id=playlist_id)
    options = stored.listeners().get(listener_id).settings.complete(CoverOptions(publish=True))
    fields = fields or {"idempotency_key": automatic_idempotency_key(playlist_id), "automatic": True}
    return CoverRequest(listener_id=listener_id, source=source, options=options, **fields)


def test_repeated_request_gives_the_same_cover(keys_table, read_keys):
    limits: dict[str, Any] = {"daily_limit": 50, "budget": None, "painter_daily_limit": 500, "may_send_pictures": False}
    tables = {"listeners": clients.get_table("ListenersTable"), "keys": keys_table}
    fake = FakeStepFunctions()
    starter = CoverStarter(stored.covers(), **tables, **limits, step_functions=fake, state_machine_arn="arn")
    for cover_id in (stored.BOUGHT, stored.SECOND_CALL_BILLED):
        request = CoverRequest.model_validate(stored.covers().get(stored.DEMO, cover_id)["request"])
        assert starter.start_cover(request) == cover_id
        other = request.model_copy(update={"options": request.options.model_copy(update={"variation": 5})})
        with pytest.raises(IdempotencyConflictError):
            starter.start_cover(other)
    bulk_key = f"bulk#{stored.GIVEN_UP}#20261130T070212214-03699290e7"
    bulk_request = create_request(stored.DEMO, stored.GIVEN_UP, idempotency_key=bulk_key, replace_own=True)
    assert starter.start_cover(bulk_request) == "20261130T070221830-02a0077184"
    # The first claim's cover failed with a transient error; the second claim made another cover.
    assert starter.start_cover(create_request(stored.DEMO, stored.RETRIED)) == "20261130T070218349-1ae79bdb0d"
    assert fake.started == {}
    # This one was accepted and not started.
    assert starter.start_cover(create_request(stored.ODD, stored.OTHER_PLAYLIST)) == stored.ACCEPTED
    item = stored.stored_item("CoversTable", stored.ODD, stored.ACCEPTED)
    parts = {"source": {"kind": "playlist", "playlist_id": stored.OTHER_PLAYLIST, "count": 20}, "replace_own": False}
    ids = {"listener_id": stored.ODD, "cover_id": stored.ACCEPTED}
    assert fake.started == {stored.ACCEPTED: {**ids, **parts, "options": item["request"]["options"]}}
    assert read_keys >= stored.stored_keys("KeysTable", "idempotency#")


def test_only_a_painting_without_a_bill_is_settled(keys_table, read_keys):
    budget = Budget(keys_table, 5.0)

    def payments(cover_id):
        return Payments(stored.covers(), budget, stored.DEMO, cover_id)

    for cover_id in (stored.BOUGHT, stored.SECOND_CALL_BILLED, stored.STOPPED, stored.UNSTYLED):
        payments(cover_id).settle_if_missing(0.5)
        assert stored.covers().get(stored.DEMO, cover_id) == stored.stored_item("CoversTable", stored.DEMO, cover_id)
    assert budget.get_spent() == 0.06666
    payments(stored.RUNNING).settle_if_missing(0.006)
    payment = stored.covers().get(stored.DEMO, stored.RUNNING)["payment_1"]
    assert payment == {"month": "budget#2026-11", "reserved_usd": 0.012, "cost_usd": 0.006}
    assert budget.get_spent() == pytest.approx(0.06666 - 0.006)
    with pytest.raises(PaintingLostError):
        payments(stored.SHARED_LOOK).reserve(0.012)
    assert read_keys >= stored.stored_keys("KeysTable", "budget#")


def test_genres_are_read_until_they_expire(keys_table, read_keys):
    cache = GenreCache(keys_table)
    assert cache.get([*ARTISTS, "other"], stored.CAPTURED_AT) == {ARTISTS[0]: ["noise", "seen live"], ARTISTS[1]: []}
    assert cache.get(ARTISTS, stored.CAPTURED_AT + timedelta(days=31)) == {}
    assert read_keys >= stored.stored_keys("KeysTable", "genre#")


def test_every_kind_of_item_has_a_test():
    """The tests of this folder read all items of these kinds."""
    kinds = {"KeysTable": {"budget", "genre", "idempotency", "session", "state", "token"}}
    kinds["ListenersTable"] = {"applied", "playlist", "profile", "token"}
    for table, names in kinds.items():
        assert {key[-1].split("#")[0] for key in stored.stored_keys(table)} == names
