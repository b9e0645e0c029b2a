"""The fake OpenAI, and fixtures of the API's tests and of the tests that use the fake Spotify."""

from collections.abc import Iterator

import openai
import pytest

from generate.openai_images import ImageModel
from scripts.fakes import openai as fake_openai
from tests.fake_spotify import fake_spotify, listener_id, listeners, served_spotify
from tests.unit.api.conftest import ada, bob, convert_function, demo_listener, step_functions

__all__ = ["ada", "bob", "convert_function", "demo_listener", "step_functions"]
__all__ += ["fake_spotify", "listener_id", "listeners", "served_spotify"]


@pytest.fixture(scope="session")
def served_openai() -> Iterator[fake_openai.FakeOpenAI]:
    with fake_openai.serve() as server:
        yield server


@pytest.fixture
def openai_state(served_openai: fake_openai.FakeOpenAI) -> fake_openai.State:
    """The state of the fake OpenAI, without a fault and without a recorded request."""
    served_openai.state.reset()
    return served_openai.state


@pytest.fixture(scope="session")
def image_model(served_openai: fake_openai.FakeOpenAI) -> Iterator[ImageModel]:
    """A model that calls the fake OpenAI."""
    with openai.OpenAI(api_key=fake_openai.API_KEY, base_url=served_openai.base_url, max_retries=0) as client:
        yield ImageModel(client, "gpt-image-2.6-flare", "low", 60)
