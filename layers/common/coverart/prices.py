"""What a painting of the image model's may cost, before its bill is known."""

# US dollars for 1024x1024 by quality, November 2026: about twice what it does cost.
_AT_MOST = {"low": 0.012, "medium": 0.026}
_AT_MOST_OTHERWISE = 0.25


def at_most(quality: str) -> float:
    """US dollars."""
    return _AT_MOST.get(quality, _AT_MOST_OTHERWISE)
