"""Engravings of a motif."""

import numpy as np

from generate.painter.kit.fields import blur, shift, smoothstep
from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.engraving.burin import engrave, engrave_motif, join, print_plate, waver


def paint_rings(scene: Scene) -> Sheet:
    """The motif on a strip of ground, the sky in rings around a colored sun; at night the sky is dark."""
    x, y = scene.grid
    wobble = waver(scene)
    motif = scene.place_motif(0.5, 0.53, 0.80, 0.68, stands=True)
    figure, solid = engrave_motif(scene, motif, wobble)
    sun_x, sun_y = 0.5 + scene.rng.uniform(-0.22, 0.22), 0.30
    distance = np.hypot(x - sun_x, y - sun_y)
    land = cover((0.80 + 0.015 * np.sin(9 * x + scene.rng.uniform(0, 6))) - y)
    glow = np.exp(-((distance / 0.36) ** 2))
    sky = (0.92 - 0.75 * glow) if scene.time == "night" else 0.44 - 0.34 * glow
    # Light stands around the motif, or its lines would be lost in the sky's.
    near = 1 - 0.75 * np.clip(blur(solid, 0.045) * 1.6, 0, 1)
    ground = 0.24 + 0.8 * np.clip(y - 0.84, 0, 0.3) + 0.35 * blur(shift(solid, 0.03, 0.015), 0.018)
    on_land = land > 0.5
    phase = np.where(on_land, y + 0.02 * np.sin(7 * x), distance * 0.9) + wobble
    back = engrave(phase.astype(np.float32), np.where(on_land, ground, sky * near).astype(np.float32))
    spot = cover(distance - 0.19) * (1 - solid) * (1 - land)
    back = back * (1 - cover(distance - 0.19))
    return print_plate(scene, join(back, figure, solid), spot)


def paint_medal(scene: Scene) -> Sheet:
    """The motif in an oval wreathed in wound lines."""
    x, y = scene.grid
    wobble = waver(scene)
    motif = scene.place_motif(0.5, 0.5, 0.56, 0.60)
    figure, solid = engrave_motif(scene, motif, wobble)
    radius = np.hypot((x - 0.5) / 0.88, y - 0.5).astype(np.float32)
    around = np.arctan2(y - 0.5, x - 0.5)
    sky = 0.50 * smoothstep(radius, 0.12, 0.42)
    near = 1 - 0.85 * np.clip(blur(solid, 0.04) * 1.6, 0, 1)
    back = engrave(y + wobble, sky * near, 60) * cover(radius - 0.405)
    petals = int(scene.rng.choice((14, 18, 22)))
    strands = 2 + int(1.5 * scene.energy)
    for strand in range(strands):
        for sign in (-1, 1):
            wound = radius - 0.446 - 0.026 * sign * np.sin(around * petals + strand * 2 * np.pi / strands)
            back = np.maximum(back, cover(np.abs(wound) - np.float32(0.0017)))
    for edge in (0.405, 0.414, 0.478, 0.490):
        back = np.maximum(back, cover(np.abs(radius - edge) - np.float32(0.0022)))
    frame = np.maximum(np.abs(x - 0.5), np.abs(y - 0.5)).astype(np.float32)
    for edge in (0.462, 0.472):
        back = np.maximum(back, cover(np.abs(frame - edge) - np.float32(0.0022)) * cover(0.492 - radius))
    spot = cover(radius - 0.405) * (1 - solid)
    return print_plate(scene, join(back, figure, solid), spot, 0.55)


def paint_plate(scene: Scene) -> Sheet:
    """The motif, larger than the plate, before drifting parallel clouds and a colored disc."""
    x, y = scene.grid
    wobble = waver(scene)
    motif = scene.place_motif(0.52, 0.54, 1.10, 1.08)
    figure, solid = engrave_motif(scene, motif, wobble)
    cloud = scene.make_noise(4, 5, aspect=2.2)
    sky = 0.10 + 0.42 * smoothstep(cloud, 0.40, 0.8) * smoothstep(y, 1.05, 0.1)
    near = 1 - 0.7 * np.clip(blur(solid, 0.03) * 1.6, 0, 1)
    back = engrave(np.asarray(y + 0.010 * np.sin(5 * x) + wobble, np.float32), np.asarray(sky * near, np.float32))
    disc_x, disc_y = scene.rng.uniform(0.3, 0.7), scene.rng.uniform(0.3, 0.45)
    spot = cover(np.hypot(x - disc_x, y - disc_y) - 0.30) * (1 - solid)
    return print_plate(scene, join(back, figure, solid), spot)
