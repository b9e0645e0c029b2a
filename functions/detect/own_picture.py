"""Looks at the listener's own picture: its subject, what that is, and where the faces are."""

from collections.abc import Sequence

import numpy as np

from coverart.aws.s3 import Bucket
from coverart.images.jpeg import encode_image
from coverart.images.photograph import read_photograph
from coverart.models import WHOLE_PICTURE, Box, CutOut, DetectedObject
from coverart.store.keys import cover_file_key, picture_file_key
from detect import faces, subject
from detect.artwork import MAX_SIDE_PIXELS
from detect.boxes import measure_overlaps
from detect.sight import look

# Of the boxes of an object and the subject, intersection over union; below it, the object is beside the subject.
_MIN_OVERLAP = 0.15


def cut_out(listener_id: str, cover_id: str, picture_id: str, bucket: Bucket) -> CutOut:
    """Look at the picture, and store the mask of its subject where one stands out.

    Raises PictureNotFoundError where it was deleted, and ModelError where a network fails.
    """
    key = picture_file_key(listener_id, picture_id, "picture.jpg")
    image = read_photograph(key, bucket)
    mask = subject.find_mask(subject.prepare(image))
    box, mask_key = WHOLE_PICTURE, None
    if subject.stands_out(mask):
        box = subject.find_box(mask)
        mask_key = cover_file_key(listener_id, cover_id, "mask.png")
        bucket.put(mask_key, encode_image(subject.refine(mask, image), "PNG", compress_level=1), "image/png")
    face_boxes = [face.box for face in faces.find_faces(faces.prepare(image))]
    image.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    label = choose_label(look(image), box, face_boxes)
    return CutOut(picture_id=picture_id, key=key, mask=mask_key, box=box, label=label, faces=face_boxes)


def choose_label(objects: Sequence[DetectedObject], box: Box, face_boxes: Sequence[Box]) -> str:
    """Return what the subject in a box is: what overlaps it most, weighted with the score; "" where nothing does.

    A person with a visible face is a portrait.
    """
    overlaps = measure_overlaps(np.array(box), np.array([detected.box for detected in objects]).reshape(-1, 4))
    candidates = [
        (overlap * detected.score, detected.label)
        for detected, overlap in zip(objects, overlaps.tolist(), strict=True)
        if overlap >= _MIN_OVERLAP
    ]
    _, label = max(candidates, default=(0, ""))
    return "portrait" if label == "person" and face_boxes else label
