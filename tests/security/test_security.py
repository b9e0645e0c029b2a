"""The guards that SECURITY.md names and that no room's own tests hold."""

import ipaddress
import re
import socket
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import openai
import pytest
import urllib3
from hypothesis import example, given
from hypothesis import strategies as st

from coverart.aws import clients
from coverart.errors import PaintingLostError, PictureError
from coverart.images.download import ImageDownloader
from coverart.store.idempotency import automatic_attempt_keys, automatic_idempotency_key
from coverart.store.keys import artwork_key, backup_key, cover_file_key, idempotency_record_key, listener_prefixes
from coverart.store.publish_history import HistoryEntry, PublishHistory
from generate import openai_images
from generate.openai_images import ImageModel
from scripts.standins import openai as openai_standin
from scripts.standins.catalogue import spotify_id
from scripts.standins.serving import Fault
from tests.api.conftest import COVER, PAGE, Browser, kept, put_cover

WEB = Path(__file__).parents[2] / "functions" / "api" / "web"
OTHER = "20261122T120000000-ffffffffff"

# Another listener's ids, another page's requests: on every route that there is.


@pytest.fixture
def document(machine):
    return Browser().ask("GET", "/openapi.json").body


def operations(document):
    return [(method.upper(), path) for path, found in document["paths"].items() for method in found]


@pytest.fixture
def adas(ada):
    """What there is of hers, by the names that routes have for it."""
    put_cover("ada", playlist_id="p1")
    entry = HistoryEntry(playlist_id="p1", entry_id=COVER, playlist_name="", cover_id=COVER, picture=kept("covers/")[0],
                  status="set", asked_at=datetime.now(UTC))  # fmt: skip
    PublishHistory(clients.get_table("ListenersTable")).add("ada", entry)
    token = ada.ask("POST", "/api/tokens", {"name": "player"}).body["id"]
    return {"covers": COVER, "playlists": "p1", "tokens": token, "entry": COVER}


def everything():
    """What is kept of anybody."""
    tables = ("ListenersTable", "CoversTable", "KeysTable")
    return [sorted(map(str, clients.get_table(name).scan()["Items"])) for name in tables], kept()


def of_ada():
    tables, keys = everything()
    return [[item for item in items if "'ada'" in item] for items in tables], [key for key in keys if "/ada/" in key]


def filled(path, covers, playlists, tokens, entry):
    ids = {"covers": covers, "playlists": playlists, "tokens": tokens}
    return path.replace("{id}", ids.get(path.split("/")[2], "")).replace("{entry}", entry).replace("{n}", "0")


BODIES = {
    "PUT /api/settings": {},
    "PUT /api/playlists/{id}": {"auto": None},
    "POST /api/covers": {"source": {"kind": "top_artists"}},
    "POST /api/covers/bulk": {},
    "POST /api/tokens": {"name": "player"},
}


def test_another_listeners_ids_are_as_unknown_as_none_on_every_route(adas, ada, bob, document):
    nobodys = {"covers": OTHER, "playlists": "p2", "tokens": "0123456789abcdef", "entry": OTHER}
    before = of_ada()
    asked = [(method, path) for method, path in operations(document) if "{" in path]
    assert len(asked) == 12
    for method, path in asked:
        body = BODIES.get(f"{method} {path}")
        theirs, unknown = (bob.ask(method, filled(path, **ids), body) for ids in (adas, nobodys))
        assert theirs.status == unknown.status, path
        assert str(theirs.body).replace("p1", "p2") == str(unknown.body), path
        if not path.startswith("/api/playlists/{id}") or "{entry}" in path:
            assert (theirs.status, theirs.code) == (404, "not_found"), path
    # In bodies too.
    for ids in (adas, nobodys):
        wanted = {"source": {"kind": "top_artists"}, "options": {"look": ids["covers"]}}
        assert bob.ask("POST", "/api/covers", wanted).code == "not_found"
        assert bob.ask("POST", "/api/playlists/p1/undo", {"entry": ids["entry"]}).code == "not_found"
    assert str(bob.ask("GET", "/api/covers", query={"cursor": OTHER}).body) == "{'items': [], 'next': None}"
    assert of_ada() == before
    assert ada.ask("GET", f"/api/covers/{COVER}").status == 200


def test_another_page_changes_nothing_on_any_route(adas, ada, document):
    before = everything()
    changing = [(method, path) for method, path in operations(document) if method != "GET"]
    assert len(changing) == 12
    for origin in ("", "null", "https://evil.example", f"{PAGE}.evil.example", f"{PAGE}:8443", f"http{PAGE[5:]}"):
        for method, path in changing:
            answer = ada.ask(method, filled(path, **adas), BODIES.get(f"{method} {path}"), origin=origin)
            assert (answer.status, answer.code) == (403, "foreign_origin"), (path, origin)
    assert everything() == before


def test_no_id_with_a_line_end_reaches_a_header(adas, ada):
    answer = ada.ask("POST", f"/api/covers/{COVER}/apply", {"playlist_id": "p1\r\nX-Evil: 1"})
    assert (answer.status, answer.code) == (422, "invalid_request")
    assert not any("Evil" in name or "Evil" in value for name, value in answer.headers.items())


# Pictures come from the allowed origins, whatever an address looks like.

HOSTS = [
    "i.scdn.co", "I.SCDN.CO", "i.scdn.co.", "i.scdn.co.evil.example", "evil.example", "127.0.0.1", "2130706433",
    "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[::1]i.scdn.co", "169.254.169.254", "ⅰ.scdn.co", "i。scdn。co",
    "i.scdn.co%2eevil.example", "i.scdn.co%00.evil.example", "xn--i-scdn-co", "і.scdn.co", "localhost", "",
]  # fmt: skip
BEFORE = ["", "user@", "user:password@", "i.scdn.co@", "i.scdn.co:443@", "@", "\\@", "i.scdn.co\\@", "i.scdn.co#@"]
AFTER = [
    "",
    ":443",
    ":80",
    ":8443",
    ":0443",
    ":",
    ":99999",
    ":x",
    "\\",
    "#",
    "?",
    "\t",
    "\n",
    " ",
    "@evil.example",
    "%40",
]
addresses = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(
            ["https://", "http://", "HTTPS://", "https:/", "https:", "//", "https:\\\\", " https://", "file://"]
        ),
        st.sampled_from(BEFORE),
        st.sampled_from(HOSTS),
        st.sampled_from(AFTER),
        st.sampled_from(["/image/1", "", "/../x", "/@evil.example/", "\\evil.example"]),
    ),
)


class Asked(Exception):  # noqa: N818  # not an error: what was asked for
    pass


class Session:
    def get(self, url, **how):
        raise Asked(url, how)


@example(url="https://i.scdn.co/image/1")
@example(url="https://i.scdn.co\\@evil.example/image/1")
@example(url="https://i.scdn.co@evil.example/image/1")
@example(url="https://evil.example\\@i.scdn.co/image/1")
@given(url=addresses)
def test_whatever_an_address_looks_like_no_other_origin_is_asked(url):
    """`urllib3` is what connects, and so what says where to."""
    try:
        ImageDownloader(frozenset({("https", "i.scdn.co", 443)}), 10).get(url, Session())
    except PictureError:
        return
    except Asked as asked:
        there = urllib3.util.parse_url(asked.args[0])
        assert (there.scheme, there.host, there.port or 443, there.auth) == ("https", "i.scdn.co", 443, None)
        assert asked.args[1]["allow_redirects"] is False


def test_a_picture_that_lies_elsewhere_now_is_not_followed_there(spotify_standin):
    album = spotify_id("album", "Second Cup")
    there = f"{spotify_standin.url}/image/{album}-64"
    port = int(spotify_standin.url.rsplit(":", 1)[1])
    spotify_standin.state.recorder.faults[:] = [Fault("/image/moved", 302, headers={"Location": there}, body="")]
    with pytest.raises(PictureError, match="status 302"):
        ImageDownloader(frozenset({("http", "127.0.0.1", port)}), 10).get(f"{spotify_standin.url}/image/moved")
    assert [request["path"] for request in spotify_standin.state.recorder.requests] == ["/image/moved"]


# An image model's server may answer with an address: one of its own, or a public one.

NAMES = {
    "pictures.example": ["93.184.215.14"],
    "inside.example": ["10.0.0.7"],
    "both.example": ["93.184.215.14", "192.168.1.1"],
    "metadata.example": ["169.254.169.254"],
    "loopback.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "carrier.example": ["100.64.0.1"],
}


@pytest.fixture
def asked(monkeypatch):
    """The addresses that were asked; the names above resolve, others do not."""
    found = []

    def resolve(host, port, **_):
        try:
            return [(2, 1, 6, "", (str(ipaddress.ip_address(host)), port))]
        except ValueError:
            if host not in NAMES:
                raise socket.gaierror from None
            return [(2, 1, 6, "", (address, port)) for address in NAMES[host]]

    def stream(method, url, **how):
        assert (method, how["follow_redirects"]) == ("GET", False)
        found.append(url)
        raise openai_images.httpx2.ConnectError("nobody is there")

    with openai_standin.serving() as standin:
        client = openai.OpenAI(api_key=openai_standin.API_KEY, base_url=standin.base_url, timeout=10, max_retries=0)
        model = ImageModel(client, "gpt-image-2.6-flare", "low", 10)
        # The client's own connections are made by then.
        monkeypatch.setattr(openai_images, "socket", type("Resolver", (), {"getaddrinfo": staticmethod(resolve), "SOCK_STREAM": 1}))  # fmt: skip  # noqa: E501
        monkeypatch.setattr(openai_images.httpx2, "stream", stream)

        def ask(url):
            body = {"created": 1, "data": [{"url": url}]}
            standin.state.recorder.faults[:] = [Fault("generations$", 200, body=body)]
            with pytest.raises(PaintingLostError):
                model.paint("A cat", "ada")
            return found

        yield ask


@pytest.mark.parametrize(
    "url",
    [
        *(f"https://{name}/1" for name in NAMES if name != "pictures.example"),
        "https://127.0.0.1/1",
        "https://[::1]/1",
        "https://169.254.169.254/latest/meta-data",
        "https://nobody.example/1",
        "https://pictures.example:8443/1",
        "https://user@pictures.example/1",
        "http://pictures.example/1",
        "ftp://pictures.example/1",
        "https:///1",
        "https://[",
    ],
)
def test_a_painting_is_not_fetched_from_inside(asked, url):
    assert asked(url) == []


def test_a_painting_is_fetched_from_the_public_internet(asked):
    assert asked("https://pictures.example/1") == ["https://pictures.example/1"]


# Ids stay in their part of a key.

ids = st.text(min_size=1, max_size=40) | st.sampled_from(["..", "../ada", "a/b", "%2e%2e", "a\x00", "ada#api#x", "."])


@given(ids, ids, ids)
def test_no_id_leaves_its_part_of_a_key_in_the_bucket(listener, other, third):
    for key, root, parts in (
        (artwork_key(listener, other), "artwork", 3),
        (cover_file_key(listener, other, "cover.jpg"), "covers", 4),
        (backup_key(listener, other, third), "kept", 4),
    ):
        assert key.isascii()
        assert key.isprintable()
        found = key.split("/")
        assert (found[0], len(found)) == (root, parts)
        assert all(part.strip(".") for part in found)
        assert key.startswith(listener_prefixes(listener))
        if listener != other:
            assert not key.startswith(listener_prefixes(other))


@example(listener="ada", key="x#api#y", other="ada#api#x", other_key="y")
@given(listener=ids, key=ids, other=ids, other_key=ids)
def test_no_listeners_idempotency_key_is_anothers(listener, key, other, other_key):
    if (listener, key) != (other, other_key):
        assert idempotency_record_key(listener, f"api#{key}") != idempotency_record_key(other, f"api#{other_key}")
    automatic = automatic_attempt_keys(idempotency_record_key(listener, automatic_idempotency_key("p1")))
    assert idempotency_record_key(other, f"api#{other_key}") not in automatic


# The page makes no markup from strings.

MARKUP = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser|createContextualFragment|srcdoc|setHTML|javascript:"  # noqa: E501


@pytest.mark.parametrize("file", sorted(WEB.glob("*.js")), ids=lambda file: file.name)
def test_a_script_of_the_page_makes_no_markup_and_no_code_from_strings(file):
    assert re.findall(MARKUP, file.read_text("utf-8")) == []


def test_the_page_itself_has_no_script_and_no_style_in_its_markup():
    page = (WEB / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:", page) == []
    for picture in WEB.glob("*.svg"):
        assert re.findall(r"<script|\son\w+=|<foreignObject|href=", picture.read_text("utf-8")) == []


def test_a_link_out_of_the_page_is_a_web_address_or_no_link():
    """The only place where an address that came from elsewhere becomes one."""
    scripts = {file.name: file.read_text("utf-8") for file in WEB.glob("*.js")}
    outwards = [name for name, code in scripts.items() if re.search(r"\b(album_url|\.url)\b", code)]
    assert outwards
    for name in outwards:
        for use in re.findall(r"[^\n]*\b(?:album_url|playlist\.url|\.url)\b[^\n]*", scripts[name]):
            assert "externalLink(" in use, (name, use)


# What is said of the guards is so.

ROOT = Path(__file__).parents[2]


def test_every_guard_is_where_the_list_says_and_is_told_of():
    """That each one's test fails without it is for `make guards` to see."""
    guards = tomllib.loads((ROOT / "tests" / "security" / "guards.toml").read_text("utf-8"))["guard"]
    for guard in guards:
        assert (ROOT / guard["file"]).read_text("utf-8").count(guard["line"]) == 1, guard["against"]
        file, _, name = guard["test"].partition("::")
        assert f"def {name}(" in (ROOT / file).read_text("utf-8") or not name, guard["test"]


def test_the_tests_that_security_md_names_are_there():
    told = (ROOT / "SECURITY.md").read_text("utf-8")
    tests = list((ROOT / "tests").glob("*/test_*.py"))
    there = "".join(path.read_text("utf-8") for path in tests)
    files, names = set(re.findall(r"`([\w/]+\.py)`", told)), set(re.findall(r"`(test_\w+)`", told))
    assert len(files) > 10
    assert files <= {
        path.name if path.parent.name == "security" else f"{path.parent.name}/{path.name}" for path in tests
    }
    assert [name for name in names if f"def {name}(" not in there] == []
    parts = re.findall(r"`…(\w+)…?`", told)
    assert len(parts) > 5
    assert [part for part in parts if part not in there] == []


@pytest.mark.parametrize(
    "pins", [*ROOT.glob("requirements/*.txt"), *ROOT.glob("layers/*/requirements-*.txt")], ids=lambda path: path.stem
)
def test_every_package_is_pinned_by_version_and_hash(pins):
    packages = re.split(r"\n(?=\S)", pins.read_text("utf-8").strip())
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9-]+(\[[a-z,0-9-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", package, re.DOTALL), package
