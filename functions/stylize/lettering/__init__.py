"""Lettering: sets a cover's title in type, after the style.

The words are cleaned, shaped and arranged (text, shaping, arrange, places); then they stand on the picture itself where
it is calm and the contrast is enough, else on a ground in the manner of the technique (manners.toml, grounds, fills).
What has been set is measured on the finished picture (contrast). A title that cannot be set well is left out.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from coverart.models import Lettering, Prompt
from stylize.lettering.arrange import TitleNotSetError
from stylize.lettering.calm import find_calmest, is_calm
from stylize.lettering.contrast import (
    LEAST_CONTRAST,
    find_surroundings,
    measure_contrast,
    measure_lettering,
    to_luminance,
)
from stylize.lettering.fields import Field, Picture
from stylize.lettering.fills import Canvas, fill_letters
from stylize.lettering.grounds import find_area, lay_ground
from stylize.lettering.inks import LetterInks, choose_inks
from stylize.lettering.manners import Manner, load_manners
from stylize.lettering.places import SPOTS, Box, Setting, Spot, set_lettering

SIZE_PIXELS = 1024  # of the covers' sides
_ACCENT_CONTRAST = 5.6  # from which a title takes an accent instead of the dark or light ink
_NEUTRAL = 0.14  # difference of the channels up to which a picture is so gray that an accent suits it
_GROUND_REACH = 0.018  # of the side: with a ground, it is the surroundings
_CONTOUR_REACH = 0.12  # of the cap height: chrome brings its own dark contour, which is its surroundings
_LIGHT = 0.30  # luminance from which a picture counts as light
_MOST_SPOTS = 3  # the calmest of an image model's painting, which are tried without a ground
_FRAME = 0.025  # of the side, between a plate's letters and the grid's margin
_SPARE = 0.05  # of the side, around what is changed
__all__ = ["Lettered", "TitleNotSetError", "letter_cover"]

_PLAIN = Manner(letters="ink", ground="straight", tone="auto", reach=0.0)


@dataclass(frozen=True, eq=False)
class Lettered:
    """`image`: the cover with its title. `ground`: what was laid under it, or "". `note`: for the listener, or None.

    `contrast`: the lower of both lines. `cap`: height of the title's capitals as a share of the side.
    `box`, `lines`: left, top, right, bottom of all ink and of the title's lines.
    """

    image: Image.Image
    ground: str
    face: str
    spot: str
    contrast: float
    cap: float
    box: Box
    lines: tuple[Box, ...]
    note: str | None


def letter_cover(image: Image.Image, prompt: Prompt, lettering: Lettering, *, is_painter: bool) -> Lettered:
    """Set the lettering on an RGB image. The same arguments give the same picture.

    Raises TitleNotSetError, with a sentence for the listener, where no way is legible.
    """
    picture = np.asarray(image, np.float32) / np.float32(255)
    manner = load_manners().get(prompt.technique, _PLAIN) if is_painter else load_manners()["painting"]
    inks = choose_inks(prompt.palette)
    wish = lettering.place
    names: list[str] = [wish]
    if not is_painter and not lettering.series:
        names = find_calmest(picture, wish)[:_MOST_SPOTS]
    settings = {}
    seed = zlib.crc32(f"{lettering.title} {prompt.seed}".encode())
    for attempt in _list_attempts(names, wish, manner):
        if attempt.name not in settings:
            settings[attempt.name] = set_lettering(lettering, _find_spot(attempt.name, manner), len(picture))
        setting = settings[attempt.name]
        if attempt.is_bare and not is_calm(picture, setting.box, setting.spot.edge if is_painter else ""):
            continue
        canvas = Canvas(np.random.default_rng(seed), setting.cap * len(picture), manner.cells, inks.dark)
        result, contrast = _set(picture, setting, attempt, inks, canvas)
        if contrast >= LEAST_CONTRAST:
            return Lettered(
                image=Image.fromarray((np.clip(result, 0, 1) * 255 + 0.5).astype(np.uint8)),
                ground="" if attempt.is_bare else attempt.manner.ground,
                face=setting.key,
                spot=attempt.name,
                contrast=contrast,
                cap=setting.cap,
                box=setting.box,
                lines=setting.lines,
                note=setting.note,
            )
    raise TitleNotSetError("The title would not be legible on this picture, so the cover has no lettering.")


@dataclass(frozen=True)
class _Attempt:
    """A way to set the title: at the spot of a name, on the picture itself or on the manner's ground."""

    name: str
    is_bare: bool
    manner: Manner


def _list_attempts(names: list[str], wish: str, manner: Manner) -> Iterator[_Attempt]:
    """Yield the ways, the best first. A ground lies at the place that was wished for, where the painting has room."""
    if manner.bare:
        yield from (_Attempt(name, True, manner) for name in names)
    yield _Attempt(wish, False, manner)
    yield _Attempt(wish, False, replace(_PLAIN, tone=manner.tone))


def _find_spot(name: str, manner: Manner) -> Spot:
    """Return the spot in the manner's alignment, with room for the frame of a plate or a label."""
    spot = SPOTS[name]
    if name == "spine":
        return spot
    inset = 0.0 if manner.bleeds else _FRAME
    spot = replace(spot, left=spot.left + inset, right=spot.right - inset)
    return replace(spot, align="center") if manner.align == "center" else spot


def _set(
    picture: Picture, setting: Setting, attempt: _Attempt, inks: LetterInks, canvas: Canvas
) -> tuple[Picture, float]:
    """Return the picture with the lettering, and the lower contrast of its lines."""
    side, manner = len(picture), attempt.manner
    area = find_area(setting.box, setting.spot.edge, side, bleeds=manner.bleeds)
    reach = (manner.reach + _SPARE) * side
    rows = slice(max(0, int(area.top - reach)), min(side, int(area.bottom + reach)))
    columns = slice(max(0, int(area.left - reach)), min(side, int(area.right + reach)))
    part = picture[rows, columns]
    title, second = setting.title[rows, columns], None if setting.second is None else setting.second[rows, columns]
    if attempt.is_bare:
        color, plain, expected = _choose_bare_inks(part, title, setting, inks)
        near = max(0.012, 0.35 * setting.cap)
        if manner.fill_for(setting.key) == "chrome":
            near, color = _CONTOUR_REACH * setting.cap, next(iter(inks.bright), inks.light)
        elif expected < LEAST_CONTRAST:
            return picture, expected
    else:
        ground, plain = _choose_ground(picture, part, manner, inks)
        local_area = replace(
            area,
            left=area.left - columns.start,
            right=area.right - columns.start,
            top=area.top - rows.start,
            bottom=area.bottom - rows.start,
        )
        part = lay_ground(part, manner, local_area, ground, plain, canvas)
        accents = inks.bright if plain is inks.light else inks.deep
        loud = (one for one in accents if measure_contrast(one, to_luminance(ground)[None]) >= _ACCENT_CONTRAST)
        color = next(loud, plain)
        near = _GROUND_REACH
    kind = manner.fill_for(setting.key)
    result = fill_letters(kind, part, title, color, canvas)
    if second is not None:
        result = fill_letters("ink", result, second, plain, canvas)
    contrast = measure_lettering(result, title, near * side, second)
    if second is not None:
        contrast = min(contrast, measure_lettering(result, second, 0.012 * side, title))
    whole = picture.copy()
    whole[rows, columns] = result
    return whole, contrast


def _choose_ground(picture: Picture, part: Picture, manner: Manner, inks: LetterInks) -> tuple[Field, Field]:
    """Return the ground's color and that of plain letters on it. The picture's own dark or light is preferred."""
    small = np.asarray(picture[8::16, 8::16].reshape(-1, 3))
    luminance = to_luminance(small)
    is_light = manner.tone == "light" or (manner.tone == "auto" and float(np.median(to_luminance(part))) > _LIGHT)
    share = 0.94 if is_light else 0.06
    limit = np.quantile(luminance, share)
    own = np.median(small[luminance >= limit if is_light else luminance <= limit], axis=0).astype(np.float32)
    plain = inks.dark if is_light else inks.light
    if measure_contrast(plain, to_luminance(own)[None]) < 9:
        own = inks.light if is_light else inks.dark
    return own, plain


def _choose_bare_inks(part: Picture, title: Field, setting: Setting, inks: LetterInks) -> tuple[Field, Field, float]:
    """Return the ink of the title, that of plain letters, and the contrast of the latter."""
    around = to_luminance(part[find_surroundings(title, 0.35 * setting.cap * SIZE_PIXELS)])
    plain = max(inks.dark, inks.light, key=lambda ink: measure_contrast(ink, around))
    contrast = measure_contrast(plain, around)
    accents = inks.bright if plain is inks.light else inks.deep
    colors = part[4::8, 4::8].reshape(-1, 3)
    is_neutral = float(np.ptp(np.median(colors, axis=0))) < _NEUTRAL
    loud = (one for one in accents if is_neutral and measure_contrast(one, around) >= _ACCENT_CONTRAST)
    return next(loud, plain), plain, contrast
