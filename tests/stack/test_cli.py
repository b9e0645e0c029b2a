"""The command line client on the deployed stack."""

import io
import json
import stat
import sys

import pytest
from PIL import Image

from coverart_cli import main
from tests.stack.api_client import UNKNOWN_ID
from tests.stack.stack_state import OWN_IMAGE, SONGS


@pytest.fixture
def coverart(monkeypatch, capsys, tmp_path):
    """Run `coverart` with these arguments. Return the exit status, the output and the errors."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments, typed=""):
        monkeypatch.setattr(sys, "argv", ["coverart", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            main.run()
        output = capsys.readouterr()
        return ended.value.code or 0, output.out, output.err

    return run


@pytest.fixture
def token(client):
    # Without the style's work.
    assert client.call("PUT", "/api/settings", {"style_strength": 0, "keep_colours": False}).status_code == 200
    return client.call("POST", "/api/tokens", {"name": "shell"}).json()["token"]


def test_cover_of_a_picture_is_made_set_saved_and_undone(local, client, token, coverart, tmp_path):
    code, output, errors = coverart("login", f"{local.url}/", typed=f"{token}\n")
    assert (code, output.startswith("Logged in as Robin Aldermoor.")) == (0, True)
    file = tmp_path / "config" / "coverart" / "login.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token not in output + errors
    Image.linear_gradient("L").save(tmp_path / "dog.png")
    code, output, errors = coverart("picture", "add", "dog.png")
    assert code == 0, errors
    picture_id = output.strip()
    assert coverart("picture", "list")[1].split("\t")[::2] == [picture_id, "256 × 256\n"]

    name = "Night bus from the shell"
    local.spotify.state.add_playlist(name, SONGS, image=OWN_IMAGE)
    assert name in [line.split("\t")[2] for line in coverart("playlists")[1].splitlines()]
    options = ("--set", "--output", "covers", "--picture", picture_id, "--candidates", "1", "--json")
    code, output, errors = coverart("covers", "make", name.upper(), *options)
    assert code == 0, errors
    cover = json.loads(output)
    assert (cover["status"], cover["published"]["status"], cover["options"]["picture"]) == ("done", "set", picture_id)
    # A step that ends between two looks at the cover is not shown.
    steps = errors.splitlines()
    assert len(set(steps)) == len(steps) > 0
    assert all(step.endswith(" …") for step in steps)
    [saved] = (tmp_path / "covers").iterdir()
    assert saved.name == f"{name}.jpg"
    with Image.open(saved) as image:
        assert image.size == (640, 640)

    assert coverart("covers", "list", "--limit", "1")[1].split("\t")[0] == cover["cover_id"]
    assert coverart("covers", "download", cover["cover_id"], "--kind", "master")[1] == f"Saved {name} master.png\n"
    assert coverart("undo", name)[:2] == (0, "The playlist's image is set again.\n")
    assert coverart("picture", "delete", picture_id)[1] == "Deleted.\n"
    assert coverart("picture", "list")[1:] == ("", "You have no pictures.\n")
    assert coverart("logout")[1] == "Logged out.\n"
    assert not file.exists()


def test_error_is_one_sentence(local, token, coverart, monkeypatch, tmp_path):
    (tmp_path / "text.jpg").write_text("no picture")
    monkeypatch.setenv("COVERART_URL", local.url)
    monkeypatch.setenv("COVERART_TOKEN", token)
    for arguments, sentence in (
        (("covers", "make", "No such"), "You have no playlist No such. To list them: coverart playlists"),
        (("covers", "make", "--set"), "Only a playlist's cover can be set as its image. Name a playlist."),
        (("picture", "add", "text.jpg"), "This file is no JPEG"),
        (("picture", "add", "none.jpg"), "none.jpg cannot be read: No such file or directory."),
        (("covers", "download", UNKNOWN_ID), "You have no cover with this id."),
        (("login", "http://covers.example"), "Without https, anybody on the way could read your token."),
        (("login", "covers.example"), "covers.example is not the page's address"),
        (("login", "http://127.0.0.1:1"), "This is no token. Copy it again."),
    ):
        code, output, errors = coverart(*arguments)
        assert (code, output) == (1, ""), arguments
        assert errors.splitlines()[-1].startswith(sentence), arguments


def test_revoked_token_and_missing_login_are_explained(local, coverart, monkeypatch):
    assert coverart("playlists")[2] == "You are not logged in. Run: coverart login URL\n"
    code, output, errors = coverart("login", local.url, typed="cvr_" + "x" * 43)
    assert (code, output) == (1, "")
    assert "This token is unknown, expired or revoked." in errors
    assert "cvr_" not in errors
