"""Chooses how a cover's title is set: typefaces that suit the music, and a place that suits the medium."""

from coverart.models import CoverOptions, Lettering, LetteringPlace
from coverart.techniques import Layout
from prompt.lexicon import load_genres, load_words
from prompt.looks import SharedLettering
from prompt.seeding import hash_to_number, list_seed_inputs
from prompt.taste_profile import TasteProfile

_DEFAULT_TYPEFACES = ("grotesk", "grotesk")
_LAYOUT_PLACES: dict[str, LetteringPlace] = {"top": "head", "bottom": "foot", "right": "spine"}


def choose_lettering(
    options: CoverOptions,
    title: str,
    taste: TasteProfile,
    technique: str,
    layout: Layout | None,
    shared: SharedLettering | None,
) -> Lettering | None:
    """Return what is set in type; None where the listener wants nothing, or the title is empty.

    `title`: the playlist's name, or "". `layout`: None where it is not known. `shared`: how the covers of a series are
    set.
    """
    text = {"none": "", "title": title.strip(), "text": options.lettering_text or ""}[options.lettering]
    if not text:
        return None
    second_line = options.second_line or ""
    if shared:
        return Lettering(title=text, second_line=second_line, series=True, **shared._asdict())
    typeface, second_typeface = _choose_typefaces(taste, technique)
    return Lettering(
        title=text,
        second_line=second_line,
        typeface=typeface,
        second_typeface=second_typeface,
        place=_choose_place(technique, layout),
    )


def _choose_typefaces(taste: TasteProfile, technique: str) -> tuple[str, str]:
    """Return those of title and second line: of the first genre whose family has any, of its decade if possible."""
    families = [load_genres()[word].family for word in taste.genres]
    rows = next((rows for family in families if (rows := _list_rows(family, taste.decade))), [])
    typefaces = _DEFAULT_TYPEFACES
    if rows:
        row = rows[hash_to_number(list_seed_inputs(taste), "typeface") % len(rows)]
        typefaces = (row["title"], row["second"])
    possible = load_words()["technique_typefaces"].get(technique, typefaces[0]).split()
    return typefaces if typefaces[0] in possible else (possible[0], typefaces[1])


def _list_rows(family: str, decade: int | None) -> list[dict[str, str]]:
    rows = [row for row in load_words()["typography"] if family in row["families"].split()]
    return [row for row in rows if decade in row.get("eras", ())] or [row for row in rows if "eras" not in row]


def _choose_place(technique: str, layout: Layout | None) -> LetteringPlace:
    if layout and layout.title in _LAYOUT_PLACES:
        return _LAYOUT_PLACES[layout.title]
    places: list[LetteringPlace] = load_words()["title_places"].get(technique, "foot").split()
    # The middle is where a motif is.
    return next(place for place in places if place != "middle" or layout is None or not layout.motif)
