"""Makes the stand-in for Spotify answer as late as if it were far away."""

import random

from scripts.standins.serving import Fault
from scripts.standins.spotify import Standin

CALL_SECONDS = 0.08
PICTURE_SECONDS = (0.15, 0.4)
_CALLS = 10_000


def move_away(standin: Standin, pictures: int = 500) -> list[float]:
    """From now on each call takes CALL_SECONDS longer, and the next so many pictures between PICTURE_SECONDS, spread
    evenly and shuffled, always in the same order. Gives these.
    """
    shortest, longest = PICTURE_SECONDS
    delays = [shortest + (longest - shortest) * step / max(pictures - 1, 1) for step in range(pictures)]
    random.Random(0).shuffle(delays)  # noqa: S311  # no secret
    calls = Fault("^/(v1|api)/", times=_CALLS, delay=CALL_SECONDS)
    standin.state.recorder.faults += [calls, *(Fault("^/image/", delay=delay) for delay in delays)]
    return delays


def come_back(standin: Standin) -> None:
    standin.state.recorder.faults.clear()
