"""Many covers, in bulk or at once: nothing lost, none doubled. `make test-all` runs it."""

import pytest

from scripts import crowd, load, soak
from scripts.local import stack


@pytest.mark.long
@pytest.mark.timeout(900)
def test_fifty_playlists_are_covered_in_bulk_and_set_each_once(capsys):
    with stack.running(concurrency=crowd.CONCURRENCY, ImageBackend="painter", DailyCoverLimit="100") as local:
        result = soak.soak(local, 50, 600, lambda _: None)
    with capsys.disabled():
        print(f"\n{result.told()}")
    assert result.problems == []
    assert result.statuses == {"done": 50}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_covers_asked_for_at_once_in_both_ways_and_some_twice_are_made_each_once(capsys):
    with stack.running(concurrency=crowd.CONCURRENCY, ImageBackend="painter", DailyCoverLimit="100") as local:
        result = load.load(local, 6, 600, lambda _: None)
    with capsys.disabled():
        print(f"\n{result.told()}")
    assert result.problems == []
    assert result.statuses == {"done": 6}
    assert result.repeated == {"requests": 1, "events": 1}
    assert result.asked["statuses"][202] == 4
    assert all(route["seconds"]["p95"] <= route["seconds"]["max"] for route in result.reads.values())
