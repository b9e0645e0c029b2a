"""The stack's bucket: the keys and the one adapter through which pictures come and go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import ClientError

from coverart.errors import StorageUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

_PRESIGNED_SECONDS = 300


def artwork_key(listener_id: str, album_id: str) -> str:
    return f"{artwork_prefix(listener_id)}{_part(album_id)}.jpg"


def cover_key(listener_id: str, cover_id: str, name: str) -> str:
    """`name` is a file's: painting.jpg (bought) or painting.png, master.png, cover.jpg, thumbnail.jpg, steps.jpg."""
    return f"{cover_prefix(listener_id, cover_id)}{name}"


def kept_key(listener_id: str, playlist_id: str, name: str) -> str:
    """What a playlist's history keeps: `name` is an entry's id, or `own-` and Spotify's id of the listener's image."""
    return f"{kept_prefix(listener_id, playlist_id)}{_part(name)}.jpg"


def kept_prefix(listener_id: str, playlist_id: str) -> str:
    return f"kept/{_part(listener_id)}/{_part(playlist_id)}/"


def artwork_prefix(listener_id: str) -> str:
    return f"artwork/{_part(listener_id)}/"


def cover_prefix(listener_id: str, cover_id: str) -> str:
    return f"covers/{_part(listener_id)}/{_part(cover_id)}/"


def listener_prefixes(listener_id: str) -> tuple[str, ...]:
    """All that is the listener's."""
    return artwork_prefix(listener_id), f"covers/{_part(listener_id)}/", f"kept/{_part(listener_id)}/"


def _part(text: str) -> str:
    # A listener's id is Spotify's and may hold any character; a key's part must stay one part.
    return quote(text, safe="").replace(".", "%2E")


@dataclass(frozen=True)
class Bucket:
    s3: "S3Client"
    name: str

    def get(self, key: str) -> bytes:
        """Raises KeyError where there is no such key."""
        try:
            return self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        except self.s3.exceptions.NoSuchKey as error:
            raise KeyError(key) from error

    def put(self, key: str, body: bytes, content_type: str, metadata: Mapping[str, str] | None = None) -> None:
        kept = dict(metadata or {})
        self.s3.put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type, Metadata=kept)

    def metadata(self, key: str) -> dict[str, str] | None:
        """What `put` was given, or None where there is no such key."""
        try:
            return self.s3.head_object(Bucket=self.name, Key=key)["Metadata"]
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
                return None
            raise

    def presigned_url(self, key: str) -> str:
        """Where anybody may get it for five minutes; nothing is asked of S3."""
        parameters = {"Bucket": self.name, "Key": key}
        return self.s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=_PRESIGNED_SECONDS)

    def folders(self, prefix: str) -> list[str]:
        """The parts of keys that follow a prefix that ends with a slash, up to the next slash."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix, Delimiter="/")
        found = (entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", []))
        return [name.removeprefix(prefix).rstrip("/") for name in found]

    def older_than(self, moment: datetime, prefix: str) -> list[str]:
        """The keys that begin so and were last put before `moment`."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        entries = (entry for page in pages for entry in page.get("Contents", []))
        return [entry["Key"] for entry in entries if entry["LastModified"] < moment]

    def delete_prefix(self, prefix: str) -> None:
        """Deletes every key that begins so. Raises StorageUnavailableError where some could not be."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
            keys: list[ObjectIdentifierTypeDef] = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
            if keys:
                answer = self.s3.delete_objects(Bucket=self.name, Delete={"Objects": keys, "Quiet": True})
                if answer.get("Errors"):
                    raise StorageUnavailableError("Some pictures could not be deleted. Please try again in a minute.")
