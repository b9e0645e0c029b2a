"""The stack's bucket: the one adapter through which images come and go. `coverart.store.keys` has the keys."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import ClientError

from coverart.errors import StorageUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

_PRESIGNED_SECONDS = 300
UPLOAD_SECONDS = 600
# The most that S3 deletes in one request.
_MAX_DELETED_KEYS = 1000
_MAX_FILE_NAME_CHARACTERS = 120
# What file systems do not allow in names, and control characters.
_NOT_IN_FILE_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f"*/:<>?\\|]')


@dataclass(frozen=True)
class Bucket:
    """Methods raise ClientError and BotoCoreError where S3 refuses or does not answer."""

    s3: "S3Client"
    name: str

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's content. Raises KeyError where there is no such key, OverflowError above `max_bytes`."""
        try:
            response = self.s3.get_object(Bucket=self.name, Key=key)
        except self.s3.exceptions.NoSuchKey as error:
            raise KeyError(key) from error
        if max_bytes is not None and response["ContentLength"] > max_bytes:
            response["Body"].close()
            raise OverflowError(key)
        return response["Body"].read()

    def put(self, key: str, body: bytes, content_type: str, metadata: Mapping[str, str] | None = None) -> None:
        """Store an object, with up to 2 KB of metadata."""
        self.s3.put_object(
            Bucket=self.name, Key=key, Body=body, ContentType=content_type, Metadata=dict(metadata or {})
        )

    def get_metadata(self, key: str) -> dict[str, str] | None:
        """Return the metadata of an object, or None where there is no such key."""
        try:
            return self.s3.head_object(Bucket=self.name, Key=key)["Metadata"]
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return None
            raise

    def exists(self, key: str) -> bool:
        """Return whether there is such a key."""
        return self.get_metadata(key) is not None

    def create_presigned_url(self, key: str, file_name: str | None = None) -> str:
        """Return a URL at which anybody can get the object for five minutes. This makes no request to S3.

        `file_name`: the name under which a browser stores the object instead of showing it.
        """
        parameters = {"Bucket": self.name, "Key": key}
        if file_name is not None:
            parameters["ResponseContentDisposition"] = build_content_disposition(file_name)
        return self.s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=_PRESIGNED_SECONDS)

    def create_presigned_upload(self, key: str, max_bytes: int) -> tuple[str, dict[str, str]]:
        """Return the URL and the fields of a form (POST) with which anybody can store an image for ten minutes.

        The file comes after the fields, as `file`. S3 refuses other keys, more bytes than `max_bytes`, none, and a
        content type of anything but images. This makes no request to S3.
        """
        form = self.s3.generate_presigned_post(
            Bucket=self.name,
            Key=key,
            Fields={"Content-Type": "image/*"},
            Conditions=[["starts-with", "$Content-Type", "image/"], ["content-length-range", 1, max_bytes]],
            ExpiresIn=UPLOAD_SECONDS,
        )
        return form["url"], form["fields"]

    def list_folders(self, prefix: str) -> list[str]:
        """Return the names directly below a prefix that ends with a slash."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix, Delimiter="/")
        folders = (entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", []))
        return [folder.removeprefix(prefix).rstrip("/") for folder in folders]

    def list_keys_older_than(self, moment: datetime, prefix: str) -> list[str]:
        """Return the keys below `prefix` that were last written before `moment`."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        entries = (entry for page in pages for entry in page.get("Contents", []))
        return [entry["Key"] for entry in entries if entry["LastModified"] < moment]

    def delete_prefix(self, prefix: str) -> None:
        """Delete every key below `prefix`. Raises StorageUnavailableError where S3 did not delete some."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
            self.delete([entry["Key"] for entry in page.get("Contents", [])])

    def delete(self, keys: Sequence[str]) -> None:
        """Delete the keys. Raises StorageUnavailableError where S3 did not delete some."""
        for batch in batched(keys, _MAX_DELETED_KEYS, strict=False):
            objects: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in batch]
            response = self.s3.delete_objects(Bucket=self.name, Delete={"Objects": objects, "Quiet": True})
            if response.get("Errors"):
                raise StorageUnavailableError("Some images could not be deleted. Please try again in a minute.")


def build_content_disposition(file_name: str) -> str:
    """Return the header that makes a browser store a response under this name (RFC 6266).

    Browsers use the second form; the first is for programs that read ASCII only.
    """
    path = PurePosixPath(_NOT_IN_FILE_NAMES.sub("_", file_name))
    # A dot at the beginning hides a file.
    stem = path.stem.strip(" .")[:_MAX_FILE_NAME_CHARACTERS] or "cover"
    name = f"{stem}{path.suffix}"
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
