"""An owner's AWS account on the emulator: the commands run in it, what it holds, and a listener of its stack."""

import json
import os
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import jmespath
import pytest
import requests

from scripts.fakes import musicbrainz, openai, spotify
from scripts.fakes.tokens import CLIENT_ID, CLIENT_SECRET
from scripts.local import local_proxy, startup
from scripts.local.emulator import REGION, Emulator
from scripts.local.paths import ROOT, RUNTIME_VENV
from scripts.local.stack import FINAL_STATUSES, LocalStack
from scripts.owner.__main__ import create_parser, run, run_command
from scripts.owner.deployed_stack import SECRET_VARIABLES
from tests.playlist_images import MOSAIC, OWN
from tests.stack.api_client import COVER_REQUEST
from tests.stack.stack_state import wait_for

NAME = "evening-covers"
SECRETS = {"SPOTIFY_CLIENT_ID": CLIENT_ID, "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET, "OPENAI_API_KEY": openai.API_KEY}
# By kind: the service, the operation that lists it, and where the names are in its result.
KINDS = {
    "stacks": ("cloudformation", "describe_stacks", "Stacks[?StackStatus != 'DELETE_COMPLETE'].StackName"),
    "buckets": ("s3", "list_buckets", "Buckets[].Name"),
    "tables": ("dynamodb", "list_tables", "TableNames"),
    "parameters": ("ssm", "describe_parameters", "Parameters[].Name"),
    "functions": ("lambda", "list_functions", "Functions[].FunctionName"),
    "layers": ("lambda", "list_layers", "Layers[].LayerName"),
    "log groups": ("logs", "describe_log_groups", "logGroups[].logGroupName"),
    "state machines": ("stepfunctions", "list_state_machines", "stateMachines[].name"),
    "roles": ("iam", "list_roles", f"Roles[?starts_with(RoleName, '{NAME}')].RoleName"),
    "queues": ("sqs", "list_queues", "QueueUrls"),
    "schedules": ("scheduler", "list_schedules", "Schedules[].Name"),
    "buses": ("events", "list_event_buses", "EventBuses[?Name != 'default'].Name"),
    "APIs": ("apigatewayv2", "get_apis", "Items[].ApiId"),
}


@dataclass
class Account:
    """An owner's account, with the proxy that serves the page, the fakes, and the browser of a listener."""

    emulator: Emulator
    proxy: local_proxy.LocalProxy
    spotify: spotify.FakeSpotify
    musicbrainz: musicbrainz.FakeMusicBrainz
    openai: openai.FakeOpenAI
    config: Path
    local: LocalStack = field(init=False)
    browser: requests.Session = field(init=False)

    def run(self, *arguments: str, **environment: str) -> str:
        """Run a command as make does, but in this process, and return its output."""
        parsed = create_parser().parse_args([*arguments, "--config", str(self.config)])
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as output, redirect_stderr(output):
            for name, value in {**self.emulator.environment(), **environment}.items():
                patch.setenv(name, value)
            assert run_command(lambda: run(parsed)) == 0, output.getvalue()
        return output.getvalue()

    def deploy(self, package: Path, parameters: dict[str, str] | None = None) -> str:
        """Deploy a package with these parameters, by default those of the fakes. Return the output."""
        self.save(self.parameters() if parameters is None else parameters)
        output = self.execute("make", "deploy", f"PACKAGE={package}", f"SAMCONFIG={self.config}")
        self.open_stack()
        return output

    def execute(self, *command: str, typed: str = "") -> str:
        """Run a command in the checkout with a Python that has boto3 only, and return its output."""
        environment = {**self.emulator.environment(), "PYTHON": str(RUNTIME_VENV / "bin" / "python")}
        excluded = ("AWS_", "PYTHONPATH", "MAKE", "MFLAGS", *SECRET_VARIABLES.values())
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(excluded)}
        result = subprocess.run(
            command, cwd=ROOT, env={**inherited, **environment},
            input=typed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout
        return result.stdout

    def client(self, service: str) -> Any:
        return self.emulator.client(service)

    def open_stack(self) -> None:
        """Connect the proxy to the deployed stack."""
        described = self.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
        self.local = LocalStack(self.proxy.url, self.emulator, outputs, self.spotify, self.musicbrainz)
        startup.prepare_deployment(self.local, NAME)
        self.proxy.target = (self.emulator.url, outputs["ApiId"])
        self.local.configure_emulator({"stepfunctions._SFN_WAIT_SCALE": 0.01})

    def parameters(self) -> dict[str, str]:
        fake_parameters = startup.fake_parameters(self.spotify, self.musicbrainz)
        return {**fake_parameters, "OpenAiBaseUrl": self.openai.base_url, "PublicUrl": self.proxy.url}

    def save(self, parameters: dict[str, str], name: str = NAME) -> None:
        """Write the configuration file as an earlier version let SAM write it."""
        overrides = " ".join(f'{key}="{value}"' for key, value in parameters.items())
        own = {"stack_name": name, "region": REGION, "s3_prefix": name, "parameter_overrides": overrides}
        lines = ["[default.deploy.parameters]", *(f"{key} = {json.dumps(value)}" for key, value in own.items())]
        self.config.write_text("\n".join(lines))

    def names(self) -> dict[str, list[str]]:
        """Return everything in the account by kind."""
        listed = {kind: getattr(self.client(service), operation)() for kind, (service, operation, _) in KINDS.items()}
        return {kind: jmespath.search(KINDS[kind][2], result) or [] for kind, result in listed.items()}

    def layer_versions(self) -> dict[str, list[int]]:
        """Return the versions of each layer."""
        client, layers = self.client("lambda"), self.names()["layers"]
        assert layers
        versions = {name: client.list_layer_versions(LayerName=name)["LayerVersions"] for name in layers}
        return {name: [entry["Version"] for entry in entries] for name, entries in versions.items()}

    # What the listener does and sees.

    def call(self, method: str, path: str, status: int = 200, **options: Any) -> requests.Response:
        options = {"allow_redirects": False, "timeout": 60, **options}
        response = self.browser.request(method, self.proxy.url + path, **options)
        assert response.status_code == status, response.text
        return response

    def read(self, path: str) -> Any:
        return self.call("GET", path).json()

    def download(self, path: str) -> bytes:
        """Return the image to which the API redirects."""
        response = requests.get(self.call("GET", path, 302).headers["Location"], timeout=60)
        assert response.status_code == 200
        return response.content

    def request_cover(self) -> str:
        """Return the path of the new cover."""
        return self.call("POST", "/api/covers", 202, json=COVER_REQUEST).headers["Location"]

    def wait_for_cover(self, path: str) -> Any:
        """Return the cover when it is done."""
        wait_for(lambda: self.read(path)["status"] in FINAL_STATUSES)
        cover = self.read(path)
        assert cover["status"] == "done", cover
        return cover

    def make_cover(self) -> Any:
        return self.wait_for_cover(self.request_cover())

    def write_everything(self, cover: dict[str, Any], name: str) -> dict[str, Any]:
        """Save settings, and set the cover on a playlist that has an image of the listener's own. Return it all."""
        self.call("PUT", "/api/settings", json={"auto_cover_pattern": f"{name}*"})
        playlist_id = self.spotify.state.add_playlist(name, MOSAIC, image=OWN)
        self.call("POST", f"/api/covers/{cover['cover_id']}/apply", 202, json={"playlist_id": playlist_id})
        path = f"/api/playlists/{playlist_id}/history"
        wait_for(lambda: self.read(path)["items"][0]["status"] == "set")
        [entry] = self.read(path)["items"]
        return {"cover": cover, "history": path, "own": self.download(entry["images"]["replaced"])}

    def assert_kept(self, *records: dict[str, Any]) -> None:
        """The login, covers with their images, and histories with the listener's own images are still there."""
        assert self.read("/api/me")["display_name"] == "Robin Aldermoor"
        for record in records:
            cover = record["cover"]
            body = self.read(f"/api/covers/{cover['cover_id']}")
            assert (body["status"], body["prompt"]["text"]) == ("done", cover["prompt"]["text"])
            assert self.download(f"/api/covers/{cover['cover_id']}/image?kind=cover")
            if "history" in record:
                [entry] = self.read(record["history"])["items"]
                assert (entry["cover_id"], entry["status"]) == (cover["cover_id"], "set")
                assert self.download(entry["images"]["replaced"]) == record["own"]
