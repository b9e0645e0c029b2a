"""Reading stored items that another version may have written.

After a rollback, items have fields and values that the present version does not know.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

# Stands for a status that is missing. No version writes it.
UNKNOWN_STATUS = "unknown"
# The code of what this version cannot read. No version stores it.
UNREADABLE_CODE = "unreadable"

_NOTHING: Any = object()


def read_stored[Model: BaseModel](model: type[Model], item: dict[str, Any]) -> Model:
    """Validate an item without the parts that this version does not know or cannot read.

    What is left out has its default; where it has none, what contains it is left out, too. Raises ValidationError
    where that is the whole item.
    """
    item = {name: item[name] for name in model.model_fields if name in item}
    while True:
        try:
            return model.model_validate(item)
        except ValidationError as error:
            smaller_item = _leave_out(item, error.errors(include_url=False)[-1]["loc"])
            if smaller_item is _NOTHING:
                raise
            item = smaller_item


def _leave_out(value: Any, path: Sequence[str | int]) -> Any:
    """Return a copy of a dict or list without what is at `path`, or `_NOTHING` where that is missing or all."""
    for depth, name in enumerate(path):  # pydantic's paths also have the names of a union's members
        if isinstance(value, dict) and name in value:
            changed = {**value, name: _leave_out(value[name], path[depth + 1 :])}
            return {key: part for key, part in changed.items() if part is not _NOTHING}
        if isinstance(value, list) and isinstance(name, int) and name < len(value):
            parts = [*value[:name], _leave_out(value[name], path[depth + 1 :]), *value[name + 1 :]]
            return [part for part in parts if part is not _NOTHING]
    return _NOTHING
