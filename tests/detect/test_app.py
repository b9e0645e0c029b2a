import io
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from PIL import Image

from coverart.aws import clients
from coverart.errors import InvalidRequestError
from coverart.models import Song
from detect import app
from scripts import assets


def _forget_clients() -> None:
    for made in (clients.get_client, clients.get_table, clients._get_dynamodb):
        made.cache_clear()


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "BUCKET_NAME": "bucket",
        "COVERS_TABLE": "covers",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        _forget_clients()
        keys = {"listener_id": "HASH", "cover_id": "RANGE"}
        boto3.client("dynamodb").create_table(
            TableName="covers",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        )
        boto3.resource("dynamodb").Table("covers").put_item(
            Item={"listener_id": "ada", "cover_id": "c1", "status": "running", "timings": {}}
        )
        location = {"LocationConstraint": "eu-central-1"}
        boto3.client("s3").create_bucket(Bucket="bucket", CreateBucketConfiguration=location)
        yield
    _forget_clients()


def song(album_id: str) -> dict[str, Any]:
    return Song(
        rank=1,
        artist="The Nobodies",
        genres=[],
        track="One",
        album="First",
        album_id=album_id,
        album_url=f"https://open.spotify.com/album/{album_id}",
        year=None,
        artwork=f"artwork/ada/{album_id}.jpg",
    ).to_json()


def put(album_id: str, content: bytes) -> None:
    boto3.client("s3").put_object(Bucket="bucket", Key=f"artwork/ada/{album_id}.jpg", Body=content)


def jpeg(name: str) -> bytes:
    file = io.BytesIO()
    Image.open(assets.pictures()[name]).convert("RGB").resize((640, 640)).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.usefixtures("stack")
def test_artwork_that_is_gone_or_broken_has_no_objects_and_the_others_keep_theirs() -> None:
    put("cat", jpeg("chelsea"))
    put("broken", jpeg("coffee")[:2000])
    put("horse", jpeg("horse"))
    songs = [song(album_id) for album_id in ("gone", "cat", "broken", "horse")]
    result = app.handler({"listener_id": "ada", "cover_id": "c1", "songs": songs}, None)
    seen = [(artwork["album_id"], [one["label"] for one in artwork["objects"]]) for artwork in result["artworks"]]
    assert seen == [("gone", []), ("cat", ["cat"]), ("broken", []), ("horse", ["horse"])]


@pytest.mark.usefixtures("stack")
def test_the_objects_are_kept_on_the_covers_item() -> None:
    put("cup", jpeg("coffee"))
    result = app.handler({"listener_id": "ada", "cover_id": "c1", "songs": [song("cup")]}, None)
    item = boto3.resource("dynamodb").Table("covers").get_item(Key={"listener_id": "ada", "cover_id": "c1"})["Item"]
    assert "cup" in [one["label"] for one in item["detected"]["artworks"][0]["objects"]]
    assert [float(edge) for edge in item["detected"]["artworks"][0]["objects"][0]["box"]] == pytest.approx(
        result["artworks"][0]["objects"][0]["box"]
    )


@pytest.mark.usefixtures("stack")
def test_songs_are_required() -> None:
    with pytest.raises(InvalidRequestError, match="songs"):
        app.handler({"listener_id": "ada", "cover_id": "c1"}, None)
