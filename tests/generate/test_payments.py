import pytest

from coverart.aws import clients
from coverart.errors import BudgetSpentError, CoverDeletedError, PaintingLostError
from coverart.store.budget import Budget
from generate.payments import Payments


@pytest.fixture
def payments(covers):
    return Payments(covers, Budget(clients.get_table("KeysTable"), 1.0), "ada", "c1")


def written(payments):
    item = payments.covers.get("ada", "c1")
    return {name: item[name] for name in ("payment_1", "payment_2") if name in item}


def test_what_a_call_may_cost_is_spent_before_it_is_made_and_stands_on_the_cover(payments):
    payment = payments.begin(0.4)
    assert written(payments) == {"payment_1": {"month": payment.month, "reserved_usd": 0.4}}
    assert payments.budget.get_spent() == pytest.approx(0.4)


def test_the_bill_takes_the_place_of_what_was_set_aside(payments):
    payments.bought(payments.begin(0.4), 0.1)
    assert written(payments)["payment_1"]["cost_usd"] == 0.1
    assert payments.budget.get_spent() == pytest.approx(0.1)


def test_an_answer_without_a_bill_leaves_what_was_set_aside_spent(payments):
    payments.bought(payments.begin(0.4), 0)
    assert payments.budget.get_spent() == pytest.approx(0.4)


def test_a_bill_is_written_once(payments):
    payment = payments.begin(0.4)
    payments.bought(payment, 0.1)
    payments.bought(payment, 0.1)
    payments.found(0.1)
    assert payments.budget.get_spent() == pytest.approx(0.1)


def test_what_was_not_billed_does_not_count(payments):
    for _ in range(5):
        payments.not_billed(payments.begin(0.4))
    assert (written(payments), payments.budget.get_spent()) == ({}, pytest.approx(0))


def test_an_unknown_outcome_is_followed_by_one_more_call_and_no_third(payments, caplog, capsys):
    payments.begin(0.2)
    assert "asked once more" not in caplog.text
    payments.begin(0.2)
    assert "asked once more" in caplog.text
    assert "ImageGenerationsRetried" in capsys.readouterr().out
    with pytest.raises(PaintingLostError):
        payments.begin(0.2)
    assert payments.budget.get_spent() == pytest.approx(0.4)


def test_a_second_call_that_was_not_billed_leaves_the_first_where_it_is(payments):
    payments.begin(0.2)
    payments.not_billed(payments.begin(0.2))
    assert list(written(payments)) == ["payment_1"]
    assert payments.budget.get_spent() == pytest.approx(0.2)


def test_a_painting_that_is_found_settles_what_its_maker_did_not(payments):
    payments.begin(0.4)
    payments.found(0.1)
    assert written(payments)["payment_1"]["cost_usd"] == 0.1
    assert payments.budget.get_spent() == pytest.approx(0.1)


def test_a_painting_that_is_found_says_nothing_of_a_call_before_its_own(payments):
    payments.begin(0.2)
    payments.bought(payments.begin(0.2), 0.1)
    payments.found(0.1)
    assert "cost_usd" not in written(payments)["payment_1"]
    assert payments.budget.get_spent() == pytest.approx(0.3)


def test_what_would_overspend_is_refused_and_leaves_nothing(payments):
    payments.begin(0.8)
    with pytest.raises(BudgetSpentError):
        payments.begin(0.3)
    assert (list(written(payments)), payments.budget.get_spent()) == (["payment_1"], pytest.approx(0.8))


def test_a_budget_of_nothing_buys_nothing(covers):
    with pytest.raises(BudgetSpentError):
        Payments(covers, Budget(clients.get_table("KeysTable"), 0), "ada", "c1").begin(0.01)


def test_nothing_is_paid_for_a_deleted_cover_and_what_was_not_billed_comes_back(payments):
    payment = payments.begin(0.4)
    payments.covers.delete("ada", "c1")
    payments.not_billed(payment)
    assert payments.budget.get_spent() == pytest.approx(0)
    with pytest.raises(CoverDeletedError):
        payments.begin(0.4)
    assert payments.covers.get("ada", "c1") is None
