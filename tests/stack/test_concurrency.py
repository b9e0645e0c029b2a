"""Limits and idempotency under concurrent requests, on tables that implement DynamoDB's conditions; many covers."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from unittest.mock import ANY

import pytest

from coverart.errors import BudgetSpentError, DailyLimitError, PaintingLostError, TooManyPicturesError
from coverart.models import TopArtistsSource
from coverart.pipeline.start_cover import CoverRequest, CoverStarter, new_cover_id
from coverart.store.budget import Budget
from coverart.store.covers import Covers, new_item
from coverart.store.daily_count import DailyCount
from coverart.store.keys import WARM_UP_KEY, daily_count_key, picture_count_key, profile_key
from coverart.store.pictures import MAX_PICTURES, Picture, Pictures
from generate.payments import Payments
from scripts import load
from scripts.fakes.server import Fault
from scripts.local.startup import run_stack
from tests.fake_step_functions import FakeStepFunctions
from tests.stack.api_client import COVER_REQUEST, ApiClient
from tests.stack.stack_state import TOP_ARTISTS, read_execution_history, wait_for

LISTENER_ID = "concurrent"
REQUESTS = 12


@pytest.fixture
def cover_starter(local):
    """A starter with a daily limit of five covers."""
    listeners, keys = local.table("Listeners"), local.table("Keys")
    listeners.put_item(Item=profile_key(LISTENER_ID))
    keys.delete_item(Key=daily_count_key(LISTENER_ID, datetime.now(UTC)))
    yield CoverStarter(Covers(local.table("Covers")), listeners, keys, FakeStepFunctions(), "arn", 5, None, 50, False)
    listeners.delete_item(Key=profile_key(LISTENER_ID))


def run_concurrently(function, arguments, refusal):
    """Call the function with all arguments at once. Return its results, but for refusals."""

    def call(argument):
        with suppress(refusal):
            return function(argument)

    with ThreadPoolExecutor(len(arguments)) as pool:
        return [result for result in pool.map(call, arguments) if result is not None]


@pytest.mark.parametrize(("key", "count"), [("limit-{}", 5), ("same", 1)], ids=["daily limit", "idempotency key"])
def test_concurrent_requests_start_no_more_covers_than_allowed(cover_starter, key, count):
    def start(number):
        source = TopArtistsSource(kind="top_artists")
        request = {"listener_id": LISTENER_ID, "source": source, "idempotency_key": key.format(number)}
        return cover_starter.start_cover(CoverRequest(**request, automatic=True))

    cover_ids = run_concurrently(start, range(REQUESTS), DailyLimitError)
    assert len(set(cover_ids)) == count
    assert cover_starter.step_functions.started.keys() == set(cover_ids)
    assert DailyCount(cover_starter.keys).get(LISTENER_ID, datetime.now(UTC)) == count


# A budget for three payments of as many covers as there are requests, and two payments at most for one cover.
@pytest.mark.parametrize(
    ("cover_count", "price_usd", "refusal", "attributes"),
    [(REQUESTS, 0.3, BudgetSpentError, ["payment_1"] * 3), (1, 0.01, PaintingLostError, ["payment_1", "payment_2"])],
    ids=["budget", "one cover"],
)
def test_concurrent_payments_are_limited(local, cover_count, price_usd, refusal, attributes):
    keys, covers = local.table("Keys"), Covers(local.table("Covers"))
    spent_before = Budget(keys, 0).get_spent()
    budget = Budget(keys, spent_before + 1.0)
    cover_ids = [f"payment-{number % cover_count}" for number in range(REQUESTS)]
    for cover_id in set(cover_ids):
        covers.table.put_item(Item=new_item(LISTENER_ID, cover_id, {}, datetime.now(UTC)))

    def begin(cover_id):
        payments = Payments(covers, budget, LISTENER_ID, cover_id)
        return payments, payments.reserve(price_usd)

    reservations = run_concurrently(begin, cover_ids, refusal)
    assert sorted(payment.attribute for _, payment in reservations) == attributes
    for payments, payment in reservations:
        payments.release(payment)
    assert budget.get_spent() == pytest.approx(spent_before)
    for cover_id in set(cover_ids):
        covers.delete(LISTENER_ID, cover_id)


def test_concurrent_uploads_never_exceed_the_limit(local, listener_id):
    pictures, now = Pictures(local.table("Listeners")), datetime.now(UTC)
    pictures.table.put_item(Item={**picture_count_key(listener_id), "count": MAX_PICTURES - 3})

    def add(_):
        picture = Picture(picture_id=new_cover_id(now), created_at=now, width=64, height=64)
        return pictures.add(listener_id, picture).picture_id

    ids = run_concurrently(add, range(8), TooManyPicturesError)
    assert len(set(ids)) == len(pictures.list_pictures(listener_id)) == 3
    for picture_id in ids:
        assert pictures.delete(listener_id, picture_id)
    pictures.table.delete_item(Key=picture_count_key(listener_id))


def list_warm_ups(local):
    machine = local.outputs["WarmUpStateMachineArn"]
    return machine, local.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]


@pytest.mark.long
def test_warm_up_leaves_a_new_accounts_room_to_covers():
    with run_stack(concurrency=load.CONCURRENCY, ImageBackend="painter", DailyCoverLimit="100") as local:
        client = ApiClient(local, local.connect())
        # Nothing is being made: the page's request starts all functions, and nothing more for five minutes.
        assert [client.call("POST", "/api/warm-up").status_code for _ in range(2)] == [204, 204]
        machine, [execution] = list_warm_ups(local)
        wait_for(lambda: list_warm_ups(local)[1][0]["status"] == "SUCCEEDED")
        events = read_execution_history(local, execution["executionArn"])
        assert [event["type"] for event in events].count("TaskSucceeded") == 6

        # Covers fill eight of ten places, and the other two stay free.
        hold = Fault("^/v1/me/top", times=8, delay=60)
        local.spotify.state.recorder.faults.append(hold)
        cover_ids = [client.call("POST", "/api/covers", COVER_REQUEST).json()["cover_id"] for _ in range(8)]
        wait_for(lambda: hold.times == 0)
        local.table("Keys").delete_item(Key={"key": WARM_UP_KEY})
        assert client.call("POST", "/api/warm-up").status_code == 204
        assert list_warm_ups(local)[1] == [execution | {"status": "SUCCEEDED", "stopDate": ANY}]

        # Where there is no room at all, it ends at once, and the covers are done.
        function = local.describe_function("FetchFunction")["FunctionName"]
        local.spotify.state.recorder.faults.append(more := Fault("^/v1/me/top", times=2, delay=60))
        event = {"listener_id": client.listener_id, "cover_id": cover_ids[0], "source": TOP_ARTISTS}
        with ThreadPoolExecutor(2) as pool:
            for _ in range(2):
                pool.submit(local.client("lambda").invoke, FunctionName=function, Payload=json.dumps(event))
            wait_for(lambda: more.times == 0)
            refused = local.client("stepfunctions").start_execution(stateMachineArn=machine, input="{}")["executionArn"]
            wait_for(lambda: list_warm_ups(local)[1][0]["status"] == "SUCCEEDED")
            types = [event["type"] for event in read_execution_history(local, refused)]
            assert (types.count("TaskFailed"), types.count("TaskScheduled")) == (6, 6)
            hold.released.set()
            more.released.set()
        for cover_id in cover_ids:
            assert local.wait_for_cover(client.listener_id, cover_id)["status"] == "done"


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("profile", "covers"), [("soak", 50), ("load", 6)])
def test_covers_of_a_profile_are_all_made_once(capsys, profile, covers):
    """Many covers, in bulk or at once: none is lost and none is made twice."""
    with run_stack(concurrency=load.CONCURRENCY, ImageBackend="painter", DailyCoverLimit="100") as local:
        result = load.run(local, profile, covers, lambda _: None)
    with capsys.disabled():
        print(f"\n{result}")
    assert result["problems"] == []
    assert result["statuses"] == {"done": covers}
