"""What is on a picture, as far as several views and networks agree.

A detected object counts where five views agree and the classifier does not see something else. The classifier alone
names what COCO's 80 labels lack, and the face detector says "portrait". docs/performance.md ("Sight") has the figures
with these limits.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.models import WHOLE_PICTURE, DetectedObject
from coverart.motifs import find_by_label
from detect import classifier, faces
from detect.detector import find_objects, score_labels
from detect.views import OTHER_VIEWS
from detect.vocabulary import load_animals, load_confirmations, load_words

MAX_OBJECTS = 10
# The least score of the five views and their median; people have fewer rivals than things.
_LIMITS, _PERSON_LIMITS, _LIMITS_WITH_FACE = (0.45, 0.6), (0.4, 0.5), (0.0, 0.4)
# Of boxes beside a label's best one.
_MIN_OTHER_BOX_SCORE = 0.6
_ANIMALS = frozenset({"bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"})
# An animal's score by the classifier, and how many times that of any other animal.
_MIN_ANIMAL_SCORE, _MIN_ANIMAL_MARGIN = 0.3, 2
# The classifier has no giraffe and only one breed of horses. What another animal may score beside them.
_MAX_RIVAL_SCORES = {"horse": 0.1, "giraffe": 0.5}
_MIN_CONFIRMATION = 0.2
# An ape is no person.
_MAX_MONKEY_SCORE = 0.5
# A word's limit is for the mean of a picture and its mirror image, and each of them must reach this share of it.
_VIEW_SHARE = 0.8
# By the object detector's score of a person, what a face must score to be a portrait. Drawn faces score little; faces
# that are only seen in shapes and animals have no person.
_MIN_FACE_SCORES = ((0.3, 0.42), (0.1, 0.55))
# In widths of the picture.
_MIN_FACE_WIDTH = 0.085

Scores = NDArray[np.float32]


def look(image: Image.Image, titles: str = "") -> list[DetectedObject]:
    """Return what is on an RGB image, at most MAX_OBJECTS, the best score first.

    A word for the whole picture has all of it as its box. `titles`: of the song and its album; an animal that they name
    needs no confirmation. Raises ModelError where a network's output is invalid.
    """
    detection = find_objects(image)
    class_scores = _classify(image, {detected.label for detected in detection.objects})
    is_human = _is_confirmed("person", class_scores.mean(axis=0), titles)
    portrait = _find_portrait(image, detection.scores["person"]) if is_human else None
    candidates = {
        label: _choose_limits(label, portrait)
        for label in {detected.label for detected in detection.objects}
        if _is_confirmed(label, class_scores.mean(axis=0), titles)
    }
    common_labels = _find_agreed(image, detection.scores, candidates)
    objects = list(_list_boxes(detection.objects, common_labels))
    objects += [word for word in _list_words(class_scores) if word.label not in common_labels]
    objects += [portrait] if portrait else []
    return sorted(objects, key=lambda detected: -detected.score)[:MAX_OBJECTS]


def _list_boxes(objects: Sequence[DetectedObject], labels: Collection[str]) -> Iterator[DetectedObject]:
    """Yield the best box of each label, and others that are certain. `objects`: the best score first."""
    labels_with_box: set[str] = set()
    for detected in objects:
        is_certain = detected.label not in labels_with_box or detected.score > _MIN_OTHER_BOX_SCORE
        if detected.label in labels and is_certain:
            labels_with_box.add(detected.label)
            yield detected


def _classify(image: Image.Image, labels: Collection[str]) -> Scores:
    """Return the classifier's scores of a picture and, where they may matter, of its mirror image: (views, 1000)."""
    pixels = classifier.prepare(image)
    scores, words = classifier.classify(pixels), load_words()
    if labels or (words.sum_scores(scores) >= _VIEW_SHARE * words.min_scores).any():
        return np.stack([scores, classifier.classify(pixels[:, ::-1])])
    return scores[None]


def _list_words(class_scores: Scores) -> Iterator[DetectedObject]:
    """Yield what the classifier names in a picture and its mirror image."""
    words = load_words()
    scores = words.sum_scores(class_scores)
    is_named = (scores.mean(axis=0) >= words.min_scores) & (scores.min(axis=0) >= _VIEW_SHARE * words.min_scores)
    for index in np.flatnonzero(is_named):
        score = round(float(scores[:, index].mean()), 4)
        yield DetectedObject(label=words.names[index], score=min(score, 1.0), box=WHOLE_PICTURE)


def _find_portrait(image: Image.Image, person_score: float) -> DetectedObject | None:
    """Return the face that a picture and its mirror image show, if it is large, as a portrait."""
    min_score = next((score for person, score in _MIN_FACE_SCORES if person_score >= person), None)
    if min_score is None:
        return None
    pixels = faces.prepare(image)
    face = faces.find_face(pixels)
    if face.width < _MIN_FACE_WIDTH or face.score < min_score / 2:
        return None
    score = (face.score + faces.find_face(pixels[:, ::-1]).score) / 2
    return DetectedObject(label="portrait", score=round(score, 4), box=face.box) if score >= min_score else None


def _is_confirmed(label: str, class_scores: Scores, titles: str) -> bool:
    """Return whether the classifier agrees with the object detector, or at least does not object.

    `class_scores`: (1000,). A title that has a word for the animal settles which one it is, such as "The Black Mare".
    """
    animals = load_animals()
    scores = animals.sum_scores(class_scores)
    if label == "person":
        return bool(scores[animals.names.index("monkey")] < _MAX_MONKEY_SCORE)
    if label in _ANIMALS:
        words = {word for motif in find_by_label(label) for word in motif.words}
        if words & set(re.findall("[a-z]+", titles.lower())):
            return True
        rival = float(scores[animals.find_rivals(label)].max())
        own = float(scores[animals.names.index(label)]) if label in animals.names else 0.0
        if label in _MAX_RIVAL_SCORES:
            return rival <= max(own, _MAX_RIVAL_SCORES[label])
        return own >= max(_MIN_ANIMAL_SCORE, _MIN_ANIMAL_MARGIN * rival)
    return bool(class_scores[load_confirmations().get(label, [])].sum() >= _MIN_CONFIRMATION)


def _choose_limits(label: str, portrait: DetectedObject | None) -> tuple[float, float]:
    if label != "person":
        return _LIMITS
    return _LIMITS_WITH_FACE if portrait else _PERSON_LIMITS


def _find_agreed(
    image: Image.Image, scores: Mapping[str, float], candidates: Mapping[str, tuple[float, float]]
) -> set[str]:
    """Return the labels on which the views agree. `scores`: of the picture itself. `candidates`: limits by label."""
    history = {label: [scores[label]] for label in candidates}
    for view in OTHER_VIEWS:
        history = {label: past for label, past in history.items() if past[-1] > candidates[label][0]}
        if not history:
            return set()
        view_scores = score_labels(view(image))
        history = {label: [*past, view_scores[label]] for label, past in history.items()}
    return {
        label
        for label, past in history.items()
        if min(past) > candidates[label][0] and median(past) > candidates[label][1]
    }
