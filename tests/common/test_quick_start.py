import ast
import subprocess
import sys

import pytest

from tests.conftest import ROOT

DOORS = sorted(ROOT.glob("functions/*/app.py"))
_STARTED = """
import gc
from coverart import quick_start
assert not gc.isenabled()
made = [[] for _ in range(1000)]
quick_start.end()
assert gc.isenabled()
assert gc.get_freeze_count() >= 1000
frozen = gc.get_freeze_count()
more = [[] for _ in range(1000)]
quick_start.end()
assert gc.get_freeze_count() == frozen
"""


def test_garbage_is_left_while_a_function_starts_and_what_starting_made_is_never_looked_through():
    command = [sys.executable, "-c", _STARTED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.parent.name)
def test_a_door_imports_it_before_all_else(door):
    first = next(node for node in ast.parse(door.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom))
    assert ast.unparse(first) == "import coverart.quick_start"
