import numpy as np
from PIL import Image

from scripts import gallery
from scripts.tastes import load_tastes


def test_docs_image_is_small_and_has_three_rows_of_four():
    assert gallery.DOCS.stat().st_size <= gallery.MAX_DOCS_BYTES
    with Image.open(gallery.DOCS) as image:
        assert image.width / image.height == 888 / 664


def test_jpeg_is_saved_as_well_as_its_limit_allows(tmp_path, monkeypatch):
    monkeypatch.setattr(gallery, "ROOT", tmp_path)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8))
    gallery.save_jpeg(noise, tmp_path / "free.jpg")
    gallery.save_jpeg(noise, tmp_path / "small.jpg", 60_000)
    assert (tmp_path / "small.jpg").stat().st_size <= 60_000 < (tmp_path / "free.jpg").stat().st_size


def test_taste_has_four_compositions_and_a_plain_painting():
    covers = gallery.create_covers(load_tastes()[0])
    assert len({prompt.composition for prompt in covers.prompts}) == gallery.VARIATIONS
    assert covers.render_master(0, 0.0).tobytes() == covers.paint(0).tobytes()
