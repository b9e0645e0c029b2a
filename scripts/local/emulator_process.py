"""The emulator's process, run by the tools' interpreter: ministack with patches for what it lacks.

- EventBridge invokes a rule's function asynchronously, with retries and the function's OnFailure destination.
  ministack does so for other asynchronous invocations, but not for this one.
- Lambda throttles invocations above the account's concurrency. Step Functions calls the error
  Lambda.TooManyRequestsException, and an asynchronous invocation waits, for hours if necessary. ministack calls the
  error Lambda.Unknown, and counts it as a failure.
- Step Functions invokes functions at Lambda's endpoint, and names what goes wrong there. ministack calls them inside
  its process. With AWS_ENDPOINT_URL_LAMBDA, it uses the endpoint, so that a test can let it fail.
- An execution that was stopped calls no more functions. ministack goes on to retry a task that then fails.
- An execution begins at once. ministack waits 150 ms first.
- A page requests all its files at once, events come in groups, a cover needs a function that is being warmed up, and
  Lambda would start a process for each. Here they would all start on the same few cores, so one process of a function
  starts at a time; an invocation waits for it, or shortly for another one.
- Every process of a function waits for its next event. ministack looks twenty times a second whether each still should,
  which keeps a processor busy for as long as the stack runs.
- A function's response is passed on at once, with all that the function has printed. ministack waits 50 ms for more
  output, and its connection to the process another 40 ms (Nagle's algorithm), so that a request to the API would take
  ten times as long.
- Requests are read by httptools, in C. The server that ministack starts takes twice as long for a small one.
- DynamoDB's items are copied quickly, because they are plain dictionaries and lists. ministack copies each several
  times with deepcopy, which takes four times as long.
- API Gateway passes cookies in a list of their own (payload format 2.0), and accepts a response whose body is null.
  ministack leaves the cookies in the header, and fails on such a response.
- CloudFormation does not delete a bucket that is not empty. ministack does.
- What AWS stores stays. ministack saves its state when it ends in good order only, and the owner's keys with it.
- The key of a form for S3 is one of its fields. ministack also looks for it in the headers, where it finds none. S3
  takes no form without a signature for a private bucket. ministack then checks the size only.
- AWS takes its own keys only. ministack takes the key `test` and any 12 digits with any signature, and lets scripts of
  every origin read its answers, so any page in a browser on this machine could read the secrets.
"""

import copy
import hmac
import json
import os
import queue
import random
import select
import socket
import socketserver
import threading
import time
from contextlib import suppress
from contextvars import ContextVar
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
import hypercorn.asyncio
import ministack.app
import uvicorn
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from ministack.core import iam_evaluator, lambda_runtime, persistence
from ministack.services import dynamodb, eventbridge, lambda_svc, s3, ssm, stepfunctions, sts
from ministack.services.cloudformation import provisioners


def invoke_asynchronously(arn: str, payload: str) -> None:
    function, _, name = lambda_svc._get_func_record_for_ref(arn)
    if not function:
        eventbridge.logger.warning("EventBridge: function %s not found", name)
        return
    event: Any = json.loads(payload)
    lambda_svc.invoke_async_with_retry(function, event)


_is_asynchronous = ContextVar("is_asynchronous", default=False)
_MAX_THROTTLED_SECONDS = 900
_execute_function = lambda_svc._execute_function


def _is_throttled(result: Any) -> bool:
    body = result.get("body") if result.get("error") else None
    return isinstance(body, dict) and body.get("__type") == "TooManyRequestsException"


def execute_with_throttling(function: Any, event: Any, *args: Any, **kwargs: Any) -> Any:
    result = _execute_function(function, event, *args, **kwargs)
    deadline = time.monotonic() + _MAX_THROTTLED_SECONDS
    while _is_asynchronous.get() and _is_throttled(result) and time.monotonic() < deadline:
        time.sleep(random.uniform(0.2, 1))  # noqa: S311  # jitter, not a secret
        result = _execute_function(function, event, *args, **kwargs)
    return result


_invoke_async = lambda_svc.invoke_async_with_retry


def invoke_async_with_waiting(function: Any, event: Any) -> None:
    # The thread that it starts copies the context.
    token = _is_asynchronous.set(True)
    _invoke_async(function, event)
    _is_asynchronous.reset(token)


_call_lambda = stepfunctions._call_lambda


def call_lambda(reference: Any, event: Any) -> Any:
    try:
        return _call_lambda(reference, event)
    except stepfunctions._ExecutionError as error:
        if error.error == "Lambda.Unknown" and "TooManyRequestsException" in error.cause:
            raise stepfunctions._ExecutionError("Lambda.TooManyRequestsException", error.cause) from None
        raise


@cache
def create_lambda_client() -> Any:
    config = Config(retries={"total_max_attempts": 1}, read_timeout=900, max_pool_connections=50)
    return boto3.client("lambda", config=config)


def call_lambda_endpoint(reference: Any, event: Any) -> Any:
    try:
        response = create_lambda_client().invoke(FunctionName=reference, Payload=json.dumps(event))
        payload = response["Payload"].read().decode()
    except ClientError as error:
        raise stepfunctions._ExecutionError(f"Lambda.{error.response['Error']['Code']}", str(error)) from None
    except BotoCoreError as error:
        raise stepfunctions._ExecutionError("Lambda.SdkClientException", str(error)) from None
    result = json.loads(payload)
    if "FunctionError" in response:
        raise stepfunctions._ExecutionError(result.get("errorType", "Lambda.Unknown"), payload)
    return result


_add_event = stepfunctions._add_event


def add_event(execution: dict[str, Any], kind: str, *details: Any) -> Any:
    if kind == "TaskScheduled" and execution["status"] == "ABORTED":
        raise stepfunctions._ExecutionError("Execution.Stopped", "The execution was stopped.")
    return _add_event(execution, kind, *details)


_PAUSE_BEFORE_EXECUTION_SECONDS = 0.15


def sleep_unless_starting(seconds: float) -> None:
    if seconds != _PAUSE_BEFORE_EXECUTION_SECONDS:
        time.sleep(seconds)


# Lambda gives a process ten seconds to start. Most requests of the page take a hundredth of a second.
_START_SECONDS, _BUSY_SECONDS = 10, 0.3
_acquiring = threading.Lock()
_acquire_worker = lambda_svc.acquire_worker


def acquire_worker(name: str, config: Any, code: bytes, qualifier: str = "$LATEST", **kwargs: Any) -> Any:
    key, start = lambda_runtime._worker_key(name, config, qualifier), time.monotonic()
    last_starting = start
    while (now := time.monotonic()) < start + _START_SECONDS:
        with _acquiring:
            workers = lambda_runtime._workers.get(key, [])
            if any(worker._cold for worker in workers):
                last_starting = now
            is_free = not workers or not all(worker.in_use for worker in workers)
            if is_free or now > last_starting + _BUSY_SECONDS:
                return _acquire_worker(name, config, code, qualifier=qualifier, **kwargs)
        time.sleep(0.01)
    return _acquire_worker(name, config, code, qualifier=qualifier, **kwargs)


_IDLE_SECONDS = 10
_build_handler_class = lambda_runtime.ProvidedWorker._build_handler_class
_server_class: Any = socketserver.ThreadingTCPServer
_serve_forever, _shutdown = _server_class.serve_forever, _server_class.shutdown


def build_patient_handler_class(worker: Any, generation: int, events: Any) -> Any:
    patient = SimpleNamespace(get=lambda **_: events.get(timeout=_IDLE_SECONDS))
    handler_class = _build_handler_class(worker, generation, patient)
    handler_class.disable_nagle_algorithm = True
    return handler_class


def serve_without_polling(server: Any, **_: Any) -> None:
    _serve_forever(server, poll_interval=None)


def shut_down_now(server: Any) -> None:
    server._BaseServer__shutdown_request = True
    # The connection wakes it up.
    with suppress(OSError), socket.create_connection(server.server_address):
        pass
    _shutdown(server)


# The runtime does not buffer output: all that a function has printed is in the pipe when its response arrives.
_PIPE_BYTES = 1 << 16
_reading = threading.Lock()


def read_output_until_end(worker: Any, output: Any, lines: Any) -> None:
    """Run in a thread of its own, because a function may print more than the pipe holds."""
    worker.output, worker.partial_line = output, b""
    while read_output(worker, lines):
        is_readable(output)


def read_output(worker: Any, lines: Any) -> bool:
    """Read what a process has printed so far. Return whether it can print more."""
    with _reading:
        while is_readable(worker.output, timeout_ms=0):
            data = os.read(worker.output.fileno(), _PIPE_BYTES)
            *whole_lines, worker.partial_line = (worker.partial_line + (data or b"\n")).split(b"\n")
            with suppress(queue.Full):
                for line in whole_lines:
                    lines.put_nowait(line.decode(errors="replace"))
            if not data:
                return False
    return True


def is_readable(output: Any, timeout_ms: int | None = None) -> bool:
    poll = select.poll()
    poll.register(output, select.POLLIN)
    return bool(poll.poll(timeout_ms))


def take_log(worker: Any, **_: Any) -> str:
    if worker.output:
        read_output(worker, worker._stderr_queue)
    return str(worker._drain_stderr())


_execute_with_config = lambda_svc._execute_function_with_config_scope


def execute_with_cookies(function: Any, event: Any) -> Any:
    if isinstance(event, dict) and "cookie" in (event.get("headers") or {}):
        headers = dict(event["headers"])
        cookies = [cookie.strip() for cookie in headers.pop("cookie").split(";")]
        event = {**event, "headers": headers, "cookies": cookies}
    return _execute_with_config(function, event)


_create_response = lambda_svc.lambda_execute_result_to_api_proxy_response


def create_response_with_body(result: Any) -> Any:
    response, error = _create_response(result)
    return ({**response, "body": response.get("body") or ""} if response else response), error


_bucket_handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
_delete_bucket = _bucket_handler["delete"]


def delete_empty_bucket(name: str, properties: Any) -> None:
    if s3._buckets.get(name, {}).get("objects"):
        raise ValueError("The bucket you tried to delete is not empty")
    _delete_bucket(name, properties)


def copy_values(value: Any) -> Any:
    if type(value) is dict:
        return {key: copy_values(part) for key, part in value.items()}
    if type(value) is list:
        return [copy_values(part) for part in value]
    return value if type(value) is str else copy.deepcopy(value)


_SAVE_INTERVAL_SECONDS = 20
_saving = threading.Lock()
_save_all = persistence.save_all
_get_parameters = ssm.get_state


def save_all(services: Any) -> None:
    with _saving:
        _save_all(services)


def save_regularly() -> None:
    while True:
        time.sleep(_SAVE_INTERVAL_SECONDS)
        ministack.app.save_all(ministack.app._build_persistence_save_dict())


def get_parameters_to_save() -> Any:
    state = _get_parameters()
    for parameters in (state["parameters"]._data, state["parameter_history"]._data):
        # The stack's own key. Those of the owner are passed at each start, and must not be saved.
        for key in [key for key in parameters if not str(key[-1]).endswith("/session_key")]:
            del parameters[key]
    return state


_serve = ministack.app.app


async def serve_own_origin(scope: Any, receive: Any, send: Any) -> None:
    """Refuse what a browser sends for a page that is not this address's own, but for signed pictures and forms.

    Requests for the API pass: its functions check the origin themselves, and its cookies belong to the page's address.
    """
    if scope["type"] != "lifespan" and not _is_allowed(scope):
        await receive()
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"Requests of other origins are refused.\n"})
        return
    await _serve(scope, receive, send)


def _is_allowed(scope: Any) -> bool:
    headers = {name.lower(): value for name, value in scope["headers"]}
    host = headers.get(b"host", b"").partition(b":")[0]
    if host.endswith(b".execute-api.localhost"):
        return True
    is_picture = scope.get("method") == "GET" and b"X-Amz-Signature=" in scope["query_string"]
    is_form = headers.get(b"content-type", b"").startswith(b"multipart/form-data")
    if scope.get("method") == "OPTIONS" or (scope.get("method") == "POST" and is_form):
        # A form with a picture, from the page or another port of this machine, and the browser's question before it.
        # S3 checks the form's signature.
        return headers.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin", b"same-site")
    is_own = b"origin" not in headers and headers.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin")
    return is_picture or is_own


def is_root_access_key(access_key_id: str) -> bool:
    return hmac.compare_digest(access_key_id.encode(), os.environ["AWS_ACCESS_KEY_ID"].encode())


_enforce = iam_evaluator.enforce


def enforce(access_key_id: str, action: str, *args: Any, **kwargs: Any) -> Any:
    is_form = not access_key_id and action == "s3:PutObject" and "/" not in kwargs["resource_arn"]
    return None if is_form else _enforce(access_key_id, action, *args, **kwargs)


def refuse_unsigned_form(*_: Any) -> Any:
    return s3._error("AccessDenied", "Access Denied", 403)


async def serve_quickly(app: Any, config: Any) -> None:
    host, _, port = config.bind[0].rpartition(":")
    settings = uvicorn.Config(
        app,
        host=host,
        port=int(port),
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        date_header=False,  # the emulator sends its own
        server_header=False,
        timeout_keep_alive=config.keep_alive_timeout,
        timeout_graceful_shutdown=config.graceful_timeout,
    )
    await uvicorn.Server(settings).serve()


if __name__ == "__main__":
    hypercorn.asyncio.serve = serve_quickly
    ssm.get_state = get_parameters_to_save
    ministack.app.save_all = save_all
    if persistence.PERSIST_STATE:
        threading.Thread(target=save_regularly, daemon=True).start()
    ministack.app.app = serve_own_origin
    iam_evaluator.enforce = enforce
    s3._enforce_post_policy_size = refuse_unsigned_form
    iam_evaluator.is_root_access_key = sts.is_root_access_key = is_root_access_key
    _bucket_handler["delete"] = delete_empty_bucket
    dynamodb.copy = SimpleNamespace(deepcopy=copy_values)
    lambda_svc._execute_function = execute_with_throttling
    lambda_svc.invoke_async_with_retry = invoke_async_with_waiting
    stepfunctions._call_lambda = call_lambda_endpoint if "AWS_ENDPOINT_URL_LAMBDA" in os.environ else call_lambda
    stepfunctions._add_event = add_event
    stepfunctions.time = SimpleNamespace(**vars(time) | {"sleep": sleep_unless_starting})
    eventbridge._dispatch_to_lambda = invoke_asynchronously
    lambda_svc.acquire_worker = acquire_worker
    lambda_runtime.ProvidedWorker.output = None
    lambda_runtime.ProvidedWorker._pump_output = read_output_until_end
    lambda_runtime.ProvidedWorker._drain_stderr_bounded = take_log
    lambda_runtime.ProvidedWorker._build_handler_class = build_patient_handler_class
    _server_class.serve_forever, _server_class.shutdown = serve_without_polling, shut_down_now
    lambda_svc._execute_function_with_config_scope = execute_with_cookies
    lambda_svc.lambda_execute_result_to_api_proxy_response = create_response_with_body
    ministack.app.main()
