from coverart.store.keys import artwork_key, cover_file_key, listener_prefixes


def test_key_has_a_part_for_each_id():
    assert artwork_key("ada", "4aawyAB9vmqN3uQ7FjRGTy") == "artwork/ada/4aawyAB9vmqN3uQ7FjRGTy.jpg"
    assert cover_file_key("ada", "c1", "cover.jpg") == "covers/ada/c1/cover.jpg"


def test_listener_id_stays_one_part_of_the_key():
    for listener in ("../ada", "a/b", "..", "ü&?#%", "a\x00b"):
        first, part, last = artwork_key(listener, "x").split("/")
        assert (first, last, part.isascii(), "." in part) == ("artwork", "x.jpg", True, False)
    assert len({artwork_key(listener, "x") for listener in ("a.b", "a%2Eb", "a/b", "a%2Fb")}) == 4
    assert artwork_key("ada", "x").startswith(listener_prefixes("ada"))
    assert cover_file_key("ada", "c1", "cover.jpg").startswith(listener_prefixes("ada"))
    assert not cover_file_key("ada2", "c1", "cover.jpg").startswith(listener_prefixes("ada"))
