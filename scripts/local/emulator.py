"""The embedded AWS emulator (PyPI: ministack), on a free port of loopback."""

import os
import secrets
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import boto3
import requests
from botocore.config import Config

from scripts.fakes.server import LOOPBACK, reserve_port
from scripts.local.paths import RUN_DIR, TOOLS_VENV

REGION = "us-east-1"
_START_TIMEOUT_SECONDS = 60
_STOP_TIMEOUT_SECONDS = 10
# More than a new account's ten, so that the page stays responsive, and few enough for the memory of a small machine.
CONCURRENCY = 16


@dataclass(frozen=True)
class Emulator:
    """`folder` holds the log and the temporary files of the process. `access_key`: random, the only one it takes."""

    url: str
    process: "subprocess.Popen[bytes]"
    folder: Path
    access_key: str

    @classmethod
    def start(
        cls,
        state: Path | None = None,
        concurrency: int = CONCURRENCY,
        host: str = LOOPBACK,
        service_urls: Mapping[str, str] | None = None,
    ) -> "Emulator":
        """Start the emulator and wait until it responds.

        `state`: a folder to restore the last run from, and to save everything in when it stops. `concurrency`: how many
        functions run at once; more are throttled, as on AWS. `host`: the address that it listens on. `service_urls`:
        addresses at which the functions reach services of AWS instead, by the name in boto3's
        AWS_ENDPOINT_URL_<service>.

        Raise RuntimeError if it does not start in time; the message names its log.
        """
        with reserve_port(host) as port:
            folder = RUN_DIR / str(port)
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "tmp").mkdir(parents=True)
            url, access_key = f"http://{host}:{port}", f"AKIA{secrets.token_hex(16).upper()}"
            # The functions inherit these variables. None comes from the user's own settings and keys.
            environment = {
                **_connection_environment(url, access_key),
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "TMPDIR": str(folder / "tmp"),
                "LANG": "C.UTF-8",
                "GATEWAY_PORT": str(port),
                "BIND_HOST": host,
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "AUTH": "true",  # enforces the policies of the roles
                "LAMBDA_ACCOUNT_CONCURRENCY": str(concurrency),
                "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2",
                **{f"AWS_ENDPOINT_URL_{service}": url for service, url in (service_urls or {}).items()},
            }
            if state:
                environment |= {"PERSIST_STATE": "1", "STATE_DIR": str(state / "services")}
                environment |= {"S3_PERSIST": "1", "S3_DATA_DIR": str(state / "s3")}
            with (folder / "emulator.log").open("wb") as log:
                process = subprocess.Popen(
                    [TOOLS_VENV / "bin" / "python", Path(__file__).with_name("emulator_process.py")],
                    cwd=folder,
                    env=environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # the functions are its children and end with it
                )
            emulator = cls(url, process, folder, access_key)
            try:
                emulator._wait_until_ready()
            except BaseException:  # Ctrl-C, too: nobody else can stop the process yet
                emulator.stop()
                raise
        return emulator

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(requests.RequestException):
                requests.get(f"{self.url}/_ministack/health", timeout=2).raise_for_status()
                return
            time.sleep(0.05)
        raise RuntimeError(f"The emulator did not start; see {self.folder / 'emulator.log'}.")

    def stop(self) -> None:
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(_STOP_TIMEOUT_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def read_log(self) -> str:
        """Return the emulator's own log; the functions' logs are in its CloudWatch Logs."""
        return (self.folder / "emulator.log").read_text(errors="replace")

    def client(self, service: str) -> Any:
        return _create(self, "client", service)

    def table(self, name: str) -> Any:
        """Return the DynamoDB table with this physical name."""
        return _create(self, "resource", "dynamodb").Table(name)

    def environment(self) -> dict[str, str]:
        """Return the variables with which other programs use the emulator as AWS."""
        return _connection_environment(self.url, self.access_key)


# Cached, with one session for all emulators, because to load the description of a service takes a tenth of a second.
# Threads must not use a session at the same time.
_session = boto3.Session(region_name=REGION)
_creating = threading.Lock()


@cache
def _create(emulator: Emulator, kind: Literal["client", "resource"], service: str) -> Any:
    config = Config(retries={"max_attempts": 1}, read_timeout=300)
    keys = {"aws_access_key_id": emulator.access_key, "aws_secret_access_key": emulator.access_key}
    with _creating:
        return getattr(_session, kind)(service, endpoint_url=emulator.url, config=config, **keys)


def _connection_environment(url: str, access_key: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": access_key,
        "AWS_DEFAULT_REGION": REGION,
    }
