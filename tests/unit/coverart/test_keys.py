import pytest

from coverart.store.keys import artwork_key, cover_file_key, listener_prefixes


def test_key_has_a_part_for_each_id():
    assert artwork_key("ada", "4aawyAB9vmqN3uQ7FjRGTy") == "artwork/ada/4aawyAB9vmqN3uQ7FjRGTy.jpg"
    assert cover_file_key("ada", "c1", "cover.jpg") == "covers/ada/c1/cover.jpg"


@pytest.mark.parametrize("listener", ["../ada", "a/b", "..", "ü&?#%", "a\x00b"])
def test_listener_id_stays_one_part_of_the_key(listener):
    first, part, last = artwork_key(listener, "x").split("/")
    assert (first, last) == ("artwork", "x.jpg")
    assert part.isascii()
    assert "." not in part


def test_different_listeners_have_different_keys():
    assert len({artwork_key(listener, "x") for listener in ("a.b", "a%2Eb", "a/b", "a%2Fb")}) == 4


def test_prefixes_cover_exactly_the_keys_of_a_listener():
    prefixes = listener_prefixes("ada")
    assert artwork_key("ada", "x").startswith(prefixes)
    assert cover_file_key("ada", "c1", "cover.jpg").startswith(prefixes)
    assert not cover_file_key("ada2", "c1", "cover.jpg").startswith(prefixes)
