import pytest

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import StorageUnavailableError
from coverart.store.keys import artwork_key, cover_file_key, cover_prefix


def test_key_has_a_part_for_each_id():
    assert artwork_key("ada", "4aawyAB9vmqN3uQ7FjRGTy") == "artwork/ada/4aawyAB9vmqN3uQ7FjRGTy.jpg"
    assert cover_file_key("ada", "c1", "cover.jpg") == "covers/ada/c1/cover.jpg"


def test_stored_object_is_returned_with_its_metadata(bucket):
    with pytest.raises(KeyError):
        bucket.get("k")
    assert (bucket.get_metadata("k"), bucket.exists("k")) == (None, False)
    bucket.put("k", b"image", "image/png", {"digest": "d"})
    assert (bucket.get("k"), bucket.get_metadata("k"), bucket.exists("k")) == (b"image", {"digest": "d"}, True)


def test_presigned_url_has_the_regional_host_and_five_minutes(stack):
    url = Bucket(clients.get_client("s3"), "images").create_presigned_url("covers/a%2Fb/c/cover.jpg")
    assert url.startswith("https://images.s3.us-east-1.amazonaws.com/covers/a%252Fb/c/cover.jpg?")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256&" in url
    assert "X-Amz-Expires=300&" in url


def test_prefix_is_deleted_with_nothing_beside_it(bucket):
    for n in range(3):
        bucket.put(cover_file_key("ada", "c1", f"{n}.jpg"), b"", "image/jpeg")
    bucket.put(cover_file_key("ada", "c10", "cover.jpg"), b"", "image/jpeg")
    bucket.delete_prefix(cover_prefix("ada", "c1"))
    bucket.delete_prefix(cover_prefix("ada", "c1"))
    contents = bucket.s3.list_objects_v2(Bucket="bucket")["Contents"]
    assert [entry["Key"] for entry in contents] == ["covers/ada/c10/cover.jpg"]


def test_key_that_cannot_be_deleted_is_an_error(bucket, monkeypatch):
    bucket.put("covers/ada/c1/cover.jpg", b"", "image/jpeg")
    response = {"Errors": [{"Key": "covers/ada/c1/cover.jpg", "Code": "InternalError"}]}
    monkeypatch.setattr(bucket.s3, "delete_objects", lambda **_: response)
    with pytest.raises(StorageUnavailableError):
        bucket.delete_prefix("covers/ada/c1/")
