"""A library of playlists, covered in bulk: nothing lost, none doubled. `make test-all` runs it."""

import pytest

from scripts import soak
from scripts.local import stack


@pytest.mark.long
@pytest.mark.timeout(900)
def test_fifty_playlists_are_covered_in_bulk_and_set_each_once(capsys):
    with stack.running(concurrency=soak.CONCURRENCY, ImageBackend="painter", DailyCoverLimit="100") as local:
        result = soak.soak(local, 50, 600, lambda _: None)
    with capsys.disabled():
        print(f"\n{result.told()}")
    assert result.problems == []
    assert result.statuses == {"done": 50}
