import numpy as np
from PIL import Image

from scripts import gallery, sheets
from scripts.tastes import load_tastes


def test_docs_images_are_small_and_show_all_tastes_and_the_best_nine():
    assert gallery.DOCS_SHEET.stat().st_size <= gallery.MAX_DOCS_BYTES
    with Image.open(gallery.DOCS_SHEET) as sheet:
        assert sheet.height == len(load_tastes()) * (gallery.DOCS_PIXELS + gallery.GAP) - gallery.GAP
    with Image.open(gallery.DOCS_COVERS) as covers:
        assert covers.width == covers.height


def test_jpeg_is_saved_as_well_as_its_limit_allows(tmp_path):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8))
    sheets.save_jpeg(noise, tmp_path / "free.jpg")
    sheets.save_jpeg(noise, tmp_path / "small.jpg", 30_000)
    assert (tmp_path / "small.jpg").stat().st_size <= 30_000 < (tmp_path / "free.jpg").stat().st_size


def test_variations_of_a_taste_have_four_layouts(monkeypatch):
    monkeypatch.setattr(gallery, "PAINTING_PIXELS", 256)
    variations = gallery.list_variations(load_tastes()[0])
    assert len({(variation.prompt.technique, variation.prompt.composition) for variation in variations}) == 4
    assert variations[0].painting.size == (256, 256)
