import re

import numpy as np
import pytest

import pictograms
from coverart import motifs
from coverart.motifs import find_by_label, find_by_word, find_emblems, format_credit, load_emblems, load_motifs
from coverart.techniques import load_techniques
from prompt.lexicon import load_genres, load_words, tokenize


def is_complete(motif):
    """Return whether the motif has a cropped mask and fields that exist."""
    mask = pictograms.load_mask(motif.name)
    ink = np.asarray(mask)
    edges = (ink[0], ink[-1], ink[:, 0], ink[:, -1])
    return (
        (mask.mode, max(mask.size)) == ("L", 480)
        and min(mask.size) >= 60
        and 0.05 < ink.mean() / 255 < 0.95
        and all(edge.max() > 0 for edge in edges)
        and set() < motif.forms <= {"closed", "soft", "fine"}
        and motif.faces in {"left", "right", ""}
        and motif.only_for <= set(load_emblems())
        and all(tokenize(word) == [word] and word.isascii() for word in motif.words)
    )


def test_every_motif_is_complete_and_has_a_cropped_mask():
    assert (len(load_motifs()) >= 320, len(load_emblems()) >= 45) == (True, True)
    assert [name for name, motif in load_motifs().items() if not is_complete(motif)] == []


def test_no_motif_is_defined_twice():
    """A name in two files would lose one of its motifs, an icon under two names would be drawn twice in a row."""
    icons = [(motif.set_name, motif.icon) for motif in load_motifs().values()]
    assert len(icons) == len(set(icons)) == len(pictograms.list_masks())
    assert set(pictograms.list_masks()) == set(load_motifs())


def test_every_label_of_detection_has_a_motif():
    labels = [*load_words()["objects"], *load_words()["sights"]]
    assert [label for label in labels if not find_by_label(label)] == []
    assert set(load_words()["objects"]) > motifs.HOUSEHOLD
    assert find_by_label("basilisk") == ()


def test_word_finds_the_motif_that_it_means():
    for word, name in {"wolves": "wolf-head", "moon": "moon", "roses": "rose"}.items():
        assert name in [motif.name for motif in find_by_word(word)]
    assert find_by_word("basilisk") == find_emblems("basilisk") == ()
    with pytest.raises(KeyError):
        pictograms.load_mask("basilisk")


def test_family_has_5_to_12_emblems_that_are_at_home_there():
    for family in load_emblems():
        emblems = find_emblems(family)
        assert 5 <= len(set(emblems)) == len(emblems) <= 12, family
        assert all(not emblem.only_for or family in emblem.only_for for emblem in emblems), family


def test_every_genre_has_emblems_and_ranked_media():
    for genre in load_genres().values():
        assert find_emblems(genre.family), genre
        assert 3 <= len(set(genre.media)) == len(genre.media) <= 5, genre
    media = {medium for genre in load_genres().values() for medium in genre.media}
    assert media == {technique.medium for technique in load_techniques().values()}


def test_credit_names_author_and_license():
    for name, credit in {
        "raven": "Raven by Lorc, game-icons.net, CC BY 3.0",
        "horse": "Horse from Fluent Emoji by Microsoft, MIT",
        "vinyl-record": "Vinyl record from Phosphor Icons, MIT",
        "fire-hydrant": "",
    }.items():
        assert format_credit(load_motifs()[name]) == credit
    for motif in load_motifs().values():
        assert bool(motif.author) == (motif.set_name == "game-icons")
        assert re.fullmatch(r"|[A-Z3].* by [^,]+, game-icons\.net, CC BY 3\.0|.+ from .+, MIT", format_credit(motif))
