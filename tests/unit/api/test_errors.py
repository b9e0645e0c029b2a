import json

import pytest
from botocore.exceptions import EndpointConnectionError

from api import dependencies
from coverart.aws.telemetry import logger
from coverart.errors import ConfigurationError, PromptBlockedError
from tests.client_errors import client_error
from tests.unit.api.conftest import COVER, ApiClient, assert_error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (client_error("ThrottlingException", 400), 503, "storage_unavailable"),
        (client_error("AccessDeniedException", 403), 500, "not_configured"),
        (EndpointConnectionError(endpoint_url="http://somewhere"), 503, "storage_unavailable"),
        (ConfigurationError("The owner has to see to it."), 500, "not_configured"),
        (PromptBlockedError("The API never returns this."), 500, "internal"),
        (KeyError("a secret"), 500, "internal"),
    ],
)
def test_exception_becomes_a_response_without_internals(ada, monkeypatch, error, status, code):
    def fail():
        raise error

    monkeypatch.setattr(dependencies, "get_covers", fail)
    response = ada.call("GET", "/api/covers")
    assert_error(response, status, code)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    for text in ("Traceback", "somewhere", "a secret"):
        assert text not in json.dumps([response.body, response.headers])


def test_invalid_profile_is_an_internal_error_for_its_listener(ada, bob):
    dependencies.get_listeners().table.update_item(
        Key={"listener_id": "ada", "item": "profile"}, UpdateExpression="REMOVE consent_at"
    )
    assert_error(ada.call("GET", "/api/me"), 500, "internal")
    assert bob.call("GET", "/api/me").status == 200


def test_log_names_the_route_without_ids(ada):
    for method, path, status, route in (
        ("GET", f"/api/covers/{COVER}", 404, "GET /api/covers/{id}"),
        ("POST", f"/api/covers/{COVER}/choose", 422, "POST /api/covers/{id}/choose"),
        ("PUT", f"/api/covers/{COVER}", 404, None),
        ("GET", "/api/radio", 404, None),
    ):
        assert_error(ada.call(method, path, "{}"), status, "not_found" if status == 404 else "invalid_request")
        assert logger.get_current_keys()["route"] == route


def test_cookies_and_tokens_are_not_logged(ada, caplog):
    token = ada.call("POST", "/api/tokens", {"name": "player"}).body["token"]
    for client in (ada, ApiClient(authorization=f"Bearer {token}")):
        client.call("GET", "/api/covers", query={"limit": 99})
    ApiClient(authorization="Bearer cvr_" + "z" * 43).call("GET", "/api/me")
    log = str([vars(record) for record in caplog.records])
    assert "invalid_request" in log
    for secret in (ada.session_value, token, "z" * 43):
        assert secret not in log
