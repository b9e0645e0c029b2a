import json
from datetime import UTC, datetime
from importlib.resources import files

import boto3
import numpy as np
import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import CoverDeletedError
from coverart.models import ArtworkObjects, CoverOptions
from coverart.store.covers import new_item
from scripts import assets
from stylize import app, style_transfer
from stylize.contact_sheet import PICTURE_PIXELS, TILE_PIXELS

FILES = ("master.png", "cover.jpg", "thumbnail.jpg", "steps.jpg", "story.jpg")


@pytest.fixture
def bucket(covers):
    bucket = boto3.resource("s3").Bucket("bucket")
    for key, name in {"painting": "coffee", "artwork/ada/album1.jpg": "ihc"}.items():
        bucket.put_object(Key=key, Body=assets.fetch_photos()[name].read_bytes())
    item = new_item("ada", "c1", {"options": {"candidates": 2}}, datetime.now(UTC))
    covers.table.put_item(Item=item)
    return bucket


@pytest.fixture
def event(make_song, prompt, painting):
    return {
        "listener_id": "ada",
        "cover_id": "c1",
        "songs": [make_song(1).to_json()],
        "artworks": [ArtworkObjects(album_id="album1", objects=[]).to_json()],
        "prompt": prompt.to_json(),
        "painting": painting.to_json(),
        "options": CoverOptions().to_json(),
    }


@pytest.fixture(autouse=True)
def no_artworks(small_master):
    app.load_artworks.cache_clear()


def read_covers(bucket):
    return {summary.key: summary.get()["Body"].read() for summary in bucket.objects.filter(Prefix="covers/")}


def read_master(bucket):
    return Image.open(bucket.Object("covers/ada/c1/master.png").get()["Body"])


def fail_before(error):
    return {"failure": {"Error": error, "Cause": json.dumps({"errorMessage": "It failed."})}}


def test_files_are_stored_and_the_same_again(bucket, event):
    keys = app.handler(event, None)
    assert [keys.pop(name) for name in ("note", "lettering_note", "cap_height")] == [None] * 3
    assert keys == {name[:-4]: f"covers/ada/c1/{name}" for name in FILES}
    first = read_covers(bucket)
    assert set(first) == set(keys.values())
    assert [bucket.Object(key).content_type for key in keys.values()] == ["image/png", *["image/jpeg"] * 4]
    # The style is applied after an error of ours, too. Other candidates use the artwork of the first.
    bucket.Object("artwork/ada/album1.jpg").delete()
    app.handler(event | fail_before("StorageUnavailableError"), None)
    assert read_covers(bucket) == first
    second = app.handler({**event, "candidate": 1}, None)
    assert second["cover"] == "covers/ada/c1/1/cover.jpg"
    assert read_covers(bucket)[second["master"]] == first[keys["master"]]


def test_title_is_on_all_files_and_the_painting_stays(bucket, event, monkeypatch):
    """After a crash, no network runs, and the cover is the painting."""
    monkeypatch.setattr(style_transfer, "_run_network", lambda *_: pytest.fail("a network was run"))
    event |= fail_before("Runtime.ExitError")
    assert app.handler(event, None)["note"].endswith("the unstyled painting.")
    plain, painting = read_covers(bucket), bucket.Object("painting").get()["Body"].read()
    lettering = {"title": "Old Hills", "typeface": "fraunces", "second_typeface": "oswald", "place": "foot"}
    event["prompt"]["lettering"] = lettering
    result = app.handler(event, None)
    assert 0.08 < result["cap_height"] < 0.13
    assert result["lettering_note"] is None
    assert all(file != plain[key] for key, file in read_covers(bucket).items())
    assert bucket.Object("painting").get()["Body"].read() == painting
    event["prompt"]["lettering"]["title"] = "W" * 60
    assert "long" in app.handler(event, None)["lettering_note"]


@pytest.mark.usefixtures("small_sheet")
def test_missing_or_broken_style_artwork_is_skipped(bucket, event, load_photo):
    def make(*style_albums):
        app.load_artworks.cache_clear()
        event["prompt"]["style_albums"] = style_albums
        app.handler(event, None)
        return read_master(bucket).tobytes()

    painting = load_photo("coffee")
    side = min(painting.size)
    middle = painting.resize((256, 256), Image.Resampling.LANCZOS, box=((600 - side) / 2, 0, (600 + side) / 2, side))
    assert make("expired", "album1") == make("album1") != middle.tobytes()
    assert make() == middle.tobytes()
    bucket.put_object(Key="artwork/ada/album1.jpg", Body=b"no image")
    assert make("album1", "expired") == middle.tobytes()


def test_artwork_is_loaded_no_larger_than_needed(bucket, event, make_song):
    bucket.put_object(Key="artwork/ada/album2.jpg", Body=assets.fetch_photos()["retina"].read_bytes())
    songs = [make_song(1).to_json(), make_song(2).to_json()]
    step_input = app.StylizeInput.model_validate({**event, "songs": songs})
    artworks = app.load_artworks("c1", app._list_artworks(step_input), Bucket(clients.get_client("s3"), "bucket"))
    sides = {album_id: max(artwork.size) for album_id, artwork in artworks.items()}
    assert sides == {"album1": 512, "album2": TILE_PIXELS}


@pytest.mark.usefixtures("small_sheet")
def test_own_pictures_are_loaded_for_the_style_and_the_sheet(bucket, event):
    style, subject = (f"20261201T000000000-{number:010}" for number in (1, 2))
    keys = {name: f"pictures/ada/{name}/picture.jpg" for name in (style, subject)} | {"mask": "covers/ada/c1/mask.png"}
    for key, photo in zip(keys.values(), ("retina", "astronaut", "moon"), strict=True):
        bucket.put_object(Key=key, Body=assets.fetch_photos()[photo].read_bytes())
    cut_out = {"picture_id": subject, "key": keys[subject], "mask": keys["mask"], "box": (0, 0, 1, 1)}
    event["prompt"]["cut_out"] = {**cut_out, "label": "", "faces": []}
    event["options"]["style_pictures"] = [style]
    artworks = app._list_artworks(app.StylizeInput.model_validate(event))
    images = app.load_artworks("c1", artworks, Bucket(clients.get_client("s3"), "bucket"))
    sides = {style: 1024, subject: PICTURE_PIXELS, keys["mask"]: PICTURE_PIXELS, "album1": 512}
    assert {name: max(image.size) for name, image in images.items()} == sides
    bucket.Object(keys[style]).delete()
    app.load_artworks.cache_clear()
    assert app.handler(event, None)["note"].startswith("A picture of your own")


def test_missing_painting_means_that_the_cover_was_deleted(bucket, event):
    bucket.Object("painting").delete()
    with pytest.raises(CoverDeletedError):
        app.handler(event, None)


@pytest.mark.usefixtures("small_sheet")
@pytest.mark.parametrize("exist", [True, False], ids=["invalid", "missing"])
def test_cover_is_the_painting_where_the_networks_fail(
    bucket, event, load_photo, every_run, monkeypatch, tmp_path, exist
):
    if exist:
        for path in files("style_networks").iterdir():
            (tmp_path / path.name).write_text("No network.")
    monkeypatch.setattr(style_transfer, "files", lambda _: tmp_path)
    monkeypatch.setattr(style_transfer, "_load_interpreter", style_transfer._load_interpreter.__wrapped__)
    response = app.handler(event, None)
    assert response["note"].endswith("the unstyled painting.")
    assert set(read_covers(bucket)) == {response[name[:-4]] for name in FILES}
    painting, master = np.asarray(load_photo("coffee"), int), read_master(bucket)
    assert master.size == (256, 256)
    assert np.abs(painting.mean(axis=(0, 1)) - np.asarray(master, int).mean(axis=(0, 1))).max() < 25
