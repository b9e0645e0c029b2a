"""Many covers, in bulk or at once: none is lost and none is made twice. `make test-all` runs it."""

import pytest

from scripts import load
from scripts.local.startup import run_stack


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("profile", "covers"), [("soak", 50), ("load", 6)])
def test_covers_of_a_profile_are_all_made_once(capsys, profile, covers):
    with run_stack(concurrency=load.CONCURRENCY, ImageBackend="painter", DailyCoverLimit="100") as local:
        result = load.run(local, profile, covers, lambda _: None)
    with capsys.disabled():
        print(f"\n{result}")
    assert result.problems == []
    assert result.statuses == {"done": covers}
    if profile == "load":
        # Three covers are requested over the API, the first of them twice.
        assert result.requests["requests for covers"]["statuses"][202] == 4
