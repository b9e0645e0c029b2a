"""What automatic covers know of a listener's playlists, and writes that need the listener's profile."""

from contextlib import nullcontext

import pytest

from coverart.aws import clients, dynamodb
from coverart.errors import ListenerNotFoundError, StorageUnavailableError
from coverart.store.playlists import PlaylistRecord, Playlists
from tests.client_errors import add_conflicts


@pytest.fixture
def playlists(stack, monkeypatch):
    monkeypatch.setattr(dynamodb.time, "sleep", lambda _: None)
    table = clients.get_table("ListenersTable")
    table.put_item(Item={"listener_id": "ada", "item": "profile", "tokens": {}})
    return Playlists(table)


def test_more_playlists_than_a_transaction_holds_are_stored(playlists, monkeypatch):
    requests = []
    monkeypatch.setattr(playlists.table.meta.client, "transact_write_items", lambda **request: requests.append(request))
    playlists.save("ada", [PlaylistRecord(playlist_id=f"p{number}") for number in range(100)])
    updates = [[action for action in request["TransactItems"] if "Update" in action] for request in requests]
    assert [len(request["TransactItems"]) for request in requests] == [100, 2]
    assert [update["Update"]["Key"]["item"] for part in updates for update in part] == [
        f"playlist#p{number}" for number in range(100)
    ]


def test_save_keeps_the_setting_of_the_listener(playlists):
    playlists.set_auto("ada", "p", False)
    playlists.save("ada", [PlaylistRecord(playlist_id="p", standing="waiting", auto=True)])
    assert (playlists.get_all("ada")["p"].auto, playlists.get_all("ada")["p"].standing) == (False, "waiting")


def test_nothing_is_written_without_a_profile(playlists):
    with pytest.raises(ListenerNotFoundError):
        playlists.set_auto("bob", "p", True)
    with pytest.raises(ListenerNotFoundError):
        playlists.save("bob", [PlaylistRecord(playlist_id="p")])
    assert playlists.get_all("bob") == {}


@pytest.mark.parametrize(("conflicts", "writes"), [(3, 4), (1000, 8)])
def test_conflicting_write_is_retried_at_most_seven_times(playlists, monkeypatch, conflicts, writes):
    requests = add_conflicts(monkeypatch, playlists, conflicts)
    with pytest.raises(StorageUnavailableError) if writes == 8 else nullcontext():
        playlists.set_auto("ada", "p", True)
    assert len(requests) == writes
    assert {name: record.auto for name, record in playlists.get_all("ada").items()} == (
        {"p": True} if writes < 8 else {}
    )
