"""The base of everything that is read from JSON, and the one way to read it."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from coverart.errors import InvalidRequestError

Model = TypeVar("Model", bound=BaseModel)


class Shape(BaseModel):
    """Immutable, and unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def parse(takes: type[Model], event: Any) -> Model:
    """Raises InvalidRequestError, which names the fields and never repeats their values."""
    _check_whole(event)
    try:
        return takes.model_validate(event)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, p['loc'])) or 'event'}: {p['msg']}" for p in error.errors()[:5])
        raise InvalidRequestError(f"The request cannot be read: {problems}.") from None


def _check_whole(read: Any) -> None:
    """Raises InvalidRequestError where a text has half a character: JSON can say it, and nothing can keep it."""
    try:
        json.dumps(read, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidRequestError("The request cannot be read: it is not UTF-8.") from None
