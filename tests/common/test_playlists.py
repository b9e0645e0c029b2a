"""What automation knows of a listener's playlists, and writes that hold only while the listener is here."""

import pytest
from botocore.exceptions import ClientError

from coverart.aws import clients, dynamodb
from coverart.errors import ListenerNotFoundError, StorageUnavailableError
from coverart.store.playlists import PlaylistRecord, Playlists

CONFLICT = {
    "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
    "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
}


@pytest.fixture
def known(stack, monkeypatch):
    monkeypatch.setattr(dynamodb.time, "sleep", lambda _: None)
    table = clients.get_table("ListenersTable")
    table.put_item(Item={"listener_id": "ada", "item": "profile", "tokens": {}})
    return Playlists(table)


def conflicts(monkeypatch, known, times):
    """The next `times` transactions meet another one; gives how often it was tried."""
    client, tried = known.table.meta.client, []
    write = client.transact_write_items

    def transact_write_items(**asked):
        tried.append(asked)
        if len(tried) <= times:
            raise ClientError(CONFLICT, "TransactWriteItems")
        return write(**asked)

    monkeypatch.setattr(client, "transact_write_items", transact_write_items)
    return tried


def test_more_playlists_than_a_transaction_holds_are_all_remembered(known):
    many = [PlaylistRecord(playlist_id=f"p{number}", name="Rain", standing="known") for number in range(230)]
    known.save("ada", many)
    assert known.get_all("ada") == {playlist.playlist_id: playlist for playlist in many}


def test_what_is_remembered_leaves_the_listeners_word_alone(known):
    known.set_auto("ada", "p", False)
    known.save("ada", [PlaylistRecord(playlist_id="p", standing="waiting", auto=True)])
    assert (known.get_all("ada")["p"].auto, known.get_all("ada")["p"].standing) == (False, "waiting")


def test_nothing_is_written_for_who_is_not_here(known):
    for write in (
        lambda: known.set_auto("bob", "p", True),
        lambda: known.save("bob", [PlaylistRecord(playlist_id="p")]),
    ):
        with pytest.raises(ListenerNotFoundError):
            write()
    assert known.get_all("bob") == {}


def test_a_write_that_meets_another_is_tried_again(known, monkeypatch):
    tried = conflicts(monkeypatch, known, times=3)
    known.set_auto("ada", "p", True)
    assert len(tried) == 4
    assert known.get_all("ada")["p"].auto is True


def test_a_write_that_meets_others_again_and_again_is_given_up(known, monkeypatch):
    tried = conflicts(monkeypatch, known, times=1000)
    with pytest.raises(StorageUnavailableError):
        known.set_auto("ada", "p", True)
    assert len(tried) == 8
    assert known.get_all("ada") == {}
