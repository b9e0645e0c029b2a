"""Who paints, and what follows from that: the daily limit and how many candidates a cover has."""

from typing import Literal

from coverart.aws.secrets import is_secret_stored
from coverart.models import MAX_CANDIDATES
from coverart.store.budget import BudgetSettings

# A painting by the painter costs nothing but a few seconds.
_PAINTER_LIMIT_FACTOR = 10


class ImageBackendSettings(BudgetSettings):
    """`daily_cover_limit`: paid covers per listener and UTC day. `secrets_path`: how the names of the secrets begin."""

    image_backend: Literal["auto", "openai", "painter"]
    daily_cover_limit: int
    secrets_path: str

    @property
    def effective_backend(self) -> Literal["openai", "painter"]:
        """The backend that paints unless it fails. Raises StorageUnavailableError, ConfigurationError."""
        if self.image_backend != "auto":
            return self.image_backend
        return "openai" if is_secret_stored(self.secrets_path, "openai_api_key") else "painter"

    @property
    def daily_limit(self) -> int:
        """Covers per listener and UTC day; each candidate counts. Raises as `effective_backend`."""
        return self.painter_daily_limit if self.effective_backend == "painter" else self.daily_cover_limit

    @property
    def painter_daily_limit(self) -> int:
        """The same where the painter paints."""
        return _PAINTER_LIMIT_FACTOR * self.daily_cover_limit

    @property
    def default_candidates(self) -> int:
        """How many candidates a cover has where the request does not say. Raises as `effective_backend`."""
        return MAX_CANDIDATES if self.effective_backend == "painter" else 1
