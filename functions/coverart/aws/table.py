"""DynamoDB tables and a client that take and return Python's values, as boto3's do.

Numbers are int or Decimal in, and Decimal out. There are no sets.
"""

from collections.abc import Callable
from decimal import Clamped, Context, Decimal, Inexact, Overflow, Rounded, Underflow
from functools import partial
from types import SimpleNamespace
from typing import Any

# What DynamoDB stores: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_NUMBERS = Context(prec=38, Emin=-128, Emax=126, traps=[Clamped, Overflow, Inexact, Rounded, Underflow])


class ClientTable:
    """A table, whose methods are the client's: `get_item(Key=...)`."""

    def __init__(self, client: Any, name: str) -> None:
        self.name = name
        self.meta = SimpleNamespace(client=client)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return partial(getattr(self.meta.client, operation), TableName=self.name)


def convert_values(client: Any) -> None:
    """Let a DynamoDB client of botocore convert the values in its arguments and responses."""
    client.meta.events.register("provide-client-params.dynamodb", _convert_arguments)
    client.meta.events.register("after-call.dynamodb", _convert_response)


def _convert_arguments(params: dict[str, Any], model: Any, **_: Any) -> Any:
    return _convert(model.input_shape, params, _to_attribute)


def _convert_response(parsed: dict[str, Any], model: Any, **_: Any) -> None:
    parsed |= _convert(model.output_shape, parsed, _from_attribute)


def _convert(shape: Any, value: Any, convert: Callable[[Any], Any]) -> Any:
    """Apply `convert` to the values in `value` that botocore's model of it calls attribute values."""
    if shape.name == "AttributeValue":
        return convert(value)
    match shape.type_name, value:
        case "structure", dict():
            members = shape.members
            return {
                name: _convert(members[name], part, convert) if name in members else part
                for name, part in value.items()
            }
        case "map", dict():
            return {name: _convert(shape.value, part, convert) for name, part in value.items()}
        case "list", list() | tuple():
            return [_convert(shape.member, part, convert) for part in value]
    return value


def _to_attribute(value: Any) -> dict[str, Any]:
    """Raises TypeError for a value that DynamoDB cannot store, and ArithmeticError for such a number."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": str(_NUMBERS.create_decimal(value))}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [_to_attribute(part) for part in value]}
        case dict():
            return {"M": {name: _to_attribute(part) for name, part in value.items()}}
    raise TypeError(f"DynamoDB does not store {type(value).__name__}.")


def _from_attribute(attribute: dict[str, Any]) -> Any:
    """Raises ValueError for a type that nothing here stores."""
    [(kind, value)] = attribute.items()
    match kind:
        case "NULL":
            return None
        case "BOOL" | "S" | "B":
            return value
        case "N":
            return _NUMBERS.create_decimal(value)
        case "L":
            return [_from_attribute(part) for part in value]
        case "M":
            return {name: _from_attribute(part) for name, part in value.items()}
    raise ValueError(f"DynamoDB returned a value of type {kind}.")
