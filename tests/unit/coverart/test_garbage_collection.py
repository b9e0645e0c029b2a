"""The garbage collector is off while a function starts, and on from its first invocation."""

import gc
import os
import subprocess
import sys

PROGRAM = """
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


def test_collector_is_off_in_lambda_until_the_first_invocation():
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "AWS_LAMBDA_FUNCTION_NAME": "cover-art-fetch"}
    subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, **environment}, timeout=240, check=True)
    assert gc.isenabled(), "elsewhere, as here"
