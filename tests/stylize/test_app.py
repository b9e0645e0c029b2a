import io
import json
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import Any

import boto3
import numpy as np
import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import CoverDeletedError, ModelError
from coverart.models import ArtworkObjects, CoverOptions, Painting, Prompt
from scripts import assets
from stylize import app, style_transfer
from stylize.contact_sheet import TILE

NAMES = ("master.png", "cover.jpg", "thumbnail.jpg", "steps.jpg")


@pytest.fixture
def bucket(stack: None) -> Any:  # the resources are made by it
    item = {"listener_id": "ada", "cover_id": "c1", "status": "running", "timings": {}}
    boto3.resource("dynamodb").Table("CoversTable").put_item(Item=item)
    bucket = boto3.resource("s3").Bucket("bucket")
    for key, name in {"painting": "coffee", "artwork/ada/album1.jpg": "ihc"}.items():
        bucket.put_object(Key=key, Body=assets.pictures()[name].read_bytes())
    return bucket


@pytest.fixture
def event(song, prompt: Prompt, painted: Painting) -> dict[str, Any]:
    return {
        "listener_id": "ada",
        "cover_id": "c1",
        "songs": [song(1).to_json()],
        "artworks": [ArtworkObjects(album_id="album1", objects=[]).to_json()],
        "prompt": prompt.to_json(),
        "painting": painted.to_json(),
        "options": CoverOptions().to_json(),
    }


def made(bucket) -> dict[str, bytes]:
    return {one.key: one.get()["Body"].read() for one in bucket.objects.filter(Prefix="covers/")}


def master(bucket) -> Image.Image:
    return Image.open(io.BytesIO(made(bucket)["covers/ada/c1/master.png"]))


def test_the_four_pictures_are_put_and_named(bucket, event):
    keys = app.handler(event, None)
    assert keys.pop("note") is None
    assert keys == {name[:-4]: f"covers/ada/c1/{name}" for name in NAMES}
    assert set(made(bucket)) == set(keys.values())
    assert [bucket.Object(key).content_type for key in keys.values()] == ["image/png", *["image/jpeg"] * 3]


def test_the_same_event_again_puts_the_same_bytes(bucket, event):
    app.handler(event, None)
    first = made(bucket)
    app.handler(event, None)
    assert made(bucket) == first


def test_without_style_albums_the_cover_is_the_painting(bucket, event, picture):
    event["prompt"]["style_albums"] = []
    app.handler(event, None)
    painting = picture("coffee")
    side = min(painting.size)
    middle = painting.resize((1024, 1024), Image.Resampling.LANCZOS, box=((600 - side) / 2, 0, (600 + side) / 2, side))
    assert master(bucket).tobytes() == middle.tobytes()


def test_a_style_album_whose_artwork_has_expired_is_passed_over(bucket, event):
    app.handler(event, None)
    styled = master(bucket).tobytes()
    event["prompt"]["style_albums"] = ["gone", "album1"]
    app.handler(event, None)
    assert master(bucket).tobytes() == styled


def test_where_all_style_artwork_is_gone_or_corrupt_the_painting_stays_as_it_is(bucket, event):
    bucket.put_object(Key="artwork/ada/album1.jpg", Body=b"no picture")
    event["prompt"]["style_albums"] = ["album1", "gone"]
    app.handler(event, None)
    unstyled = master(bucket).tobytes()
    event["prompt"]["style_albums"] = []
    app.handler(event, None)
    assert master(bucket).tobytes() == unstyled


def test_where_no_artwork_may_lend_its_style_one_of_the_painters_pictures_does(bucket, event):
    event["prompt"] |= {"style_albums": [], "bundled_style": True}
    bucket.Object("artwork/ada/album1.jpg").delete()
    event["songs"] = []
    app.handler(event, None)
    first = master(bucket).tobytes()
    app.handler(event, None)
    assert master(bucket).tobytes() == first
    event["prompt"] |= {"text": "Another scene", "seed": 8}
    app.handler(event, None)
    assert master(bucket).tobytes() == first
    event["prompt"]["palette"] = ["#12162b", "#3b3b8f", "#e86a92"]
    app.handler(event, None)
    assert master(bucket).tobytes() != first


def test_artwork_that_lends_no_style_is_kept_no_larger_than_it_is_shown(bucket, event, song):
    bucket.put_object(Key="artwork/ada/album2.jpg", Body=assets.pictures()["retina"].read_bytes())
    asked = app.StylizeInput.model_validate({**event, "songs": [song(1).to_json(), song(2).to_json()]})
    with ThreadPoolExecutor(2) as readers:
        kept = app._artworks(Bucket(clients.get_client("s3"), "bucket"), asked, readers)
    assert {album: max(artwork.size) for album, artwork in kept.items()} == {"album1": 512, "album2": TILE}


def test_a_painting_that_is_gone_means_that_the_cover_was_deleted(bucket, event):
    bucket.Object("painting").delete()
    with pytest.raises(CoverDeletedError):
        app.handler(event, None)


@pytest.fixture
def broken_networks(monkeypatch, tmp_path):
    """The files are there, and hold something else."""
    for path in files("style_networks").iterdir():
        if path.name.endswith(".tflite"):
            (tmp_path / path.name).write_text("No network.")
    monkeypatch.setattr(style_transfer, "files", lambda _: tmp_path)
    style_transfer._interpreter.cache_clear()
    yield tmp_path
    style_transfer._interpreter.cache_clear()


@pytest.mark.parametrize("there", [True, False], ids=["something else", "not there"])
def test_where_the_networks_fail_the_cover_is_the_painting_and_says_so(bucket, event, broken_networks, there):
    if not there:
        for file in broken_networks.iterdir():
            file.unlink()
    told = app.handler(event, None)
    assert told["note"].endswith("the painting as it was painted.")
    assert set(made(bucket)) == {told[name[:-4]] for name in NAMES}
    painting = np.asarray(Image.open(io.BytesIO(bucket.Object("painting").get()["Body"].read())).convert("RGB"), int)
    assert master(bucket).size == (1024, 1024)
    assert np.abs(painting.mean(axis=(0, 1)) - np.asarray(master(bucket), int).mean(axis=(0, 1))).max() < 25


def test_after_a_process_that_ended_while_it_styled_the_cover_is_the_painting(bucket, event, monkeypatch):
    monkeypatch.setattr(style_transfer, "_run", lambda *_: pytest.fail("the networks are not to be run"))
    cause = json.dumps({"errorMessage": "Runtime exited before returning a response"})
    told = app.handler({**event, "failure": {"Error": "Runtime.ExitError", "Cause": cause}}, None)
    assert told["note"].endswith("the painting as it was painted.")
    assert master(bucket).size == (1024, 1024)


def test_a_network_that_gives_no_numbers_styles_nothing(bucket, event, monkeypatch):
    def fail(*_):
        raise ModelError("The style network failed on this picture.")

    monkeypatch.setattr(style_transfer, "_run", fail)
    assert app.handler(event, None)["note"] is not None
