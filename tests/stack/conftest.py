"""One deployed stack for all tests here. Each test gets the fakes of Spotify, MusicBrainz and OpenAI reset."""

from collections.abc import Callable, Iterator

import pytest

from scripts.fakes import openai
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from tests.stack.api_client import COVER_REQUEST, ApiClient


@pytest.fixture(scope="session")
def openai_server() -> Iterator[openai.FakeOpenAI]:
    with openai.serve() as server:
        yield server


@pytest.fixture(scope="session")
def deployed_stack(openai_server: openai.FakeOpenAI) -> Iterator[LocalStack]:
    with run_stack(
        secrets={"openai_api_key": openai.API_KEY},
        OpenAiBaseUrl=openai_server.base_url,
        DailyCoverLimit="1000",
    ) as local_stack:
        # Retries happen, with hardly a pause.
        local_stack.configure_emulator({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        yield local_stack


@pytest.fixture
def local(deployed_stack: LocalStack, openai_server: openai.FakeOpenAI) -> Iterator[LocalStack]:
    """The stack. Fails the test where a request to a fake violates its specification."""
    deployed_stack.spotify.state.reset()
    openai_server.state.reset()
    deployed_stack.musicbrainz.state.reset()
    yield deployed_stack
    assert deployed_stack.spotify.state.recorder.violations == []
    assert deployed_stack.musicbrainz.state.recorder.violations == []
    assert openai_server.state.recorder.violations == []
    deployed_stack.spotify.state.reset()


@pytest.fixture
def listener_id(local: LocalStack) -> str:
    """The demo listener's id, who is logged in."""
    return local.connect()


@pytest.fixture
def client(local: LocalStack, listener_id: str) -> ApiClient:
    """The demo listener's browser."""
    return ApiClient(local, listener_id)


@pytest.fixture
def other_client(local: LocalStack) -> ApiClient:
    """Another listener's browser."""
    return ApiClient(local, local.connect("newcomer"))


@pytest.fixture
def make_cover(local: LocalStack, client: ApiClient) -> Callable[..., str]:
    """Make a cover with the given options, without a style by default. Return its id once it is done."""

    def make(**options: object) -> str:
        body = {**COVER_REQUEST, "options": {**COVER_REQUEST["options"], **options}}
        cover_id = str(client.call("POST", "/api/covers", body).json()["cover_id"])
        assert local.wait_for_cover(client.listener_id, cover_id)["status"] == "done"
        return cover_id

    return make


_cover_ids: dict[str, str] = {}


@pytest.fixture
def cover_id(local: LocalStack, listener_id: str, make_cover: Callable[..., str]) -> str:
    """A finished cover of the demo listener. Tests share it until one of them deletes it."""
    if local.url not in _cover_ids or local.covers.get(listener_id, _cover_ids[local.url]) is None:
        _cover_ids[local.url] = make_cover()
    return _cover_ids[local.url]
