"""The fake Spotify follows the specification, except where development mode differs."""

import base64
import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from PIL import Image

from scripts.fakes import tokens
from scripts.fakes.catalog import RANGES, load_catalog, spotify_id
from scripts.fakes.contract import spotify_contract
from scripts.fakes.server import Fault
from scripts.fakes.spotify import FakeSpotify, serve

ROOT = Path(__file__).resolve().parents[2]
BACK = "http://127.0.0.1:8000/callback"
ALBUM = spotify_id("album", "Second Cup")
ARTIST = spotify_id("artist", "Silver Bridle")
MIXED = spotify_id("playlist", "everything-at-once")
PATHS = (
    "/me",
    "/me/top/artists?limit=50",
    "/me/top/tracks?time_range=long_term",
    "/me/playlists",
    f"/playlists/{MIXED}",
    f"/playlists/{MIXED}/items?limit=5&offset=5",
    f"/playlists/{MIXED}/images",
    f"/albums/{ALBUM}",
    f"/artists/{ARTIST}",
    f"/artists/{ARTIST}/top-tracks",
    "/search?q=artist%3A%22Silver+Bridle%22&type=track&limit=10",
)
# Required by the specification, and not there in development mode: tests/specs/README.md.
REMOVED_FIELDS = r"'(available_markets|label|popularity)' is a required property|None is not of type 'array'"


def ask(fake: FakeSpotify, path: str, listener: str = "demo", method: str = "GET", **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {fake.state.tokens(listener)['access_token']}", **more.pop("headers", {})}
    return requests.request(method, fake.api_url.rstrip("/") + path, headers=headers, timeout=10, **more)


def problems(path: str, answer: requests.Response) -> list[str]:
    bare = path.partition("?")[0]
    return spotify_contract().find_response_problems("GET", bare, answer.status_code, answer.content)


@pytest.mark.parametrize("path", PATHS)
def test_extended_quota_follows_the_specification(fake_spotify: FakeSpotify, path: str) -> None:
    fake_spotify.state.mode = "extended"
    answer = ask(fake_spotify, path)
    assert answer.status_code == 200
    assert problems(path, answer) == []


@pytest.mark.parametrize("path", [path for path in PATHS if "top-tracks" not in path])
def test_development_mode_lacks_only_the_removed_fields(fake_spotify: FakeSpotify, path: str) -> None:
    answer = ask(fake_spotify, path)
    assert answer.status_code == 200
    assert all(re.search(REMOVED_FIELDS, problem) for problem in problems(path, answer))
    assert not re.search(r'"(available_markets|popularity|followers|linked_from|label|country|product)"', answer.text)


def test_modes_name_playlist_entries_differently(fake_spotify: FakeSpotify) -> None:
    new = ask(fake_spotify, f"/playlists/{MIXED}").json()
    assert "tracks" not in new
    assert new["items"]["items"][0]["item"]["name"] == "Whiskers in the Rain"
    fake_spotify.state.mode = "extended"
    old = ask(fake_spotify, f"/playlists/{MIXED}").json()
    assert "items" not in old
    assert old["tracks"]["items"][0]["track"]["name"] == "Whiskers in the Rain"


def test_development_mode_has_no_top_tracks(fake_spotify: FakeSpotify) -> None:
    answer = ask(fake_spotify, f"/artists/{ARTIST}/top-tracks")
    assert answer.status_code == 403
    assert problems(f"/artists/{ARTIST}/top-tracks", answer) == []


@pytest.mark.parametrize(
    ("path", "listener", "status"),
    [
        ("/artists/none", "demo", 404),
        ("/albums/none", "demo", 404),
        ("/playlists/none", "demo", 404),
        ("/me/top/artists?time_range=ever", "demo", 400),
        (f"/playlists/{MIXED}/items", "newcomer", 403),
    ],
)
def test_error_follows_the_specification(fake_spotify: FakeSpotify, path: str, listener: str, status: int) -> None:
    answer = ask(fake_spotify, path, listener)
    assert answer.status_code == status
    if status != 404 and status != 400:
        assert problems(path, answer) == []
    assert answer.json()["error"]["status"] == status


def test_missing_or_expired_token_is_refused(fake_spotify: FakeSpotify) -> None:
    old = tokens.issue_token("access", "demo", tokens.SCOPE, now=0)
    refresh = fake_spotify.state.tokens("demo")["refresh_token"]
    for header in ({}, {"Authorization": f"Bearer {old}"}, {"Authorization": f"Bearer {refresh}"}):
        answer = requests.get(f"{fake_spotify.api_url}me", headers=header, timeout=10)
        assert answer.status_code == 401
        assert problems("/me", answer) == []


def test_catalog_has_twelve_top_artists_and_three_playlists(fake_spotify: FakeSpotify) -> None:
    artists = ask(fake_spotify, "/me/top/artists?limit=50").json()["items"]
    assert len(artists) == 12
    orders = [
        [artist["id"] for artist in ask(fake_spotify, f"/me/top/artists?limit=50&time_range={r}").json()["items"]]
        for r in RANGES
    ]
    assert len({tuple(order) for order in orders}) == 3
    decades = {album.released[:3] for album in load_catalog().albums.values()}
    assert {"196", "197", "198", "199", "200", "201"} <= decades
    names = [playlist["name"] for playlist in ask(fake_spotify, "/me/playlists").json()["items"]]
    assert names == ["Everything at Once", "Rain on the Skylight", "Night Bus Circuits"]


def test_album_has_square_artwork_in_three_sizes(fake_spotify: FakeSpotify) -> None:
    images = ask(fake_spotify, f"/albums/{ALBUM}").json()["images"]
    for image in images:
        picture = Image.open(io.BytesIO(requests.get(image["url"], timeout=10).content))
        assert picture.format == "JPEG"
        assert picture.size == (image["width"], image["height"])
    assert [image["width"] for image in images] == [640, 300, 64]


def upload(fake: FakeSpotify, playlist: str, picture: bytes) -> requests.Response:
    path, jpeg = f"/playlists/{playlist}/images", {"Content-Type": "image/jpeg"}
    return ask(fake, path, method="PUT", data=base64.b64encode(picture), headers=jpeg)


def image_of(fake: FakeSpotify, playlist: str) -> str | None:
    """Its address; the whole playlist tells the same."""
    images = ask(fake, f"/playlists/{playlist}/images").json()
    assert ask(fake, f"/playlists/{playlist}").json()["images"] == images
    return images[0]["url"] if images else None


@pytest.fixture
def orange() -> bytes:
    body = io.BytesIO()
    Image.new("RGB", (300, 300), "orange").save(body, "JPEG")
    return body.getvalue()


def test_uploaded_image_is_transcoded_and_has_a_new_id(fake_spotify: FakeSpotify, orange: bytes) -> None:
    addresses = [image_of(fake_spotify, MIXED)]
    for _ in range(2):
        assert upload(fake_spotify, MIXED, orange).status_code == 202
        addresses.append(image_of(fake_spotify, MIXED))
    assert len(set(addresses)) == 3
    path = f"/playlists/{MIXED}/images"
    answer = ask(fake_spotify, path)
    assert answer.json() == [{"url": addresses[-1], "height": None, "width": None}]
    assert problems(path, answer) == []
    images_shown = requests.get(str(addresses[-1]), timeout=10).content
    assert images_shown != orange
    red, green, blue = Image.open(io.BytesIO(images_shown)).getpixel((5, 5))
    assert red > 240
    assert green > 150
    assert blue < 20
    assert fake_spotify.state.uploads[MIXED] == [orange, orange]


def test_invalid_upload_is_refused(fake_spotify: FakeSpotify, orange: bytes) -> None:
    path, jpeg = f"/playlists/{MIXED}/images", {"Content-Type": "image/jpeg"}
    before = image_of(fake_spotify, MIXED)
    for status, listener, body in (
        (403, "newcomer", base64.b64encode(orange)),
        (400, "demo", b"AAAA"),
        (413, "demo", b"A" * 262_145),
    ):
        assert ask(fake_spotify, path, listener, "PUT", data=body, headers=jpeg).status_code == status
    assert image_of(fake_spotify, MIXED) == before
    assert fake_spotify.state.uploads == {}


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_playlist_without_custom_image_shows_artwork_or_mosaic(fake_spotify: FakeSpotify, mode: Any) -> None:
    fake_spotify.state.mode = mode
    three, four, none = (
        fake_spotify.state.add_playlist("List", titles)
        for titles in (["Purr", "Neap", "Redshift"], ["Purr", "Neap", "Redshift", "Shovel"], [])
    )
    assert image_of(fake_spotify, none) is None
    purr = ask(fake_spotify, f"/playlists/{three}/items").json()["items"][0]
    album = (purr["item"] if mode == "development" else purr["track"])["album"]
    assert image_of(fake_spotify, three) == album["images"][0]["url"]
    mosaic = urlsplit(str(image_of(fake_spotify, four)))
    assert mosaic.hostname == "mosaic.localhost"
    # Browsers find this host; Python does not.
    picture = Image.open(io.BytesIO(requests.get(f"{fake_spotify.url}{mosaic.path}", timeout=10).content))
    assert picture.size == (640, 640)
    tiles = [picture.crop((x, y, x + 320, y + 320)).resize((1, 1)).getpixel((0, 0)) for x in (0, 320) for y in (0, 320)]
    assert len(set(tiles)) == 4


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])
def test_other_host_serves_artwork_and_loopback_mosaics() -> None:
    with serve(host="127.0.0.2") as fake:
        addresses = [
            ask(fake, f"/albums/{ALBUM}").json()["images"],
            ask(fake, f"/playlists/{MIXED}/images").json(),
        ]
        hosts = [urlsplit(images[0]["url"]).hostname for images in addresses]
        assert hosts == ["127.0.0.2", "mosaic.localhost"]
        for images in addresses:
            # Python does not know that name; browsers do.
            images_shown = requests.get(images[0]["url"].replace("mosaic.localhost", "127.0.0.1"), timeout=10)
            assert images_shown.headers["Content-Type"] == "image/jpeg"


def test_playlist_may_have_a_custom_image(fake_spotify: FakeSpotify, orange: bytes) -> None:
    playlist = fake_spotify.state.add_playlist("Mine", ["Purr"], image=orange)
    assert str(image_of(fake_spotify, playlist)).startswith(f"{fake_spotify.url}/image/ab67706c")
    assert fake_spotify.state.uploads == {}


@pytest.mark.parametrize(("reads", "images_shown"), [(None, [False] * 6), (3, [False] * 3 + [True] * 3)])
def test_upload_may_be_shown_late_or_never(
    fake_spotify: FakeSpotify, orange: bytes, reads: int | None, images_shown: list[bool]
) -> None:
    fake_spotify.state.shows_after = reads
    path = f"/playlists/{MIXED}/images"
    before = ask(fake_spotify, path).json()
    upload(fake_spotify, MIXED, orange)
    assert [ask(fake_spotify, path).json() != before for _ in images_shown] == images_shown


def test_late_fault_loses_the_response_of_a_processed_request(fake_spotify: FakeSpotify, orange: bytes) -> None:
    fake_spotify.state.recorder.faults.append(Fault("/images$", 502, method="PUT", late=True))
    assert upload(fake_spotify, MIXED, orange).status_code == 502
    assert fake_spotify.state.images[MIXED] == orange


def agree(fake: FakeSpotify, choice: str = "demo", **changes: str) -> requests.Response:
    query = {
        "client_id": tokens.CLIENT_ID,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": "user-top-read",
        "state": "a&b",
        "fake_listener": choice,
        **changes,
    }
    return requests.get(f"{fake.url}/authorize", params=query, timeout=10, allow_redirects=False)


def exchange(fake: FakeSpotify, secret: str = tokens.CLIENT_SECRET, **form: str) -> requests.Response:
    return requests.post(f"{fake.url}/api/token", data=form, auth=(tokens.CLIENT_ID, secret), timeout=10)


def test_code_is_exchanged_once_for_valid_tokens(fake_spotify: FakeSpotify) -> None:
    back = agree(fake_spotify)
    answer = parse_qs(urlsplit(back.headers["Location"]).query)
    assert back.headers["Location"].startswith(f"{BACK}?")
    assert answer["state"] == ["a&b"]
    form = {"grant_type": "authorization_code", "code": answer["code"][0], "redirect_uri": BACK}
    granted = exchange(fake_spotify, **form).json()
    assert (granted["token_type"], granted["scope"], granted["expires_in"]) == ("Bearer", "user-top-read", 3600)
    top = f"{fake_spotify.api_url}me/top/artists"
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}
    assert requests.get(top, headers=bearer, timeout=10).status_code == 200
    assert exchange(fake_spotify, **form).json()["error"] == "invalid_grant"
    renewed = exchange(fake_spotify, grant_type="refresh_token", refresh_token=granted["refresh_token"]).json()
    assert "refresh_token" not in renewed


def test_code_belongs_to_its_redirect_uri(fake_spotify: FakeSpotify) -> None:
    code = parse_qs(urlsplit(agree(fake_spotify).headers["Location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1:9/callback"}
    assert exchange(fake_spotify, **form).json()["error"] == "invalid_grant"


def test_token_endpoint_checks_client_and_grant(fake_spotify: FakeSpotify) -> None:
    assert exchange(fake_spotify, secret="wrong", grant_type="refresh_token").json()["error"] == "invalid_client"
    assert exchange(fake_spotify, secret="wrong", grant_type="client_credentials").json() == {
        "error": "invalid_client",
        "error_description": "Invalid client secret",
    }
    assert exchange(fake_spotify, grant_type="password").json()["error"] == "unsupported_grant_type"
    assert exchange(fake_spotify, grant_type="refresh_token", refresh_token="x").json()["error"] == "invalid_grant"


def test_app_token_gives_no_access_to_listeners(fake_spotify: FakeSpotify) -> None:
    granted = exchange(fake_spotify, grant_type="client_credentials").json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3600)
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}
    assert requests.get(f"{fake_spotify.api_url}me", headers=bearer, timeout=10).status_code == 401


def test_consent_can_be_denied(fake_spotify: FakeSpotify) -> None:
    assert "error=access_denied" in agree(fake_spotify, choice="").headers["Location"]


def test_consent_page_escapes_its_parameters(fake_spotify: FakeSpotify) -> None:
    query = {"client_id": tokens.CLIENT_ID, "response_type": "code", "redirect_uri": BACK, "scope": "<script>"}
    page = requests.get(f"{fake_spotify.url}/authorize", params=query, timeout=10)
    assert page.status_code == 200
    assert "Robin Aldermoor" in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"response_type": "token"},
        {"redirect_uri": "http://localhost:8000/callback"},
        {"redirect_uri": "http://example.com/callback"},
        {"redirect_uri": ""},
    ],
    ids=["client", "response type", "localhost", "http", "none"],
)
def test_invalid_authorization_request_is_refused(fake_spotify: FakeSpotify, changes: dict[str, str]) -> None:
    assert agree(fake_spotify, **changes).status_code == 400
