"""The emulator's process, run by the tools' interpreter: ministack, and what it lacks.

EventBridge invokes a rule's function asynchronously: it is tried again, and what fails for good goes to the function's
OnFailure destination. ministack does so for its other asynchronous invocations and not for this one.

Lambda throttles what is more than the account's concurrency. Step Functions calls that
Lambda.TooManyRequestsException, and an asynchronous invocation waits, for hours if need be; ministack calls it
Lambda.Unknown, and counts it as a failure.

A page asks for all its files at once. Lambda would start the function for each; here they would all start on the same
few cores, so that of a function one process starts at a time, and a request waits for it, or a moment for another.

API Gateway gives a request's cookies in a list of their own (payload format 2.0), and takes an answer whose body is
null; ministack leaves the cookies in the header, and stumbles.

CloudFormation does not delete a bucket that holds anything; ministack does.
"""

import json
import random
import threading
import time
from contextvars import ContextVar
from typing import Any

from ministack.app import main
from ministack.core import lambda_runtime
from ministack.services import eventbridge, lambda_svc, s3, stepfunctions
from ministack.services.cloudformation import provisioners


def invoke_asynchronously(arn: str, payload: str) -> None:
    function, _, name = lambda_svc._get_func_record_for_ref(arn)
    if not function:
        eventbridge.logger.warning("EventBridge: function %s not found", name)
        return
    event: Any = json.loads(payload)
    lambda_svc.invoke_async_with_retry(function, event)


_asynchronous = ContextVar("asynchronous", default=False)
_WAITED_FOR_ROOM = 900  # seconds
_execute_function = lambda_svc._execute_function


def _is_throttled(result: Any) -> bool:
    body = result.get("body") if result.get("error") else None
    return isinstance(body, dict) and body.get("__type") == "TooManyRequestsException"


def execute_when_there_is_room(function: Any, event: Any, *more: Any, **named: Any) -> Any:
    result = _execute_function(function, event, *more, **named)
    deadline = time.monotonic() + _WAITED_FOR_ROOM
    while _asynchronous.get() and _is_throttled(result) and time.monotonic() < deadline:
        time.sleep(random.uniform(0.2, 1))  # noqa: S311  # jitter, no secret
        result = _execute_function(function, event, *more, **named)
    return result


_invoke_async = lambda_svc.invoke_async_with_retry


def invoke_async_with_patience(function: Any, event: Any) -> None:
    # The thread that it starts copies the context.
    token = _asynchronous.set(True)
    _invoke_async(function, event)
    _asynchronous.reset(token)


_call_lambda = stepfunctions._call_lambda


def call_lambda_by_name(reference: Any, event: Any) -> Any:
    try:
        return _call_lambda(reference, event)
    except stepfunctions._ExecutionError as error:
        if error.error == "Lambda.Unknown" and "TooManyRequestsException" in error.cause:
            raise stepfunctions._ExecutionError("Lambda.TooManyRequestsException", error.cause) from None
        raise


_requested = ContextVar("requested", default=False)
# Lambda lets a function start for ten seconds. What the page asks for most takes a tenth of one.
_WAITED_FOR_A_START, _WAITED_FOR_AN_ANSWER = 10, 0.3  # seconds
_taking = threading.Lock()
_acquire_worker = lambda_svc.acquire_worker


def acquire_in_turn(name: str, config: Any, code: bytes, qualifier: str = "$LATEST", **more: Any) -> Any:
    key, began = lambda_runtime._worker_key(name, config, qualifier), time.monotonic()
    seen_starting = began
    while _requested.get() and (now := time.monotonic()) < began + _WAITED_FOR_A_START:
        with _taking:
            workers = lambda_runtime._workers.get(key, [])
            if any(worker._cold for worker in workers):
                seen_starting = now
            is_free = not workers or not all(worker.in_use for worker in workers)
            if is_free or now > seen_starting + _WAITED_FOR_AN_ANSWER:
                return _acquire_worker(name, config, code, qualifier=qualifier, **more)
        time.sleep(0.01)
    return _acquire_worker(name, config, code, qualifier=qualifier, **more)


_execute = lambda_svc._execute_function_with_config_scope


def execute_with_cookies(function: Any, event: Any) -> Any:
    _requested.set(isinstance(event, dict) and "http" in (event.get("requestContext") or {}))
    if isinstance(event, dict) and "cookie" in (event.get("headers") or {}):
        headers = dict(event["headers"])
        cookies = [cookie.strip() for cookie in headers.pop("cookie").split(";")]
        event = {**event, "headers": headers, "cookies": cookies}
    return _execute(function, event)


_answer = lambda_svc.lambda_execute_result_to_api_proxy_response


def answer_with_body(result: Any) -> Any:
    answer, error = _answer(result)
    return ({**answer, "body": answer.get("body") or ""} if answer else answer), error


_bucket = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
_delete_bucket = _bucket["delete"]


def delete_empty_bucket(name: str, properties: Any) -> None:
    if s3._buckets.get(name, {}).get("objects"):
        raise ValueError("The bucket you tried to delete is not empty")
    _delete_bucket(name, properties)


if __name__ == "__main__":
    _bucket["delete"] = delete_empty_bucket
    lambda_svc._execute_function = execute_when_there_is_room
    lambda_svc.invoke_async_with_retry = invoke_async_with_patience
    stepfunctions._call_lambda = call_lambda_by_name
    eventbridge._dispatch_to_lambda = invoke_asynchronously
    lambda_svc.acquire_worker = acquire_in_turn
    lambda_svc._execute_function_with_config_scope = execute_with_cookies
    lambda_svc.lambda_execute_result_to_api_proxy_response = answer_with_body
    main()
