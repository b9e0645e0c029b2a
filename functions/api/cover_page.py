"""A page of the listener's covers."""

from datetime import datetime

from api import dependencies
from api.responses import find_image_key, to_cover_summary
from api.schemas import CoverSummaryResponse
from coverart.models import CoverId, StrictModel
from coverart.store.demo import is_demo


class CoverPageResponse(StrictModel):
    """`next`: the `cursor` of the next page, or null. `on_spotify`: ids of all covers that are playlist images now."""

    items: list[CoverSummaryResponse]
    on_spotify: list[CoverId]
    next: str | None


def read_cover_page(listener_id: str, cursor: str | None, limit: int, now: datetime) -> CoverPageResponse:
    """Return up to `limit` covers older than the cover `cursor`, newest first."""
    items, following = dependencies.get_covers().list_page(listener_id, cursor, limit, now)
    summaries = []
    for item in items:
        summary = to_cover_summary(item)
        # Nothing limits downloads at such a URL, so a demo listener gets none.
        has_url = summary.thumbnail and not is_demo(listener_id)
        key = find_image_key(item, "thumbnail") if has_url else None
        url = key and dependencies.get_bucket().create_presigned_url(key)
        summaries.append(summary.model_copy(update={"thumbnail_url": url}))
    on_spotify = dependencies.get_history().list_covers_on_spotify(listener_id)
    return CoverPageResponse(items=summaries, on_spotify=on_spotify, next=following)
