"""What `sam local` needs to know about Docker."""

import json
import socket
import subprocess
from contextlib import suppress
from ipaddress import ip_network

_TIMEOUT_SECONDS = 30


def find_bridge_address() -> str:
    """Return this machine's address on Docker's bridge, where containers reach it. Raise RuntimeError."""
    for network in json.loads(_run("network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}")):
        # Without a configured gateway, Docker uses the first address of the subnet, and some versions do not report it.
        address: str = network.get("Gateway") or str(next(ip_network(network["Subnet"]).hosts()))
        with suppress(OSError), socket.socket() as probe:
            probe.bind((address, 0))
            return address
    raise RuntimeError("Docker's containers cannot reach this machine. Use Docker Engine on Linux.")


def _run(*arguments: str) -> str:
    try:
        result = subprocess.run(
            ["docker", *arguments], capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except FileNotFoundError:
        raise RuntimeError("Docker is missing: install Docker Engine, so that 'docker' runs.") from None
    if result.returncode:
        raise RuntimeError(f"Docker does not respond: {result.stderr.strip()}")
    return result.stdout
