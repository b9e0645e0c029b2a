"""One deployed stack for all tests here; what a test changes at the stand-ins, it gets back as it was."""

from collections.abc import Iterator

import pytest

from scripts.local import stack
from scripts.standins import openai


@pytest.fixture(scope="session")
def openai_served() -> Iterator[openai.Standin]:
    with openai.serving() as standin:
        yield standin


@pytest.fixture(scope="session")
def deployed(openai_served: openai.Standin) -> Iterator[stack.LocalStack]:
    with stack.running(
        secrets={"openai_api_key": openai.API_KEY},
        OpenAiBaseUrl=openai_served.base_url,
        DailyCoverLimit="1000",
    ) as running:
        # Retries happen, with hardly a pause.
        running.configure({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        yield running


@pytest.fixture
def local(deployed: stack.LocalStack, openai_served: openai.Standin) -> Iterator[stack.LocalStack]:
    deployed.spotify.state.reset()
    openai_served.state.reset()
    deployed.musicbrainz.state.reset()
    yield deployed
    assert deployed.spotify.state.recorder.violations == []
    assert deployed.musicbrainz.state.recorder.violations == []
    assert openai_served.state.recorder.violations == []
    deployed.spotify.state.reset()


@pytest.fixture
def demo(local: stack.LocalStack) -> str:
    return local.connect()
