from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image, ImageOps
from skimage.draw import random_shapes

from coverart.models import ArtworkObjects, DetectedObject, DetectResult
from detect import classifier, faces, sight
from detect.detector import Detection, find_objects
from detect.faces import Face
from detect.views import move_closer
from detect.vocabulary import load_animals, load_confirmations, load_words
from detector_model import LABELS
from scripts import assets

BLANK = Image.new("RGB", (64, 64))
NO_FACE = Face(0.1, (0, 0, 0.2, 0.2))
DALMATIAN, SORREL, TIGER, CASTLE, TEACUP, GORILLA = 251, 339, 292, 483, 968, 366


@pytest.fixture
def see(monkeypatch):
    """Returns the labels that sight names for outputs of the networks.

    `views`: the scores of a label in five views, by label. `classes`: scores in the picture and its mirror image.
    `face`: its score in the two, and its width.
    """

    def look(views, classes=None, face=(0, 0, 0.3), titles=""):
        scores = {label: views.get(label, (0.01,) * 5) for label in LABELS}
        objects = [DetectedObject(label=label, score=past[0], box=(0, 0, 1, 1)) for label, past in views.items()]
        first = Detection(objects, {label: past[0] for label, past in scores.items()})
        others = [{label: past[view] for label, past in scores.items()} for view in range(1, 5)]
        probabilities = np.zeros((2, 1000), np.float32)
        for number, values in (classes or {}).items():
            probabilities[:, number] = values
        seen_faces = [Face(score, (1 - face[2], 0, 1, 1)) for score in face[:2]]
        monkeypatch.setattr(sight, "find_objects", Mock(return_value=first))
        monkeypatch.setattr(sight, "score_labels", Mock(side_effect=others))
        monkeypatch.setattr(classifier, "classify", Mock(side_effect=list(probabilities)))
        monkeypatch.setattr(faces, "find_face", Mock(side_effect=seen_faces))
        return look_at(BLANK, titles)

    return look


def look_at(image, titles=""):
    return {detected.label for detected in sight.look(image, titles)}


def test_photographs_have_the_right_words_and_no_others():
    labels_by_photograph = {
        name: look_at(ImageOps.pad(Image.open(file).convert("RGB"), (640, 640), color="white"))
        for name, file in assets.fetch_photos().items()
    }
    right = {
        "astronaut": {"person", "portrait"},
        "chelsea": {"cat"},
        "coffee": {"cup"},
        "motorcycle_left": {"motorcycle"},
    }
    assert {photograph: labels for photograph, labels in labels_by_photograph.items() if labels} == right


def test_abstract_artwork_has_no_objects():
    """Ellipses, of which one view alone takes some for airplanes and frisbees."""
    options = {"max_shapes": 4, "min_shapes": 3, "min_size": 120, "shape": "ellipse", "allow_overlap": True}
    artworks = [Image.fromarray(random_shapes((640, 640), **options, rng=number)[0]) for number in range(12)]
    assert sum(any(detected.score > 0.8 for detected in find_objects(artwork).objects) for artwork in artworks) >= 3
    assert [labels for artwork in artworks if (labels := look_at(artwork))] == []


@pytest.mark.parametrize(
    ("scores", "is_seen"),
    [
        ((0.7, 0.7, 0.7, 0.46, 0.46), True),
        ((0.9, 0.9, 0.9, 0.9, 0.44), False),
        ((0.44, 0.9, 0.9, 0.9, 0.9), False),
        ((0.7, 0.7, 0.59, 0.5, 0.5), False),
    ],
)
def test_thing_counts_where_five_views_agree(see, scores, is_seen):
    assert see({"cup": scores}, {TEACUP: 0.3}) == ({"cup"} if is_seen else set())


@pytest.mark.parametrize(
    ("label", "classes", "is_seen"),
    [
        ("cup", {TEACUP: 0.19}, False),
        ("scissors", {TEACUP: 0.9}, False),
        ("dog", {DALMATIAN: 0.31}, True),
        ("dog", {DALMATIAN: 0.29}, False),
        ("dog", {DALMATIAN: 0.5, TIGER: 0.24}, True),
        ("dog", {DALMATIAN: 0.5, TIGER: 0.26}, False),
        ("giraffe", {DALMATIAN: 0.49}, True),
        ("giraffe", {DALMATIAN: 0.51}, False),
        ("horse", {DALMATIAN: 0.09}, True),
        ("horse", {DALMATIAN: 0.11}, False),
        ("horse", {DALMATIAN: 0.11, SORREL: 0.12}, True),
        ("person", {GORILLA: 0.49}, True),
        ("person", {GORILLA: 0.51}, False),
    ],
)
def test_classifier_confirms_or_objects(see, label, classes, is_seen):
    assert see({label: (0.8,) * 5}, classes) & {label} == ({label} if is_seen else set())


@pytest.mark.parametrize(
    ("titles", "labels"),
    [("Wild Horses", {"horse"}), ("The Black Mare", {"horse"}), ("Horseshoe", set()), ("Dog Days", set())],
)
def test_title_settles_which_animal_it_is(see, titles, labels):
    assert see({"horse": (0.8,) * 5}, {DALMATIAN: 0.6}, titles=titles) == labels


@pytest.mark.parametrize(
    ("scores", "is_named"), [((0.5, 0.5), True), ((0.6, 0.41), True), ((0.7, 0.39), False), ((0.45, 0.5), False)]
)
def test_classifier_names_what_picture_and_mirror_image_show(see, scores, is_named):
    assert see({}, {CASTLE: scores}) == ({"castle"} if is_named else set())


@pytest.mark.parametrize(
    ("person", "face", "labels"),
    [
        (0.05, (0.9, 0.9, 0.3), set()),
        (0.11, (0.6, 0.51, 0.3), {"portrait"}),
        (0.11, (0.6, 0.49, 0.3), set()),
        (0.31, (0.5, 0.35, 0.3), {"portrait"}),
        (0.31, (0.5, 0.33, 0.3), set()),
        (0.31, (0.9, 0.9, 0.08), set()),
        (0.45, (0.9, 0.9, 0.3), {"portrait", "person"}),
        (0.45, (0.1, 0.1, 0.3), set()),
        (0.55, (0.1, 0.1, 0.3), {"person"}),
    ],
)
def test_portrait_needs_a_face_and_a_person(see, person, face, labels):
    assert see({"person": (person,) * 5}, face=face) == labels
    # The face of an ape is no portrait.
    assert see({"person": (person,) * 5}, {GORILLA: 0.9}, face) == {"monkey"}


def test_word_has_the_whole_picture_as_its_box(monkeypatch):
    monkeypatch.setattr(sight, "find_objects", Mock(return_value=Detection([], dict.fromkeys(LABELS, 0.0))))
    scores = np.eye(1000, dtype=np.float32)[CASTLE]
    monkeypatch.setattr(classifier, "classify", Mock(return_value=scores))
    assert sight.look(BLANK) == [DetectedObject(label="castle", score=1, box=(0, 0, 1, 1))]


@pytest.mark.parametrize(("scores", "count"), [((0.55, 0.5), 1), ([0.95 - number / 50 for number in range(20)], 10)])
def test_best_ten_boxes_that_are_certain_are_returned(monkeypatch, scores, count):
    boxes = [DetectedObject(label="person", score=score, box=(0, 0, 1, 1)) for score in scores]
    scores_by_label = dict.fromkeys(LABELS, scores[0])
    monkeypatch.setattr(sight, "find_objects", Mock(return_value=Detection(boxes, scores_by_label)))
    monkeypatch.setattr(sight, "score_labels", Mock(return_value=scores_by_label))
    monkeypatch.setattr(faces, "find_face", Mock(return_value=NO_FACE))
    monkeypatch.setattr(classifier, "classify", Mock(return_value=np.zeros(1000, np.float32)))
    assert sight.look(BLANK) == boxes[:count]


def test_closer_view_lacks_the_same_margin_on_all_sides():
    assert move_closer(Image.new("RGB", (200, 100))).size == (176, 88)


def test_objects_of_fifty_albums_fit_between_states():
    box = DetectedObject(label="traffic light", score=0.98765, box=(0.12345, 0.12345, 0.98765, 0.98765))
    result = DetectResult(artworks=[ArtworkObjects(album_id="a" * 22, objects=[box] * sight.MAX_OBJECTS)] * 50)
    assert len(result.model_dump_json()) < 100_000


def test_vocabulary_names_classes_of_imagenet_once():
    animals = load_animals()
    specific = [name for name in animals.names if name != "bird"]
    counts = animals.matrix[[animals.names.index(name) for name in specific]].sum(axis=0)
    assert counts.max() == 1
    assert load_words().matrix.shape == (len(load_words().names), 1000)
    assert set(load_confirmations()) < set(LABELS)
    assert not animals.find_rivals("bird")[animals.names.index("owl")]
