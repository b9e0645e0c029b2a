import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from openapi_core import OpenAPI
from openapi_spec_validator import validate

from api import dependencies
from api.app import get_resolver
from coverart.errors import ConfigurationError, PromptBlockedError
from tests.api.conftest import COVER, Browser, put_cover


@pytest.fixture
def document(machine):
    answer = Browser().ask("GET", "/openapi.json")
    assert answer.status == 200
    return answer.body


def test_the_document_is_valid_openapi(document):
    validate(document)
    OpenAPI.from_dict(document)


def test_every_route_of_the_template_under_api_is_documented_and_no_other(document, template):
    events = template["Resources"]["ApiFunction"]["Properties"]["Events"].values()
    routes = {(event["Properties"]["Method"], event["Properties"]["Path"]) for event in events}
    documented = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    assert documented == {(method, path) for method, path in routes if path.startswith("/api/")}
    served = {(route.method, route.openapi_path) for route in [*get_resolver()._static_routes, *get_resolver()._dynamic_routes]}
    assert served == routes


def test_every_documented_refusal_has_the_one_shape(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            refusals = {status: told for status, told in operation["responses"].items() if int(status) >= 400}
            assert {"401", "500", "503"} <= refusals.keys(), (method, path)
            for told in refusals.values():
                schema = told["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorResponse"}


def test_only_listeners_themselves_make_tokens(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            wanted = operation.get("security", document["security"])
            assert ({"token": []} in wanted) is not path.startswith("/api/tokens")


def refused(code, status):
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetItem")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (refused("ThrottlingException", 400), 503, "storage_unavailable"),
        (refused("AccessDeniedException", 403), 500, "not_configured"),
        (EndpointConnectionError(endpoint_url="http://somewhere"), 503, "storage_unavailable"),
        (ConfigurationError("The owner has to see to it."), 500, "not_configured"),
        (PromptBlockedError("No answer of the API's."), 500, "internal"),
        (KeyError("a secret"), 500, "internal"),
    ],
)
def test_whatever_goes_wrong_is_answered_and_tells_nothing_but_its_sentence(ada, monkeypatch, error, status, code):
    def fails():
        raise error

    monkeypatch.setattr(dependencies, "get_covers", fails)
    answer = ada.ask("GET", "/api/covers")
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for told in ("Traceback", "somewhere", "a secret"):
        assert told not in json.dumps([answer.body, answer.headers])


def test_an_item_that_is_not_as_documented_is_an_error_of_ours(ada):
    put_cover("ada", done=False)
    dependencies.get_covers().table.update_item(
        Key={"listener_id": "ada", "cover_id": COVER},
        UpdateExpression="SET #status = :lost",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":lost": "lost"},
    )
    assert (ada.ask("GET", f"/api/covers/{COVER}").status, ada.ask("GET", "/api/me").status) == (500, 200)


def test_no_cookie_and_no_token_is_logged(ada, caplog):
    made = ada.ask("POST", "/api/tokens", {"name": "player"}).body
    Browser(authorization=f"Bearer {made['token']}").ask("GET", "/api/covers", query={"limit": 99})
    Browser(authorization="Bearer cvr_" + "z" * 43).ask("GET", "/api/me")
    ada.ask("GET", "/api/covers", query={"cursor": "x"})
    said = str([vars(record) for record in caplog.records])
    assert "invalid_request" in said
    for secret in (ada.cookie, made["token"], "z" * 43):
        assert secret not in said
