"""The stack of an owner who sends no Spotify content and no pictures to models, and accepts only OpenAI's paintings."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from coverart.store.pictures import Picture, Pictures
from scripts.fakes import openai
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from tests.stack import stack_state
from tests.stack.api_client import UNKNOWN_ID
from tests.stack.stack_state import TOP_ARTISTS


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


@pytest.fixture
def make_cover(strict_stack, openai_server):
    openai_server.state.reset()
    return partial(stack_state.make_cover, strict_stack, strict_stack.connect(), TOP_ARTISTS | {"count": 1})


def test_alarms_exist_only_with_an_alarm_email(strict_stack, deployed_stack):
    [subscription] = strict_stack.client("sns").list_subscriptions()["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "owner@example.org")
    alarms = strict_stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert len(alarms) == 10
    assert {action for alarm in alarms for action in alarm["AlarmActions"]} == {subscription["TopicArn"]}
    assert deployed_stack.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert deployed_stack.client("sns").list_topics()["Topics"] == []


def test_picture_cannot_be_sent_unless_the_owner_allows_it(strict_stack, make_cover):
    picture = Picture(picture_id=UNKNOWN_ID, created_at=datetime.now(UTC), width=64, height=64)
    Pictures(strict_stack.table("Listeners")).add(strict_stack.connect(), picture)
    with pytest.raises(RuntimeError, match=r"^PictureSendingNotAllowedError: "):
        make_cover(picture=UNKNOWN_ID, send_picture=True)


def test_spotify_content_reaches_no_model(strict_stack, make_cover):
    """The listener's own words do. Without the listener's choice, the style is a bundled one, and a refusal counts."""
    item = make_cover(style_albums=None, direction="a paper boat on a lake")
    assert stack_state.measure_change_by_style(strict_stack, item) > 3
    assert "detected" not in item
    prompt = item["prompt"]
    assert (prompt["style_albums"], prompt["bundled_style"]) == ([], True)
    assert {phrase["source"] for phrase in prompt["phrases"]} <= {"built_in", "listener"}
    prompt_text = prompt["text"].lower()
    assert "paper boat" in prompt_text
    for song in item["fetched"]["songs"]:
        for words in (song["artist"], song["album"], song["track"], *song["genres"]):
            assert words.lower() not in prompt_text
    unstyled = make_cover()
    assert stack_state.measure_change_by_style(strict_stack, unstyled) <= 3
    assert unstyled["prompt"]["bundled_style"] is False


def test_image_model_failure_without_fallback_fails(make_cover, openai_server):
    """The first one is refused at once, the second is given up after retries."""
    for failure, code in (("moderation_blocked", "prompt_blocked"), ("server_error", "image_model_busy")):
        openai_server.state.reset()
        openai_server.state.fail(failure, times=20)
        item = make_cover()
        assert (item["status"], item["error"]["code"]) == ("failed", code)
        assert item["error"]["message"].endswith(".")
        assert ("painting" in item, openai_server.state.paid) == (False, 0)
