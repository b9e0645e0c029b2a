"""The embedded AWS emulator (PyPI: ministack), on a free port of loopback."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import boto3
import requests

from scripts.local.paths import RUN, TOOLS
from scripts.standins.serving import LOOPBACK

REGION = "us-east-1"
_READY_WITHIN = 60  # seconds
_STOPPED_WITHIN = 10  # seconds
# More than a young account's ten, so that the page stays quick; fewer than would fill a small machine's memory.
CONCURRENCY = 16
_made = threading.local()


@dataclass(frozen=True)
class Emulator:
    url: str
    process: "subprocess.Popen[bytes]"
    folder: Path

    @classmethod
    def start(
        cls,
        state: Path | None = None,
        concurrency: int = CONCURRENCY,
        host: str = LOOPBACK,
        bytecode: bool = True,
        detours: Mapping[str, str] | None = None,
    ) -> "Emulator":
        """`state` is a folder to take up from where it stopped last, and to keep all in when it stops. `concurrency`:
        functions that run at once; what comes on top is throttled, as on AWS. `host`: the address that it listens on.
        `bytecode` of the functions' own code is kept for their next start; Lambda keeps none. `detours`: addresses at
        which the functions find services of AWS instead, by what boto3 calls those in AWS_ENDPOINT_URL_<service>.

        Raises RuntimeError where it is not ready in time; its log is in the folder it names.
        """
        port = free_port(host)
        folder = RUN / str(port)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "tmp").mkdir(parents=True)
        url = f"http://{host}:{port}"
        with (folder / "emulator.log").open("wb") as log:
            process = subprocess.Popen(
                [TOOLS / "bin" / "python", Path(__file__).with_name("emulator_process.py")],
                cwd=folder,
                env={
                    **_environment(host, port, folder, concurrency),
                    **_persistence(state),
                    **({} if bytecode else {"PYTHONDONTWRITEBYTECODE": "1"}),
                    **{f"AWS_ENDPOINT_URL_{service}": there for service, there in (detours or {}).items()},
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # its functions are its children, and end with it
            )
        emulator = cls(url, process, folder)
        try:
            emulator._wait_until_ready()
        except BaseException:  # Ctrl-C too: nobody else knows of the process yet
            emulator.stop()
            raise
        return emulator

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(requests.RequestException):
                requests.get(f"{self.url}/_ministack/health", timeout=2).raise_for_status()
                return
            time.sleep(0.05)
        raise RuntimeError(f"The emulator did not start; see {self.folder / 'emulator.log'}.")

    def stop(self) -> None:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_STOPPED_WITHIN)
                break
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def log(self) -> str:
        """What it said; what the functions said is in its CloudWatch Logs."""
        return (self.folder / "emulator.log").read_text(errors="replace")

    def session(self) -> boto3.Session:
        """The thread's own: making one takes long, and none may be shared."""
        if not hasattr(_made, "session"):
            _made.session = boto3.Session("test", "test", region_name=REGION)
        return _made.session  # type: ignore[no-any-return]  # what a thread has is of any type

    def environment(self) -> dict[str, str]:
        """For programs that are to take the emulator for AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
        }


def _environment(host: str, port: int, folder: Path, concurrency: int) -> dict[str, str]:
    """All that the functions inherit; nothing of the user's own settings and keys."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": host,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",  # the roles' policies are enforced
        "LAMBDA_ACCOUNT_CONCURRENCY": str(concurrency),
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def _persistence(state: Path | None) -> dict[str, str]:
    if state is None:
        return {}
    return {
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state / "services"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state / "s3"),
    }


def free_port(host: str = LOOPBACK) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port
