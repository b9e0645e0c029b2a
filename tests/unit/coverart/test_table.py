from decimal import Decimal

import boto3
import pytest

from coverart.aws import clients

ITEM = {
    "listener_id": "one",
    "item": "profile",
    "none": None,
    "flags": [True, False],
    "numbers": {"whole": 3, "exact": Decimal("0.1"), "smallest": Decimal("1E-128"), "long": 10**37},
    "bytes": b"\x00\xff",
    "nested": {"list": [{"map": {"S": "text"}}, [], ""], "tuple": ("a",)},
}


@pytest.fixture
def table(stack):
    return clients.get_table("ListenersTable")


def test_table_stores_and_returns_the_same_as_that_of_boto3(table):
    arguments = dict(ITEM)
    table.put_item(Item=arguments)
    assert arguments == ITEM
    theirs = boto3.resource("dynamodb").Table(table.name)
    stored = theirs.get_item(Key={"listener_id": "one", "item": "profile"})["Item"]
    assert stored.pop("bytes").value == ITEM["bytes"]
    assert table.query(
        KeyConditionExpression="listener_id = :id",
        FilterExpression="numbers.whole = :number",
        ExpressionAttributeValues={":id": "one", ":number": 3},
    )["Items"] == [stored | {"bytes": ITEM["bytes"]}]


@pytest.mark.parametrize(
    ("value", "error"), [(0.5, TypeError), ({"a"}, TypeError), (10**39 + 1, ArithmeticError)], ids=str
)
def test_value_that_dynamodb_does_not_store_is_an_error(table, value, error):
    with pytest.raises(error):
        table.put_item(Item=ITEM | {"value": value})


def test_transaction_converts_its_values(table):
    put = {"Put": {"TableName": table.name, "Item": ITEM}}
    table.meta.client.transact_write_items(TransactItems=[put])
    key = {"listener_id": "one", "item": "profile"}
    keys = {table.name: {"Keys": [key]}}
    [item] = table.meta.client.batch_get_item(RequestItems=keys)["Responses"][table.name]
    assert item["numbers"]["exact"] == Decimal("0.1")
