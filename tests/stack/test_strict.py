"""The stack of an owner who sends no Spotify content to models and accepts only OpenAI's paintings."""

import uuid
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest

from coverart.images.decode import decode_image
from scripts.fakes import openai
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack

TOP_ARTISTS = {"kind": "top_artists", "count": 4}


@pytest.fixture(scope="module")
def strict_stack(openai_server: openai.FakeOpenAI) -> Iterator[LocalStack]:
    with run_stack(
        secrets={"openai_api_key": openai.API_KEY},
        OpenAiBaseUrl=openai_server.base_url,
        DataMode="words_only",
        ImageBackend="openai",
        FallbackToPainter="false",
        AlarmEmail="owner@example.org",
    ) as local_stack:
        local_stack.configure_emulator({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        yield local_stack


def test_alarms_exist_only_with_an_alarm_email(strict_stack, deployed_stack):
    [subscription] = strict_stack.client("sns").list_subscriptions()["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "owner@example.org")
    alarms = strict_stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert len(alarms) == 6
    assert {action for alarm in alarms for action in alarm["AlarmActions"]} == {subscription["TopicArn"]}
    assert deployed_stack.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert deployed_stack.client("sns").list_topics()["Topics"] == []


def _make_cover(strict_stack, **options):
    """Make a cover, without a style by default: a style takes a second, and few tests need it. Return its item."""
    options = {"style_albums": [], **options}
    listener_id = strict_stack.connect()
    cover_id = strict_stack.request_cover(listener_id, TOP_ARTISTS, key=str(uuid.uuid4()), options=options)
    return strict_stack.wait_for_cover(listener_id, cover_id)


@pytest.fixture
def make_cover(strict_stack, openai_server):
    openai_server.state.reset()
    return partial(_make_cover, strict_stack)


@pytest.fixture(scope="module")
def styled_cover(strict_stack, openai_server):
    """A cover for which the listener neither chose nor refused a style."""
    openai_server.state.reset()
    item = _make_cover(strict_stack, style_albums=None)
    assert item["status"] == "done", item.get("error")
    return item


def test_spotify_content_reaches_no_model(styled_cover):
    assert "detected" not in styled_cover
    prompt = styled_cover["prompt"]
    assert (prompt["style_albums"], prompt["bundled_style"]) == ([], True)
    assert {phrase["source"] for phrase in prompt["phrases"]} <= {"built_in", "listener"}
    prompt_text = prompt["text"].lower()
    for song in styled_cover["fetched"]["songs"]:
        for words in (song["artist"], song["album"], song["track"], *song["genres"]):
            assert words.lower() not in prompt_text


def test_style_is_a_bundled_one_unless_refused(styled_cover, make_cover, strict_stack):
    plain_cover = make_cover()
    assert plain_cover["prompt"]["bundled_style"] is False
    for item, is_styled in ((styled_cover, True), (plain_cover, False)):
        painting, master = (
            np.asarray(decode_image(strict_stack.bucket.get(key)), int)
            for key in (item["painting"]["key"], item["pictures"]["master"])
        )
        assert (np.abs(painting - master).mean() > 3) == is_styled


def test_listeners_own_words_lead_the_prompt(make_cover):
    assert "paper boat" in make_cover(direction="a paper boat on a lake")["prompt"]["text"]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        ("moderation_blocked", "prompt_blocked"),
        ("insufficient_quota", "image_model_refused"),
        ("server_error", "image_model_busy"),
    ],
)
def test_image_model_failure_without_fallback_fails(make_cover, openai_server, failure, code):
    openai_server.state.fail(failure, times=20)
    item = make_cover()
    assert (item["status"], item["error"]["code"]) == ("failed", code)
    assert item["error"]["message"].endswith(".")
    assert "painting" not in item
    assert openai_server.state.paid == 0
