import pytest

from coverart import aws
from coverart.bucket import Bucket, artwork_key, cover_key


def test_keys_have_a_part_for_each_thing():
    assert artwork_key("ada", "4aawyAB9vmqN3uQ7FjRGTy") == "artwork/ada/4aawyAB9vmqN3uQ7FjRGTy.jpg"
    assert cover_key("ada", "c1", "cover.jpg") == "covers/ada/c1/cover.jpg"


@pytest.mark.parametrize("listener", ["../ada", "a/b", "..", "ü&?#%", "a\x00b"])
def test_a_listeners_id_cannot_leave_its_part_of_the_key(listener):
    first, part, last = artwork_key(listener, "x").split("/")
    assert (first, last) == ("artwork", "x.jpg")
    assert part.isascii()
    assert "." not in part


def test_different_listeners_have_different_keys():
    assert len({artwork_key(listener, "x") for listener in ("a.b", "a%2Eb", "a/b", "a%2Fb")}) == 4


def test_what_is_put_can_be_got_with_its_metadata(stack):
    bucket = Bucket(aws.client("s3"), "bucket")
    bucket.put("k", b"picture", "image/png", {"digest": "d"})
    assert bucket.get("k") == b"picture"
    assert bucket.metadata("k") == {"digest": "d"}


def test_a_key_that_is_not_there_is_a_key_error_and_has_no_metadata(stack):
    bucket = Bucket(aws.client("s3"), "bucket")
    with pytest.raises(KeyError):
        bucket.get("k")
    assert bucket.metadata("k") is None
