"""Settings: one typed object per function, read from its environment."""

import os
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from coverart.errors import ConfigurationError


class Settings(BaseModel):
    """A field `bucket_name` comes from BUCKET_NAME. An empty variable counts as not set."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    @classmethod
    def load(cls) -> Self:
        """Raises ConfigurationError, which names the variables that are missing or invalid."""
        values = {name: value for name in cls.model_fields if (value := os.environ.get(name.upper(), "")) != ""}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            names = ", ".join(str(problem["loc"][0]).upper() for problem in error.errors())
            raise ConfigurationError(f"The stack is misconfigured: {names} is missing or invalid.") from None


class StepSettings(Settings):
    """The settings of every step."""

    covers_table: str
    bucket_name: str
