"""One deployed stack for all tests here, which ends with the last. Each test gets all fakes reset."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from scripts.fakes import openai
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from tests.stack import stack_state
from tests.stack.api_client import ApiClient


@pytest.fixture(scope="package")
def openai_server() -> Iterator[openai.FakeOpenAI]:
    with openai.serve() as server:
        yield server


@pytest.fixture(scope="package")
def deployed_stack(openai_server: openai.FakeOpenAI) -> Iterator[LocalStack]:
    with run_stack(
        secrets={"openai_api_key": openai.API_KEY},
        OpenAiBaseUrl=openai_server.base_url,
        DailyCoverLimit="1000",
        AllowSendingPictures="yes",
    ) as local_stack:
        # Retries happen, with hardly a pause.
        local_stack.configure_emulator({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        yield local_stack


@pytest.fixture
def local(deployed_stack: LocalStack, openai_server: openai.FakeOpenAI) -> Iterator[LocalStack]:
    """The stack, on which nothing of an earlier test runs. Fails the test where a request violates a specification."""
    stack_state.wait_until_idle(deployed_stack)
    fakes = (deployed_stack.spotify.state, deployed_stack.musicbrainz.state, openai_server.state)
    for state in fakes:
        state.reset()
    yield deployed_stack
    assert [state.recorder.violations for state in fakes] == [[], [], []]
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
def make_cover(local: LocalStack, listener_id: str) -> Callable[..., dict[str, Any]]:
    """Make a cover of the demo listener, as stack_state.make_cover does. Return its item once it has ended."""
    return partial(stack_state.make_cover, local, listener_id)


@pytest.fixture
def cover_id(local: LocalStack, listener_id: str, make_cover: Callable[..., dict[str, Any]]) -> str:
    """The id of a finished cover of the demo listener: one of an earlier test, if there is any."""
    done = [item for item in local.covers.list_statuses(listener_id) if item["status"] == "done"]
    item = done[0] if done else make_cover()
    assert item["status"] == "done", item.get("error")
    return str(item["cover_id"])
