"""What a run was taken on: commit, machine, versions."""

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from scripts.benchmark.probing import layers_of
from scripts.local.paths import BUILT, ROOT, RUNTIME


def about(began: float, load_before: float) -> dict[str, Any]:
    """`began`: when, by time.monotonic()."""
    return {
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - began, 1),
        "commit": _commit(),
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
            "system": f"{platform.system()} {platform.release()}",
        },
        "load_average": {"before": round(load_before, 2), "after": round(os.getloadavg()[0], 2)},
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Of the interpreter and of every distribution that the functions run on."""
    layers = sorted({layer for room in layers_of().values() for layer in room})
    folders = [*(BUILT / layer / "python" for layer in layers), *RUNTIME.glob("lib/python*/site-packages")]
    interpreter = subprocess.run([RUNTIME / "bin" / "python", "-V"], capture_output=True, text=True, check=True)
    found = {dist.name.lower(): dist.version for dist in distributions(path=[str(folder) for folder in folders])}
    return {"python": interpreter.stdout.split()[1], **dict(sorted(found.items()))}


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str:
    """Short hash, or "no commit" outside of a repository."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    if head.returncode:
        return "no commit"
    changes = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True)
    return head.stdout.strip() + (" with changes" if changes.stdout else "")
