"""What an error of AWS means: whether it passes by itself, or the owner has to act."""

import random
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from coverart.errors import ConfigurationError, StorageUnavailableError

TRANSACTION_CONFLICT = "TransactionConflictException"
# Besides every status from 500 on. The first three lines are those that botocore retries, by its own lists.
PASSING_CODES = frozenset(
    "BandwidthLimitExceeded EC2ThrottledException LimitExceededException PriorRequestNotComplete "
    "ProvisionedThroughputExceededException RequestLimitExceeded RequestThrottled RequestThrottledException "
    "RequestTimeout RequestTimeoutException SlowDown ThrottledException Throttling ThrottlingException "
    "TooManyRequestsException TransactionInProgressException "
    # Conflicts with another write: of DynamoDB, and of S3.
    f"{TRANSACTION_CONFLICT} ReplicatedWriteConflictException OperationAborted ConditionalRequestConflict "
    # Step Functions: a million executions are open, or the key's service throttles.
    "ExecutionLimitExceeded KmsThrottlingException "
    # Some services send these with a status below 500.
    "InternalError InternalFailure InternalServerError ServiceUnavailable".split()
)

# A transaction holds an item for some milliseconds. Eight requests take a second on average.
_MAX_CONFLICTS = 8
_CONFLICT_STEP_SECONDS = 0.07


def as_domain_error(error: ClientError | BotoCoreError) -> ConfigurationError | StorageUnavailableError:
    """Translate an error of boto3 into one that the state machine and the listener understand."""
    if isinstance(error, ClientError):
        response: dict[str, Any] = {**error.response}
        code = response.get("Error", {}).get("Code", "")
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        if status < 500 and code not in PASSING_CODES:
            return ConfigurationError(f"The stack is misconfigured: {error.operation_name} was refused ({code}).")
    return StorageUnavailableError("The stack's storage is not responding. Please try again in a minute.")


def pause_after_conflict(response: Any, attempts: int, **_: Any) -> float | None:
    """Return the seconds after which botocore repeats a write that met a transaction; None for anything else.

    DynamoDB refuses a plain write of an item that a transaction is writing or checking, and botocore itself does not
    repeat it. `response`: (response, content), or None where there is none. `attempts`: the number so far.
    """
    code = response[1].get("Error", {}).get("Code") if response is not None else None
    if code != TRANSACTION_CONFLICT or attempts >= _MAX_CONFLICTS:
        return None
    return random.uniform(0, _CONFLICT_STEP_SECONDS * attempts)  # noqa: S311  # jitter is no secret
