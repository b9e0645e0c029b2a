"""Every function with every example event in Docker, within its memory and its time: `make test-invoke`.

What each took goes into out/invoke.md.
"""

import pytest

from scripts.invoke import reachable_stack
from scripts.local import docker, examples
from scripts.local.paths import ROOT
from tests.events.outcomes import ALL, is_right

pytestmark = [pytest.mark.docker, pytest.mark.enable_socket]
_HEAD = (
    "| function | event | ends with | s, start included | most memory, MB | of |\n"
    "| --- | --- | --- | ---: | ---: | ---: |\n"
)


def end_without_docker():
    """Ends the whole run in a sentence that says what to do, where every test would fail for the same."""
    try:
        docker.bridge_address()
    except RuntimeError as error:
        pytest.exit(str(error), returncode=1)


@pytest.fixture(scope="module")
def reachable():
    end_without_docker()
    with reachable_stack() as sam:
        yield sam


@pytest.fixture(scope="module")
def figures():
    rows: list[str] = []
    yield rows
    target = ROOT / "out" / "invoke.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(_HEAD + "".join(f"| {row} |\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize("path", ALL, ids=examples.name_of)
def test_an_example_event_ends_as_it_should_in_docker(reachable, figures, path):
    function = examples.function_of(path)
    examples.lay_out(reachable.local)
    done = reachable.invoke(function, path, say=print)
    limit = reachable.local.function(function)["MemorySize"]
    ended = done.error or _outcome(done.answer)
    figures.append(
        f"{function} | {examples.name_of(path)} | {ended} | {done.seconds:.2f} | {done.memory_mb:.0f} | {limit}"
    )
    assert is_right(ALL[path], done.answer, done.error), done.answer
    assert 10 < done.memory_mb < limit


def _outcome(answer):
    return f"status {answer['statusCode']}" if "statusCode" in answer else "done"
