import pytest

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import StorageUnavailableError
from coverart.store.keys import artwork_key, cover_file_key, cover_prefix, listener_prefixes


def test_keys_have_a_part_for_each_thing():
    assert artwork_key("ada", "4aawyAB9vmqN3uQ7FjRGTy") == "artwork/ada/4aawyAB9vmqN3uQ7FjRGTy.jpg"
    assert cover_file_key("ada", "c1", "cover.jpg") == "covers/ada/c1/cover.jpg"


@pytest.mark.parametrize("listener", ["../ada", "a/b", "..", "ü&?#%", "a\x00b"])
def test_a_listeners_id_cannot_leave_its_part_of_the_key(listener):
    first, part, last = artwork_key(listener, "x").split("/")
    assert (first, last) == ("artwork", "x.jpg")
    assert part.isascii()
    assert "." not in part


def test_different_listeners_have_different_keys():
    assert len({artwork_key(listener, "x") for listener in ("a.b", "a%2Eb", "a/b", "a%2Fb")}) == 4


def test_what_is_put_can_be_got_with_its_metadata(stack):
    bucket = Bucket(clients.get_client("s3"), "bucket")
    bucket.put("k", b"picture", "image/png", {"digest": "d"})
    assert bucket.get("k") == b"picture"
    assert bucket.get_metadata("k") == {"digest": "d"}


def test_a_key_that_is_not_there_is_a_key_error_and_has_no_metadata(stack):
    bucket = Bucket(clients.get_client("s3"), "bucket")
    with pytest.raises(KeyError):
        bucket.get("k")
    assert bucket.get_metadata("k") is None


def test_a_presigned_address_is_of_the_regional_host_and_for_five_minutes(stack):
    address = Bucket(clients.get_client("s3"), "pictures").create_presigned_url("covers/a%2Fb/c/cover.jpg")
    assert address.startswith("https://pictures.s3.us-east-1.amazonaws.com/covers/a%252Fb/c/cover.jpg?")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256&" in address
    assert "X-Amz-Expires=300&" in address


def test_all_under_a_prefix_is_deleted_and_nothing_beside_it(stack):
    bucket = Bucket(clients.get_client("s3"), "bucket")
    for n in range(3):
        bucket.put(cover_file_key("ada", "c1", f"{n}.jpg"), b"", "image/jpeg")
    bucket.put(cover_file_key("ada", "c10", "cover.jpg"), b"", "image/jpeg")
    bucket.delete_prefix(cover_prefix("ada", "c1"))
    bucket.delete_prefix(cover_prefix("ada", "c1"))
    listed = bucket.s3.list_objects_v2(Bucket="bucket")["Contents"]
    assert [entry["Key"] for entry in listed] == ["covers/ada/c10/cover.jpg"]


def test_a_key_that_could_not_be_deleted_is_an_error(stack, monkeypatch):
    bucket = Bucket(clients.get_client("s3"), "bucket")
    bucket.put("covers/ada/c1/cover.jpg", b"", "image/jpeg")
    answer = {"Errors": [{"Key": "covers/ada/c1/cover.jpg", "Code": "InternalError"}]}
    monkeypatch.setattr(bucket.s3, "delete_objects", lambda **_: answer)
    with pytest.raises(StorageUnavailableError):
        bucket.delete_prefix("covers/ada/c1/")


def test_a_listeners_prefixes_hold_every_key_of_theirs_and_no_others():
    prefixes = listener_prefixes("ada")
    assert artwork_key("ada", "x").startswith(prefixes)
    assert cover_file_key("ada", "c1", "cover.jpg").startswith(prefixes)
    assert not cover_file_key("ada2", "c1", "cover.jpg").startswith(prefixes)
