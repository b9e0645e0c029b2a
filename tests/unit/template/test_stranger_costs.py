"""What somebody without a login can cost the owner in a day, from the template's limits."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from api.web_files import load_files
from coverart.store.demo import DEMO_COVERS_PER_DAY, DEMO_REQUESTS_PER_DAY, DEMO_RESPONSE_BYTES

ROOT = Path(__file__).parents[3]

# AWS's list prices in us-east-1 in November 2026, in US dollars, without any free tier.
REQUEST = 1.00e-6 + 0.20e-6  # HTTP API and Lambda
GB_SECOND = 1.66667e-5
READ, WRITE = 0.125e-6, 0.625e-6  # DynamoDB
LOG_BYTE, BYTE_OUT = 0.50e-9, 0.09e-9
DAY = 86_400


@dataclass(frozen=True)
class Request:
    """The most that one request takes which no login comes with. `seconds`: of a warm function."""

    seconds: float = 0.01
    reads: int = 1
    writes: int = 0
    bytes_out: int = 1_500
    log_bytes: int = 1_200

    def cost(self, memory_mb):
        """Return US dollars."""
        compute = self.seconds * memory_mb / 1024 * GB_SECOND
        traffic = self.bytes_out * BYTE_OUT + self.log_bytes * LOG_BYTE
        return REQUEST + compute + self.reads * READ + self.writes * WRITE + traffic


FILE_BYTES = 167_000
# With AllowDemo. A request beyond the day's limit is refused after a second read.
DEMO_REQUEST = Request(seconds=0.3, reads=8, writes=3, bytes_out=DEMO_RESPONSE_BYTES, log_bytes=3_000)
DEMO_COVER = 0.0009  # a cover with one candidate (docs/scaling.md)
REQUESTS = {
    "GET /": Request(reads=0, bytes_out=6_000, log_bytes=600),
    "GET /web/{file}": Request(reads=0, bytes_out=FILE_BYTES, log_bytes=600),
    "GET /openapi.json": Request(reads=0, bytes_out=80_000, log_bytes=600),
    "GET /login": Request(reads=0, writes=1),
    # Spotify refuses a code that it has not given out.
    "GET /callback": Request(seconds=0.3, reads=0, writes=1),
    "POST /logout": Request(writes=1),
}


@pytest.fixture
def routes(functions):
    """The properties of each route's function, by the route's key."""
    return {
        "{Method} {Path}".format(**event["Properties"]) if "Path" in event["Properties"] else "$default": function
        for function in (functions[name] for name in ("AuthFunction", "ApiFunction"))
        for event in function["Events"].values()
    }


@pytest.fixture
def limits(resources, routes):
    """The throttling of each route, by its key."""
    api = resources["Api"]["Properties"]
    assert set(api["RouteSettings"]) == set(routes) - {"$default"}
    return {route: api["RouteSettings"].get(route, api["DefaultRouteSettings"]) for route in routes}


def test_stranger_costs_at_most_five_dollars_a_day(routes, limits):
    costs = {}
    for route, limit in limits.items():
        requests = limit["ThrottlingRateLimit"] * DAY + limit["ThrottlingBurstLimit"]
        costs[route] = requests * REQUESTS.get(route, Request()).cost(routes[route]["MemorySize"])
    text, total = (ROOT / "docs" / "costs.md").read_text(), sum(costs.values())
    assert f"${total:.2f}" in text, costs
    limit, memory_mb = limits["$default"], routes["$default"]["MemorySize"]
    costs["refused"] = (limit["ThrottlingRateLimit"] * DAY + limit["ThrottlingBurstLimit"]) * READ
    costs["demo"] = DEMO_REQUESTS_PER_DAY * DEMO_REQUEST.cost(memory_mb) + DEMO_COVERS_PER_DAY * DEMO_COVER
    total = sum(costs.values())
    assert total <= 5, costs
    assert f"${total:.2f}" in text, costs


def test_files_of_the_page_are_not_larger_than_assumed():
    assert max(len(file.content) for file in load_files().values()) <= FILE_BYTES


def test_login_is_not_throttled_before_the_page(limits):
    scarcest = min(limits["GET /"]["ThrottlingRateLimit"], limits["GET /web/{file}"]["ThrottlingRateLimit"])
    for route in ("GET /login", "GET /callback"):
        assert limits[route]["ThrottlingRateLimit"] >= scarcest, route
        assert limits[route]["ThrottlingBurstLimit"] >= limits["GET /"]["ThrottlingBurstLimit"], route


# An update that removes or renames one of these fails with "Unable to find Route by key": CloudFormation updates routes
# before the stage that has their settings (https://github.com/aws/serverless-application-model/issues/1939). So does a
# rollback of an update that adds a route with settings. docs/decisions/ has the way in two steps.
ROUTES_WITH_SETTINGS = {
    *("GET /", "GET /web/{file}", "GET /openapi.json", "GET /login", "GET /callback", "POST /logout"),
    *("GET /api/tokens", "POST /api/tokens", "DELETE /api/tokens/{id}"),
}


def test_routes_with_settings_are_those_of_earlier_versions(resources):
    assert set(resources["Api"]["Properties"]["RouteSettings"]) == ROUTES_WITH_SETTINGS
