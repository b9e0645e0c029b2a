"""The events by which Step Functions reports that an execution ended."""

from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from coverart.errors import InvalidRequestError
from coverart.models import read_model


class EndedExecution(BaseModel):
    """Detail of "Step Functions Execution Status Change", which has more fields than these."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    status: str
    input: str
    error: str | None = None
    cause: str | None = None


class CoverInput(BaseModel):
    """Input of an execution that makes a cover."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    listener_id: str
    cover_id: str


class EntryInput(BaseModel):
    """Input of an execution that sets a playlist's image as an entry of the publish history says."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    listener_id: str
    playlist_id: str
    entry_id: str


_INPUT: TypeAdapter[CoverInput | EntryInput] = TypeAdapter(CoverInput | EntryInput, config=ConfigDict(defer_build=True))


def read_execution(event: dict[str, Any]) -> tuple[EndedExecution, CoverInput | EntryInput]:
    """Return the execution and what it was for. Raises InvalidRequestError."""
    execution = read_model(EndedExecution, event.get("detail"))
    try:
        return execution, _INPUT.validate_json(execution.input)
    except ValidationError:
        raise InvalidRequestError("The execution's input is neither a cover's nor a history entry's.") from None
