"""`make invoke FUNCTION=DetectFunction`: runs one function in Docker, with the local stack as AWS.

Without a function, the stack runs until Ctrl-C, for `sam local invoke` and `sam local start-api` in another terminal.
"""

import argparse
import json
import shlex
import sys
from pathlib import Path

from scripts.local import example_events
from scripts.local.sam_local import SamLocal, run_reachable_stack
from scripts.run import StopSignalError, handle_signals, wait_for_emulator

# The address of `sam local start-api`.
_PAGE_URL = "http://127.0.0.1:3000"


def main() -> int:
    parser = argparse.ArgumentParser(description="Run one function in Docker, with the local stack as AWS.")
    functions = example_events.list_functions()
    parser.add_argument("function", nargs="?", choices=functions, help="without one, the stack runs until Ctrl-C")
    parser.add_argument("--event", type=Path, help="the file with its event (default: its own in events/)")
    arguments = parser.parse_args()
    if arguments.event and not arguments.event.is_file():
        parser.error(f"there is no event {arguments.event}")
    handle_signals()
    try:
        with run_reachable_stack(report=_report, PublicUrl=_PAGE_URL) as sam:
            example_events.prepare_data(sam.local)
            return _invoke(sam, arguments.function, arguments.event) if arguments.function else _wait(sam)
    except StopSignalError:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1


def _invoke(sam: SamLocal, function: str, event: Path | None) -> int:
    """Return 1 if the function raised an error."""
    _report(f"Invoking {function}")
    result, error = sam.invoke(function, event or example_events.event_path(function))
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 1 if error else 0


def _wait(sam: SamLocal) -> int:
    invoke = ["sam", "local", "invoke", "DetectFunction", "--event", "events/detect.json", *sam.arguments]
    serve = ["sam", "local", "start-api", "--warm-containers", "LAZY", *sam.arguments]
    print("\nThe stack is running. Use it with SAM in another terminal:")
    for name, value in sam.local.emulator.environment().items():
        if name != "AWS_ENDPOINT_URL":  # is in the template
            print(f"  export {name}={value}")
    print(f"  {shlex.join(invoke)}")
    print(f"  {shlex.join(serve)}")
    print(f"The page is then at {_PAGE_URL}. Press Ctrl-C to stop.", flush=True)
    wait_for_emulator(sam.local)


def _report(message: str) -> None:
    print(f"{message} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
