"""The fake OpenAI, used with OpenAI's own client."""

import base64
import json
from collections.abc import Iterator

import openai
import pytest
import requests

from scripts.fakes.contract import openai_contract
from scripts.fakes.openai import API_KEY, FAILURES, FakeOpenAI, serve
from scripts.fakes.server import Fault
from tests.images import decode


@pytest.fixture(scope="module")
def served_openai() -> Iterator[FakeOpenAI]:
    with serve() as fake:
        yield fake


@pytest.fixture
def fake(served_openai: FakeOpenAI) -> FakeOpenAI:
    served_openai.state.reset()
    return served_openai


@pytest.fixture
def client(fake: FakeOpenAI) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key=API_KEY, base_url=fake.base_url, max_retries=0, timeout=60) as client:
        yield client


def post(fake: FakeOpenAI, fields: dict[str, object]) -> requests.Response:
    """Send the fields as a program without OpenAI's client does."""
    headers = {"Authorization": f"Bearer {API_KEY}"}
    return requests.post(f"{fake.base_url}/images/generations", json=fields, headers=headers, timeout=60)


def paint(client: openai.OpenAI, prompt: str = "A cat on a windowsill", **more: str) -> openai.types.ImagesResponse:
    fields = {"model": "gpt-image-2.6-flare", "size": "1024x1024", "quality": "low", "output_format": "jpeg", **more}
    return client.images.generate(prompt=prompt, **fields)  # type: ignore[call-overload]  # of a dictionary


def test_generated_image_has_usage_and_is_billed(client, fake):
    for count, image_format in enumerate(("jpeg", "png", "webp"), start=1):
        answer = paint(client, output_format=image_format)
        picture = decode(base64.b64decode(answer.data[0].b64_json))
        assert (picture.format, picture.size) == (image_format.upper(), (1024, 1024))
        assert (answer.usage.output_tokens, answer.usage.input_tokens) == (200, 6)
        assert fake.state.paid == count
    fake.state.answers_url = True
    data = paint(client, quality="xhigh", moderation="low").data[0]
    assert data.b64_json is None
    decode(requests.get(data.url, timeout=60).content).load()
    assert fake.state.recorder.violations == []


def test_response_follows_the_specification(fake):
    fields = {"complexity": "low", "safety_identifier": "a" * 64}
    body = post(fake, {"model": "gpt-image-2.6-flare", "prompt": "A tree", "quality": "low", **fields}).content

    def find_problems(body):
        return openai_contract().find_response_problems("POST", "/images/generations", 200, body)

    assert find_problems(body) == []
    changed = json.loads(body)
    del changed["created"]
    assert "'created' is a required property" in find_problems(json.dumps(changed).encode())[0]


@pytest.mark.parametrize(
    "invalid_field",
    [{"prompt": None}, {"model": None}, {"quality": "lavish"}, {"n": 11}, {"seed": 4}],
    ids=["no prompt", "no model", "unknown quality", "too many", "unknown field"],
)
def test_invalid_request_is_refused_and_recorded(fake, invalid_field):
    fields = {"prompt": "A tree", "model": "gpt-image-2.6-flare", **invalid_field}
    assert post(fake, {name: value for name, value in fields.items() if value is not None}).status_code == 400
    assert (len(fake.state.recorder.violations), fake.state.paid) == (1, 0)


def test_failure_is_like_openais_and_not_billed(client, fake):
    for name, (status, code, *_) in FAILURES.items():
        fake.state.fail(name)
        with pytest.raises(openai.APIStatusError) as raised:
            paint(client)
        assert (raised.value.status_code, raised.value.code) == (status, code)
    assert fake.state.paid == 0
    paint(client)
    assert fake.state.paid == 1


def test_wrong_key_is_refused_and_a_retired_model_not_found(client):
    for call in (paint, lambda stranger: stranger.models.retrieve("gpt-image-2")):
        with pytest.raises(openai.AuthenticationError):
            call(client.with_options(api_key="sk-wrong"))
    with pytest.raises(openai.NotFoundError):
        paint(client, model="dall-e-3")


def test_client_that_disconnects_is_billed(client, fake):
    fault = Fault("/images/generations$", delay=60)
    fake.state.recorder.faults.append(fault)
    with pytest.raises(openai.APITimeoutError):
        paint(client.with_options(timeout=0.2))
    fault.released.set()
    paint(client)
    assert fake.state.paid == 2


def test_model_has_its_shutdown_date(client, fake):
    assert client.models.retrieve("gpt-image-2").shutdown_date is None
    fake.state.shutdown_dates["gpt-image-2"] = "2026-12-01"
    assert client.models.retrieve("gpt-image-2").shutdown_date == "2026-12-01"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-image-9")


@pytest.mark.parametrize(
    ("fields", "files", "problem"),
    [
        ({}, {"image": b"x"}, None),
        ({}, {}, "needs an image"),
        ({"moderation": "auto"}, {"image": b"x"}, "moderation is no field of images.edit"),
        ({"quality": "dear"}, {"image": b"x"}, "'dear' is not one of"),
    ],
)
def test_edit_is_checked_and_billed(fake, fields, files, problem):
    form = {"model": "gpt-image-2", "prompt": "A tree", **fields}
    headers = {"Authorization": f"Bearer {API_KEY}"}
    response = requests.post(f"{fake.base_url}/images/edits", data=form, files=files, headers=headers, timeout=60)
    assert (response.status_code == 200, fake.state.paid) == (problem is None, int(problem is None))
    assert problem is None or problem in "; ".join(fake.state.recorder.violations)
