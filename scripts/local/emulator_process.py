"""The emulator's process, run by the tools' interpreter: ministack, and what it lacks.

EventBridge invokes a rule's function asynchronously: it is tried again, and what fails for good goes to the function's
OnFailure destination. ministack does so for its other asynchronous invocations and not for this one.

API Gateway gives a request's cookies in a list of their own (payload format 2.0), and takes an answer whose body is
null; ministack leaves the cookies in the header, and stumbles.
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


_execute = lambda_svc._execute_function_with_config_scope


def execute_with_cookies(function: Any, event: Any) -> Any:
    if isinstance(event, dict) and "cookie" in (event.get("headers") or {}):
        headers = dict(event["headers"])
        cookies = [cookie.strip() for cookie in headers.pop("cookie").split(";")]
        event = {**event, "headers": headers, "cookies": cookies}
    return _execute(function, event)


_answer = lambda_svc.lambda_execute_result_to_api_proxy_response


def answer_with_body(result: Any) -> Any:
    answer, error = _answer(result)
    return ({**answer, "body": answer.get("body") or ""} if answer else answer), error


if __name__ == "__main__":
    eventbridge._dispatch_to_lambda = invoke_asynchronously
    lambda_svc._execute_function_with_config_scope = execute_with_cookies
    lambda_svc.lambda_execute_result_to_api_proxy_response = answer_with_body
    main()
