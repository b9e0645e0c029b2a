import logging

import openai
import pytest

from coverart.errors import ImageModelBusyError, ImageModelRefusedError, PaintingLostError, PromptBlockedError
from coverart.images.decode import decode_image
from generate.openai_images import ImageModel
from scripts.standins.openai import API_KEY, serving
from scripts.standins.serving import Fault
from tests.faults.fault_plan import Fault as ProxyFault
from tests.faults.fault_proxy import start_proxies

PATH = "/v1/images/generations$"


@pytest.fixture(scope="module")
def served():
    with serving() as standin:
        yield standin


@pytest.fixture
def standin(served):
    served.state.reset()
    yield served
    assert served.state.recorder.violations == []


def model(standin, key=API_KEY, timeout=10.0, name="gpt-image-2.6-flare"):
    client = openai.OpenAI(api_key=key, base_url=standin.base_url, timeout=timeout, max_retries=0)
    return ImageModel(client, name, "low", timeout)


def test_a_painting_comes_with_its_usage_and_its_bill(standin):
    answer = model(standin).paint("A cat by the sea", "ada")
    assert decode_image(answer.picture).size == (1024, 1024)
    assert answer.usage["output_tokens"] == 200
    assert answer.cost == pytest.approx((5 * answer.usage["input_tokens"] + 30 * 200) / 1e6)
    assert standin.state.paid == 1


def test_a_painting_by_address_is_fetched(standin):
    standin.state.answers_url = True
    assert decode_image(model(standin).paint("A cat by the sea", "ada").picture).size == (1024, 1024)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:1/x", "http://169.254.169.254/latest/meta-data", "ftp://x/y", ""]
)
def test_an_address_of_somebody_elses_is_not_fetched(standin, url):
    body = {"created": 1, "data": [{"url": url}]}
    standin.state.recorder.faults.append(Fault(PATH, 200, body=body))
    with pytest.raises(PaintingLostError):
        model(standin).paint("A cat", "ada")


@pytest.mark.parametrize(
    ("failure", "named"),
    [
        ("moderation_blocked", PromptBlockedError),
        ("unauthorized", ImageModelRefusedError),
        ("forbidden", ImageModelRefusedError),
        ("insufficient_quota", ImageModelRefusedError),
        ("rate_limited", ImageModelBusyError),
        ("server_error", ImageModelBusyError),
    ],
)
def test_every_refusal_has_its_own_error_and_is_asked_once(standin, failure, named):
    standin.state.fail(failure)
    with pytest.raises(named):
        model(standin).paint("A cat", "ada")
    assert len(standin.state.recorder.requests) == 1
    assert standin.state.paid == 0


def test_a_slow_painting_may_be_billed_and_is_lost(standin):
    standin.state.slow_down(1.0)
    with pytest.raises(PaintingLostError):
        model(standin, timeout=0.3).paint("A cat", "ada")
    assert standin.state.paid == 1


@pytest.mark.parametrize("how", ["drip", "reset"])
def test_a_painting_that_trickles_or_breaks_off_may_be_billed_and_is_lost(standin, how):
    with start_proxies("openai") as proxies:
        proxy = proxies["openai"]
        proxy.target_url = standin.url
        proxy.add_fault(ProxyFault(how, late=True))
        client = openai.OpenAI(api_key=API_KEY, base_url=f"{proxy.url}/v1", timeout=10, max_retries=0)
        with pytest.raises(PaintingLostError):
            ImageModel(client, "gpt-image-2.6-flare", "low", 1).paint("A cat", "ada")
    assert standin.state.paid == 1


def test_a_server_that_is_not_there_was_not_paid(standin):
    client = openai.OpenAI(api_key=API_KEY, base_url="http://127.0.0.1:1/v1", timeout=2, max_retries=0)
    with pytest.raises(ImageModelBusyError):
        ImageModel(client, "gpt-image-2.6-flare", "low", 2).paint("A cat", "ada")


def test_an_unknown_model_is_refused(standin):
    with pytest.raises(ImageModelRefusedError, match="404"):
        model(standin, name="dall-e-3").paint("A cat", "ada")


def test_a_parameter_that_the_server_does_not_know_is_left_out(standin):
    unknown = {"error": {"message": "Unknown parameter.", "type": "x", "param": "safety_identifier", "code": "unknown_parameter"}}  # fmt: skip  # noqa: E501
    standin.state.recorder.faults.append(Fault(PATH, 400, body=unknown))
    assert model(standin).paint("A cat", "ada").usage
    assert len(standin.state.recorder.requests) == 2


def test_a_server_that_takes_nothing_is_not_asked_for_ever(standin):
    bad = {"error": {"message": "No.", "type": "x", "param": "quality", "code": "unknown_parameter"}}
    standin.state.recorder.faults.append(Fault(PATH, 400, body=bad, times=50))
    with pytest.raises(ImageModelRefusedError):
        model(standin).paint("A cat", "ada")
    assert len(standin.state.recorder.requests) == 2


@pytest.mark.parametrize(
    "body",
    [
        "<html>busy</html>",
        "",
        {},
        {"data": []},
        {"data": None},
        {"data": [{}]},
        {"data": [None]},
        {"data": [{"b64_json": "???"}]},
        [],
        {"data": [{"b64_json": 5}]},
        {"data": "x"},
        {"data": [{"url": 7}]},
    ],
)
def test_an_answer_that_cannot_be_read_is_a_lost_painting(standin, body):
    standin.state.recorder.faults.append(Fault(PATH, 200, body=body))
    with pytest.raises(PaintingLostError):
        model(standin).paint("A cat", "ada")


def test_odd_usage_is_not_kept(standin):
    usage = {"input_tokens": "many", "output_tokens": -5, "total_tokens": 7, "poem": "x" * 5000}
    body = {"data": [{"b64_json": "AAAA"}], "usage": usage}
    standin.state.recorder.faults.append(Fault(PATH, 200, body=body))
    answer = model(standin).paint("A cat", "ada")
    assert (answer.usage, answer.cost) == ({"total_tokens": 7}, 0)


def test_neither_key_nor_listener_is_told_to_others(standin, caplog):
    caplog.set_level(logging.DEBUG)
    standin.state.fail("unauthorized")
    with pytest.raises(ImageModelRefusedError) as refused:
        model(standin, key="sk-secret-of-the-owner").paint("A cat", "ada-lovelace")
    assert "sk-secret" not in str(refused.value) + caplog.text
    assert "ada-lovelace" not in caplog.text
