"""Layouts whose land is the motif."""

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import mix, neutralize, ramp, tone, vivid
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.shapes import fill_inside, inflate
from generate.painter.kit.sheets import lay_over, make_sheet, shade
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.topographic.survey import Survey, draw_crosses, stack_card


def paint_sheet(scene: Scene) -> Sheet:
    """A printed map: pale land, thin lines, and the motif as a tinted massif."""
    motif = scene.place_motif(0.5 + scene.rng.uniform(-0.04, 0.04), 0.52, 0.92, 0.90)
    survey = Survey(_raise_motif(scene, motif), 20 + round(12 * scene.energy))
    inks = scene.inks
    paper = mix(inks.paper, inks.get_accent(0), 0.06 * measure_age(scene.decade))
    low = ramp(np.clip(survey.step * 1.3, 0, 1), [paper, tone(inks.by_prominence[-1], 0.90, 0.0, 0.05)])
    body = inks.by_prominence[0]
    high = ramp(np.clip(survey.step * 1.2, 0, 1), [tone(body, light, 0.0, 0.16) for light in (0.42, 0.56, 0.70, 0.80)])
    massif = smoothstep(blur(motif, 0.004), 0.35, 0.65)
    sheet = np.asarray(low + (high - low) * massif[..., None], np.float32)
    sheet = shade(sheet, 0.86 + 0.28 * survey.measure_relief())
    ink = tone(inks.by_lightness[0], 0.30, 0.0, 0.10)
    sheet = lay_over(sheet, np.maximum(survey.draw_lines(0.0016) * 0.75, survey.draw_lines(0.0034, 5)), ink)
    return lay_over(sheet, draw_crosses(scene), ink, 0.7)


def paint_strata(scene: Scene) -> Sheet:
    """Cut card: the land in the dark tones, the motif in the light ones."""
    motif = scene.place_motif(0.5 + scene.rng.uniform(-0.04, 0.04), 0.52, 0.94, 0.92)
    survey = Survey(_raise_motif(scene, motif), 12 + round(4 * scene.energy))
    land, figure = _choose_card(scene)
    body = smoothstep(blur(motif, 0.003), 0.40, 0.60)
    sheet = stack_card(scene, survey, land)
    top = stack_card(scene, survey, figure)
    cast = 1 - 0.5 * blur(motif, 0.012) * (1 - body)
    return np.asarray(shade(sheet, cast) * (1 - body[..., None]) + top * body[..., None], np.float32)


def paint_night(scene: Scene) -> Sheet:
    """Lines that glow on a dark map, brightest on the motif."""
    motif = scene.place_motif(0.5 + scene.rng.uniform(-0.04, 0.04), 0.52, 0.92, 0.90)
    height = _raise_motif(scene, motif)
    survey = Survey(height, 22 + round(14 * scene.energy))
    inks = scene.inks
    ground = neutralize(tone(inks.by_lightness[0], 0.15, 0.0, 0.07))
    light = np.asarray(0.8 + 0.5 * survey.measure_relief() * (survey.step + 0.2), np.float32)
    sheet = shade(make_sheet(scene.size, ground), light)
    body = smoothstep(blur(motif, 0.003), 0.3, 0.7)
    warm, cool = inks.get_accent(0), tone(inks.get_accent(1), 0.45, 0.0, 0.12)
    glow = ramp(np.clip(0.25 + 0.75 * height, 0, 1), [warm, mix(warm, inks.paper, 0.35), inks.paper])
    lines = np.clip(survey.draw_lines(0.0018) * 0.8 + survey.draw_lines(0.0036, 5), 0, 1)
    sheet = lay_over(sheet, lines * (1 - body), cool, 0.55)
    sheet = np.asarray(sheet + (mix(ground, warm, 0.30) - sheet) * (0.8 * body)[..., None], np.float32)
    sheet = np.asarray(sheet + (glow - sheet) * (lines * body)[..., None], np.float32)
    halo = blur(lines * body, 0.006) * 0.35
    return lay_over(np.asarray(sheet + glow * halo[..., None], np.float32), draw_crosses(scene), inks.pale, 0.6)


def _raise_motif(scene: Scene, motif: Mask) -> Field:
    """Return a land with the motif as its highest part, 0 to 1; energy makes the land rougher."""
    land = scene.make_noise(2.6 + 2 * scene.energy, 4, gain=0.42)
    soft = blur(motif, 0.009)
    rise = inflate(fill_inside(motif), 0.12) * 0.25 + 0.55 * soft + 0.2 * blur(motif, 0.004)
    height = 0.52 * land * (1 - 0.72 * blur(motif, 0.008)) + (0.68 + 0.10 * land) * rise
    return np.asarray(np.clip(blur(height.astype(np.float32), 0.0024), 0, 0.999), np.float32)


def _choose_card(scene: Scene) -> tuple[list[Color], list[Color]]:
    """Return the colors of the land and those of the motif, from low to high; somber moods have a light motif."""
    inks = scene.inks
    first, second = inks.by_prominence[0], inks.by_prominence[1 % len(inks.by_prominence)]
    dark = [neutralize(tone(inks.by_lightness[0], light, 0.0, 0.09)) for light in (0.17, 0.26)]
    land = [dark[0], tone(first, 0.32, 0.0, 0.13), tone(first, 0.44, 0.0, 0.15)]
    if is_somber(scene.mood):
        return [*dark, tone(inks.by_lightness[0], 0.36, 0.0, 0.08)], [
            vivid(first),
            tone(first, 0.8, 0.0, 0.12),
            inks.paper,
        ]
    if inks.is_gray:
        return land, [tone(second, light) for light in (0.66, 0.82, 0.96)]
    return land, [tone(second, 0.70, 0.0, 0.15), tone(second, 0.84, 0.0, 0.11), neutralize(inks.paper)]
