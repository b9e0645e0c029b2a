"""`make invoke FUNCTION=DetectFunction`: one function in Docker, with the local stack for AWS.

Without a function the stack is kept up until Ctrl-C, for `sam local invoke` and `sam local start-api` by hand.
"""

import argparse
import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.local import deployment, docker, examples, stack
from scripts.local.sam_local import SamLocal
from scripts.run import StoppedError, heed_signals
from scripts.standins import openai

# Where `sam local start-api` has the page, unless it is told otherwise.
_PAGE = "http://127.0.0.1:3000"


def main() -> int:
    parser = argparse.ArgumentParser(description="One function in Docker, with the local stack for AWS.")
    parser.add_argument("function", nargs="?", help="its name in the template; none: the stack is kept up")
    parser.add_argument("--event", type=Path, help="the file of its event (default: its own in events/)")
    arguments = parser.parse_args()
    heed_signals()
    try:
        event = _event(arguments.function, arguments.event)
        with reachable_stack(say=_say, PublicUrl=_PAGE) as sam:
            examples.lay_out(sam.local)
            return _wait(sam) if event is None else _invoke(sam, arguments.function, event)
    except StoppedError:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1


def _event(function: str | None, event: Path | None) -> Path | None:
    """None where no function is to be invoked. Raises RuntimeError where there is no such function or event."""
    if function is None:
        return None
    if function not in (known := examples.functions()):
        raise RuntimeError(f"There is no {function}. There are {', '.join(known)}.")
    event = event or examples.event_of(function)
    if not event.is_file():
        raise RuntimeError(f"There is no event {event}.")
    return event


@contextmanager
def reachable_stack(**more: Any) -> Iterator[SamLocal]:
    """The local stack where Docker's containers reach it, on Docker's bridge; OpenAI has a stand-in too.

    Raises RuntimeError.
    """
    host = docker.bridge_address()
    built = deployment.build("lambda")
    with (
        openai.serving(host=host) as painter,
        stack.running(
            host=host,
            secrets={"openai_api_key": openai.API_KEY},
            OpenAiBaseUrl=painter.base_url,
            **more,
        ) as local,
    ):
        yield SamLocal.of(local, built)


def _invoke(sam: SamLocal, function: str, event: Path) -> int:
    """1 where the function raised an error."""
    _say(f"Invoking {function}")
    done = sam.invoke(function, event, say=lambda line: print(line, file=sys.stderr, flush=True))
    print(json.dumps(done.answer, indent=2, ensure_ascii=False))
    memory = sam.local.function(function)["MemorySize"]
    took = f"{done.seconds:.2f} s, start of the runtime included; at most {done.memory_mb:.0f} MB of {memory}."
    print(took, file=sys.stderr, flush=True)
    return 1 if done.error else 0


def _wait(sam: SamLocal) -> int:
    emulator = sam.local.emulator
    invoke = ["sam", "local", "invoke", "DetectFunction", "--event", "events/detect.json", *sam.arguments()]
    serve = ["sam", "local", "start-api", "--warm-containers", "LAZY", *sam.arguments()]
    print("\nThe stack is there for SAM, in another terminal:")
    for name, value in emulator.environment().items():
        if name != "AWS_ENDPOINT_URL":  # the template tells the functions
            print(f"  export {name}={value}")
    print(f"  {shlex.join(invoke)}")
    print(f"  {shlex.join(serve)}")
    print(f"The page is then {_PAGE}. Ctrl-C ends it.", flush=True)
    emulator.process.wait()
    raise RuntimeError(f"The emulator has ended by itself; see {emulator.folder / 'emulator.log'}.")


def _say(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
