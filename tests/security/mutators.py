"""Hypothesis strategies for malformed input: JSON with parts replaced, removed, repeated or nested, and non-JSON."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import strategies as st

from coverart.errors import CoverArtError

# A lone surrogate, line ends, a null byte, markup, paths, URLs with misleading hosts, and letters that grow if
# capitalized.
ODD_TEXTS = [
    "", " ", "\ud800", "\r\nX-Evil: 1", "\x00", "<script>alert(1)</script>", "../../etc/passwd", "%2e%2e%2f", "#",
    "ß" * 300, "\u202e", "{{7*7}}", "${jndi:x}", "javascript:alert(1)", "https://i.scdn.co@evil.example/", "http://[", "http://a:b/",
    "a" * 5000,
]  # fmt: skip
ODD_NUMBERS = [0, -1, 2**31, 2**63, 10**30, 10**400, -0.5, 1e308, float("nan"), float("inf")]
odd_scalars = st.one_of(
    st.none(), st.booleans(), st.sampled_from(ODD_NUMBERS), st.sampled_from(ODD_TEXTS), st.integers(), st.text()
)
odd_values = st.recursive(
    odd_scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
# Bodies with excessive nesting, numbers and sizes, which no JSON reader may crash on.
RAW_BODIES = [
    "", " ", "null", "[]", "{}", "0", '""', "<html>busy</html>", "{", '{"a": 1} x', "NaN", "1e999", "9" * 5000,
    "[" * 5000, '{"a":' * 3000, '{"a": 1, "a": 2}', '"\\ud800"', "\ufeff{}",
]  # fmt: skip


def _list_parts(whole: Any) -> list[tuple[Any, Any]]:
    """Return every part as its container and its name or index there."""
    items = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    return [part for name, value in items for part in ((whole, name), *_list_parts(value))]


@st.composite
def mutate_json(draw: st.DrawFn, valid: Any, max_mutations: int = 3) -> Any:
    """Draw a copy of `valid` with one to `max_mutations` mutations."""
    holder = [copy.deepcopy(valid)]
    for _ in range(draw(st.integers(1, max_mutations))):
        container, name = draw(st.sampled_from(_list_parts(holder)))
        match draw(st.sampled_from(["replace", "replace", "remove", "repeat", "nest"])):
            case "replace":
                container[name] = draw(odd_values)
            case "remove" if container is holder:
                return None
            case "remove":
                del container[name]
            case "repeat":
                container[name] = [container[name]] * 3
            case "nest":
                container[name] = {"data": [container[name]]}
    return holder[0]


@st.composite
def mutate_body(draw: st.DrawFn, valid: Any) -> str:
    """Draw the body of a request or a response: mutated JSON, or something else."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(RAW_BODIES))
    return json.dumps(draw(mutate_json(valid)))


def assert_is_readable(error: CoverArtError) -> None:
    """Assert that an error has a code of its own and a sentence of one line for the listener."""
    assert error.code != "internal"
    assert str(error).endswith(".")
    assert str(error).isprintable()


@contextmanager
def readable_errors() -> Iterator[None]:
    """Allow errors of ours, which a listener can read, and no others."""
    try:
        yield
    except CoverArtError as error:
        assert_is_readable(error)
