"""Spotify's addresses and the app's consent, without spotipy, which takes long to import."""

from typing import Annotated

from pydantic import Field

from coverart.aws.settings import Settings

# Everything that the app requests of Spotify. A new scope would need every listener's consent again.
OAUTH_SCOPE = (
    "user-top-read playlist-read-private playlist-read-collaborative "
    "playlist-modify-private playlist-modify-public ugc-image-upload"
)


class SpotifySettings(Settings):
    """`spotify_timeout_seconds`: for a whole response of the Web API or the accounts service."""

    listeners_table: str
    secrets_path: str
    spotify_api_url: str
    spotify_accounts_url: str
    spotify_timeout_seconds: Annotated[float, Field(gt=0)]
