"""A painting for a prompt, by the image model or by the built-in painter, with its bill."""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError
from PIL import Image, ImageOps

from coverart.aws.s3 import Bucket
from coverart.errors import (
    BudgetSpentError,
    CoverArtError,
    CoverDeletedError,
    ImageModelRefusedError,
    InvalidRequestError,
    PaintingElsewhereError,
    PaintingLostError,
    PictureError,
    PromptBlockedError,
)
from coverart.images.decode import decode_image, detect_content_type
from coverart.images.jpeg import FULL_CHROMA, encode_image, resize_to_fit
from coverart.images.photograph import read_photograph
from coverart.models import CutOut, Painting, Prompt
from generate.payments import Payments
from generate.prompt_sanitizer import remove_blocked_words

if TYPE_CHECKING:
    from generate.openai_images import ImageModel
    from generate.painter.scene import Photograph

SIZE_PIXELS = 1024
# Repeating the call would not help, so the painter paints.
_FALLBACK_ERRORS = (BudgetSpentError, ImageModelRefusedError, PaintingElsewhereError, PromptBlockedError)
# The call may have been billed, so its reservation stays.
_BILLED_ERRORS = (PaintingElsewhereError, PaintingLostError)


@dataclass(frozen=True)
class PaintingGenerator:
    """`model`: None where the owner chose the painter. `fallback`: the painter paints where the model refuses to."""

    bucket: Bucket
    payments: Payments
    model: "ImageModel | None"
    fallback: bool

    def get_or_create_painting(self, prompt: Prompt, key_stem: str, failure_note: str | None = None) -> Painting:
        """Return the painting of SIZE_PIXELS x SIZE_PIXELS for this prompt, which is stored with its bill as metadata.

        Its key is `key_stem` and `.jpg` (image model) or `.png` (painter). A stored painting for the same prompt and
        backend is not created again. `failure_note`: why the image model is no longer called; the note of the painter's
        painting. Raises what ImageModel.paint and Payments.reserve raise, and
        PictureNotFoundError where the listener deleted the picture that the cover shows.
        """
        if prompt.painting is not None and prompt.painting.endswith(".jpg"):
            return self._use_again(prompt.painting, f"{key_stem}.jpg")
        if prompt.painting is not None:
            return self._get_or_create_with_painter(prompt, f"{key_stem}.png", _add_undrawn_words(None, prompt.undrawn))
        note = failure_note
        if self.model is not None:
            text = prompt.for_backend("openai").text
            picture_key = prompt.cut_out.key if prompt.cut_out is not None and prompt.send_picture else None
            content = text if picture_key is None else [text, picture_key]
            digest = _digest("openai", content, self.model.name, self.model.quality)
            stored = self._find(f"{key_stem}.jpg", digest)
            if stored is not None:
                self.payments.settle_if_missing(stored.cost_usd)
                return stored
            # An earlier attempt may have been billed, so nothing repeats it once the painter has painted.
            if failure_note is None and self._find(f"{key_stem}.png", _painter_digest(prompt)) is None:
                try:
                    picture = None if picture_key is None else self._load_picture(picture_key)
                    return self._create_with_model(self.model, text, f"{key_stem}.jpg", digest, picture)
                except _FALLBACK_ERRORS as error:
                    if not self.fallback:
                        raise
                    note = str(error)
        return self._get_or_create_with_painter(prompt, f"{key_stem}.png", _add_undrawn_words(note, prompt.undrawn))

    def _use_again(self, key: str, new_key: str) -> Painting:
        """Copy a painting that another cover paid for. Raises InvalidRequestError where it was deleted."""
        metadata = self.bucket.get_metadata(key)
        if metadata is None:
            raise InvalidRequestError("The painting of the earlier cover was deleted. Please make a new cover.")
        earlier = Painting.model_validate(json.loads(metadata["painting"]))
        painting = earlier.model_copy(update={"key": new_key, "usage": None, "cost_usd": 0})
        self._store(painting, self.bucket.get(key), "image/jpeg", metadata["digest"])
        return painting

    def _get_or_create_with_painter(self, prompt: Prompt, key: str, note: str | None) -> Painting:
        digest = _painter_digest(prompt)
        stored = self._find(key, digest)
        if stored is not None:
            return stored
        # The image model needs neither NumPy nor the motifs.
        from coverart.motifs import format_credit
        from generate.painter import paint_scene

        photograph = None if prompt.cut_out is None else self._load_photograph(prompt.cut_out)
        image, scene = paint_scene(prompt, SIZE_PIXELS, photograph)
        credit = format_credit(scene.motif) if scene.motif else ""
        painting = Painting(
            key=key, backend="painter", model=None, usage=None, cost_usd=0, note=note, credit=credit or None
        )
        self._store(painting, encode_image(image, "PNG", compress_level=1), "image/png", digest)
        return painting

    def _load_photograph(self, cut_out: CutOut) -> "Photograph":
        """Raises PictureNotFoundError where the listener deleted the picture, CoverDeletedError without its mask."""
        import numpy as np

        from generate.painter.scene import Photograph

        image, mask = read_photograph(cut_out.key, self.bucket), None
        if cut_out.mask is not None:
            try:
                mask_image = decode_image(self.bucket.get(cut_out.mask)).getchannel("R")
            except KeyError:
                raise CoverDeletedError("This cover was deleted while it was being made.") from None
            mask = np.asarray(mask_image.resize(image.size), np.float32) / np.float32(255)
        pixels = np.asarray(image, np.float32) / np.float32(255)
        return Photograph(pixels, mask, tuple(cut_out.faces))

    def _load_picture(self, key: str) -> bytes:
        """Return the listener's picture as the image model receives it. Raises PictureNotFoundError."""
        return encode_image(resize_to_fit(read_photograph(key, self.bucket), SIZE_PIXELS), "JPEG", quality=90)

    def _create_with_model(
        self, model: "ImageModel", text: str, key: str, digest: str, picture: bytes | None
    ) -> Painting:
        """Call the image model, and once more with fewer words where it blocks the prompt."""
        try:
            return self._buy(model, text, key, digest, None, picture)
        except PromptBlockedError:
            shorter_text, categories = remove_blocked_words(text)
            if not categories:
                raise
        note = f"The image model blocked the full prompt. Words about {_join(categories)} were removed."
        return self._buy(model, shorter_text, key, digest, note, picture)

    def _buy(
        self, model: "ImageModel", text: str, key: str, digest: str, note: str | None, picture: bytes | None
    ) -> Painting:
        payment = self.payments.reserve(model.maximum_cost(picture is not None))
        try:
            response = model.paint(text, self.payments.listener_id, picture)
        except CoverArtError as error:
            # After an unexpected error, too, the call may have been billed, so the reservation stays.
            if not isinstance(error, _BILLED_ERRORS):
                self.payments.release(payment)
            raise
        # A crash between here and the end of `put` loses a paid painting, so nothing else happens here.
        painting = Painting(
            key=key, backend="openai", model=model.name, usage=response.usage, cost_usd=response.cost_usd, note=note
        )
        try:
            self._store(painting, _to_square_jpeg(response.image_bytes), "image/jpeg", digest)
        except (ClientError, BotoCoreError) as error:
            raise PaintingLostError("The painting was created but could not be stored.") from error
        self.payments.settle(payment, response.cost_usd)
        return painting

    def _find(self, key: str, digest: str) -> Painting | None:
        metadata = self.bucket.get_metadata(key)
        if metadata is None or metadata.get("digest") != digest:
            return None
        return Painting.model_validate(json.loads(metadata["painting"]))

    def _store(self, painting: Painting, image_bytes: bytes, content_type: str, digest: str) -> None:
        metadata = {"digest": digest, "painting": json.dumps(painting.to_json())}
        self.bucket.put(painting.key, image_bytes, content_type, metadata)


def _add_undrawn_words(note: str | None, words: list[str]) -> str | None:
    """Return the note with a sentence about what the painter cannot draw of the listener's direction."""
    if not words:
        return note
    sentence = f"The built-in painter cannot draw: {', '.join(words)}."
    return sentence if note is None else f"{note} {sentence}"


def _digest(backend: Literal["openai", "painter"], content: Any, *settings: str) -> str:
    """`content`: what the backend receives."""
    return hashlib.sha256(json.dumps([backend, content, *settings], sort_keys=True).encode()).hexdigest()


def _painter_digest(prompt: Prompt) -> str:
    return _digest("painter", prompt.model_dump(mode="json", exclude={"brief"}))


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _to_square_jpeg(image_bytes: bytes) -> bytes:
    """Return a JPEG of SIZE_PIXELS x SIZE_PIXELS: the file itself where it is one. Raises PaintingLostError."""
    try:
        image = decode_image(image_bytes)
        if image.size == (SIZE_PIXELS, SIZE_PIXELS) and detect_content_type(image_bytes) == "image/jpeg":
            return image_bytes
    except PictureError:
        raise PaintingLostError("The image model's painting could not be read.") from None
    square = ImageOps.fit(image, (SIZE_PIXELS, SIZE_PIXELS), Image.Resampling.LANCZOS)
    return encode_image(square, "JPEG", quality=95, subsampling=FULL_CHROMA)
