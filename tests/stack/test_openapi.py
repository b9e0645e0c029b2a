"""The page's policy and the API document of the deployed stack, and whether responses match the document."""

from importlib import import_module
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.stack.api_client import ROUTES, ApiClient
from tests.stack.stack_state import set_covers_today


def test_page_may_load_images_of_bucket_and_spotify_only(local, client, cover_id):
    policy = requests.get(f"{local.url}/", timeout=60).headers["Content-Security-Policy"]
    [sources] = [directive.split()[1:] for directive in policy.split("; ") if directive.startswith("img-src")]
    image_url = urlsplit(client.call("GET", f"/api/covers/{cover_id}/image").headers["Location"])
    assert sources == ["'self'", f"{image_url.scheme}://{image_url.netloc}", *local.spotify.picture_urls]


@pytest.fixture
def schemathesis():
    """Imported only where a test needs it: the import takes seconds, and every process collects every test."""
    return import_module("schemathesis")


@pytest.fixture
def response_checks(schemathesis):
    openapi = import_module("schemathesis.specs.openapi.checks")
    return [
        import_module("schemathesis.checks").not_a_server_error,
        openapi.status_code_conformance,
        openapi.content_type_conformance,
        openapi.response_headers_conformance,
        openapi.response_schema_conformance,
    ]


def test_finished_cover_matches_the_valid_document(local, client, cover_id, schemathesis, response_checks):
    raw_document = client.call("GET", "/openapi.json").json()
    assert list(OpenAPIV31SpecValidator(raw_document).iter_errors()) == []
    document = schemathesis.openapi.from_dict(raw_document)
    for path, status in {"": 200, "/image": 302, "/artwork/{n}": 302}.items():
        case = document[f"/api/covers/{{id}}{path}"]["GET"].Case(path_parameters={"id": cover_id, "n": 0})
        response = case.call(base_url=local.url, session=client, timeout=60, allow_redirects=False)
        assert response.status_code == status
        case.validate_response(response, checks=response_checks)


INPUT_FIELDS = {"parameters", "requestBody"}
FEW_EXAMPLES = settings(
    max_examples=5, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_response_matches_the_document(local, mode, schemathesis, response_checks):
    """Requests that the document allows and, in the other mode, that it does not."""
    mode, is_negative = schemathesis.GenerationMode(mode), mode == "negative"
    client = ApiClient(local, local.connect("somebody"))
    # A few requests for covers are accepted, and the rest reaches the daily limit.
    set_covers_today(local, client.listener_id, 999)
    # With generated cookies and tokens every response would be 401.
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    raw_document = client.call("GET", "/openapi.json").json()
    document = schemathesis.openapi.from_dict(raw_document, config=config)
    operations = [result.ok() for result in document.get_all_operations()]
    assert len(operations) == len(ROUTES)
    statuses = set()
    # Deleting the listener comes last: after it, no request is logged in.
    for operation in sorted(operations, key=lambda each: (each.path, each.method) == ("/api/me", "delete")):
        if is_negative and not raw_document["paths"][operation.path][operation.method].keys() & INPUT_FIELDS:
            continue

        @seed(2)
        @FEW_EXAMPLES
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case):
            response = case.call(base_url=local.url, session=client, timeout=60, allow_redirects=False)
            statuses.add(response.status_code)
            case.validate_response(response, checks=response_checks)

        call()
    assert statuses >= ({422} if is_negative else {200, 201, 204, 404})
    client.call("DELETE", "/api/me")
