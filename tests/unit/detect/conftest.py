import numpy as np
import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.store.keys import cover_file_key, picture_file_key
from detect import artwork, subject
from scripts import assets
from tests.images import encode

PICTURE = "20261201T000000000-0123456789"
PICTURE_EVENT = {"listener_id": "ada", "cover_id": "c1", "songs": [], "options": {"picture": PICTURE}}
MASK_KEY = cover_file_key("ada", "c1", "mask.png")


@pytest.fixture(autouse=True)
def no_known_artwork():
    artwork._known_objects.clear()


@pytest.fixture
def bucket(covers):
    return Bucket(clients.get_client("s3"), "bucket")


@pytest.fixture
def store_picture(bucket):
    """Store a photograph as the listener's own picture."""

    def store(name, size=None):
        image = Image.open(assets.fetch_photos()[name]).convert("RGB")
        picture = encode(image.resize(size or image.size), quality=92)
        bucket.put(picture_file_key("ada", PICTURE, "picture.jpg"), picture, "image/jpeg")

    return store


@pytest.fixture
def square_subject(monkeypatch):
    """Let the subject of each picture be a square in its middle, because the network takes a while."""
    mask = np.zeros((320, 320), np.float32)
    mask[100:220, 100:220] = 1
    monkeypatch.setattr(subject, "find_mask", lambda _: mask)
