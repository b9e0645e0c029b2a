"""The image backend that needs no account: it paints what the prompt says, in the medium that the prompt names.

It never uses artwork itself, only its palette. Every technique is a module of generate.painter.techniques.
"""

import hashlib
import re
from typing import cast, get_args

import numpy as np
from PIL import Image

from coverart.lettering_room import estimate_room
from coverart.models import Prompt
from coverart.motifs import Motif, find_by_label, load_motifs
from coverart.techniques import Layout, load_techniques
from generate.painter.kit.color import parse
from generate.painter.kit.fields import blur
from generate.painter.kit.hues import keep_hues
from generate.painter.kit.inks import Inks
from generate.painter.kit.sheets import add_grain
from generate.painter.room import move_away, moves_sheet
from generate.painter.scene import Photograph, Place, Scene, TimeOfDay, Weather
from generate.painter.techniques import load_layout

# Where the artwork has no palette, as in a handwritten prompt.
_DEFAULT_PALETTE = ("#e9dcc0", "#1f2a30", "#d9822b", "#2f6b5e")


def paint(prompt: Prompt, size: int = 1024, photograph: Photograph | None = None) -> Image.Image:
    """Return an RGB image of `size` x `size` pixels. `photograph`: for layouts that print one.

    The same prompt and photograph give the same bytes on the same machine; elsewhere, the mean difference is below 1 of
    255. Raises ValueError where the layout prints a photograph and there is none.
    """
    image, _ = paint_scene(prompt, size, photograph)
    return image


def paint_scene(prompt: Prompt, size: int, photograph: Photograph | None = None) -> tuple[Image.Image, Scene]:
    """Return the painting, and the scene with the masks of its motifs."""
    technique, layout = choose_layout(prompt, prints_photograph=photograph is not None)
    room = estimate_room(prompt.lettering) if prompt.lettering else None
    scene = Scene(
        size=size,
        rng=np.random.default_rng(_digest(prompt, technique, layout.name, str(prompt.seed))),
        inks=Inks(tuple(parse(color) for color in prompt.palette or _DEFAULT_PALETTE)),
        motif=_find_motif(prompt) if layout.motif else None,
        energy=prompt.energy,
        mood=prompt.mood,
        decade=_parse_decade(prompt),
        place=cast("Place", prompt.place if prompt.place in get_args(Place) else ""),
        time=cast("TimeOfDay", prompt.time if prompt.time in get_args(TimeOfDay) else ""),
        weather=cast("Weather", prompt.weather if prompt.weather in get_args(Weather) else ""),
        room=room,
        # Photographs are placed beside the lettering from the start.
        sheet_moves=room is not None and not layout.photograph and moves_sheet(load_techniques()[technique], room),
        photograph=photograph if layout.photograph else None,
    )
    return render(scene, technique, layout.name), scene


def render(scene: Scene, technique: str, layout: str) -> Image.Image:
    """Paint a scene. Raises KeyError where there is no such layout."""
    paint_layout, grain = load_layout(technique, layout)
    sheet = blur(paint_layout(scene), load_techniques()[technique].layouts[layout].softness)
    if scene.room and scene.sheet_moves:
        sheet = move_away(sheet, scene.room)
        scene.motif_masks = [move_away(mask, scene.room) for mask in scene.motif_masks]
    if grain:
        sheet = add_grain(scene.rng, sheet, grain)
    return keep_hues(Image.fromarray((np.clip(sheet, 0, 1) * 255 + 0.5).astype(np.uint8)), scene.inks)


def choose_layout(prompt: Prompt, *, prints_photograph: bool = False) -> tuple[str, Layout]:
    """Return the prompt's technique and layout; where it names no known one, others for every seed.

    `prints_photograph`: whether there is one, which the layout that takes the place of an unknown one prints.

    Prompts of earlier versions name neither.
    """
    techniques = load_techniques()
    technique = techniques.get(prompt.technique)
    if technique and prompt.composition in technique.layouts:
        return technique.name, technique.layouts[prompt.composition]
    motif = _find_motif(prompt)
    suitable = [
        (technique.name, layout)
        for technique in techniques.values()
        for layout in technique.layouts.values()
        if (layout.photograph if prints_photograph else layout.can_show(motif))
    ]
    return suitable[(_digest(prompt) + prompt.seed) % len(suitable)]


def _find_motif(prompt: Prompt) -> Motif | None:
    if prompt.motif in load_motifs():
        return load_motifs()[prompt.motif]
    return next((motif for label in prompt.subjects for motif in find_by_label(label)), None)


def _parse_decade(prompt: Prompt) -> int:
    return int(prompt.era[:4]) if re.fullmatch(r"\d{4}s", prompt.era) else 0


def _digest(prompt: Prompt, *salt: str) -> int:
    fields = [*salt, prompt.mood, prompt.era, f"{prompt.energy:.3f}", prompt.motif, *prompt.subjects, *prompt.palette]
    return int.from_bytes(hashlib.sha256("\n".join(fields).encode()).digest()[:8])
