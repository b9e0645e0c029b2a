"""Who paints: the image model or the painter, and at what price. Knows nothing of Lambda."""

import hashlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError
from PIL import Image, ImageOps

from coverart.aws.s3 import Bucket
from coverart.errors import (
    BudgetSpentError,
    ImageModelRefusedError,
    PaintingLostError,
    PictureError,
    PromptBlockedError,
)
from coverart.images.decode import decode_image, detect_content_type
from coverart.models import Painting, Prompt
from generate.painter import paint
from generate.payments import Payments
from generate.prompt_sanitizer import remove_blocked_words

if TYPE_CHECKING:
    from generate.openai_images import ImageModel, PaintingResponse

SIZE = 1024
# Final for this prompt or for this owner: the painter would be preferred to no cover.
_FALL_BACK = (BudgetSpentError, ImageModelRefusedError, PromptBlockedError)


@dataclass(frozen=True)
class PaintingGenerator:
    """`model` is None where the painter is the chosen backend."""

    bucket: Bucket
    payments: Payments
    model: "ImageModel | None"
    fallback: bool

    def painting(self, prompt: Prompt, stem: str, listener_id: str, failed: str | None = None) -> Painting:
        """A painting of SIZE x SIZE pixels, kept under `stem` and its ending with its bill beside it: JPEG where it was
        bought, PNG where the painter made it.

        One that is there already for this prompt and backend is not made again. A prompt that is blocked is asked for
        once more in fewer words. `failed` is the sentence that says why the image model is not to be asked any more.
        Raises what ImageModel.paint and Payments.begin raise.
        """
        note = failed
        if self.model is not None:
            kept = self._kept(f"{stem}.jpg", _digest(prompt, "openai", self.model.name, self.model.quality))
            if kept is not None:
                self.payments.found(kept.cost_usd)
                return kept
            if failed is None:
                try:
                    return self._bought(self.model, prompt, f"{stem}.jpg", listener_id)
                except _FALL_BACK as error:
                    if not self.fallback:
                        raise
                    note = str(error)
        digest, key = _digest(prompt, "painter"), f"{stem}.png"
        kept = self._kept(key, digest)
        if kept is not None:
            return kept
        painting = Painting(key=key, backend="painter", model=None, usage=None, cost_usd=0, note=note)
        body = io.BytesIO()
        paint(prompt, SIZE).save(body, "PNG", compress_level=1)
        self._keep(painting, body.getvalue(), "image/png", digest)
        return painting

    def _bought(self, model: "ImageModel", prompt: Prompt, key: str, listener_id: str) -> Painting:
        digest = _digest(prompt, "openai", model.name, model.quality)
        try:
            return self._buy(model, prompt.text, key, digest, listener_id, None)
        except PromptBlockedError:
            fewer, gone = remove_blocked_words(prompt.text)
            if not gone:
                raise
        note = f"The image model did not want to paint the whole prompt. Left out: words of {_listed(gone)}."
        return self._buy(model, fewer, key, digest, listener_id, note)

    def _buy(
        self, model: "ImageModel", text: str, key: str, digest: str, listener_id: str, note: str | None
    ) -> Painting:
        payment = self.payments.begin(model.reserve())
        try:
            answer = model.paint(text, listener_id)
        except PaintingLostError:
            raise  # perhaps billed: what was set aside stays spent
        except Exception:
            self.payments.not_billed(payment)
            raise
        # Between here and the end of `put`, a painting that is paid for can be lost: little is done.
        painting = Painting(
            key=key, backend="openai", model=model.name, usage=answer.usage, cost_usd=answer.cost, note=note
        )
        try:
            self._keep(painting, _square(answer), "image/jpeg", digest)
        except (ClientError, BotoCoreError) as error:
            raise PaintingLostError("The painting was made but could not be stored.") from error
        self.payments.bought(payment, answer.cost)
        return painting

    def _kept(self, key: str, digest: str) -> Painting | None:
        kept = self.bucket.get_metadata(key)
        if kept is None or kept.get("digest") != digest:
            return None
        return Painting.model_validate(json.loads(kept["painting"]))

    def _keep(self, painting: Painting, file: bytes, content_type: str, digest: str) -> None:
        metadata = {"digest": digest, "painting": json.dumps(painting.to_json())}
        self.bucket.put(painting.key, file, content_type, metadata)


def _digest(prompt: Prompt, backend: Literal["openai", "painter"], *settings: str) -> str:
    # The image model sees the text alone; the painter everything else.
    meaning: Any = prompt.text if backend == "openai" else prompt.to_json()
    return hashlib.sha256(json.dumps([backend, meaning, *settings], sort_keys=True).encode()).hexdigest()


def _listed(kinds: list[str]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} and {kinds[-1]}"


def _square(answer: "PaintingResponse") -> bytes:
    """A JPEG of SIZE x SIZE pixels; as it came, where it is one."""
    try:
        picture = decode_image(answer.picture)
        if picture.size == (SIZE, SIZE) and detect_content_type(answer.picture) == "image/jpeg":
            return answer.picture
    except PictureError:
        raise PaintingLostError("The image model's painting could not be read.") from None
    body = io.BytesIO()
    ImageOps.fit(picture, (SIZE, SIZE), Image.Resampling.LANCZOS).save(body, "JPEG", quality=95, subsampling=0)
    return body.getvalue()
