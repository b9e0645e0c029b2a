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
    PaintingLostError,
    PromptBlockedError,
)
from coverart.images.decode import decode_image, detect_content_type
from coverart.models import Prompt
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from generate.openai_images import PaintingResponse
from generate.paintings import PaintingGenerator
from generate.payments import Payments
from tests.spending import spend

STEM = "covers/ada/c1/painting"
BOUGHT, PAINTED = f"{STEM}.jpg", f"{STEM}.png"
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


def picture(size=(1024, 1024)):
    body = io.BytesIO()
    Image.new("RGB", size, "teal").save(body, "JPEG")
    return body.getvalue()


class Model:
    """The image model, as far as the studio uses it."""

    name = "gpt-image-2.6-flare"
    quality = "low"

    def __init__(self, answer=None, error=None, blocks=()):
        self.answer = answer or PaintingResponse(picture(), {"output_tokens": 200}, 0.006)
        self.error = error
        self.blocks = blocks
        self.asked = []

    def reserve(self):
        return 0.012

    def paint(self, prompt, _listener_id):
        self.asked.append(prompt)
        if any(word in prompt for word in self.blocks):
            raise PromptBlockedError("Blocked.")
        if self.error:
            raise self.error
        return self.answer


@pytest.fixture
def bucket(stack):
    return Bucket(clients.get_client("s3"), "bucket")


@pytest.fixture
def budget(covers):
    return Budget(clients.get_table("KeysTable"), 1.0)


def studio(bucket, budget, model, fallback=True):
    return PaintingGenerator(
        bucket, Payments(Covers(clients.get_table("CoversTable")), budget, "ada", "c1"), model, fallback
    )


def test_the_image_models_painting_is_kept_with_its_bill(bucket, budget):
    painting = studio(bucket, budget, Model()).painting(PROMPT, STEM, "ada")
    assert (painting.backend, painting.model, painting.cost_usd) == ("openai", "gpt-image-2.6-flare", 0.006)
    assert bucket.get(BOUGHT) == picture()
    assert budget.get_spent() == pytest.approx(0.006)


def test_a_painting_that_is_there_is_not_bought_again(bucket, budget):
    model = Model()
    first = studio(bucket, budget, model).painting(PROMPT, STEM, "ada")
    assert studio(bucket, budget, model).painting(PROMPT, STEM, "ada") == first
    assert len(model.asked) == 1


def test_another_prompt_is_another_painting(bucket, budget):
    model = Model()
    studio(bucket, budget, model).painting(PROMPT, STEM, "ada")
    studio(bucket, budget, model).painting(PROMPT.model_copy(update={"text": "A dog"}), STEM, "ada")
    assert model.asked == ["A cat by the sea, no text", "A dog"]


@pytest.mark.parametrize("error", [ImageModelRefusedError("No quota."), PromptBlockedError("Blocked.")])
def test_where_the_image_model_will_not_the_painter_does_and_says_why(bucket, budget, error):
    painting = studio(bucket, budget, Model(error=error)).painting(PROMPT, STEM, "ada")
    assert (painting.backend, painting.cost_usd, painting.note) == ("painter", 0, str(error))
    assert budget.get_spent() == 0


BLOODY = PROMPT.model_copy(update={"text": "A bloody knife, a cat, by the sea. No text."})


def test_a_blocked_prompt_is_asked_for_once_more_in_fewer_words_and_the_painting_says_so(bucket, budget):
    model = Model(blocks=("bloody", "knife"))
    painting = studio(bucket, budget, model).painting(BLOODY, STEM, "ada")
    assert model.asked == [BLOODY.text, "A, a cat, by the sea. No text."]
    assert (painting.backend, painting.cost_usd) == ("openai", 0.006)
    assert painting.note.endswith("Left out: words of gore and weapons.")
    assert budget.get_spent() == pytest.approx(0.006)
    assert studio(bucket, budget, model).painting(BLOODY, STEM, "ada") == painting
    assert len(model.asked) == 2


def test_a_prompt_that_is_blocked_twice_is_the_painters_and_costs_nothing(bucket, budget):
    model = Model(blocks=("cat",))
    painting = studio(bucket, budget, model).painting(BLOODY, STEM, "ada")
    assert (painting.backend, painting.note) == ("painter", "Blocked.")
    assert len(model.asked) == 2
    assert budget.get_spent() == 0


def test_a_blocked_prompt_without_such_words_is_not_asked_for_again(bucket, budget):
    model = Model(blocks=("cat",))
    assert studio(bucket, budget, model).painting(PROMPT, STEM, "ada").backend == "painter"
    assert len(model.asked) == 1


def test_what_a_second_asking_may_have_cost_stays_spent(bucket, budget):
    model = Model(error=PaintingLostError("Lost."), blocks=("knife",))
    with pytest.raises(PaintingLostError):
        studio(bucket, budget, model).painting(BLOODY, STEM, "ada")
    assert budget.get_spent() == pytest.approx(0.012)


def test_a_spent_budget_buys_nothing_and_the_painter_paints(bucket, budget):
    spend(budget, 1.0)
    model = Model()
    painting = studio(bucket, budget, model).painting(PROMPT, STEM, "ada")
    assert painting.backend == "painter"
    assert "budget" in painting.note
    assert model.asked == []


def test_without_the_painter_to_fall_back_on_the_error_goes_on(bucket, budget):
    with pytest.raises(PromptBlockedError):
        studio(bucket, budget, Model(error=PromptBlockedError("Blocked.")), fallback=False).painting(
            PROMPT, STEM, "ada"
        )
    spend(budget, 1.0)
    with pytest.raises(BudgetSpentError):
        studio(bucket, budget, Model(), fallback=False).painting(PROMPT, STEM, "ada")


def test_a_busy_image_model_is_left_to_the_state_machine_and_costs_nothing(bucket, budget):
    with pytest.raises(ImageModelBusyError):
        studio(bucket, budget, Model(error=ImageModelBusyError("Busy."))).painting(PROMPT, STEM, "ada")
    assert budget.get_spent() == 0
    assert bucket.get_metadata(BOUGHT) is None


def test_what_was_perhaps_billed_stays_spent(bucket, budget):
    with pytest.raises(PaintingLostError):
        studio(bucket, budget, Model(error=PaintingLostError("Lost."))).painting(PROMPT, STEM, "ada")
    assert budget.get_spent() == pytest.approx(0.012)


def test_a_painting_that_cannot_be_read_is_lost_and_stays_spent(bucket, budget):
    with pytest.raises(PaintingLostError):
        studio(bucket, budget, Model(PaintingResponse(b"<html>", {}, 0.006))).painting(PROMPT, STEM, "ada")
    assert budget.get_spent() == pytest.approx(0.012)
    assert bucket.get_metadata(BOUGHT) is None


def test_a_painting_that_cannot_be_stored_is_lost_and_stays_spent(bucket, budget, monkeypatch):
    def refuse(*_):
        raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    monkeypatch.setattr(Bucket, "put", refuse)
    with pytest.raises(PaintingLostError):
        studio(bucket, budget, Model()).painting(PROMPT, STEM, "ada")
    assert budget.get_spent() == pytest.approx(0.012)


def test_a_painting_of_another_shape_is_made_square(bucket, budget):
    wide = Model(PaintingResponse(picture((1536, 1024)), {}, 0.006))
    studio(bucket, budget, wide).painting(PROMPT, STEM, "ada")
    assert decode_image(bucket.get(BOUGHT)).size == (1024, 1024)


@pytest.mark.parametrize("file", ["png", "webp"])
def test_a_painting_of_another_format_is_kept_as_jpeg(bucket, budget, file):
    body = io.BytesIO()
    Image.new("RGB", (1024, 1024), "teal").save(body, file)
    studio(bucket, budget, Model(PaintingResponse(body.getvalue(), {}, 0.006))).painting(PROMPT, STEM, "ada")
    assert detect_content_type(bucket.get(BOUGHT)) == "image/jpeg"


def test_a_painting_that_is_paid_for_goes_before_the_painters_where_the_image_model_failed_later(bucket, budget):
    model = Model()
    bought = studio(bucket, budget, model).painting(PROMPT, STEM, "ada")
    again = studio(bucket, budget, model).painting(PROMPT, STEM, "ada", "The painting did not arrive.")
    assert (again, len(model.asked)) == (bought, 1)


def test_an_image_model_that_failed_for_good_is_not_asked_again(bucket, budget):
    model = Model()
    painting = studio(bucket, budget, model).painting(PROMPT, STEM, "ada", "The painting did not arrive.")
    assert (painting.backend, painting.note, model.asked) == ("painter", "The painting did not arrive.", [])


def test_the_painters_painting_is_the_same_twice(bucket, budget):
    without = studio(bucket, budget, None)
    first = without.painting(PROMPT, STEM, "ada")
    body = bucket.get(PAINTED)
    clients.get_client("s3").delete_object(Bucket="bucket", Key=PAINTED)
    assert without.painting(PROMPT, STEM, "ada") == first
    assert bucket.get(PAINTED) == body


def test_a_note_from_the_state_machine_is_kept(bucket, budget):
    painting = studio(bucket, budget, None).painting(PROMPT, STEM, "ada", "The image model is busy just now.")
    assert painting.note == "The image model is busy just now."
