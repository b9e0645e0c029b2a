"""Two sets of pins, one code: the same cover comes out of both."""

import io
import subprocess

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import structural_similarity

from scripts.local import deployment, stack
from scripts.local.paths import ROOT, environment

SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 12}


def cover(runtime):
    """Its item, and the pixels of its pictures by the names of their files."""
    with stack.running(PythonRuntime=runtime) as local:
        listener = local.connect()
        item = local.wait(listener, local.ask(listener, SOURCE, key="the same"), seconds=240)
        assert item["status"] == "done"
        python = environment("runtime", runtime) / "bin" / "python"
        listed = subprocess.run(["/bin/ps", "-A", "-ww", "-o", "command="], capture_output=True, text=True, check=True)
        assert f"{python} -m awslambdaric stylize.app.handler" in listed.stdout
        keys = local.keys(f"covers/{listener}/{item['cover_id']}/")
        return item, {key.rsplit("/", 1)[1]: pixels(local.bucket.get(key)) for key in keys}


def pixels(file):
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_cover_is_the_same_on_both_runtimes():
    """Tolerances: what was measured (scores, boxes and painting equal, the master off by 0.00009 of 255 in the mean and
    by 3 at most, the cover's files at a likeness of 0.9999), and room for other processors, whose last digits differ.
    """
    (old, old_pictures), (new, new_pictures) = cover("python3.11"), cover("python3.13")
    assert new["fetched"] == old["fetched"]
    seen = [(artwork["album_id"], thing) for artwork in old["detected"]["artworks"] for thing in artwork["objects"]]
    again = [(artwork["album_id"], thing) for artwork in new["detected"]["artworks"] for thing in artwork["objects"]]
    assert {thing["label"] for _, thing in seen} == {"cat", "person", "motorcycle", "cup", "horse"}
    for (album, one), (other_album, other) in zip(seen, again, strict=True):
        assert (other_album, other["label"]) == (album, one["label"])
        assert float(other["score"]) == pytest.approx(float(one["score"]), abs=0.001)
        assert [float(edge) for edge in other["box"]] == pytest.approx([float(edge) for edge in one["box"]], abs=0.001)
    assert new["prompt"] == old["prompt"]
    assert (
        set(new_pictures)
        == set(old_pictures)
        == {"painting.png", "master.png", "cover.jpg", "thumbnail.jpg", "steps.jpg"}
    )
    apart = {name: np.abs(picture.astype(int) - new_pictures[name]) for name, picture in old_pictures.items()}
    assert apart["painting.png"].mean() < 0.01
    assert apart["master.png"].mean() < 0.05
    assert (apart["master.png"] > 8).mean() < 0.001
    for name in ("master.png", "cover.jpg", "thumbnail.jpg", "steps.jpg"):
        assert structural_similarity(old_pictures[name], new_pictures[name], channel_axis=2) > 0.999, name


def test_without_a_runtimes_environment_it_says_how_to_make_it(monkeypatch, tmp_path):
    monkeypatch.setattr(deployment, "environment", lambda *_: tmp_path)
    with pytest.raises(RuntimeError, match=r"'make run PYTHON_RUNTIME=python3\.13' sets it up"):
        deployment._function(tmp_path / "function", ROOT, [], "python3.13")
