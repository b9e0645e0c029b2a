"""The API document. tests/stack/test_openapi.py validates the responses against it."""

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.app import get_resolver
from coverart.models import CoverOptions
from coverart.version import VERSION
from tests.unit.api.conftest import ApiClient

# Models of the pipeline that bodies of the API contain. All other schemas are the API's own.
SHARED_MODELS = {
    *("ApiToken", "AutomationState", "CandidateReference", "CoverOptions", "DetectedObject", "Error"),
    *("ListenerSettings", "Phrase", "PlaylistSource", "SampleSource", "SkippedAlbum", "TopArtistsSource"),
    "WatchStatus",
}


@pytest.fixture
def document(step_functions):
    response = ApiClient().call("GET", "/openapi.json")
    assert response.status == 200
    return response.body


@pytest.fixture
def operations(document):
    """The operations of the document by method and path."""
    paths = document["paths"].items()
    return {(method.upper(), path): operation for path, methods in paths for method, operation in methods.items()}


@pytest.fixture
def routes(step_functions):
    """The names of the routes' functions by method and path."""
    routes = [*get_resolver()._static_routes, *get_resolver()._dynamic_routes]
    return {(route.method, route.openapi_path): route.func.__name__ for route in routes}


def test_document_is_valid_and_lists_all_routes_under_api(document, operations, routes, template):
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert document["info"]["version"] == VERSION
    # Operation ids are the functions' names.
    operation_ids = {route: operation["operationId"] for route, operation in operations.items()}
    assert operation_ids == {route: name for route, name in routes.items() if route[1].startswith("/api/")}
    assert len(set(operation_ids.values())) == len(operation_ids)
    events = [event["Properties"] for event in template["Resources"]["ApiFunction"]["Properties"]["Events"].values()]
    assert routes.keys() >= {(event["Method"], event["Path"]) for event in events if "Path" in event}
    assert [event.keys() for event in events if "Path" not in event] == [{"ApiId"}]  # all other requests


def test_options_have_no_defaults_for_clients_to_send(document):
    """The server fills in the listener's settings, and `candidates` by who paints."""
    options = document["components"]["schemas"]["CoverOptions"]
    assert options["properties"].keys() == CoverOptions.model_fields.keys()
    assert not options.get("required")
    assert not any("default" in option for option in options["properties"].values())


def test_every_operation_documents_its_errors_and_login(document, operations):
    for (method, path), operation in operations.items():
        assert operation["summary"] != f"{method} {path}"
        errors = {status: response for status, response in operation["responses"].items() if int(status) >= 400}
        assert {"401", "500", "503"} <= errors.keys(), (method, path)
        for response in errors.values():
            schema = response["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorResponse"}
        security = operation.get("security", document["security"])
        assert ({"token": []} in security) is not path.startswith("/api/tokens")


def test_schemas_are_named_for_their_use_and_described(document, operations):
    for route, operation in operations.items():
        bodies = [("Request", operation["requestBody"])] if "requestBody" in operation else []
        bodies += [("Response", response) for response in operation["responses"].values() if response.get("content")]
        for suffix, body in bodies:
            schema = body["content"]["application/json"]["schema"]
            [name] = [part["$ref"] for part in schema.get("anyOf", [schema]) if "$ref" in part]
            assert name.endswith(suffix), route
    schemas = document["components"]["schemas"].items()
    assert {name for name, _ in schemas if not name.endswith(("Request", "Response"))} == SHARED_MODELS
    assert {name for name, schema in schemas if not schema.get("description")} <= SHARED_MODELS
