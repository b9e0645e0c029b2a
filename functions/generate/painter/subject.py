"""The subject of the listener's photograph on the sheet: its outline, its tones, its faces, what is behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from generate.painter.framing import choose_window, fill_window, find_box, fit_subject
from generate.painter.kit.backdrops import Box, draw_backdrop
from generate.painter.kit.fields import blur
from generate.painter.kit.shapes import cover
from generate.painter.kit.tones import crisp_mask, drop_islands, even_out
from generate.painter.kit.types import Field, Mask
from generate.painter.room import free_frame
from generate.painter.scene import Scene

_GRAY = np.array([0.299, 0.587, 0.114], np.float32)  # luma of sRGB (ITU-R BT.601)
_MASK_PIXELS = 320  # along a side of the network's mask
_FACE_LINES, _MOST_LINES, _WHOLE_LINES = 26.0, 165.0, 1.35
_FRAME = 0.022  # of the side, around a window


@dataclass(frozen=True, eq=False)
class Subject:
    """The subject on the sheet.

    `light`: its tones, 0 dark to 1 light; `plain`: the photograph's own light; both reach beyond the mask. `faces`: 1
    on faces, soft. `frame`: what the lettering leaves of the sheet. `whole`: whether the picture is shown whole, in a
    window. `focus`: x and y of what one looks at first. `box`: around the mask. `face_height`: of the smallest face; 1
    where there is none.
    """

    light: Field
    plain: Field
    mask: Mask
    faces: Mask
    frame: Box
    whole: bool
    focus: tuple[float, float]
    box: Box
    face_height: float


def place_subject(
    scene: Scene,
    width: float = 0.86,
    height: float = 0.90,
    contrast: float = 0.6,
    *,
    frame: Box | None = None,
    bleed: bool = False,
) -> Subject:
    """Place the scene's photograph. `width`, `height`: of the frame, what it takes of it at most where it stands free.

    `contrast`: how much stronger details are. `frame`: instead of all that the lettering leaves. `bleed`: whether a
    whole picture fills the frame, instead of a window in it. Raises ValueError where the scene has no photograph.
    """
    if scene.photograph is None:
        raise ValueError("The scene has no photograph.")
    photograph = scene.photograph
    free = free_frame(scene.room)
    frame = free if frame is None else frame
    rows, columns = photograph.pixels.shape[:2]
    window = frame
    cut_out = None if photograph.mask is None else drop_islands(photograph.mask)
    if cut_out is None:
        window = frame if bleed else choose_window(frame, columns / rows)
        scale, corner = fill_window(photograph.faces, (rows, columns), window)
    else:
        scale, corner = fit_subject(photograph.faces, cut_out, frame, width, height)
    plain = _lay(scene.size, photograph.pixels @ _GRAY, scale, corner, extend=True)
    boxes = [
        (
            corner[0] + left * columns * scale,
            corner[1] + top * rows * scale,
            corner[0] + right * columns * scale,
            corner[1] + bottom * rows * scale,
        )
        for left, top, right, bottom in photograph.faces
    ]
    mask = cover(_measure_outside(*scene.grid, window))
    if cut_out is not None:
        coarseness = scale * max(rows, columns) / _MASK_PIXELS
        mask = mask * crisp_mask(_lay(scene.size, cut_out, scale, corner, extend=False), plain, coarseness)
    faces = _draw_faces(scene, boxes)
    light = even_out(plain, mask, faces, contrast)
    scene.motif_masks.append(mask)
    return Subject(
        light=light,
        plain=plain,
        mask=mask,
        faces=faces * mask,
        frame=free,
        whole=cut_out is None,
        focus=_choose_focus(mask, boxes),
        box=find_box(mask),
        face_height=min((bottom - top for _, top, _, bottom in boxes), default=1.0),
    )


def _draw_faces(scene: Scene, boxes: Sequence[Box]) -> Mask:
    """Return ellipses around the faces, a little larger than their boxes and soft."""
    x, y = scene.grid
    faces = np.zeros_like(x)
    for left, top, right, bottom in boxes:
        across, down = (x - (left + right) / 2) / (right - left), (y - (top + bottom) / 2) / (bottom - top)
        faces = np.maximum(faces, np.clip((1.25 - np.hypot(across / 0.72, down / 0.84)) / 0.35, 0, 1))
    return np.asarray(faces, np.float32)


def _choose_focus(mask: Mask, boxes: Sequence[Box]) -> tuple[float, float]:
    """Return the middle of the largest face; without one, a point in the upper half of the subject."""
    if boxes:
        left, top, right, bottom = max(boxes, key=lambda box: box[2] - box[0])
        return (left + right) / 2, (top + bottom) / 2
    left, top, right, bottom = find_box(mask)
    return (left + right) / 2, top + 0.42 * (bottom - top)


def _measure_outside(x: Field, y: Field, box: Box) -> Field:
    """Return the distance outside a box, negative inside; edges at the sheet's are no edges."""
    sides = [
        field
        for field, at_edge in (
            (box[0] - x, box[0] <= 0),
            (box[1] - y, box[1] <= 0),
            (x - box[2], box[2] >= 1),
            (y - box[3], box[3] >= 1),
        )
        if not at_edge
    ]
    return np.asarray(np.maximum.reduce(sides), np.float32) if sides else np.full_like(x, -1)


def _lay(size: int, plane: Field, scale: float, corner: tuple[float, float], *, extend: bool) -> Field:
    """Return a plane of the picture on the sheet. `extend`: its edges continue outside it, else 0 does."""
    rows, columns = plane.shape
    width, height = max(1, round(columns * scale * size)), max(1, round(rows * scale * size))
    left, top = round(corner[0] * size), round(corner[1] * size)
    # Only what lies on the sheet is enlarged.
    first_x, last_x = min(max(0, left), size - 1), max(min(size, left + width), 1)
    first_y, last_y = min(max(0, top), size - 1), max(min(size, top + height), 1)
    share_x, share_y = columns / width, rows / height
    box = ((first_x - left) * share_x, (first_y - top) * share_y, (last_x - left) * share_x, (last_y - top) * share_y)
    image = Image.fromarray(np.asarray(plane, np.float32))
    part = image.resize((last_x - first_x, last_y - first_y), Image.Resampling.BICUBIC, box=box)
    margins = ((first_y, size - last_y), (first_x, size - last_x))
    sheet = np.pad(np.asarray(part, np.float32), margins, mode="edge" if extend else "constant")
    return np.asarray(np.clip(sheet, 0, 1), np.float32)


def soften(subject: Subject, radius: float) -> Mask:
    """Return how near a pixel is to the subject, 0 to 1: for light and shadow around it."""
    return np.asarray(np.clip(blur(subject.mask, radius) * 1.6, 0, 1), np.float32)


def draw_behind(scene: Scene, subject: Subject) -> Mask:
    """Return a shape behind the subject; behind a window, the window's own, larger, so that it shows as a frame."""
    if not subject.whole:
        return draw_backdrop(scene.rng, scene.grid, subject.focus, subject.frame, scene.energy)
    left, top, right, bottom = subject.box
    larger = (left - _FRAME, top - _FRAME, right + _FRAME, bottom + _FRAME)
    return cover(_measure_outside(*scene.grid, larger))


def draw_band(scene: Scene, subject: Subject) -> Mask:
    """Return the part of the sheet that the lettering takes, for a flat ground of its own; empty without lettering."""
    return np.asarray(1 - cover(_measure_outside(*scene.grid, subject.frame)), np.float32)


def choose_lines(subject: Subject, usual: float) -> float:
    """Return how many lines along the side a drawing of lines needs, so that enough of them cross every face.

    A whole picture has smaller parts than a subject: it needs more, too.
    """
    least = usual * (_WHOLE_LINES if subject.whole else 1.0)
    return float(np.clip(_FACE_LINES / subject.face_height, least, _MOST_LINES))
