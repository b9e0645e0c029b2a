"""One deployed stack with a line to each dependency, for all tests here."""

from collections.abc import Iterator

import pytest

from tests.faults import environment as worlds


@pytest.fixture(scope="session")
def whole() -> Iterator[worlds.World]:
    with worlds.built() as world:
        yield world


@pytest.fixture
def world(whole: worlds.World) -> worlds.World:
    whole.reset()
    return whole
