import pytest

from coverart.errors import StorageUnavailableError
from coverart.store.keys import cover_file_key, cover_prefix
from tests.stored_files import list_keys


def test_prefix_is_deleted_with_nothing_beside_it(bucket, monkeypatch):
    for n in range(3):
        bucket.put(cover_file_key("ada", "c1", f"{n}.jpg"), b"", "image/jpeg")
    bucket.put(cover_file_key("ada", "c10", "cover.jpg"), b"", "image/jpeg")
    bucket.delete_prefix(cover_prefix("ada", "c1"))
    bucket.delete_prefix(cover_prefix("ada", "c1"))
    assert list_keys() == ["covers/ada/c10/cover.jpg"]
    response = {"Errors": [{"Key": "covers/ada/c10/cover.jpg", "Code": "InternalError"}]}
    monkeypatch.setattr(bucket.s3, "delete_objects", lambda **_: response)
    with pytest.raises(StorageUnavailableError):
        bucket.delete_prefix("covers/ada/c10/")
