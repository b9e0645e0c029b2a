"""Parallel requests to Spotify."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

# Few, because Spotify's rate limit counts all requests of the app over 30 seconds.
MAX_PARALLEL_REQUESTS = 4


def map_parallel[Item, Result](function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Return the results in the order of the items. Raises the first error."""
    with ThreadPoolExecutor(MAX_PARALLEL_REQUESTS) as pool:
        return list(pool.map(function, items))
