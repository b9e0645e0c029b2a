from PIL import Image

from scripts import demo


def test_demo_saves_a_cover_and_its_contact_sheet(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo, "OUT", tmp_path / "out")
    monkeypatch.setattr(demo.console, "file", None)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert demo.main() == 0
    with Image.open(tmp_path / "out" / "cover.jpg") as cover, Image.open(tmp_path / "out" / "steps.jpg") as steps:
        assert cover.size == (640, 640)
        assert steps.width >= 1200
    with Image.open(tmp_path / "out" / "candidates.jpg") as candidates:
        assert candidates.size == (4 * 640 + 3 * 20, 640)
    output = capsys.readouterr().out
    assert "motorcycle" in output
    assert "out/candidates.jpg shows 4 to choose from" in output
    assert "make run" in output
