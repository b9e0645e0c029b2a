"""The stack of an owner who lets nothing of Spotify's reach a model, and wants OpenAI's paintings or none."""

import uuid
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest

from coverart.images.decode import decode_image
from scripts.local import stack
from scripts.standins import openai

EVERYTHING_ELSE = {"kind": "top_artists", "count": 4}


@pytest.fixture(scope="module")
def strict(openai_served: openai.Standin) -> Iterator[stack.LocalStack]:
    with stack.running(
        secrets={"openai_api_key": openai.API_KEY},
        OpenAiBaseUrl=openai_served.base_url,
        DataMode="words_only",
        ImageBackend="openai",
        FallbackToPainter="false",
        AlarmEmail="owner@example.org",
    ) as running:
        running.configure({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        yield running


def test_an_owner_who_gave_an_address_has_alarms_and_nobody_else(strict, deployed):
    [subscription] = strict.client("sns").list_subscriptions()["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "owner@example.org")
    alarms = strict.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert len(alarms) == 6
    assert {action for alarm in alarms for action in alarm["AlarmActions"]} == {subscription["TopicArn"]}
    assert deployed.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert deployed.client("sns").list_topics()["Topics"] == []


def cover(strict, **options):
    """Without a style where none is asked for: it takes a second, and few tests look at it."""
    options = {"style_albums": [], **options}
    listener_id = strict.connect()
    return strict.wait(listener_id, strict.ask(listener_id, EVERYTHING_ELSE, key=str(uuid.uuid4()), options=options))


@pytest.fixture
def made(strict, openai_served):
    openai_served.state.reset()
    return partial(cover, strict)


@pytest.fixture(scope="module")
def styled(strict, openai_served):
    """A cover for which no style was chosen, and none refused."""
    openai_served.state.reset()
    item = cover(strict, style_albums=None)
    assert item["status"] == "done", item.get("error")
    return item


def test_with_words_only_nothing_that_came_from_spotify_reaches_a_model(styled):
    assert "detected" not in styled
    prompt = styled["prompt"]
    assert (prompt["style_albums"], prompt["bundled_style"]) == ([], True)
    assert {phrase["source"] for phrase in prompt["phrases"]} <= {"built_in", "listener"}
    told = prompt["text"].lower()
    for song in styled["fetched"]["songs"]:
        for words in (song["artist"], song["album"], song["track"], *song["genres"]):
            assert words.lower() not in told


def test_with_words_only_the_style_is_one_that_came_with_the_app_unless_none_is_wanted(styled, made, strict):
    plain = made()
    assert plain["prompt"]["bundled_style"] is False
    for item, unlike in ((styled, True), (plain, False)):
        painting, master = (
            np.asarray(decode_image(strict.bucket.get(key)), int)
            for key in (item["painting"]["key"], item["pictures"]["master"])
        )
        assert (np.abs(painting - master).mean() > 3) == unlike


def test_with_words_only_the_listeners_own_words_lead(made):
    assert "paper boat" in made(direction="a paper boat on a lake")["prompt"]["text"]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        ("moderation_blocked", "prompt_blocked"),
        ("insufficient_quota", "image_model_refused"),
        ("server_error", "image_model_busy"),
    ],
)
def test_without_the_painter_to_fall_back_on_a_failure_is_told_by_its_code(made, openai_served, failure, code):
    openai_served.state.fail(failure, times=20)
    item = made()
    assert (item["status"], item["error"]["code"]) == ("failed", code)
    assert item["error"]["message"].endswith(".")
    assert "painting" not in item
    assert openai_served.state.paid == 0
