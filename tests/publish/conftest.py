from tests.spotify_standin import listener_id, listeners, served_spotify, spotify_standin

__all__ = ["listener_id", "listeners", "served_spotify", "spotify_standin"]
