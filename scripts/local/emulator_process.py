"""The emulator's process, run by the tools' interpreter: ministack, and what it lacks.

EventBridge invokes a rule's function asynchronously: it is tried again, and what fails for good goes to the function's
OnFailure destination. ministack does so for its other asynchronous invocations and not for this one.
"""

import json
from typing import Any

from ministack.app import main
from ministack.services import eventbridge, lambda_svc


def invoke_asynchronously(arn: str, payload: str) -> None:
    function, _, name = lambda_svc._get_func_record_for_ref(arn)
    if not function:
        eventbridge.logger.warning("EventBridge: function %s not found", name)
        return
    event: Any = json.loads(payload)
    lambda_svc.invoke_async_with_retry(function, event)


if __name__ == "__main__":
    eventbridge._dispatch_to_lambda = invoke_asynchronously
    main()
