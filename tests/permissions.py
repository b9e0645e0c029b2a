"""What each function needs of AWS. Whatever is not here, it must not do.

An entry is an action and what it is done to: a table, a machine, a part of the bucket, a parameter.
"""

_PROGRESS = {"dynamodb:GetItem CoversTable", "dynamodb:UpdateItem CoversTable"}
# S3 says 403 for a key that is not there to who may not list.
_LISTING = {"s3:ListBucket Bucket"}
_ARTWORK = {"s3:GetObject Bucket/artwork/*"}
_SPOTIFY = {"ssm:GetParameter parameter/spotify_client_id", "ssm:GetParameter parameter/spotify_client_secret"}
_TOKENS = {"dynamodb:GetItem ListenersTable", "dynamodb:UpdateItem ListenersTable"}


def _all(prefix: str, *actions: str) -> set[str]:
    return {f"s3:{action} Bucket/{prefix}/*" for action in actions}


_SETS_IMAGES = (
    _LISTING
    | _all("covers", "GetObject")
    | _all("kept", "GetObject", "PutObject", "DeleteObject")
    | _TOKENS
    | _SPOTIFY
    | {"dynamodb:Query ListenersTable"}
)

MAY: dict[str, set[str]] = {
    "AuthFunction": _SPOTIFY
    | {
        "dynamodb:PutItem KeysTable",
        "dynamodb:DeleteItem KeysTable",
        "dynamodb:UpdateItem ListenersTable",
        "ssm:GetParameter parameter/session_key",
    },
    "ApiFunction": _LISTING
    | _SPOTIFY
    | {
        f"s3:{action}Object Bucket/{prefix}/*"
        for action in ("Get", "Delete")
        for prefix in ("artwork", "covers", "kept")
    }
    | {f"dynamodb:{action} CoversTable" for action in ("GetItem", "PutItem", "Query", "DeleteItem", "BatchWriteItem")}
    | {f"dynamodb:{action} KeysTable" for action in ("GetItem", "PutItem", "Scan", "DeleteItem", "BatchWriteItem")}
    | {f"dynamodb:{action} ListenersTable" for action in ("GetItem", "PutItem", "UpdateItem", "Query")}
    | {f"dynamodb:{action} ListenersTable" for action in ("DeleteItem", "BatchWriteItem", "ConditionCheckItem")}
    | {
        f"states:{action} {machine}"
        for action in ("StartExecution", "StopExecution")
        for machine in ("CoverStateMachine", "ApplyStateMachine")
    },
    "AcceptFunction": {
        "dynamodb:GetItem KeysTable",
        "dynamodb:PutItem KeysTable",
        "dynamodb:GetItem ListenersTable",
        "dynamodb:UpdateItem ListenersTable",
        "dynamodb:GetItem CoversTable",
        "dynamodb:PutItem CoversTable",
        "states:StartExecution CoverStateMachine",
        "sqs:SendMessage DeadLetterQueue",
    },
    "FetchFunction": _PROGRESS
    | _LISTING
    | _all("artwork", "GetObject", "PutObject", "DeleteObject")
    | _TOKENS
    | _SPOTIFY
    | {"dynamodb:GetItem KeysTable", "dynamodb:PutItem KeysTable"},
    "DetectFunction": _PROGRESS | _LISTING | _ARTWORK,
    "PromptFunction": _PROGRESS | _LISTING | _ARTWORK,
    "GenerateFunction": _PROGRESS
    | _LISTING
    | _all("covers", "GetObject", "PutObject", "DeleteObject")
    | {"dynamodb:UpdateItem KeysTable", "ssm:GetParameter parameter/openai_api_key"},
    "StylizeFunction": _PROGRESS | _LISTING | _ARTWORK | _all("covers", "GetObject", "PutObject", "DeleteObject"),
    "PublishFunction": _PROGRESS
    | _SETS_IMAGES
    | {"dynamodb:PutItem ListenersTable", "dynamodb:ConditionCheckItem ListenersTable"},
    "ApplyFunction": _SETS_IMAGES,
    "WatchFunction": _SPOTIFY
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
    | _LISTING
    | {f"s3:DeleteObject Bucket/{prefix}/*" for prefix in ("artwork", "covers", "kept")}
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
