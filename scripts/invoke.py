"""`make invoke FUNCTION=DetectFunction`: `sam local invoke` of one function in Docker, with the local stack as AWS.

Without a function, the stack runs until Ctrl-C, for `sam local invoke` and `sam local start-api` in another terminal.
"""

import argparse
import shlex
import signal
import sys
from pathlib import Path

from scripts import sam
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
        with run_reachable_stack(report=_report, PublicUrl=_PAGE_URL) as sam_local:
            example_events.prepare_data(sam_local.local)
            if arguments.function is None:
                return _wait(sam_local)
            event = arguments.event or example_events.event_path(arguments.function)
            _report(f"Invoking {arguments.function}")
            # SAM ends on Ctrl-C, too, and removes its container. Nothing may kill it before.
            signal.signal(signal.SIGINT, lambda *_: None)
            command = sam_local.command("invoke", arguments.function, "--event", str(event.absolute()))
            return sam.run_in_terminal(*command, **sam_local.assume_role(arguments.function))
    except StopSignalError:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1


def _wait(sam_local: SamLocal) -> int:
    invoke = sam_local.command("invoke", "DetectFunction", "--event", "events/detect.json")
    serve = sam_local.command("start-api", "--warm-containers", "LAZY")
    print("\nThe stack is running. Use it with SAM in another terminal:")
    for name, value in sam_local.local.emulator.environment().items():
        if name != "AWS_ENDPOINT_URL":  # is in the template
            print(f"  export {name}={value}")
    print(f"  {shlex.join(['sam', *invoke])}")
    print(f"  {shlex.join(['sam', *serve])}")
    print(f"The page is then at {_PAGE_URL}. Press Ctrl-C to stop.", flush=True)
    wait_for_emulator(sam_local.local)


def _report(message: str) -> None:
    print(f"{message} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
