"""Which listener logs in: Spotify's `account_id` never changes, and `id` stands in where a response lacks it."""

from coverart.errors import ListenerNotFoundError
from coverart.spotify.models import SpotifyUser
from coverart.store.listeners import Listeners


def choose_listener_id(listeners: Listeners, user: SpotifyUser) -> str:
    """Return the id under which the app stores what belongs to this user.

    Both kinds of ids are chosen by different people, so an `id` is marked as one and cannot equal another's
    `account_id`. Whoever logged in before keeps their id, also if they had no `account_id` then, or in the version of
    this app that did not mark ids.
    """
    marked_id = f"id:{user.id}"
    owner_id = _find_user_id(listeners, user.account_id) if user.account_id else None
    # A profile whose key is its owner's own `id` is that of somebody else whose `id` was not marked.
    if user.account_id and owner_id is not None and (owner_id != user.account_id or owner_id == user.id):
        return user.account_id
    for listener_id in (marked_id, user.id):
        if _find_user_id(listeners, listener_id) == user.id:
            return listener_id
    return user.account_id if user.account_id and owner_id is None else marked_id


def _find_user_id(listeners: Listeners, listener_id: str) -> str | None:
    """Return Spotify's `id` of a listener, "" where it is not known yet, or None where there is no such listener."""
    try:
        return listeners.get(listener_id).user_id
    except ListenerNotFoundError:
        return None
