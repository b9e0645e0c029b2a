from tests.fake_spotify import fake_spotify, listener_id, listeners, served_spotify

__all__ = ["fake_spotify", "listener_id", "listeners", "served_spotify"]
