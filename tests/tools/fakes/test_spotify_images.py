"""The fake Spotify's playlist images: uploads, mosaics, and when they are shown."""

import base64
import io
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image

from scripts.fakes.server import Fault
from scripts.fakes.spotify import FakeSpotify
from tests.stack.stack_state import COVER_IMAGE
from tests.tools.fakes.spotify_requests import MIXED, ask, problems


def upload(fake: FakeSpotify, playlist: str) -> requests.Response:
    path, jpeg = f"/playlists/{playlist}/images", {"Content-Type": "image/jpeg"}
    return ask(fake, path, method="PUT", data=base64.b64encode(COVER_IMAGE), headers=jpeg)


def image_of(fake: FakeSpotify, playlist: str) -> str | None:
    """Its address; the whole playlist tells the same."""
    images = ask(fake, f"/playlists/{playlist}/images").json()
    assert ask(fake, f"/playlists/{playlist}").json()["images"] == images
    return images[0]["url"] if images else None


def test_uploaded_image_is_transcoded_and_has_a_new_id(fake_spotify):
    addresses = [image_of(fake_spotify, MIXED)]
    for _ in range(2):
        assert upload(fake_spotify, MIXED).status_code == 202
        addresses.append(image_of(fake_spotify, MIXED))
    assert len(set(addresses)) == 3
    path = f"/playlists/{MIXED}/images"
    answer = ask(fake_spotify, path)
    assert answer.json() == [{"url": addresses[-1], "height": None, "width": None}]
    assert problems(path, answer) == []
    images_shown = requests.get(str(addresses[-1]), timeout=60).content
    assert images_shown != COVER_IMAGE
    red, green, blue = Image.open(io.BytesIO(images_shown)).getpixel((5, 5))
    assert red > 240
    assert green > 150
    assert blue < 20
    assert fake_spotify.state.uploads[MIXED] == [COVER_IMAGE, COVER_IMAGE]


def test_invalid_upload_is_refused(fake_spotify):
    path, jpeg = f"/playlists/{MIXED}/images", {"Content-Type": "image/jpeg"}
    before = image_of(fake_spotify, MIXED)
    for status, listener, body in (
        (403, "newcomer", base64.b64encode(COVER_IMAGE)),
        (400, "demo", b"AAAA"),
        (413, "demo", b"A" * 262_145),
    ):
        assert ask(fake_spotify, path, listener, "PUT", data=body, headers=jpeg).status_code == status
    assert image_of(fake_spotify, MIXED) == before
    assert fake_spotify.state.uploads == {}


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_playlist_without_custom_image_shows_artwork_or_mosaic(fake_spotify, mode):
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
    picture = Image.open(io.BytesIO(requests.get(f"{fake_spotify.url}{mosaic.path}", timeout=60).content))
    assert picture.size == (640, 640)
    tiles = [picture.crop((x, y, x + 320, y + 320)).resize((1, 1)).getpixel((0, 0)) for x in (0, 320) for y in (0, 320)]
    assert len(set(tiles)) == 4


def test_playlist_may_have_a_custom_image(fake_spotify):
    playlist = fake_spotify.state.add_playlist("Mine", ["Purr"], image=COVER_IMAGE)
    assert str(image_of(fake_spotify, playlist)).startswith(f"{fake_spotify.url}/image/ab67706c")
    assert fake_spotify.state.uploads == {}


@pytest.mark.parametrize(("reads", "images_shown"), [(None, [False] * 6), (3, [False] * 3 + [True] * 3)])
def test_upload_may_be_shown_late_or_never(fake_spotify, reads, images_shown):
    fake_spotify.state.shows_after = reads
    path = f"/playlists/{MIXED}/images"
    before = ask(fake_spotify, path).json()
    upload(fake_spotify, MIXED)
    assert [ask(fake_spotify, path).json() != before for _ in images_shown] == images_shown


def test_late_fault_loses_the_response_of_a_processed_request(fake_spotify):
    fake_spotify.state.recorder.faults.append(Fault("/images$", 502, method="PUT", late=True))
    assert upload(fake_spotify, MIXED).status_code == 502
    assert fake_spotify.state.images[MIXED] == COVER_IMAGE
