import numpy as np
from PIL import Image

from scripts import gallery
from scripts.benchmark import lots
from scripts.tastes import load_tastes


def test_docs_images_are_small_and_show_all_tastes_and_the_best_nine():
    assert gallery.DOCS_SHEET.stat().st_size <= gallery.MAX_DOCS_BYTES
    with Image.open(gallery.DOCS_SHEET) as sheet:
        assert sheet.height == len(load_tastes()) * (gallery.DOCS_PIXELS + gallery.GAP)
    with Image.open(gallery.DOCS_COVERS) as covers:
        assert covers.width == covers.height


def test_jpeg_is_saved_as_well_as_its_limit_allows(tmp_path, monkeypatch):
    monkeypatch.setattr(gallery, "ROOT", tmp_path)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8))
    gallery.save_jpeg(noise, tmp_path / "free.jpg")
    gallery.save_jpeg(noise, tmp_path / "small.jpg", 30_000)
    assert (tmp_path / "small.jpg").stat().st_size <= 30_000 < (tmp_path / "free.jpg").stat().st_size


def test_covers_drawn_by_lot_are_measured(monkeypatch):
    monkeypatch.setattr(lots, "TASTES", 3)
    monkeypatch.setattr(lots, "load_tastes", lambda: load_tastes()[:1])
    paintings = lots.Lot(1).paintings
    assert lots.Lot(1).prompts == [painting.prompt for painting in paintings] != lots.Lot(2).prompts
    figures = [line.split()[0] for line in lots.report(paintings, [paintings])]
    assert figures == ["manner", "skeleton", "palette", "JPEG", "motif", "seconds"]


def test_variations_of_a_taste_have_four_layouts():
    variations = gallery.list_variations(load_tastes()[0])
    assert len({(variation.prompt.technique, variation.prompt.composition) for variation in variations}) == 4
    assert variations[0].painting.size == (gallery.PAINTING_PIXELS, gallery.PAINTING_PIXELS)
