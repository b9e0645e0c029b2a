from tests.spotify_standin import listeners, served_spotify, spotify_standin

__all__ = ["listeners", "served_spotify", "spotify_standin"]
