"""The fake Spotify's playlist images: uploads, mosaics, and when they are shown."""

import base64
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image

from scripts.fakes.spotify import FakeSpotify
from tests.images import decode
from tests.playlist_images import MOSAIC
from tests.stack.stack_state import COVER_IMAGE
from tests.tools.fakes.spotify_requests import MIXED, ask, problems

PATH = f"/playlists/{MIXED}/images"


def upload(fake: FakeSpotify, body: bytes = base64.b64encode(COVER_IMAGE), listener: str = "demo") -> int:
    """Return the status of the response."""
    return ask(fake, PATH, listener, "PUT", data=body, headers={"Content-Type": "image/jpeg"}).status_code


def image_of(fake: FakeSpotify, playlist: str = MIXED) -> str:
    """Return its address or "". The whole playlist tells the same."""
    images = ask(fake, f"/playlists/{playlist}/images").json()
    assert ask(fake, f"/playlists/{playlist}").json()["images"] == images
    return images[0]["url"] if images else ""


def load(url: str) -> Image.Image:
    return decode(requests.get(url, timeout=60).content).convert("RGB")


def test_uploaded_image_is_transcoded_and_has_a_new_id(fake_spotify):
    addresses = [image_of(fake_spotify)]
    for _ in range(2):
        assert upload(fake_spotify) == 202
        addresses.append(image_of(fake_spotify))
    assert len(set(addresses)) == 3
    answer = ask(fake_spotify, PATH)
    assert answer.json() == [{"url": addresses[-1], "height": None, "width": None}]
    assert problems(PATH, answer) == []
    assert requests.get(addresses[-1], timeout=60).content != COVER_IMAGE
    assert load(addresses[-1]).getpixel((5, 5)) == pytest.approx(decode(COVER_IMAGE).getpixel((5, 5)), abs=9)
    assert fake_spotify.state.uploads[MIXED] == [COVER_IMAGE, COVER_IMAGE]


def test_invalid_upload_is_refused(fake_spotify):
    before = image_of(fake_spotify)
    assert upload(fake_spotify, listener="newcomer") == 403
    assert upload(fake_spotify, b"AAAA") == 400
    assert upload(fake_spotify, b"A" * 262_145) == 413
    assert (image_of(fake_spotify), fake_spotify.state.uploads) == (before, {})


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_playlist_without_custom_image_shows_artwork_or_mosaic(fake_spotify, mode):
    fake_spotify.state.mode = mode
    add = fake_spotify.state.add_playlist
    three, four = (add("List", MOSAIC[:count]) for count in (3, 4))
    assert image_of(fake_spotify, add("List", [])) == ""
    purr = ask(fake_spotify, f"/playlists/{three}/items").json()["items"][0]
    album = (purr["item"] if mode == "development" else purr["track"])["album"]
    assert image_of(fake_spotify, three) == album["images"][0]["url"]
    mosaic = urlsplit(image_of(fake_spotify, four))
    assert mosaic.hostname == "mosaic.localhost"
    picture = load(f"{fake_spotify.url}{mosaic.path}")  # browsers find this host; Python does not
    assert picture.size == (640, 640)
    tiles = [picture.crop((x, y, x + 320, y + 320)).resize((1, 1)).getpixel((0, 0)) for x in (0, 320) for y in (0, 320)]
    assert len(set(tiles)) == 4


def test_upload_may_be_shown_late_or_never(fake_spotify):
    before = ask(fake_spotify, PATH).json()
    for reads, shows_upload in ((None, [False] * 6), (3, [False] * 3 + [True] * 3)):
        fake_spotify.state.shows_after = reads
        upload(fake_spotify)
        assert [ask(fake_spotify, PATH).json() != before for _ in shows_upload] == shows_upload
