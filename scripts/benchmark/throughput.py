"""How many artworks detect looks at in a second."""

from collections.abc import Callable, Iterator, Sequence

from detect import detector
from scripts.benchmark.probing import probe
from scripts.benchmark.report import Row

GROUP = "Detection"
ARTWORKS = 50
AT_ONCE = (1, 4, 16, 50)
THREADS = (1, 2)
ABOUT = (
    f"Artworks a second, of {ARTWORKS} with 640 pixels, by how many the network gets at once (the step: "
    f"{detector.BATCH_SIZE}), on one and on two processors, which each have their own. *Whole*: the step's own work, "
    "reading and resizing included. *Network*: of pictures that are ready. *Peak memory*: of the step as it is."
)


def measure(
    say: Callable[[str], None],
    at_once: Sequence[int] = AT_ONCE,
    threads: Sequence[int] = THREADS,
    artworks: int = ARTWORKS,
) -> Iterator[Row]:
    """After `work.prepare`, whose artworks are looked at again and again."""
    for count in threads:
        say(f"Detecting on {count} processors" if count > 1 else "Detecting on one processor")
        figures = probe("detect", "detect_batches", str(count), ",".join(map(str, at_once)), str(artworks))
        for measure, values in figures.items():
            unit = "MB" if measure == "peak memory" else "artworks/s"
            yield Row(GROUP, "1 thread" if count == 1 else f"{count} threads", measure, unit, values)
