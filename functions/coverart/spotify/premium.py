"""How Spotify says that the app's owner has no Premium."""


def says_premium_is_missing(message: str) -> bool:
    """Return whether Spotify refused every request because the app's owner has no Premium, as it does since 2026-03."""
    return "premium subscription required" in message.lower()
