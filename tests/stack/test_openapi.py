"""Whether the responses of the deployed stack match the document of the API, which tests/unit/api validates."""

from importlib import import_module

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.stack.api_client import ApiClient
from tests.stack.stack_state import set_covers_today

INPUT_FIELDS = {"parameters", "requestBody"}
FEW_EXAMPLES = settings(
    max_examples=5, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def schemathesis():
    """Imported only where a test needs it: the import takes seconds, and every process collects every test."""
    return import_module("schemathesis")


@pytest.fixture
def check_response(local, schemathesis):
    """Return a function that sends a case for a client, checks the response and returns its status."""
    openapi = import_module("schemathesis.specs.openapi.checks")
    names = ("status_code", "content_type", "response_headers", "response_schema")
    checks = [getattr(openapi, f"{name}_conformance") for name in names]
    checks.append(import_module("schemathesis.checks").not_a_server_error)

    def check(client, case):
        response = case.call(base_url=local.url, session=client, timeout=60, allow_redirects=False)
        case.validate_response(response, checks=checks)
        return response.status_code

    return check


def test_finished_cover_matches_the_document(client, cover_id, schemathesis, check_response):
    document = schemathesis.openapi.from_dict(client.call("GET", "/openapi.json").json())
    for path, status in {"": 200, "/image": 302, "/artwork/{n}": 302}.items():
        case = document[f"/api/covers/{{id}}{path}"]["GET"].Case(path_parameters={"id": cover_id, "n": 0})
        assert check_response(client, case) == status


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_every_response_matches_the_document(local, mode, schemathesis, check_response):
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
    statuses = set()
    # Deleting the listener comes last: after it, no request is logged in.
    for operation in sorted(operations, key=lambda each: (each.path, each.method) == ("/api/me", "delete")):
        if is_negative and not raw_document["paths"][operation.path][operation.method].keys() & INPUT_FIELDS:
            continue

        @seed(2)
        @FEW_EXAMPLES
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case):
            statuses.add(check_response(client, case))

        call()
    assert statuses >= ({422} if is_negative else {200, 201, 204, 404})
    client.call("DELETE", "/api/me")
