import pytest

from coverart import aws
from coverart.bucket import Bucket
from coverart.errors import StorageUnavailableError
from publish.app import handler

PICTURES = {name: f"covers/ada/c1/{name}" for name in ("master", "cover", "thumbnail", "steps")}
EVENT = {"listener_id": "ada", "cover_id": "c1", "pictures": PICTURES}


def test_a_cover_whose_pictures_are_there_is_done(covers):
    bucket = Bucket(aws.client("s3"), "bucket")
    for key in PICTURES.values():
        bucket.put(key, b"picture", "image/jpeg")
    assert handler(EVENT, None) == {"playlist_image": "not_asked_for"}
    assert covers.get("ada", "c1")["status"] == "done"


def test_a_cover_with_a_missing_picture_is_not_done(covers):
    with pytest.raises(StorageUnavailableError):
        handler(EVENT, None)
    assert covers.get("ada", "c1")["status"] == "running"
