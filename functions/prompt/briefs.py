"""Writes the brief for an image model: purpose, scene, subject, framing, medium, light, colors and exclusions.

Order and content follow OpenAI's guide to prompting its image models.
"""

from coverart.models import CutOut, Lettering, Phrase
from prompt.art_direction import is_drawable
from prompt.decisions import PromptDecisions, choose_genres
from prompt.lexicon import load_words, tokenize
from prompt.own_picture import describe_photograph, find_picture_origin
from prompt.phrases import MAX_NAMES, PhraseWriter, begin_sentence, join_words
from prompt.staging import Stager, Staging, find_family, write_subject
from prompt.taste_profile import Origin, split_negations


class BriefWriter(PhraseWriter):
    """Writes the phrases of one brief, with the decisions that the painter's prompt has too.

    `lettering`: what will be set in type, for which there has to be room.
    """

    def __init__(self, decisions: PromptDecisions, lettering: Lettering | None = None) -> None:
        super().__init__(decisions)
        self.lettering = lettering
        self.technique = decisions.art.technique

    def write(self, direction: str) -> list[Phrase]:
        """Return the phrases in the order of the brief.

        `direction`: the listener's, or empty. If it names something to see, this replaces scene and subject, unless the
        cover shows a picture of the listener's own.
        """
        staging = Stager(self.decisions, self.theme_origin).stage()
        timed_words = load_words()["timed_words"]
        suitable = {staging.time, staging.weather}
        unsuitable = [word for name, words in timed_words.items() if name not in suitable for word in words]
        cut_out = self.decisions.cut_out
        shows_something = cut_out is not None or _names_subject_or_place(direction)
        return [
            self._create_phrase("purpose", load_words()["purpose"], Origin("built_in", "always")),
            *self._write_genre(staging),
            *self._write_era("like a sleeve of the {decade}s"),
            *([self._write_direction(direction)] if direction else []),
            *([] if cut_out is None else self._write_reference(cut_out)),
            *([] if shows_something else self._write_staging(staging)),
            *self._write_room(),
            self._write_medium(),
            self._write_mood(unsuitable),
            *(
                []
                if shows_something or not staging.light
                else [self._create_phrase("light", staging.light, staging.light_origin)]
            ),
            self._write_colors(load_words()["inks"].get(self.technique.medium, MAX_NAMES), unsuitable),
            self._write_exclusions(),
        ]

    def _write_genre(self, staging: Staging) -> list[Phrase]:
        """Name the music and what its sleeves are known for, unless DataMode words_only keeps the music unknown."""
        genres = choose_genres(self.taste)
        if self.taste.built_in or not genres:
            return []
        origin = Origin("genres", ", ".join(genre.word for genre in genres))
        family = find_family(self.decisions)
        tradition = family["sleeves"] if staging.scene else family["patterns"]
        return [
            self._create_phrase("genre", join_words(list(dict.fromkeys(genre.name for genre in genres))), origin),
            self._create_phrase("tradition", tradition, Origin("genres", genres[0].word)),
        ]

    def _write_staging(self, staging: Staging) -> list[Phrase]:
        """Write scene, time and weather, the subject with its action, and the framing."""
        art, scenes = self.decisions.art, load_words()["scenes"]
        phrases = []
        if staging.scene:
            phrases.append(self._create_phrase("scene", scenes[staging.scene]["text"], staging.scene_origin))
        setting_phrases = load_words()["setting_phrases"]
        if staging.time:
            phrases.append(self._create_phrase("time", setting_phrases[staging.time], staging.time_origin))
        if staging.weather:
            phrases.append(self._create_phrase("setting", setting_phrases[staging.weather], staging.weather_origin))
        if art.subject:
            phrases.append(self._create_phrase("subject", write_subject(art.subject), art.subject.origin))
            phrases.append(self._create_phrase("action", staging.action, Origin("built_in", "suits the subject")))
        elif staging.scene:
            phrases.append(self._create_phrase("subject", scenes[staging.scene]["focus"], staging.scene_origin))
        else:
            origin = Origin("built_in", f"{art.layout.name}, a layout of the medium")
            phrases.append(self._create_phrase("composition", art.layout.phrase, origin))
        framing = load_words()["framings"][staging.framing]["text"]
        return [*phrases, self._create_phrase("framing", framing, Origin("built_in", "has room for the scene"))]

    def _write_reference(self, cut_out: CutOut) -> list[Phrase]:
        """Write what the picture that comes with the brief is, and what stays as it is there."""
        words, origin = load_words()["reference"], find_picture_origin(cut_out)
        stands_out = cut_out.mask is not None
        subject = words["subject" if stands_out else "whole"].format(photograph=describe_photograph(cut_out))
        framing = load_words()["framings"]["close"]["text"]
        return [
            *([self._create_phrase("scene", words["scene"], origin)] if stands_out else []),
            self._create_phrase("subject", subject, origin),
            *([self._create_phrase("action", words["faces"], origin)] if cut_out.faces else []),
            *(
                [self._create_phrase("framing", framing, Origin("built_in", "the subject is known"))]
                if stands_out
                else []
            ),
        ]

    def _write_room(self) -> list[Phrase]:
        if self.lettering is None:
            return []
        origin = Origin("built_in", "room for the title")
        return [self._create_phrase("room", load_words()["title_room"][self.lettering.place], origin)]

    def _write_medium(self) -> Phrase:
        text = begin_sentence(f"{self.technique.medium}, {self.technique.texture}")
        return self._create_phrase("medium", text, self.decisions.art.technique_origin)

    def _write_exclusions(self) -> Phrase:
        words = load_words()
        border = "" if self.technique.medium in words["bordered_media"] else f", {words['no_border']}"
        return self._create_phrase("avoid", f"{words['exclusions']}{border}", Origin("built_in", "always"))


def _names_subject_or_place(direction: str) -> bool:
    """Return whether a listener's direction names more to see than time, weather and medium."""
    words = load_words()
    qualifiers = {
        word
        for kind in ("times_of_day", "weathers", "overridden_parts")
        for texts in words[kind].values()
        for text in texts
        for word in tokenize(text)
    }
    wishes, _ = split_negations(direction)
    return any(is_drawable(word) and word not in qualifiers for word in tokenize(wishes))
