"""What comes from outside, bent: valid JSON with any part replaced, gone, repeated or buried, and what is no JSON."""

import copy
import json
from typing import Any

from hypothesis import strategies as st

from coverart.errors import CoverArtError

# Half a character, line ends, markup, a null byte, what looks like a path, what grows when it is changed to capitals.
ODD_TEXTS = [
    "", " ", "\ud800", "\r\nX-Evil: 1", "\x00", "<script>alert(1)</script>", "../../etc/passwd", "%2e%2e%2f", "#",
    "ß" * 300, "\u202e", "{{7*7}}", "${jndi:x}", "javascript:alert(1)", "https://i.scdn.co@evil.example/", "http://[", "http://a:b/",
    "a" * 5000,
]  # fmt: skip
ODD_NUMBERS = [0, -1, 2**31, 2**63, 10**30, 10**400, -0.5, 1e308, float("nan"), float("inf")]
odd_scalars = st.one_of(
    st.none(), st.booleans(), st.sampled_from(ODD_NUMBERS), st.sampled_from(ODD_TEXTS), st.integers(), st.text()
)
odd = st.recursive(
    odd_scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
# What no JSON reader should stumble over: nesting, numbers and bytes beyond measure.
RAW_BODIES = [
    "", " ", "null", "[]", "{}", "0", '""', "<html>busy</html>", "{", '{"a": 1} x', "NaN", "1e999", "9" * 5000,
    "[" * 5000, '{"a":' * 3000, '{"a": 1, "a": 2}', '"\\ud800"', "\ufeff{}",
]  # fmt: skip


def _places(part: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part, the whole among them."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [here, *(place for name, value in inner for place in _places(value, (*here, name)))]


def _bend(whole: Any, place: tuple[Any, ...], how: str, value: Any) -> Any:
    if not place:
        return {"replaced": value, "gone": None, "repeated": [whole, whole], "buried": {"data": [whole]}}[how]
    around = whole
    for name in place[:-1]:
        around = around[name]
    last = place[-1]
    match how:
        case "replaced":
            around[last] = value
        case "gone":
            del around[last]
        case "repeated":
            around[last] = [around[last]] * 3
        case "buried":
            around[last] = {"data": [around[last]]}
    return whole


@st.composite
def bent(draw: st.DrawFn, valid: Any, most: int = 3) -> Any:
    """`valid` with one to `most` of its parts bent; `valid` itself stays as it is."""
    whole = copy.deepcopy(valid)
    for _ in range(draw(st.integers(1, most))):
        place = draw(st.sampled_from(_places(whole)))
        how = draw(st.sampled_from(["replaced", "replaced", "gone", "repeated", "buried"]))
        whole = _bend(whole, place, how, draw(odd) if how == "replaced" else None)
    return whole


@st.composite
def bodies(draw: st.DrawFn, valid: Any) -> str:
    """Of a request or an answer, as they are sent."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(RAW_BODIES))
    return json.dumps(draw(bent(valid)))


def is_for_a_listener(error: CoverArtError) -> None:
    """It has a name of its own, and a sentence of one line."""
    assert error.code != "internal"
    assert str(error).endswith(".")
    assert str(error).isprintable()
