import io

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import (
    BudgetSpentError,
    ImageModelBusyError,
    ImageModelRefusedError,
    InvalidRequestError,
    PaintingElsewhereError,
    PaintingLostError,
    PromptBlockedError,
)
from coverart.images.decode import decode_image, detect_content_type
from coverart.models import Brief, Prompt
from coverart.motifs import find_by_label, format_credit
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from generate.openai_images import PaintingResponse
from generate.paintings import PaintingGenerator
from generate.payments import Payments
from tests.spending import spend

KEY_STEM = "covers/ada/c1/painting"
MODEL_KEY, PAINTER_KEY = f"{KEY_STEM}.jpg", f"{KEY_STEM}.png"
FAILURE_NOTE = "The painting did not arrive."
PROMPT = Prompt(
    text="A cat by the sea, no text",
    phrases=[],
    subjects=["cat"],
    mood="serene",
    energy=0.3,
    era="1970s",
    palette=["#204060", "#e0c080", "#c04030", "#f0f0e0"],
    style_albums=[],
    seed=0,
)
GORY_PROMPT = PROMPT.model_copy(update={"text": "A bloody knife, a cat, by the sea. No text."})


def encode_image(size=(1024, 1024), file_format="jpeg"):
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, file_format)
    return buffer.getvalue()


class FakeImageModel:
    """The part of ImageModel that PaintingGenerator uses."""

    name = "gpt-image-2.6-flare"
    quality = "low"

    def __init__(self, image_bytes=None, error=None, blocked_words=()):
        self.response = PaintingResponse(image_bytes or encode_image(), {"output_tokens": 200}, 0.006)
        self.error = error
        self.blocked_words = blocked_words
        self.prompts = []

    def maximum_cost(self):
        return 0.012

    def paint(self, prompt, _listener_id):
        self.prompts.append(prompt)
        if any(word in prompt for word in self.blocked_words):
            raise PromptBlockedError("Blocked.")
        if self.error:
            raise self.error
        return self.response


@pytest.fixture
def bucket(stack):
    return Bucket(clients.get_client("s3"), "bucket")


@pytest.fixture
def budget(covers):
    return Budget(clients.get_table("KeysTable"), 1.0)


@pytest.fixture
def generate(bucket, budget):
    def generate(model, prompt=PROMPT, failure_note=None, fallback=True):
        payments = Payments(Covers(clients.get_table("CoversTable")), budget, "ada", "c1")
        generator = PaintingGenerator(bucket, payments, model, fallback)
        return generator.get_or_create_painting(prompt, KEY_STEM, failure_note)

    return generate


def test_painting_of_the_model_is_stored_with_its_bill(bucket, budget, generate):
    painting = generate(FakeImageModel())
    assert (painting.backend, painting.model, painting.cost_usd) == ("openai", "gpt-image-2.6-flare", 0.006)
    assert bucket.get(MODEL_KEY) == encode_image()
    assert budget.get_spent() == pytest.approx(0.006)


def test_stored_painting_is_not_bought_again(generate):
    model = FakeImageModel()
    first = generate(model)
    assert generate(model) == first
    assert len(model.prompts) == 1


def test_painting_is_used_again_without_a_call_or_a_bill(bucket, budget, generate):
    earlier = generate(FakeImageModel())
    bucket.put("covers/ada/c0/painting.jpg", bucket.get(earlier.key), "image/jpeg", bucket.get_metadata(earlier.key))
    model, prompt = FakeImageModel(), PROMPT.model_copy(update={"painting": "covers/ada/c0/painting.jpg"})
    paintings = [generate(model, prompt, failure_note) for failure_note in (None, "A crash.")]
    assert {(p.key, p.backend, p.cost_usd) for p in paintings} == {(MODEL_KEY, "openai", 0)}
    assert model.prompts == []
    assert bucket.get(MODEL_KEY) == encode_image()
    assert budget.get_spent() == pytest.approx(0.006)
    with pytest.raises(InvalidRequestError, match="deleted"):
        generate(model, PROMPT.model_copy(update={"painting": "covers/ada/c9/painting.jpg"}))
    # A painting by the painter is not replaced by one that costs something.
    painting = generate(model, PROMPT.model_copy(update={"painting": "covers/ada/c9/painting.png"}))
    assert (painting.backend, painting.cost_usd, model.prompts) == ("painter", 0, [])


def test_other_prompt_is_another_painting(generate):
    model = FakeImageModel()
    generate(model)
    generate(model, PROMPT.model_copy(update={"text": "A dog"}))
    assert model.prompts == ["A cat by the sea, no text", "A dog"]


def test_unexpected_error_of_the_call_leaves_it_recorded(budget, generate):
    with pytest.raises(MemoryError):
        generate(FakeImageModel(error=MemoryError()))
    assert budget.get_spent() == pytest.approx(0.012)


def test_image_model_receives_the_brief_and_painter_the_rest(bucket, generate):
    prompt = PROMPT.model_copy(update={"brief": Brief(text="Cover art: a cat", phrases=[])})
    model = FakeImageModel()
    generate(model, prompt)
    assert model.prompts == ["Cover art: a cat"]
    # A painting of the painter does not depend on the brief.
    key = generate(None, prompt).key
    digest = bucket.get_metadata(key)["digest"]
    bucket.delete_prefix(key)
    assert bucket.get_metadata(generate(None, PROMPT).key)["digest"] == digest


@pytest.mark.parametrize("error", [ImageModelRefusedError("No quota."), PromptBlockedError("Blocked.")])
def test_painter_replaces_a_model_that_refuses_and_says_why(budget, generate, error):
    painting = generate(FakeImageModel(error=error))
    assert (painting.backend, painting.cost_usd, painting.note) == ("painter", 0, str(error))
    assert budget.get_spent() == 0


def test_blocked_prompt_is_sent_once_more_with_fewer_words(budget, generate):
    model = FakeImageModel(blocked_words=("bloody", "knife"))
    painting = generate(model, GORY_PROMPT)
    assert model.prompts == [GORY_PROMPT.text, "A, a cat, by the sea. No text."]
    assert (painting.backend, painting.cost_usd) == ("openai", 0.006)
    assert painting.note.endswith("Words about gore and weapons were removed.")
    assert budget.get_spent() == pytest.approx(0.006)
    assert generate(model, GORY_PROMPT) == painting
    assert len(model.prompts) == 2


def test_prompt_blocked_twice_costs_nothing_and_is_the_painters(budget, generate):
    model = FakeImageModel(blocked_words=("cat",))
    painting = generate(model, GORY_PROMPT)
    assert (painting.backend, painting.note) == ("painter", "Blocked.")
    assert len(model.prompts) == 2
    assert budget.get_spent() == 0


def test_blocked_prompt_without_blocked_words_is_not_repeated(generate):
    model = FakeImageModel(blocked_words=("cat",))
    assert generate(model).backend == "painter"
    assert len(model.prompts) == 1


def test_lost_painting_of_the_second_prompt_stays_spent(budget, generate):
    with pytest.raises(PaintingLostError):
        generate(FakeImageModel(error=PaintingLostError("Lost."), blocked_words=("knife",)), GORY_PROMPT)
    assert budget.get_spent() == pytest.approx(0.012)


def test_spent_budget_calls_no_model_and_the_painter_paints(budget, generate):
    spend(budget, 1.0)
    model = FakeImageModel()
    painting = generate(model)
    assert painting.backend == "painter"
    assert "budget" in painting.note
    assert model.prompts == []


def test_refusal_without_fallback_is_raised(generate):
    with pytest.raises(PromptBlockedError):
        generate(FakeImageModel(error=PromptBlockedError("Blocked.")), fallback=False)


def test_spent_budget_without_fallback_is_raised(budget, generate):
    spend(budget, 1.0)
    with pytest.raises(BudgetSpentError):
        generate(FakeImageModel(), fallback=False)


def test_busy_model_costs_nothing_and_is_left_to_the_retry(bucket, budget, generate):
    with pytest.raises(ImageModelBusyError):
        generate(FakeImageModel(error=ImageModelBusyError("Busy.")))
    assert budget.get_spent() == 0
    assert bucket.get_metadata(MODEL_KEY) is None


def test_painting_that_may_have_been_billed_stays_spent(budget, generate):
    with pytest.raises(PaintingLostError):
        generate(FakeImageModel(error=PaintingLostError("Lost.")))
    assert budget.get_spent() == pytest.approx(0.012)


def test_picture_elsewhere_stays_spent_and_is_not_paid_again(budget, generate):
    model = FakeImageModel(error=PaintingElsewhereError("Elsewhere."))
    painting = generate(model)
    assert (painting.backend, painting.note) == ("painter", "Elsewhere.")
    assert generate(model) == painting
    assert (len(model.prompts), budget.get_spent()) == (1, pytest.approx(0.012))


def test_unreadable_painting_is_lost_and_stays_spent(bucket, budget, generate):
    with pytest.raises(PaintingLostError):
        generate(FakeImageModel(b"<html>"))
    assert budget.get_spent() == pytest.approx(0.012)
    assert bucket.get_metadata(MODEL_KEY) is None


def test_painting_that_cannot_be_stored_is_lost_and_stays_spent(budget, generate, monkeypatch):
    def refuse(*_):
        raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    monkeypatch.setattr(Bucket, "put", refuse)
    with pytest.raises(PaintingLostError):
        generate(FakeImageModel())
    assert budget.get_spent() == pytest.approx(0.012)


def test_painting_of_another_shape_is_stored_as_a_square(bucket, generate):
    generate(FakeImageModel(encode_image((1536, 1024))))
    assert decode_image(bucket.get(MODEL_KEY)).size == (1024, 1024)


@pytest.mark.parametrize("file_format", ["png", "webp"])
def test_painting_of_another_format_is_stored_as_jpeg(bucket, generate, file_format):
    generate(FakeImageModel(encode_image(file_format=file_format)))
    assert detect_content_type(bucket.get(MODEL_KEY)) == "image/jpeg"


def test_paid_painting_is_used_although_the_model_failed_later(generate):
    model = FakeImageModel()
    paid = generate(model)
    assert generate(model, failure_note=FAILURE_NOTE) == paid
    assert len(model.prompts) == 1


def test_model_that_failed_finally_is_not_called_again(generate):
    model = FakeImageModel()
    painting = generate(model, failure_note=FAILURE_NOTE)
    assert (painting.backend, painting.note, model.prompts) == ("painter", FAILURE_NOTE, [])


def test_painting_of_the_painter_is_the_same_twice(bucket, generate):
    first = generate(None)
    body = bucket.get(PAINTER_KEY)
    clients.get_client("s3").delete_object(Bucket="bucket", Key=PAINTER_KEY)
    assert generate(None) == first
    assert bucket.get(PAINTER_KEY) == body


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
def test_credit_is_that_of_the_motif_that_is_painted(generate, fields, credit):
    assert generate(None, PROMPT.model_copy(update={"subjects": [], **fields})).credit == credit


def test_words_that_cannot_be_drawn_are_in_the_note(generate):
    prompt = PROMPT.model_copy(update={"undrawn": ["theremin", "fjord"]})
    assert generate(None, prompt).note == "The built-in painter cannot draw: theremin, fjord."


def test_failure_note_is_the_note_of_the_painters_painting(generate):
    assert generate(None, failure_note="The image model is busy.").note == "The image model is busy."
