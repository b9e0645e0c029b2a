"""The permissions of each function's role. What is not listed here must be denied.

An entry is an action and its resource: a table, a state machine, a prefix of the bucket, a parameter. Resources have
their logical ids of the template.
"""

from functools import partial


def _allow(service: str, resource: str, *actions: str) -> set[str]:
    return {f"{service}:{action} {resource}" for action in actions}


_covers = partial(_allow, "dynamodb", "CoversTable")
_keys = partial(_allow, "dynamodb", "KeysTable")
_listeners = partial(_allow, "dynamodb", "ListenersTable")


def _objects(prefix: str, *actions: str) -> set[str]:
    """Return the permissions for all keys below a prefix of the bucket."""
    return _allow("s3", f"Bucket/{prefix}/*", *(f"{action}Object" for action in actions))


def _parameters(*names: str) -> set[str]:
    return {f"ssm:GetParameter parameter/{name}" for name in names}


_PROGRESS = _covers("GetItem", "UpdateItem")
# Without this permission, S3 answers 403 instead of 404 for a key that does not exist.
_LIST_BUCKET = {"s3:ListBucket Bucket"}
_ARTWORK, _PICTURES = _objects("artwork", "Get"), _objects("pictures", "Get")
_WRITE_COVERS = _objects("covers", "Get", "Put", "Delete")
_SPOTIFY = _parameters("spotify_client_id", "spotify_client_secret")
_KEY_IS_STORED = _parameters("openai_api_key")
_TOKENS = _listeners("GetItem", "UpdateItem")
_START_COVER = _allow("states", "CoverStateMachine", "StartExecution")
_WARM_UP = {"states:StartExecution WarmUpStateMachine", "states:ListExecutions CoverStateMachine"}
_SEND_DEAD_LETTER = {"sqs:SendMessage DeadLetterQueue"}
_SET_IMAGES = (
    _LIST_BUCKET
    | _objects("covers", "Get")
    | _objects("kept", "Get", "Put", "Delete")
    | _TOKENS
    | _SPOTIFY
    | _listeners("Query")
)
_STORED_PREFIXES = ("artwork", "covers", "kept", "pictures")

PERMISSIONS: dict[str, set[str]] = {
    "AuthFunction": _SPOTIFY | _keys("PutItem", "DeleteItem") | _TOKENS | _parameters("session_key"),
    "ApiFunction": _LIST_BUCKET
    | _SPOTIFY
    | _KEY_IS_STORED
    | set().union(*(_objects(prefix, "Get", "Delete") for prefix in _STORED_PREFIXES))
    | _objects("uploads", "Put", "Delete")
    | _covers("GetItem", "PutItem", "Query", "DeleteItem", "BatchWriteItem", "UpdateItem")
    | _keys("GetItem", "PutItem", "Scan", "DeleteItem", "BatchWriteItem", "UpdateItem")
    | _listeners("GetItem", "PutItem", "UpdateItem", "Query", "DeleteItem", "BatchWriteItem", "ConditionCheckItem")
    | _allow("states", "CoverStateMachine", "StartExecution", "StopExecution")
    | _allow("states", "ApplyStateMachine", "StartExecution", "StopExecution")
    | {"lambda:InvokeFunction WatchFunction", "lambda:InvokeFunction ConvertFunction"}
    | _WARM_UP,
    "ConvertFunction": _LIST_BUCKET | _objects("uploads", "Get") | _objects("pictures", "Put"),
    "AcceptFunction": _KEY_IS_STORED
    | _keys("GetItem", "PutItem", "UpdateItem")
    | _listeners("GetItem", "UpdateItem", "ConditionCheckItem")
    | _covers("GetItem", "PutItem")
    | _START_COVER
    | _SEND_DEAD_LETTER
    | _WARM_UP,
    "FetchFunction": _PROGRESS
    | _LIST_BUCKET
    | _objects("artwork", "Get", "Put", "Delete")
    | _TOKENS
    | _SPOTIFY
    | _keys("GetItem", "PutItem"),
    "DetectFunction": _PROGRESS
    | _LIST_BUCKET
    | _ARTWORK
    | _PICTURES
    | _allow("s3", "Bucket/covers/*/mask.png", "PutObject", "DeleteObject"),
    "PromptFunction": _PROGRESS | _LIST_BUCKET | _ARTWORK | _covers("Query"),
    "GenerateFunction": _PROGRESS | _LIST_BUCKET | _PICTURES | _WRITE_COVERS | _keys("UpdateItem") | _KEY_IS_STORED,
    "StylizeFunction": _PROGRESS | _LIST_BUCKET | _ARTWORK | _PICTURES | _WRITE_COVERS,
    "PublishFunction": _PROGRESS | _SET_IMAGES | _listeners("PutItem", "ConditionCheckItem"),
    "ApplyFunction": _SET_IMAGES,
    "WatchFunction": _SPOTIFY
    | _KEY_IS_STORED
    | _listeners("GetItem", "UpdateItem", "Query", "Scan", "ConditionCheckItem")
    | _keys("GetItem")
    | _covers("GetItem")
    | _allow("events", "Bus", "PutEvents")
    | _allow("states", "ApplyStateMachine", "StartExecution"),
    "SettleFunction": _PROGRESS
    | _LIST_BUCKET
    | set().union(*(_objects(prefix, "Delete") for prefix in _STORED_PREFIXES))
    | _covers("Query")
    | _listeners("GetItem", "UpdateItem", "Query", "Scan")
    | _START_COVER
    | _allow("states", "CoverStateMachine", "DescribeExecution")
    | _SEND_DEAD_LETTER,
}
