"""Where Spotify is, and what the app asks of its listeners; without spotipy, which takes long to import."""

from typing import Annotated

from pydantic import Field

from coverart.aws.settings import Settings

# All that the app will ask of Spotify: a new scope would need every listener's consent anew.
OAUTH_SCOPE = (
    "user-top-read playlist-read-private playlist-read-collaborative "
    "playlist-modify-private playlist-modify-public ugc-image-upload"
)


class SpotifySettings(Settings):
    listeners_table: str
    secrets_path: str
    spotify_api_url: str
    spotify_accounts_url: str
    spotify_timeout_seconds: Annotated[float, Field(gt=0)]
