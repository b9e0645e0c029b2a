"""Docker, as far as `sam local` needs more of it than SAM asks for itself."""

import json
import re
import socket
import subprocess
import time
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path

_ANSWERS_WITHIN = 30  # seconds
_LOOKED_EVERY = 0.02
_KB = 1024


def bridge_address() -> str:
    """This machine's address on Docker's bridge, where containers reach it. Raises RuntimeError."""
    for network in json.loads(_said("network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}")):
        # Where none is set, Docker takes the subnet's first, and some versions of it do not say so.
        address = network.get("Gateway") or str(next(ip_network(network["Subnet"]).hosts()))
        with suppress(OSError), socket.socket() as probe:
            probe.bind((address, 0))
            return address
    raise RuntimeError("Docker's containers do not reach this machine: on Linux with Docker Engine they would.")


def has_image(name: str) -> bool:
    """Raises RuntimeError where Docker does not answer."""
    return bool(_said("image", "ls", "--quiet", name))


def remove(container: str) -> None:
    """Ends it, where it is still there. Raises RuntimeError."""
    if _said("ps", "--all", "--quiet", "--filter", f"id={container}"):
        _said("rm", "--force", container)


def most_memory(container: str) -> float:
    """Waits for the container's end; gives the most memory that its processes had in MB, by the kernel's high-water
    marks. Docker's own count holds the files that were read, too.
    """
    marks: dict[int, int] = {}
    while (first := _first_process(container)) == 0:
        time.sleep(_LOOKED_EVERY)
    while first is not None and (read := _high_water_marks(first)):
        marks |= read
        time.sleep(_LOOKED_EVERY)
    return sum(marks.values()) * _KB / 1e6


def _first_process(container: str) -> int | None:
    """0 where the container is not started yet, None where it is gone."""
    inspected = _docker("inspect", "--format", "{{.State.Status}} {{.State.Pid}}", container)
    if inspected.returncode:
        return None
    status, number = inspected.stdout.split()
    return int(number) if status in {"created", "running"} else None


def _high_water_marks(process: int) -> dict[int, int]:
    """KB, by process: this one and its descendants. Empty once it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        tasks = [task.read_text() for task in Path(f"/proc/{process}/task").glob("*/children")]
    except (FileNotFoundError, ProcessLookupError):
        return {}
    if (mark := re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)) is None:
        return {}  # it has ended, and nobody has asked how yet
    marks = {process: int(mark[1])}
    for child in " ".join(tasks).split():
        marks |= _high_water_marks(int(child))
    return marks


def _said(*arguments: str) -> str:
    try:
        done = _docker(*arguments)
    except FileNotFoundError:
        raise RuntimeError("Docker is missing: install Docker Engine, so that 'docker' runs.") from None
    if done.returncode:
        raise RuntimeError(f"Docker does not answer: {done.stderr.strip()}")
    return done.stdout


def _docker(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=_ANSWERS_WITHIN, check=False)
