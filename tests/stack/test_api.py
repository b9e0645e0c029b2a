"""The HTTP API of the deployed stack: logins, and a cover from its request to its images."""

import io
import re
from urllib.parse import urlsplit

import requests
from PIL import Image

from tests.stack.api_client import UNKNOWN_ID, assert_error


def test_every_route_without_login_is_refused(local):
    document = requests.get(f"{local.url}/openapi.json", timeout=60).json()
    routes = [(method, path) for path, operations in document["paths"].items() for method in operations]
    assert len(routes) > 30
    for method, path in routes:
        response = requests.request(method, local.url + re.sub(r"{\w+}", UNKNOWN_ID, path), timeout=60)
        assert_error(response, 401, "not_logged_in")


def test_session_from_another_origin_is_refused(client):
    response = client.call("DELETE", "/api/me", headers={"Origin": "https://evil.example"})
    assert_error(response, 403, "foreign_origin")
    assert client.call("GET", "/api/me").status_code == 200


def test_cover_image_is_a_redirect_to_the_bucket(local, client, cover_id):
    """The page may load images of the bucket and of Spotify, and no others."""
    for kind, size in {"cover": 640, "master": 1024, "thumbnail": 300, "painting": 1024}.items():
        response = client.call("GET", f"/api/covers/{cover_id}/image?kind={kind}")
        assert (response.status_code, response.headers["Cache-Control"]) == (302, "no-store")
        image_url = response.headers["Location"]
        assert Image.open(io.BytesIO(requests.get(image_url, timeout=60).content)).size == (size, size), kind
    policy = requests.get(f"{local.url}/", timeout=60).headers["Content-Security-Policy"]
    [sources] = [directive.split()[1:] for directive in policy.split("; ") if directive.startswith("img-src")]
    assert sources == ["'self'", "{0.scheme}://{0.netloc}".format(urlsplit(image_url)), *local.spotify.picture_urls]
