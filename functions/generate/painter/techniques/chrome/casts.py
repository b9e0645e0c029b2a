"""The motif as a cast."""

from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.chrome.forms import add_sparks, cast, copy_form, inflate_motif
from generate.painter.techniques.chrome.room import Room, make_ground


def paint_float(scene: Scene) -> Sheet:
    """The motif, large, afloat before a soft ground."""
    room = Room(scene, float(scene.rng.uniform(0, 6)))
    sheet = make_ground(scene, room)
    tilt = 4 + 10 * scene.energy
    motif = scene.place_motif(width=0.84, height=0.84, turn=float(scene.rng.uniform(-tilt, tilt)))
    silhouette = cast(sheet, inflate_motif(motif), room)
    scene.motif_masks[0] = silhouette  # The casting closes inner gaps.
    add_sparks(scene, sheet, silhouette, round(2 + 4 * scene.energy))
    return sheet


def paint_swarm(scene: Scene) -> Sheet:
    """A swarm of the motif, near and far, the nearest out of focus."""
    rng = scene.rng
    room = Room(scene, float(rng.uniform(0, 6)))
    sheet = make_ground(scene, room)
    side = 1 if rng.random() < 0.5 else -1
    form = inflate_motif(scene.place_motif(0.5 - 0.05 * side, 0.52, 0.68, 0.68, turn=float(rng.uniform(-14, 14))))
    copies = ((-0.34, 0.17, 0.38, 0.7, 0.009), (0.35, 0.24, 0.34, -0.6, 0.009), (0.33, 0.82, 0.46, 0.5, 0))
    for x, y, scale, turn, defocus in copies:
        place = (0.5 + side * x + rng.normal(0, 0.015), y + rng.normal(0, 0.015))
        copy = copy_form(form, scene.size, place, scale, turn * side + rng.normal(0, 0.2))
        scene.motif_masks.append(cast(sheet, copy, room, 0.34, defocus))
    silhouette = cast(sheet, form, room)
    near = copy_form(form, scene.size, (0.5 - side * 0.44, 0.92), 0.85, side * 0.9)
    scene.motif_masks.append(cast(sheet, near, room, 0.34, 0.016))
    scene.motif_masks[0] = silhouette  # The casting closes inner gaps.
    add_sparks(scene, sheet, silhouette, round(2 + 4 * scene.energy))
    return sheet


def paint_melt(scene: Scene) -> Sheet:
    """The motif from so near that it bleeds off the sheet."""
    room = Room(scene, float(scene.rng.uniform(0, 6)))
    sheet = make_ground(scene, room)
    turn = float(scene.rng.uniform(-20, 20))
    motif = scene.place_motif(0.5 + scene.rng.uniform(-0.06, 0.06), 0.54, 1.16, 1.16, turn=turn)
    silhouette = cast(sheet, inflate_motif(motif), room, 0.40)
    scene.motif_masks[0] = silhouette  # The casting closes inner gaps.
    add_sparks(scene, sheet, silhouette, round(2 + 4 * scene.energy))
    return sheet
