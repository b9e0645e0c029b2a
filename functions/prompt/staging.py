"""Stages a cover for an image model: scene, framing, action, time of day, weather and light that go together.

The painter's layouts have no part in it: an image model has room for a place wherever the framing has.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from prompt.art_direction import Subject
from prompt.decisions import PromptDecisions, choose_genres
from prompt.lexicon import load_words
from prompt.seeding import hash_to_number, list_seed_inputs
from prompt.taste_profile import Origin

# Of the phrases of motifs. They decide the time of day; a star-shaped flower does not.
_SUN = re.compile(r"\b(sun|sunrise|sunbeams|rainbow)\b")
_NIGHT = re.compile(r"\b(moon|stars?|comet|planets?|galaxy|night)\b(?!-)")
# Of the phrases of motifs that say what the motif does.
_POSE = re.compile(r"\b(\w+ing|curled|coiled|raised|rolled|before|under|in a|at the)\b")
_GENERIC_SCENES = ("hills", "sea", "sky")
_LANDSCAPES = ("outdoors", "town", "water")
_KINDS_WITH_FOCUS = (*_LANDSCAPES, "indoors", "space", "deep")
# Half of their covers are at night, of others a quarter.
_NIGHT_MOODS = ("dark", "dreamy")


@dataclass(frozen=True)
class Staging:
    """What an image model has to show around the subject. `framing` and `scene`: of briefs.toml.

    `scene`: "" where a pattern fills the cover. `time`, `weather`: as in settings.toml, or "". `action`, `light`: in
    words; "" where there is none.
    """

    scene: str
    scene_origin: Origin
    framing: str
    action: str
    time: str
    time_origin: Origin
    weather: str
    weather_origin: Origin
    light: str
    light_origin: Origin


class Stager:
    """Makes the choices of one cover. They are the same in every process."""

    def __init__(self, decisions: PromptDecisions, setting_origin: Origin) -> None:
        """`setting_origin`: from where the setting that titles or the listener want comes."""
        self.decisions, self.art, self.setting_origin = decisions, decisions.art, setting_origin
        self.subject = self.art.subject
        self.subject_text = write_subject(self.subject) if self.subject else ""
        self.group: Mapping[str, Any] = _find_group(self.subject) if self.subject else {}

    def stage(self) -> Staging:
        """Return what goes with the subject; a place without anything else where there is none."""
        name, origin = self._choose_scene()
        scene = load_words()["scenes"].get(name, {})
        is_open = scene.get("kind") in _LANDSCAPES
        time, time_origin = self._choose_time() if is_open else ("", Origin("built_in", ""))
        shows_weather = is_open and self.art.full_setting.weather in scene.get("weathers", load_words()["weathers"])
        weather = "" if self._find_subjects_time() or not shows_weather else self.art.full_setting.weather
        light, light_origin = self._choose_light(scene, origin, time, weather)
        return Staging(
            scene=name,
            scene_origin=origin,
            framing=self._choose_framing(scene),
            action=self._choose_action(scene),
            time=time,
            time_origin=time_origin,
            weather=weather,
            weather_origin=self.setting_origin,
            light=light,
            light_origin=light_origin,
        )

    def _choose[Choice](self, choices: Sequence[Choice], kind: str) -> Choice:
        """Choose another one for each variation."""
        start = hash_to_number(list_seed_inputs(self.decisions.taste), kind)
        return choices[(start + self.decisions.variation) % len(choices)]

    def _choose_scene(self) -> tuple[str, Origin]:
        """Choose the place that titles or the listener name, else one of the genre's, else one where the motif belongs.

        A motif is only where it can be: a whale in the sea.
        """
        family = find_family(self.decisions)
        scenes = load_words()["scenes"]
        if self.subject is None and "patterns" in family and not self.art.layout.places:
            return "", Origin("built_in", "")
        kinds = self.group.get("scenes", _KINDS_WITH_FOCUS)
        theme_scenes = load_words()["theme_scenes"]
        place = theme_scenes.get(self.decisions.theme, self.art.full_setting.place)
        if place and scenes[place]["kind"] in kinds:
            return place, self.setting_origin
        names = [name for name in family.get("scenes", "").split() if scenes[name]["kind"] in kinds]
        if names:
            return self._choose(names, "scene"), Origin("genres", choose_genres(self.decisions.taste)[0].word)
        home = self.group.get("home", _GENERIC_SCENES)
        return self._choose(home, "scene"), Origin("built_in", "where the subject belongs")

    def _choose_time(self) -> tuple[str, Origin]:
        """Choose that of the motif or the medium, else of titles or the listener, else one that suits the mood."""
        if time := self._find_subjects_time():
            return time, Origin("built_in", "time of the subject")
        if self.art.technique.medium in load_words()["night_media"]:
            return "night", Origin("built_in", "a medium that glows")
        if self.art.full_setting.time:
            return self.art.full_setting.time, self.setting_origin
        nights = 2 if self.decisions.mood in _NIGHT_MOODS else 1
        return self._choose(("night",) * nights + ("day",) * (4 - nights), "time"), self.decisions.mood_origin

    def _find_subjects_time(self) -> str:
        text = self.subject_text
        return "night" if _NIGHT.search(text) else "day" if _SUN.search(text) else ""

    def _choose_framing(self, scene: Mapping[str, Any]) -> str:
        if not scene:
            return "surface"
        if self.art.technique.name == "isometric":
            return "isometric"
        if self.subject is None and scene["kind"] in _LANDSCAPES:
            return "view"
        framings = load_words()["framings_of_kinds"]
        suitable = self.group.get("framings") or framings.get(scene["kind"], framings["other"])
        return str(self._choose(suitable, "framing"))

    def _choose_action(self, scene: Mapping[str, Any]) -> str:
        if self.subject is None:
            return ""
        if _POSE.search(self.subject_text):
            return str(self._choose(load_words()["posed_actions"], "action"))
        return str(scene.get("action") or self._choose(self.group["actions"], "action"))

    def _choose_light(
        self, scene: Mapping[str, Any], scene_origin: Origin, time: str, weather: str
    ) -> tuple[str, Origin]:
        """Choose that of the weather, the subject or the scene, else one of the mood."""
        if not scene:
            return "", scene_origin
        if weather:
            return load_words()["weather_lights"][weather][time], self.setting_origin
        if "light" in self.group:
            return self.group["light"], Origin("built_in", "light of the subject")
        if "light" in scene:
            return scene["light"], scene_origin
        lights = load_words()["moods"][self.decisions.mood]["lights"]
        return self._choose(lights[time or "indoors"], "light"), self.decisions.mood_origin


def write_subject(subject: Subject) -> str:
    """Return what an image model has to show: a wolf, where the pictogram shows a wolf's head."""
    if subject.label in load_words()["brief_labels"]:
        return str(load_words()["brief_labels"][subject.label]["text"])
    phrase = load_words()["brief_phrases"].get(subject.motif.name, subject.motif.phrase)
    return re.sub(r"'s (head|face)$", "", phrase) if subject.motif.kind == "animals" else phrase


def find_family(decisions: PromptDecisions) -> dict[str, Any]:
    """Return the entry of families.toml for the first genre that the brief names; empty without a known genre."""
    families: dict[str, dict[str, Any]] = load_words()["families"]
    genres = choose_genres(decisions.taste)
    return families[genres[0].family] if genres else {}


def _find_group(subject: Subject) -> dict[str, Any]:
    """Return the entry of [groups] in briefs.toml that a subject belongs to."""
    groups: dict[str, dict[str, Any]] = load_words()["groups"]
    if subject.label in load_words()["brief_labels"]:
        return groups[load_words()["brief_labels"][subject.label]["group"]]
    by_member, by_file = _index_groups()
    return by_member.get(subject.motif.name) or by_file[subject.motif.kind]


@cache
def _index_groups() -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    groups = load_words()["groups"].values()
    by_member = {name: group for group in groups for name in group.get("members", "").split()}
    return by_member, {group["file"]: group for group in groups if "file" in group}
