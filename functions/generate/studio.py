"""Who paints: the image model or the painter, and at what price. Knows nothing of Lambda."""

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError
from PIL import Image, ImageOps

from coverart.bucket import Bucket
from coverart.budget import Budget
from coverart.cover import Painting, Prompt
from coverart.errors import (
    BudgetSpentError,
    ImageModelRefusedError,
    PaintingLostError,
    PictureError,
    PromptBlockedError,
)
from coverart.pictures import read_picture
from generate.image_model import Answer, ImageModel
from generate.painter import paint
from generate.softening import soften

SIZE = 1024
# Final for this prompt or for this owner: the painter would be preferred to no cover.
_FALL_BACK = (BudgetSpentError, ImageModelRefusedError, PromptBlockedError)


@dataclass(frozen=True)
class Studio:
    """`model` is None where the painter is the chosen backend."""

    bucket: Bucket
    budget: Budget
    model: ImageModel | None
    fallback: bool

    def painting(self, prompt: Prompt, key: str, listener_id: str, note: str | None = None) -> Painting:
        """A painting of SIZE x SIZE pixels, kept as PNG under `key` with its bill beside it.

        One that is there already for this prompt and backend is not made again. A prompt that is blocked is asked for
        once more in fewer words. Raises what ImageModel.paint raises, BudgetSpentError.
        """
        if self.model is not None:
            kept = self._kept(key, _digest(prompt, "openai", self.model.name, self.model.quality))
            if kept is not None:
                return kept
            try:
                return self._bought(self.model, prompt, key, listener_id)
            except _FALL_BACK as error:
                if not self.fallback:
                    raise
                note = str(error)
        digest = _digest(prompt, "painter")
        kept = self._kept(key, digest)
        if kept is not None:
            return kept
        painting = Painting(key=key, backend="painter", model=None, usage=None, cost_usd=0, note=note)
        self._keep(painting, paint(prompt, SIZE), digest)
        return painting

    def _bought(self, model: ImageModel, prompt: Prompt, key: str, listener_id: str) -> Painting:
        digest = _digest(prompt, "openai", model.name, model.quality)
        try:
            return self._buy(model, prompt.text, key, digest, listener_id, None)
        except PromptBlockedError:
            fewer, gone = soften(prompt.text)
            if not gone:
                raise
        note = f"The image model did not want to paint the whole prompt. Left out: words of {_listed(gone)}."
        return self._buy(model, fewer, key, digest, listener_id, note)

    def _buy(self, model: ImageModel, text: str, key: str, digest: str, listener_id: str, note: str | None) -> Painting:
        reservation = self.budget.reserve(model.reserve())
        try:
            answer = model.paint(text, listener_id)
        except PaintingLostError:
            raise  # perhaps billed: what was set aside stays spent
        except Exception:
            reservation.settle(0)
            raise
        try:
            painting = Painting(
                key=key, backend="openai", model=model.name, usage=answer.usage, cost_usd=answer.cost, note=note
            )
            self._keep(painting, _square(answer), digest)
        except (ClientError, BotoCoreError) as error:
            raise PaintingLostError("The painting was made but could not be stored.") from error
        reservation.settle(answer.cost or reservation.amount)
        return painting

    def _kept(self, key: str, digest: str) -> Painting | None:
        kept = self.bucket.metadata(key)
        if kept is None or kept.get("digest") != digest:
            return None
        return Painting.model_validate(json.loads(kept["painting"]))

    def _keep(self, painting: Painting, picture: Image.Image, digest: str) -> None:
        body = io.BytesIO()
        picture.save(body, "PNG", compress_level=1)
        metadata = {"digest": digest, "painting": json.dumps(painting.to_json())}
        self.bucket.put(painting.key, body.getvalue(), "image/png", metadata)


def _digest(prompt: Prompt, backend: Literal["openai", "painter"], *settings: str) -> str:
    # The image model sees the text alone; the painter everything else.
    meaning: Any = prompt.text if backend == "openai" else prompt.to_json()
    return hashlib.sha256(json.dumps([backend, meaning, *settings], sort_keys=True).encode()).hexdigest()


def _listed(kinds: list[str]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} and {kinds[-1]}"


def _square(answer: Answer) -> Image.Image:
    try:
        picture = read_picture(answer.picture)
    except PictureError:
        raise PaintingLostError("The image model's painting could not be read.") from None
    return ImageOps.fit(picture, (SIZE, SIZE), Image.Resampling.LANCZOS)
