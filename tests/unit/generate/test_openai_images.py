import logging
from contextlib import nullcontext

import pytest
from PIL import Image

from coverart.errors import ImageModelBusyError, ImageModelRefusedError, PaintingLostError, PromptBlockedError
from coverart.images.decode import decode_image
from generate.openai_images import ImageModel, create_client
from scripts.fakes.artwork import encode
from scripts.fakes.openai import API_KEY, serve
from scripts.fakes.server import Fault
from tests.faults.fault_proxy import Fault as ConnectionFault
from tests.faults.fault_proxy import start_proxies

PATH = "/v1/images/generations$"


@pytest.fixture(scope="module")
def server():
    with serve() as fake:
        yield fake


@pytest.fixture
def fake(server):
    server.state.reset()
    yield server
    assert server.state.recorder.violations == []


def fail_next(fake, status, body, **fields):
    fake.state.recorder.faults.append(Fault(PATH, status, body=body, **fields))


def create_model(fake, api_key=API_KEY, timeout_seconds=60.0, name="gpt-image-2.6-flare"):
    return ImageModel(create_client(api_key, fake.base_url, timeout_seconds), name, "low", timeout_seconds)


@pytest.mark.parametrize("answers_url", [False, True])
def test_painting_comes_with_usage_and_cost(fake, answers_url):
    fake.state.answers_url = answers_url
    response = create_model(fake).paint("A cat by the sea", "ada")
    assert decode_image(response.image_bytes).size == (1024, 1024)
    assert response.usage["output_tokens"] == 200
    assert response.cost_usd == pytest.approx((5 * response.usage["input_tokens"] + 30 * 200) / 1e6)
    assert {"size", "output_format"} < set(fake.state.recorder.requests[0]["fields"])
    assert fake.state.paid == 1


def test_invalid_usage_is_dropped(fake):
    usage = {"input_tokens": "many", "output_tokens": -5, "total_tokens": 7, "poem": "x" * 5000}
    fail_next(fake, 200, {"data": [{"b64_json": "AAAA"}], "usage": usage})
    response = create_model(fake).paint("A cat", "ada")
    assert (response.usage, response.cost_usd) == ({"total_tokens": 7}, 0)


def test_painting_after_a_picture_is_billed_with_the_picture(fake):
    model = create_model(fake)
    response = model.paint("A cat by the sea", "ada", encode(Image.new("RGB", (640, 480), "teal"), "jpeg"))
    assert decode_image(response.image_bytes).size == (1024, 1024)
    assert [request["path"] for request in fake.state.recorder.requests] == ["/v1/images/edits"]
    assert model.maximum_cost() < response.cost_usd < model.maximum_cost(has_picture=True)
    assert response.cost_usd == pytest.approx((10 * response.usage["input_tokens"] + 30 * 200) / 1e6)


@pytest.mark.parametrize(
    ("failure", "error_class"),
    [
        ("moderation_blocked", PromptBlockedError),
        ("unauthorized", ImageModelRefusedError),
        ("forbidden", ImageModelRefusedError),
        ("insufficient_quota", ImageModelRefusedError),
        ("rate_limited", ImageModelBusyError),
        ("server_error", ImageModelBusyError),
    ],
)
def test_refusal_raises_its_own_error_and_is_not_repeated(fake, failure, error_class):
    fake.state.fail(failure)
    with pytest.raises(error_class):
        create_model(fake).paint("A cat", "ada")
    assert len(fake.state.recorder.requests) == 1
    assert fake.state.paid == 0


def test_timed_out_painting_is_billed_and_lost(fake):
    fake.state.slow_down(1.0)
    with pytest.raises(PaintingLostError):
        create_model(fake, timeout_seconds=0.3).paint("A cat", "ada")
    assert fake.state.paid == 1
    unreachable = ImageModel(create_client(API_KEY, "http://127.0.0.1:1/v1", 2), "m", "low", 2)
    with pytest.raises(ImageModelBusyError):
        unreachable.paint("A cat", "ada")


@pytest.mark.parametrize("fault", ["drip", "reset"])
def test_dripping_or_reset_response_is_billed_and_lost(fake, fault):
    with start_proxies("openai") as proxies:
        proxy = proxies["openai"]
        proxy.target_url = fake.url
        proxy.plan.add(proxy.name, ConnectionFault(fault, late=True))
        client = create_client(API_KEY, f"{proxy.url}/v1", 60)
        with pytest.raises(PaintingLostError):
            ImageModel(client, "gpt-image-2.6-flare", "low", 1).paint("A cat", "ada")
    assert fake.state.paid == 1


@pytest.mark.parametrize(("parameter", "times"), [("safety_identifier", 1), ("quality", 50)])
def test_parameter_unknown_to_the_server_is_omitted_once(fake, parameter, times):
    error = {"message": "Unknown parameter.", "type": "x", "param": parameter, "code": "unknown_parameter"}
    fail_next(fake, 400, {"error": error}, times=times)
    with pytest.raises(ImageModelRefusedError) if times > 1 else nullcontext():
        assert create_model(fake).paint("A cat", "ada").usage
    assert len(fake.state.recorder.requests) == 2


@pytest.mark.parametrize(
    "body",
    [
        *("<html>busy</html>", "", {}, []),
        *({"data": data} for data in ([], None, [{}], [None], "x")),
        *({"data": [image]} for image in ({"b64_json": "???"}, {"b64_json": 5}, {"url": 7}, {"url": "/none"})),
    ],
)
def test_unreadable_response_is_a_lost_painting(fake, body):
    fail_next(fake, 200, body)
    with pytest.raises(PaintingLostError):
        create_model(fake).paint("A cat", "ada")
    assert len(fake.state.recorder.requests) == 1


def test_error_and_log_hold_neither_key_nor_listener(fake, caplog):
    caplog.set_level(logging.DEBUG)
    fake.state.fail("unauthorized")
    with pytest.raises(ImageModelRefusedError) as raised:
        create_model(fake, api_key="sk-secret-of-the-owner").paint("A cat", "ada-lovelace")
    assert "sk-secret" not in str(raised.value) + caplog.text
    assert "ada-lovelace" not in caplog.text
