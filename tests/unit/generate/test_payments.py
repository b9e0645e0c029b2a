import pytest

from coverart.aws import clients
from coverart.errors import BudgetSpentError, CoverDeletedError, PaintingLostError
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from generate.payments import Payments
from tests.client_errors import add_conflicts


@pytest.fixture
def payments(covers):
    return Payments(covers, Budget(clients.get_table("KeysTable"), 1.0), "ada", "c1")


def get_records(payments):
    item = payments.covers.get("ada", "c1")
    return {name: item[name] for name in ("payment_1", "payment_2") if name in item}


def test_bill_replaces_the_reservation_once(payments, monkeypatch):
    """Also where another transaction prevents the first attempt to write it."""
    payment = payments.reserve(0.4)
    record = {"month": payment.month, "reserved_usd": 0.4}
    assert (get_records(payments), payments.budget.get_spent()) == ({"payment_1": record}, pytest.approx(0.4))
    add_conflicts(monkeypatch, payments.covers, 1)
    for settle in (lambda: payments.settle(payment, 0.1), lambda: payments.settle_if_missing(0.1)):
        settle()
        assert get_records(payments) == {"payment_1": {**record, "cost_usd": 0.1}}
        assert payments.budget.get_spent() == pytest.approx(0.1)
    payments.settle(payment, 0.1)
    assert payments.budget.get_spent() == pytest.approx(0.1)


def test_response_without_bill_leaves_the_reservation_spent(payments):
    payments.settle(payments.reserve(0.4), 0)
    assert payments.budget.get_spent() == pytest.approx(0.4)


def test_call_that_was_not_billed_does_not_count(payments):
    for _ in range(5):
        payments.release(payments.reserve(0.4))
    assert (get_records(payments), payments.budget.get_spent()) == ({}, pytest.approx(0))
    payments.reserve(0.2)
    payments.release(payments.reserve(0.2))
    assert (list(get_records(payments)), payments.budget.get_spent()) == (["payment_1"], pytest.approx(0.2))


def test_unknown_outcome_allows_one_more_call_and_no_third(payments, caplog, capsys):
    payments.reserve(0.2)
    assert "called again" not in caplog.text
    payments.reserve(0.2)
    assert "called again" in caplog.text
    assert '"ImageGenerationsRetried":[1.0]' in capsys.readouterr().out
    with pytest.raises(PaintingLostError):
        payments.reserve(0.2)
    assert payments.budget.get_spent() == pytest.approx(0.4)


def test_settled_call_of_a_cover_just_deleted_stays_settled(payments, monkeypatch):
    """It is deleted between the reading of its item and the transaction."""
    payments.settle(payments.reserve(0.4), 0.1)
    items = iter([payments.covers.get("ada", "c1")])
    payments.covers.delete("ada", "c1")
    monkeypatch.setattr(Covers, "get", lambda *_: next(items, None))
    payments.settle_if_missing(0.1)
    assert payments.budget.get_spent() == pytest.approx(0.1)


def test_stored_painting_does_not_settle_an_earlier_call(payments):
    payments.reserve(0.2)
    payments.settle(payments.reserve(0.2), 0.1)
    payments.settle_if_missing(0.1)
    assert "cost_usd" not in get_records(payments)["payment_1"]
    assert payments.budget.get_spent() == pytest.approx(0.3)


def test_call_recorded_at_the_same_time_is_not_a_spent_budget(payments, monkeypatch):
    payments.reserve(0.2)
    items = iter([{}, payments.covers.get("ada", "c1")])
    monkeypatch.setattr(Covers, "get", lambda *_: next(items))
    assert payments.reserve(0.2).attribute == "payment_2"


def test_overspending_is_refused_and_records_nothing(payments):
    payments.reserve(0.8)
    with pytest.raises(BudgetSpentError):
        payments.reserve(0.3)
    assert (list(get_records(payments)), payments.budget.get_spent()) == (["payment_1"], pytest.approx(0.8))
    with pytest.raises(BudgetSpentError):
        Payments(payments.covers, Budget(clients.get_table("KeysTable"), 0), "ada", "c1").reserve(0.01)


def test_deleted_cover_is_refunded_and_not_recreated(payments):
    payment = payments.reserve(0.4)
    payments.covers.delete("ada", "c1")
    payments.release(payment)
    assert payments.budget.get_spent() == pytest.approx(0)
    with pytest.raises(CoverDeletedError):
        payments.reserve(0.4)
    assert payments.covers.get("ada", "c1") is None
