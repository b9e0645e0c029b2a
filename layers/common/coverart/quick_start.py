"""A function's door imports this before all else: what it imports next takes a sixth less (docs/performance.md).

Nearly all that imports make stays, and CPython would look through it for garbage a hundred times.
"""

import gc
from functools import cache

gc.disable()


@cache
def end() -> None:
    """What was made so far is not looked through again; what is made from here on is, as ever."""
    gc.freeze()
    gc.enable()
