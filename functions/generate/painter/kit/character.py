"""What a mood and a decade mean for a picture."""

SOMBER_MOODS = frozenset({"dark", "melancholic", "epic"})
_OLDEST, _NEWEST = 1950, 2020


def is_somber(mood: str) -> bool:
    """Return whether the mood asks for large darks and light from below."""
    return mood in SOMBER_MOODS


def measure_age(decade: int) -> float:
    """Return how old a print of a decade looks: 0 new, 1 old (1950 or before); 0.4 where the decade is unknown."""
    if not decade:
        return 0.4
    return min(1.0, max(0.0, (_NEWEST - decade) / (_NEWEST - _OLDEST)))
