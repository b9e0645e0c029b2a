from datetime import UTC, datetime

import pytest

from auth.listener_id import choose_listener_id
from coverart.spotify.models import SpotifyUser
from coverart.store.listeners import OAuthTokens

TOKENS = OAuthTokens(access_token="a", refresh_token="r", expires_at=0, scope="")


@pytest.mark.parametrize(
    ("stored", "user", "listener_id"),
    [
        ([], {"id": "ada", "account_id": "A1"}, "A1"),
        ([], {"id": "ada"}, "id:ada"),
        # Who logged in before keeps what is theirs, with or without an account id, then and now.
        ([("A1", "ada")], {"id": "ada", "account_id": "A1"}, "A1"),
        ([("A1", "earlier-id")], {"id": "ada", "account_id": "A1"}, "A1"),
        ([("A1", "")], {"id": "ada", "account_id": "A1"}, "A1"),
        ([("id:ada", "ada")], {"id": "ada", "account_id": "A1"}, "id:ada"),
        ([("ada", "ada")], {"id": "ada"}, "ada"),
        ([("ada", "ada")], {"id": "ada", "account_id": "A1"}, "ada"),
        # An id that equals somebody else's account id, and the other way round.
        ([("A1", "ada")], {"id": "A1"}, "id:A1"),
        ([("A1", "A1")], {"id": "ada", "account_id": "A1"}, "id:ada"),
    ],
)
def test_listener_id_belongs_to_one_user(listeners, stored, user, listener_id):
    for stored_id, user_id in stored:
        listeners.save_login(stored_id, user_id, "", TOKENS, datetime.now(UTC))
    assert choose_listener_id(listeners, SpotifyUser.model_validate(user)) == listener_id
