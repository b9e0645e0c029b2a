"""The listeners' own pictures in ListenersTable: photographs and drawings that they uploaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from coverart.aws.dynamodb import from_dynamodb, paginate
from coverart.errors import PictureNotFoundError, TooManyPicturesError
from coverart.models import PictureId, StrictModel
from coverart.store.keys import PICTURE_PREFIX, picture_count_key, picture_key
from coverart.store.listeners import ConditionFailedError, write_for_listener
from coverart.store.stored_items import read_stored

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

MAX_PICTURES = 50


class Picture(StrictModel):
    """A picture of the listener's own. `width` and `height`: of the stored file, in pixels."""

    picture_id: PictureId
    created_at: datetime
    width: int
    height: int


@dataclass(frozen=True)
class Pictures:
    """`table`: ListenersTable."""

    table: "Table"

    def find(self, listener_id: str, picture_id: str) -> Picture | None:
        """Return None where the listener has no such picture."""
        item = self.table.get_item(Key=picture_key(listener_id, picture_id), ConsistentRead=True).get("Item")
        return None if item is None else _read(item)

    def check(self, listener_id: str, picture_ids: Iterable[str]) -> None:
        """Raises PictureNotFoundError where the listener does not have all of them."""
        for picture_id in picture_ids:
            if self.find(listener_id, picture_id) is None:
                raise picture_not_found()

    def list_pictures(self, listener_id: str) -> list[Picture]:
        """Return the listener's pictures, newest first."""
        condition = Key("listener_id").eq(listener_id) & Key("item").begins_with(PICTURE_PREFIX)
        items = paginate(
            self.table.query, KeyConditionExpression=condition, ConsistentRead=True, ScanIndexForward=False
        )
        return [_read(item) for item in items]

    def check_limit(self, listener_id: str) -> None:
        """Raises TooManyPicturesError where the listener has MAX_PICTURES. `add` checks it again."""
        item = self.table.get_item(Key=picture_count_key(listener_id), ConsistentRead=True).get("Item", {})
        if int(str(item.get("count", 0))) >= MAX_PICTURES:
            raise _too_many()

    def add(self, listener_id: str, picture: Picture) -> Picture:
        """Store and count a picture, and return it, or the one that is stored under its id already.

        Raises TooManyPicturesError, ListenerNotFoundError, StorageUnavailableError.
        """
        key = picture_key(listener_id, picture.picture_id)
        fields = {"created_at": picture.created_at.isoformat(), "width": picture.width, "height": picture.height}
        is_new = {
            "TableName": self.table.name,
            "Item": {**key, **fields},
            "ConditionExpression": "attribute_not_exists(listener_id)",
        }
        try:
            count = self._count(listener_id, 1, "attribute_not_exists(#count) OR #count < :limit", MAX_PICTURES)
            write_for_listener(self.table, listener_id, [{"Put": is_new}, {"Update": count}])
        except ConditionFailedError:
            stored = self.find(listener_id, picture.picture_id)
            if stored is None:
                raise _too_many() from None
            return stored
        return picture

    def delete(self, listener_id: str, picture_id: str) -> bool:
        """Return False where the listener has no such picture."""
        exists = {
            "TableName": self.table.name,
            "Key": picture_key(listener_id, picture_id),
            "ConditionExpression": "attribute_exists(listener_id)",
        }
        try:
            count = self._count(listener_id, -1, "#count > :limit", 0)
            write_for_listener(self.table, listener_id, [{"Delete": exists}, {"Update": count}])
        except ConditionFailedError:
            return False
        return True

    def _count(self, listener_id: str, difference: int, condition: str, limit: int) -> dict[str, Any]:
        return {
            "TableName": self.table.name,
            "Key": picture_count_key(listener_id),
            "UpdateExpression": "ADD #count :difference",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#count": "count"},
            "ExpressionAttributeValues": {":difference": difference, ":limit": limit},
        }


def picture_not_found() -> PictureNotFoundError:
    """Return the error for a picture that the listener does not have."""
    return PictureNotFoundError("You have no such picture, or it was deleted. Please choose or upload another one.")


def _too_many() -> TooManyPicturesError:
    return TooManyPicturesError(f"You have {MAX_PICTURES} pictures, which is the limit. Please delete one first.")


def _read(item: dict[str, Any]) -> Picture:
    fields = from_dynamodb(item)
    return read_stored(Picture, {**fields, "picture_id": fields["item"].removeprefix(PICTURE_PREFIX)})
