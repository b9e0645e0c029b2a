import pytest
from openapi_core import OpenAPI
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.app import get_resolver
from coverart.models import CoverOptions
from coverart.version import VERSION
from tests.unit.api.conftest import ApiClient

# Models of the pipeline that bodies of the API contain. All other schemas are the API's own.
SHARED_MODELS = {
    *(
        "ApiToken",
        "AutomationState",
        "CandidateReference",
        "CoverOptions",
        "DetectedObject",
        "Error",
        "ListenerSettings",
        "Phrase",
        "PlaylistSource",
    ),
    *("SampleSource", "SkippedAlbum", "TopArtistsSource", "WatchStatus"),
}


@pytest.fixture
def document(step_functions):
    response = ApiClient().call("GET", "/openapi.json")
    assert response.status == 200
    return response.body


def list_operations(document):
    return [
        (path, method, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def list_routes():
    return [*get_resolver()._static_routes, *get_resolver()._dynamic_routes]


def test_document_is_valid_openapi(document):
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert OpenAPI.from_dict(document).spec["openapi"].startswith("3.1.")
    assert document["info"]["version"] == VERSION


def test_document_lists_all_routes_under_api(document, template):
    routes = {(route.method, route.openapi_path) for route in list_routes()}
    documented = {(method.upper(), path) for path, method, _ in list_operations(document)}
    assert documented == {(method, path) for method, path in routes if path.startswith("/api/")}
    events = [event["Properties"] for event in template["Resources"]["ApiFunction"]["Properties"]["Events"].values()]
    assert routes >= {(event["Method"], event["Path"]) for event in events if "Path" in event}
    assert [event.keys() for event in events if "Path" not in event] == [{"ApiId"}]  # all other requests


def test_options_have_no_defaults_for_clients_to_send(document):
    """The server fills in the listener's settings, and `candidates` by who paints."""
    options = document["components"]["schemas"]["CoverOptions"]
    assert options["properties"].keys() == CoverOptions.model_fields.keys()
    assert not options.get("required")
    assert not any("default" in option for option in options["properties"].values())


def test_every_documented_error_has_the_same_schema(document):
    for path, method, operation in list_operations(document):
        errors = {status: response for status, response in operation["responses"].items() if int(status) >= 400}
        assert {"401", "500", "503"} <= errors.keys(), (method, path)
        for response in errors.values():
            schema = response["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorResponse"}


def test_only_token_routes_refuse_tokens(document):
    for path, _, operation in list_operations(document):
        security = operation.get("security", document["security"])
        assert ({"token": []} in security) is not path.startswith("/api/tokens")


def test_operation_ids_are_the_functions_names_and_unique(document):
    names = {(route.openapi_path, route.method.lower()): route.func.__name__ for route in list_routes()}
    operation_ids = [operation["operationId"] for _, _, operation in list_operations(document)]
    assert operation_ids == [names[path, method] for path, method, _ in list_operations(document)]
    assert len(set(operation_ids)) == len(operation_ids)


def test_schemas_of_bodies_end_in_request_or_response(document):
    for path, method, operation in list_operations(document):
        bodies = [("Request", operation["requestBody"])] if "requestBody" in operation else []
        bodies += [("Response", response) for response in operation["responses"].values() if response.get("content")]
        for suffix, body in bodies:
            schema = body["content"]["application/json"]["schema"]
            names = [part["$ref"] for part in schema.get("anyOf", [schema]) if "$ref" in part]
            assert len(names) == 1, (method, path)
            assert names[0].endswith(suffix), (method, path)


def test_other_schemas_are_shared_models(document):
    names = document["components"]["schemas"].keys()
    assert {name for name in names if not name.endswith(("Request", "Response"))} == SHARED_MODELS


def test_every_operation_and_own_schema_is_described(document):
    for path, method, operation in list_operations(document):
        assert operation["summary"] != f"{method.upper()} {path}"
    schemas = document["components"]["schemas"].items()
    assert {name for name, schema in schemas if not schema.get("description")} <= SHARED_MODELS
