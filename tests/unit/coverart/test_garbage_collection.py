"""The garbage collector is off while a function starts, and on from its first invocation."""

import os
import subprocess
import sys

_PROGRAM = """
import gc
import coverart
assert not gc.isenabled()
from coverart.aws.telemetry import start_invocation
objects = [[] for _ in range(1000)]
start_invocation(None)
assert gc.isenabled()
frozen = gc.get_freeze_count()
assert frozen >= 1000
more = [[] for _ in range(1000)]
start_invocation(None)
assert gc.get_freeze_count() == frozen
"""


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_collector_is_off_until_the_first_invocation_in_lambda():
    process = run(_PROGRAM, AWS_LAMBDA_FUNCTION_NAME="cover-art-fetch")
    assert process.returncode == 0, process.stderr


def test_collector_stays_on_outside_of_lambda():
    process = run("import gc, coverart; assert gc.isenabled()")
    assert process.returncode == 0, process.stderr
