"""The permissions of each function's role. What is not listed here must be denied.

An entry is an action and its resource: a table, a state machine, a prefix of the bucket, a parameter. Resources have
their logical ids of the template.
"""

_PROGRESS = {"dynamodb:GetItem CoversTable", "dynamodb:UpdateItem CoversTable"}
# Without this permission, S3 answers 403 instead of 404 for a key that does not exist.
_LIST_BUCKET = {"s3:ListBucket Bucket"}
_ARTWORK = {"s3:GetObject Bucket/artwork/*"}
_PICTURES = {"s3:GetObject Bucket/pictures/*"}
_SPOTIFY = {"ssm:GetParameter parameter/spotify_client_id", "ssm:GetParameter parameter/spotify_client_secret"}
_KEY_IS_STORED = {"ssm:GetParameter parameter/openai_api_key"}
_TOKENS = {"dynamodb:GetItem ListenersTable", "dynamodb:UpdateItem ListenersTable"}
_WARM_UP = {"states:StartExecution WarmUpStateMachine", "states:ListExecutions CoverStateMachine"}


def _s3(prefix: str, *actions: str) -> set[str]:
    """Return the permissions for all keys below a prefix of the bucket."""
    return {f"s3:{action} Bucket/{prefix}/*" for action in actions}


_SET_IMAGES = (
    _LIST_BUCKET
    | _s3("covers", "GetObject")
    | _s3("kept", "GetObject", "PutObject", "DeleteObject")
    | _TOKENS
    | _SPOTIFY
    | {"dynamodb:Query ListenersTable"}
)

PERMISSIONS: dict[str, set[str]] = {
    "AuthFunction": _SPOTIFY
    | {
        "dynamodb:PutItem KeysTable",
        "dynamodb:DeleteItem KeysTable",
        "dynamodb:GetItem ListenersTable",
        "dynamodb:UpdateItem ListenersTable",
        "ssm:GetParameter parameter/session_key",
    },
    "ApiFunction": _LIST_BUCKET
    | _SPOTIFY
    | _KEY_IS_STORED
    | {
        f"s3:{action}Object Bucket/{prefix}/*"
        for action in ("Get", "Delete")
        for prefix in ("artwork", "covers", "kept", "pictures")
    }
    | _s3("uploads", "PutObject", "DeleteObject")
    | {f"dynamodb:{action} CoversTable" for action in ("GetItem", "PutItem", "Query", "DeleteItem", "BatchWriteItem")}
    | {"dynamodb:UpdateItem CoversTable"}
    | {f"dynamodb:{action} KeysTable" for action in ("GetItem", "PutItem", "Scan", "DeleteItem", "BatchWriteItem")}
    | {"dynamodb:UpdateItem KeysTable"}
    | {f"dynamodb:{action} ListenersTable" for action in ("GetItem", "PutItem", "UpdateItem", "Query")}
    | {f"dynamodb:{action} ListenersTable" for action in ("DeleteItem", "BatchWriteItem", "ConditionCheckItem")}
    | {
        f"states:{action} {machine}"
        for action in ("StartExecution", "StopExecution")
        for machine in ("CoverStateMachine", "ApplyStateMachine")
    }
    | {"lambda:InvokeFunction WatchFunction", "lambda:InvokeFunction ConvertFunction"}
    | _WARM_UP,
    "ConvertFunction": _LIST_BUCKET | _s3("uploads", "GetObject") | _s3("pictures", "PutObject"),
    "AcceptFunction": _KEY_IS_STORED
    | {
        "dynamodb:GetItem KeysTable",
        "dynamodb:PutItem KeysTable",
        "dynamodb:UpdateItem KeysTable",
        "dynamodb:GetItem ListenersTable",
        "dynamodb:UpdateItem ListenersTable",
        "dynamodb:ConditionCheckItem ListenersTable",
        "dynamodb:GetItem CoversTable",
        "dynamodb:PutItem CoversTable",
        "states:StartExecution CoverStateMachine",
        "sqs:SendMessage DeadLetterQueue",
    }
    | _WARM_UP,
    "FetchFunction": _PROGRESS
    | _LIST_BUCKET
    | _s3("artwork", "GetObject", "PutObject", "DeleteObject")
    | _TOKENS
    | _SPOTIFY
    | {"dynamodb:GetItem KeysTable", "dynamodb:PutItem KeysTable"},
    "DetectFunction": _PROGRESS
    | _LIST_BUCKET
    | _ARTWORK
    | _PICTURES
    | {f"s3:{action}Object Bucket/covers/*/mask.png" for action in ("Put", "Delete")},
    "PromptFunction": _PROGRESS | _LIST_BUCKET | _ARTWORK | {"dynamodb:Query CoversTable"},
    "GenerateFunction": _PROGRESS
    | _LIST_BUCKET
    | _PICTURES
    | _s3("covers", "GetObject", "PutObject", "DeleteObject")
    | {"dynamodb:UpdateItem KeysTable", "ssm:GetParameter parameter/openai_api_key"},
    "StylizeFunction": _PROGRESS
    | _LIST_BUCKET
    | _ARTWORK
    | _PICTURES
    | _s3("covers", "GetObject", "PutObject", "DeleteObject"),
    "PublishFunction": _PROGRESS
    | _SET_IMAGES
    | {"dynamodb:PutItem ListenersTable", "dynamodb:ConditionCheckItem ListenersTable"},
    "ApplyFunction": _SET_IMAGES,
    "WatchFunction": _SPOTIFY
    | _KEY_IS_STORED
    | {
        f"dynamodb:{action} ListenersTable"
        for action in ("GetItem", "UpdateItem", "Query", "Scan", "ConditionCheckItem")
    }
    | {
        "dynamodb:GetItem KeysTable",
        "dynamodb:GetItem CoversTable",
        "events:PutEvents Bus",
        "states:StartExecution ApplyStateMachine",
    },
    "SettleFunction": _PROGRESS
    | _LIST_BUCKET
    | {f"s3:DeleteObject Bucket/{prefix}/*" for prefix in ("artwork", "covers", "kept", "pictures")}
    | {
        "dynamodb:Query CoversTable",
        "dynamodb:GetItem ListenersTable",
        "dynamodb:UpdateItem ListenersTable",
        "dynamodb:Query ListenersTable",
        "dynamodb:Scan ListenersTable",
        "states:StartExecution CoverStateMachine",
        "states:DescribeExecution CoverStateMachine",
        "sqs:SendMessage DeadLetterQueue",
    },
}
