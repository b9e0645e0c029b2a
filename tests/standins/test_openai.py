"""The Images API's stand-in, asked by OpenAI's own client."""

import base64
import io
import json
from collections.abc import Iterator

import openai
import pytest
import requests
from PIL import Image

from scripts.standins.contract import openai_contract
from scripts.standins.openai import API_KEY, FAILURES, Standin, serving


@pytest.fixture(scope="module")
def served_openai() -> Iterator[Standin]:
    with serving() as standin:
        yield standin


@pytest.fixture
def standin(served_openai: Standin) -> Standin:
    served_openai.state.reset()
    return served_openai


@pytest.fixture
def client(standin: Standin) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key=API_KEY, base_url=standin.base_url, max_retries=0, timeout=10) as client:
        yield client


def paint(client: openai.OpenAI, prompt: str = "A cat on a windowsill", **more: str) -> openai.types.ImagesResponse:
    wanted = {"model": "gpt-image-2.6-flare", "size": "1024x1024", "quality": "low", "output_format": "jpeg", **more}
    return client.images.generate(prompt=prompt, **wanted)  # type: ignore[call-overload]


@pytest.mark.parametrize(("image_format", "name"), [("jpeg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")])
def test_a_painting_is_a_picture_with_a_bill(
    client: openai.OpenAI, standin: Standin, image_format: str, name: str
) -> None:
    answer = paint(client, output_format=image_format)
    picture = Image.open(io.BytesIO(base64.b64decode(answer.data[0].b64_json)))
    assert (picture.format, picture.size) == (name, (1024, 1024))
    assert (answer.usage.output_tokens, answer.usage.input_tokens) == (200, 6)
    assert standin.state.paid == 1


def test_an_answer_is_what_the_specification_says(standin: Standin) -> None:
    wanted = {"model": "gpt-image-2", "prompt": "A tree", "quality": "low"}
    answer = requests.post(
        f"{standin.base_url}/images/generations",
        json=wanted,
        headers={"Authorization": f"Bearer {API_KEY}"},
        timeout=10,
    )
    assert openai_contract().answer_problems("POST", "/images/generations", 200, answer.content) == []
    changed = json.loads(answer.content)
    del changed["created"]
    broken = openai_contract().answer_problems("POST", "/images/generations", 200, json.dumps(changed).encode())
    assert "'created' is a required property" in broken[0]


def test_the_newer_qualities_are_taken(client: openai.OpenAI, standin: Standin) -> None:
    paint(client, quality="xhigh", moderation="low")
    client.images.generate(
        model="gpt-image-2.6-flare", prompt="A tree", extra_body={"complexity": "low", "safety_identifier": "a" * 64}
    )
    assert standin.state.recorder.violations == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"model": "gpt-image-2.6-flare"},
        {"prompt": "A tree"},
        {"prompt": "A tree", "model": "gpt-image-2.6-flare", "quality": "lavish"},
        {"prompt": "A tree", "model": "gpt-image-2.6-flare", "n": 11},
        {"prompt": "A tree", "model": "gpt-image-2.6-flare", "seed": 4},
    ],
    ids=["no prompt", "no model", "unknown quality", "too many", "unknown field"],
)
def test_a_request_against_the_specification_is_refused_and_recorded(
    standin: Standin, wanted: dict[str, object]
) -> None:
    answer = requests.post(
        f"{standin.base_url}/images/generations",
        json=wanted,
        headers={"Authorization": f"Bearer {API_KEY}"},
        timeout=10,
    )
    assert answer.status_code == 400
    assert len(standin.state.recorder.violations) == 1
    assert standin.state.paid == 0


@pytest.mark.parametrize("how", FAILURES)
def test_it_fails_as_the_real_one_does_and_bills_nothing(client: openai.OpenAI, standin: Standin, how: str) -> None:
    standin.state.fail(how)
    with pytest.raises(openai.APIStatusError) as raised:
        paint(client)
    fault = FAILURES[how]()
    assert raised.value.status_code == fault.status
    assert raised.value.code == fault.body["error"]["code"]
    assert standin.state.paid == 0
    paint(client)
    assert standin.state.paid == 1


def test_a_wrong_key_is_refused(standin: Standin) -> None:
    client = openai.OpenAI(api_key="sk-wrong", base_url=standin.base_url, max_retries=0)
    with client, pytest.raises(openai.AuthenticationError):
        paint(client)


def test_a_retired_model_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        paint(client, model="dall-e-3")


def test_a_client_that_hangs_up_is_billed(client: openai.OpenAI, standin: Standin) -> None:
    standin.state.slow_down(0.6)
    with pytest.raises(openai.APITimeoutError):
        paint(client.with_options(timeout=0.2))
    paint(client)
    assert standin.state.paid == 2


def test_it_can_answer_with_an_address(client: openai.OpenAI, standin: Standin) -> None:
    standin.state.answers_url = True
    data = paint(client).data[0]
    assert data.b64_json is None
    Image.open(io.BytesIO(requests.get(data.url, timeout=10).content)).load()


def test_a_model_says_when_it_goes(client: openai.OpenAI, standin: Standin) -> None:
    assert client.models.retrieve("gpt-image-2").shutdown_date is None
    standin.state.shutdown_dates["gpt-image-2"] = "2026-12-01"
    assert client.models.retrieve("gpt-image-2").shutdown_date == "2026-12-01"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-image-9")
    stranger = client.with_options(api_key="sk-other")
    with pytest.raises(openai.AuthenticationError):
        stranger.models.retrieve("gpt-image-2")
