"""The garbage collector is off while a function starts, and on from its first invocation."""

import os
import subprocess
import sys

import pytest

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


@pytest.mark.parametrize(
    ("program", "environment"),
    [(_PROGRAM, {"AWS_LAMBDA_FUNCTION_NAME": "cover-art-fetch"}), ("import gc, coverart; assert gc.isenabled()", {})],
    ids=["in Lambda", "elsewhere"],
)
def test_collector_is_off_in_lambda_until_the_first_invocation(program, environment):
    process = subprocess.run(  # our own program
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert process.returncode == 0, process.stderr
