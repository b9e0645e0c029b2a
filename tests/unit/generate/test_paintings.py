from unittest.mock import patch

import numpy as np
import pytest
from botocore.exceptions import ClientError
from PIL import Image
from PIL.JpegImagePlugin import get_sampling

from coverart import errors
from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.images.decode import decode_image, detect_content_type
from coverart.images.jpeg import FULL_CHROMA
from coverart.models import Brief, CutOut
from coverart.motifs import find_by_label, format_credit
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from generate import painter
from generate.openai_images import PaintingResponse
from generate.painter.scene import Photograph
from generate.paintings import PaintingGenerator
from generate.payments import Payments
from tests.images import encode
from tests.spending import spend
from tests.unit.generate.conftest import make_prompt

KEY_STEM = "covers/ada/c1/painting"
MODEL_KEY, PAINTER_KEY = f"{KEY_STEM}.jpg", f"{KEY_STEM}.png"
FAILURE_NOTE = "The painting did not arrive."
PROMPT = make_prompt(text="A cat by the sea, no text")
CUT_OUT = CutOut(
    picture_id="20261201T010101001-0123456789",
    key="pictures/ada/p1/picture.jpg",
    mask=None,
    box=(0, 0, 1, 1),
    label="",
    faces=[],
)
GORY_PROMPT = PROMPT.model_copy(update={"text": "A bloody knife, a cat, by the sea. No text."})
PICTURE = encode(Image.new("RGB", (1024, 1024), "teal"))
# What a call costs according to its bill, and what is reserved for it before.
BILL, RESERVATION = pytest.approx(0.006), pytest.approx(0.012)


class FakeImageModel:
    """The part of ImageModel that PaintingGenerator uses."""

    name = "gpt-image-2.6-flare"
    quality = "low"

    def __init__(self, image_bytes=PICTURE, error=None, blocked_words=()):
        self.response = PaintingResponse(image_bytes, {"output_tokens": 200}, 0.006)
        self.error = error
        self.blocked_words = blocked_words
        self.prompts, self.pictures = [], []

    def maximum_cost(self, has_picture):
        return 0.012 + 0.07 * has_picture

    def paint(self, prompt, _listener_id, picture=None):
        self.prompts.append(prompt)
        self.pictures.append(picture)
        if any(word in prompt for word in self.blocked_words):
            raise errors.PromptBlockedError("Blocked.")
        if self.error:
            raise self.error
        return self.response


@pytest.fixture
def budget(covers):
    return Budget(clients.get_table("KeysTable"), 1.0)


@pytest.fixture
def generate(bucket, budget, monkeypatch):
    """Generate a painting. The painter must paint 1024 pixels, and paints 64, which takes a tenth of the time."""
    paint_scene = painter.paint_scene
    monkeypatch.setattr(
        painter, "paint_scene", lambda prompt, size, *more: paint_scene(prompt, {1024: 64}[size], *more)
    )

    def generate(model, prompt=PROMPT, failure_note=None, fallback=True, key_stem=KEY_STEM):
        payments = Payments(Covers(clients.get_table("CoversTable")), budget, "ada", "c1")
        generator = PaintingGenerator(bucket, payments, model, fallback)
        return generator.get_or_create_painting(prompt, key_stem, failure_note)

    return generate


def change(**fields):
    return PROMPT.model_copy(update=fields)


@pytest.mark.parametrize(("text", "quality"), [("A dog", "low"), (PROMPT.text, "high")])
def test_painting_of_the_model_is_stored_with_its_bill_once(bucket, budget, generate, text, quality):
    model = FakeImageModel()
    painting = generate(model)
    assert (painting.backend, painting.model, painting.cost_usd) == ("openai", "gpt-image-2.6-flare", 0.006)
    assert bucket.get(MODEL_KEY) == PICTURE
    # A retry, also after the model failed, does not buy it again. Another prompt or quality is another painting.
    assert generate(model) == generate(model, failure_note=FAILURE_NOTE) == painting
    assert (model.prompts, budget.get_spent()) == ([PROMPT.text], BILL)
    model.quality = quality
    generate(model, change(text=text))
    assert model.prompts == [PROMPT.text, text]


def test_painting_is_used_again_without_a_call_or_a_bill(bucket, budget, generate):
    earlier = generate(FakeImageModel(), key_stem="covers/ada/c0/painting")
    model, prompt = FakeImageModel(), change(painting=earlier.key)
    results = [generate(model, prompt, failure_note) for failure_note in (None, "A crash.")]
    assert {(p.key, p.backend, p.usage, p.cost_usd) for p in results} == {(MODEL_KEY, "openai", None, 0)}
    assert (model.prompts, bucket.get(MODEL_KEY), budget.get_spent()) == ([], PICTURE, BILL)
    with pytest.raises(errors.InvalidRequestError, match="deleted"):
        generate(model, change(painting="covers/ada/c9/painting.jpg"))
    # A painting by the painter is not replaced by one that costs something.
    painting = generate(model, change(painting="covers/ada/c9/painting.png"))
    assert (painting.backend, painting.cost_usd, model.prompts) == ("painter", 0, [])
    files = [bucket.s3.head_object(Bucket=bucket.name, Key=key) for key in (earlier.key, MODEL_KEY, PAINTER_KEY)]
    assert [file["ContentType"] for file in files] == ["image/jpeg", "image/jpeg", "image/png"]


def test_picture_reaches_the_model_only_where_its_listener_says_so(bucket, budget, generate):
    bucket.put(CUT_OUT.key, encode(Image.new("RGB", (2048, 1024))), "image/jpeg")
    silent, sending = (PROMPT.model_copy(update={"cut_out": CUT_OUT, "send_picture": send}) for send in (False, True))
    model = FakeImageModel()
    generate(model, silent)
    assert model.pictures == [None]
    painting = generate(model, sending)
    assert generate(model, sending) == painting
    assert (len(model.pictures), decode_image(model.pictures[1]).size) == (2, (1024, 512))
    assert budget.get_spent() == pytest.approx(2 * 0.006)
    with pytest.raises(errors.PictureNotFoundError):
        generate(model, sending.model_copy(update={"cut_out": CUT_OUT.model_copy(update={"key": "deleted"})}))
    assert budget.get_spent() == pytest.approx(2 * 0.006)


def test_image_model_receives_the_brief_and_painter_the_rest(bucket, generate):
    prompt, model = change(brief=Brief(text="Cover art: a cat", phrases=[])), FakeImageModel()
    generate(model, prompt)
    assert model.prompts == ["Cover art: a cat"]
    # A painting of the painter does not depend on the brief, and is the same twice.
    first = generate(None, prompt)
    body, digest = bucket.get(first.key), bucket.get_metadata(first.key)["digest"]
    bucket.delete_prefix(first.key)
    assert generate(None, PROMPT) == first
    assert (bucket.get(first.key), bucket.get_metadata(first.key)["digest"]) == (body, digest)


def test_painter_prints_the_picture_with_its_mask(bucket, generate):
    """Without its mask, the cover was deleted; a deleted picture is an error of its own."""
    face = (0, 0, 0.2, 0.4)
    cut_out = CUT_OUT.model_copy(update={"key": "p", "mask": "m", "faces": [face]})
    prompt = change(technique="swiss", composition="poster", cut_out=cut_out)
    picture, mask = Image.linear_gradient("L").resize((40, 30)).convert("RGB"), Image.new("L", (40, 30))
    mask.paste(255, (10, 5, 30, 30))
    for key, image in {"p": picture, "m": mask}.items():
        bucket.put(key, encode(image, "PNG"), "image/png")
    pixels, tones = (np.asarray(image, np.float32) / 255 for image in (picture, mask))
    for mask_key, expected_mask in ((None, None), ("m", tones)):
        changed = prompt.model_copy(update={"cut_out": cut_out.model_copy(update={"mask": mask_key})})
        generate(None, changed)
        expected, _ = painter.paint_scene(changed, 1024, Photograph(pixels, expected_mask, (face,)))
        assert decode_image(bucket.get(PAINTER_KEY)).tobytes() == expected.tobytes()
    for key, error in (("m", errors.CoverDeletedError), ("p", errors.PictureNotFoundError)):
        bucket.delete([key, PAINTER_KEY])
        with pytest.raises(error):
            generate(None, prompt)


@pytest.mark.parametrize(
    ("error", "spent"),
    [
        (errors.ImageModelRefusedError("No quota."), 0),
        (errors.PromptBlockedError("Blocked."), 0),
        (errors.PaintingElsewhereError("Elsewhere."), RESERVATION),
    ],
)
def test_painter_replaces_a_model_that_refuses_and_says_why(budget, generate, error, spent):
    model = FakeImageModel(error=error)
    painting = generate(model)
    assert (painting.backend, painting.cost_usd, painting.note) == ("painter", 0, str(error))
    assert budget.get_spent() == spent
    # Nothing repeats the call once the painter has painted.
    assert generate(model) == painting
    assert len(model.prompts) == 1


def test_blocked_prompt_is_sent_once_more_with_fewer_words(budget, generate):
    model = FakeImageModel(blocked_words=("bloody", "knife"))
    painting = generate(model, GORY_PROMPT)
    assert model.prompts == [GORY_PROMPT.text, "A, a cat, by the sea. No text."]
    assert (painting.backend, painting.cost_usd) == ("openai", 0.006)
    assert painting.note.endswith("Words about gore and weapons were removed.")
    assert generate(model, GORY_PROMPT) == painting
    assert (len(model.prompts), budget.get_spent()) == (2, BILL)


@pytest.mark.parametrize(("prompt", "calls"), [(GORY_PROMPT, 2), (PROMPT, 1)], ids=["twice", "nothing to remove"])
def test_blocked_prompt_costs_nothing_and_is_the_painters(budget, generate, prompt, calls):
    model = FakeImageModel(blocked_words=("cat",))
    painting = generate(model, prompt)
    assert (painting.backend, painting.note) == ("painter", "Blocked.")
    assert (len(model.prompts), budget.get_spent()) == (calls, 0)


@pytest.mark.parametrize(
    ("model", "prompt", "error", "spent"),
    [
        (FakeImageModel(error=errors.ImageModelBusyError("Busy.")), PROMPT, errors.ImageModelBusyError, 0),
        (FakeImageModel(error=errors.PaintingLostError("Lost.")), PROMPT, errors.PaintingLostError, RESERVATION),
        (
            FakeImageModel(error=errors.PaintingLostError("Lost."), blocked_words=("knife",)),
            GORY_PROMPT.model_copy(update={"cut_out": CUT_OUT, "send_picture": True}),
            *(errors.PaintingLostError, pytest.approx(0.082)),
        ),
        (FakeImageModel(error=MemoryError()), PROMPT, MemoryError, RESERVATION),
        (FakeImageModel(b"<html>"), PROMPT, errors.PaintingLostError, RESERVATION),
    ],
    ids=["busy", "lost", "lost with a picture at the second prompt", "unexpected", "unreadable"],
)
def test_call_that_may_have_been_billed_stays_spent(bucket, budget, generate, model, prompt, error, spent):
    bucket.put(CUT_OUT.key, PICTURE, "image/jpeg")
    with pytest.raises(error):
        generate(model, prompt)
    assert (budget.get_spent(), bucket.get_metadata(MODEL_KEY)) == (spent, None)


def test_painting_that_cannot_be_stored_is_lost_and_stays_spent(budget, generate, monkeypatch):
    def refuse(*_):
        raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    monkeypatch.setattr(Bucket, "put", refuse)
    with pytest.raises(errors.PaintingLostError):
        generate(FakeImageModel())
    assert budget.get_spent() == RESERVATION


def test_painting_stored_before_a_crash_is_settled_by_a_retry(budget, generate):
    model = FakeImageModel()
    with patch.object(Payments, "settle", side_effect=MemoryError), pytest.raises(MemoryError):
        generate(model)
    assert budget.get_spent() == RESERVATION
    generate(model)
    assert (model.prompts, budget.get_spent()) == ([PROMPT.text], BILL)


def test_spent_budget_calls_no_model(budget, generate):
    """Without the fallback, the reason is an error, as the model's refusal is."""
    with pytest.raises(errors.PromptBlockedError):
        generate(FakeImageModel(error=errors.PromptBlockedError("Blocked.")), fallback=False)
    spend(budget, 1.0)
    model = FakeImageModel()
    painting = generate(model)
    assert (painting.backend, "budget" in painting.note, model.prompts) == ("painter", True, [])
    with pytest.raises(errors.BudgetSpentError):
        generate(model, change(text="A dog"), fallback=False)


@pytest.mark.parametrize(("size", "file_format"), [((1536, 1024), "JPEG"), ((1024, 1024), "PNG"), ((64, 64), "WEBP")])
def test_painting_of_another_shape_is_stored_as_a_square_jpeg(bucket, generate, size, file_format):
    """What exceeds the square is cropped."""
    picture = Image.new("RGB", size, "red")
    picture.paste("teal", ((size[0] - size[1]) // 2, 0, *size))
    generate(FakeImageModel(encode(picture, file_format)))
    stored_bytes = bucket.get(MODEL_KEY)
    assert detect_content_type(stored_bytes) == "image/jpeg"
    image = decode_image(stored_bytes)
    assert (image.size, get_sampling(image)) == ((1024, 1024), FULL_CHROMA)
    assert image.getpixel((20, 512))[0] < 20


def test_model_that_failed_finally_is_not_called_again(generate):
    model = FakeImageModel()
    painting = generate(model, failure_note=FAILURE_NOTE)
    assert (painting.backend, painting.note, model.prompts) == ("painter", FAILURE_NOTE, [])
    note = generate(None, change(text="A dog", undrawn=["fjord"]), FAILURE_NOTE).note
    assert note == f"{FAILURE_NOTE} The built-in painter cannot draw: fjord."


@pytest.mark.parametrize(
    ("fields", "credit"),
    [
        (
            {"technique": "linocut", "composition": "night", "motif": "raven"},
            "Raven by Lorc, game-icons.net, CC BY 3.0",
        ),
        ({"technique": "swiss", "composition": "arcs"}, None),
        ({"subjects": ["elephant"]}, format_credit(find_by_label("elephant")[0])),
    ],
    ids=["motif", "no motif", "prompt of an earlier version"],
)
def test_credit_and_note_say_what_is_and_is_not_painted(generate, fields, credit):
    painting = generate(None, change(**{"subjects": [], "undrawn": ["theremin", "fjord"]} | fields))
    assert painting.credit == credit
    assert painting.note == "The built-in painter cannot draw: theremin, fjord."
