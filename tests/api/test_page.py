import re
import shutil
import subprocess
from collections.abc import Iterator
from graphlib import CycleError
from pathlib import Path

import pytest
from botocore.stub import Stubber

from api import bundle
from coverart.aws import clients, secrets
from tests.api.conftest import PAGE, Browser

WEB = Path(__file__).parents[2] / "functions" / "api" / "web"
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "connect-src": ["'self'"],
    "img-src": ["'self'", "https://bucket.s3.us-east-1.amazonaws.com", "https://i.scdn.co", "https://mosaic.scdn.co"],
    "form-action": ["'self'", "https://accounts.spotify.com"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


@pytest.fixture
def owner(machine) -> Iterator[None]:
    """The stack has no secrets yet."""
    secrets._get_provider.cache_clear()
    yield
    secrets._get_provider.cache_clear()


def store(name):
    clients.get_client("ssm").put_parameter(Name=f"/cover-art/{name}", Value="some value", Type="SecureString")


@pytest.fixture
def set_up(owner):
    store("spotify_client_id")
    store("spotify_client_secret")


def policy_of(answer):
    directives = answer.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, *sources in (directive.split() for directive in directives)}


def test_the_page_is_there_for_everybody_and_may_load_only_what_it_needs(set_up):
    answer = Browser().ask("GET", "/")
    assert (answer.status, answer.body) == (200, (WEB / "index.html").read_text("utf-8"))
    assert policy_of(answer) == POLICY
    for name, value in {
        "Content-Type": "text/html; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Strict-Transport-Security": "max-age=31536000",
    }.items():
        assert answer.headers[name] == value


@pytest.mark.parametrize("stored", [(), ("spotify_client_id",)], ids=["no secret", "half of them"])
def test_the_page_of_a_stack_without_secrets_says_what_to_do(owner, stored):
    for name in stored:
        store(name)
    answer = Browser().ask("GET", "/")
    assert answer.status == 200
    assert f">{PAGE}/callback</code>" in answer.body
    assert ">make configure</code>" in answer.body
    assert ">/cover-art/</code>" in answer.body
    assert "{" not in answer.body
    assert policy_of(answer) == POLICY
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_page_is_there_as_soon_as_the_secrets_are(owner):
    assert "make configure" in Browser().ask("GET", "/").body
    store("spotify_client_id")
    store("spotify_client_secret")
    assert Browser().ask("GET", "/").body == (WEB / "index.html").read_text("utf-8")


def test_where_the_secrets_cannot_be_looked_up_the_page_is_the_page(owner, monkeypatch):
    client = clients.get_client("ssm")
    with Stubber(client) as stubber:
        stubber.add_client_error("get_parameter", "AccessDeniedException", http_status_code=400)
        assert Browser().ask("GET", "/").body == (WEB / "index.html").read_text("utf-8")
        stubber.assert_no_pending_responses()


def test_the_page_asks_for_few_files_with_all_scripts_and_styles_in_them(set_up):
    """Where an account runs ten functions at once, more would not come."""
    page = Browser().ask("GET", "/").body
    asked = set(re.findall(r'(?:src|href)="/web/([^"]+)"', page))
    assert asked == {"page.css", "page.js", "favicon.svg"}
    script, styles = (Browser().ask("GET", f"/web/page.{kind}").body for kind in ("js", "css"))
    for file in WEB.iterdir():
        if file.suffix == ".css":
            assert file.read_text("utf-8") in styles, file.name
        elif file.suffix == ".js":
            assert f"\nconst ${file.stem.replace('-', '_')} = (() => {{\n" in f"\n{script}", file.name
    assert not re.search(r"^(?:import|export)\b", script, re.MULTILINE)


def test_bundle_calls_each_module_after_its_imports():
    modules = {
        "app": 'import { shout } from "./big-words.js";\nimport {\n  twice,\n  ONE,\n} from "./numbers.js";\n'
        "print(shout(twice(ONE)));\n",
        "big-words": 'import { ONE } from "./numbers.js";\nexport const shout = (text) => `${text}!`.repeat(ONE);\n',
        "numbers": "const count = 2;\nexport function twice(n) {\n  return count * n;\n}\nexport const ONE = 1;\n",
    }
    script = bundle.bundle_modules(modules)
    variables = re.findall(r"^const (\$\w+) = ", script, re.MULTILINE)
    assert variables == ["$numbers", "$big_words", "$app"]
    assert "const {\n  twice,\n  ONE,\n} = $numbers;" in script
    assert "return { twice, ONE };" in script
    assert "const { ONE } = $numbers;\nconst shout = (text) =>" in script
    node = shutil.which("node")
    assert node, "Node is missing: install Node 18 or later."
    process = subprocess.run(  # noqa: S603  # our own script
        [node, "--input-type=module", "-"], input=f"const print = console.log;\n{script}",
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert process.stdout == "2!\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('import words from "./words.js";\n', ValueError),
        ('import { a as b } from "./words.js";\n', ValueError),
        ("const a = 1;\nexport { a };\n", ValueError),
        ('import { a } from "./none.js";\n', KeyError),
        ('import { a } from "./app.js";\n', CycleError),
    ],
)
def test_bundle_with_unsupported_module_raises(text, error):
    with pytest.raises(error):
        bundle.bundle_modules({"app": text})


@pytest.mark.parametrize("file", sorted(WEB.iterdir()), ids=lambda file: file.name)
def test_every_file_of_the_page_is_served_as_what_it_is(machine, file):
    answer = Browser().ask("GET", f"/web/{file.name}")
    assert (answer.status, answer.body) == (200, file.read_text("utf-8"))
    kinds = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    assert answer.headers["Content-Type"].startswith(kinds[file.suffix])


def test_a_file_that_the_browser_has_is_not_sent_again(machine):
    tag = Browser().ask("GET", "/web/app.js").headers["ETag"]
    again = Browser(**{"if-none-match": tag}).ask("GET", "/web/app.js")
    assert (again.status, again.body or "") == (304, "")
    assert again.headers["ETag"] == tag
    assert Browser(**{"if-none-match": '"other"'}).ask("GET", "/web/app.js").status == 200


@pytest.mark.parametrize("name", ["app.py", "..", "%2e%2e%2fapp.py", "../app.py", "none.js", "%00"])
def test_nothing_else_is_served(machine, name):
    answer = Browser().ask("GET", f"/web/{name}")
    assert (answer.status, answer.code) == (404, "not_found")


def test_an_address_with_nothing_at_it_is_not_found(ada):
    assert ada.ask("GET", "/api/radio").code == "not_found"
    assert ada.ask("PUT", "/api/me").code == "not_found"
