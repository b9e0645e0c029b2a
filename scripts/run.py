"""`make run`: the local stack, kept up until Ctrl-C."""

import signal
import sys
import threading

from scripts.local import stack


def main() -> int:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with stack.running(say=lambda what: print(f"{what} …", flush=True)) as local:
        listener_id = local.connect()
        print(f"\nThe stack is up; the demo listener is {listener_id}. Ctrl-C ends it. In another terminal:\n")
        for name, value in local.emulator.environment().items():
            print(f"  export {name}={value}")
        print(f"  aws lambda invoke --function-name {local.outputs['AcceptFunctionName']} \\")
        print("    --cli-binary-format raw-in-base64-out --payload file://events/accept.json /dev/stdout\n", flush=True)
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
