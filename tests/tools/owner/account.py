"""An owner's AWS account on the emulator: the commands run in it, and what it holds."""

import json
import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import requests

from scripts.fakes import musicbrainz, openai, spotify
from scripts.fakes.tokens import CLIENT_ID, CLIENT_SECRET
from scripts.local import deployment, local_proxy, startup
from scripts.local.emulator import REGION, Emulator
from scripts.local.paths import ROOT, RUNTIME_VENV
from scripts.local.stack import FINAL_STATUSES, LocalStack
from scripts.owner.deployed_stack import SECRET_VARIABLES
from tests.playlist_images import MOSAIC, OWN
from tests.stack.api_client import COVER_REQUEST
from tests.stack.stack_state import wait_for

NAME = "evening-covers"
SECRETS = {"SPOTIFY_CLIENT_ID": CLIENT_ID, "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET, "OPENAI_API_KEY": openai.API_KEY}


@dataclass
class Account:
    """An owner's account, with the proxy that serves the page and the fakes."""

    emulator: Emulator
    proxy: local_proxy.LocalProxy
    spotify: spotify.FakeSpotify
    musicbrainz: musicbrainz.FakeMusicBrainz
    openai: openai.FakeOpenAI
    config: Path

    @cached_property
    def session(self) -> boto3.Session:
        return self.emulator.session()

    def make(self, *arguments: str, typed: str = "", code: int = 0, **environment: str) -> str:
        """Run make, which must exit with `code`, and return its output."""
        return self._run(["make", *arguments, f"SAMCONFIG={self.config}"], typed, code, environment)

    def install(self, bundle: Path, *arguments: str) -> str:
        """Run a release bundle's script with a Python that has boto3 only, and return its output."""
        command = ["bash", str(bundle / "install.sh"), "--name", NAME, "--region", REGION, *arguments]
        return self._run(command, "", 0, {"PYTHON": str(RUNTIME_VENV / "bin" / "python")})

    def _run(self, command: list[str], typed: str, code: int, environment: dict[str, str]) -> str:
        excluded = ("AWS_", "PYTHONPATH", "MAKE", "MFLAGS", *SECRET_VARIABLES.values())
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(excluded)}
        result = subprocess.run(
            command, cwd=ROOT, env={**inherited, **self.emulator.environment(), **environment},
            input=typed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert result.returncode == code, result.stdout
        return result.stdout

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self.emulator.url)

    def open_stack(self) -> LocalStack:
        """Connect the proxy to the deployed stack."""
        described = self.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
        local = LocalStack(self.proxy.url, self.emulator, outputs, self.spotify, self.musicbrainz)
        startup.prepare_deployment(local, NAME)
        self.proxy.target = (self.emulator.url, outputs["ApiId"])
        local.configure_emulator({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        return local

    def parameters(self, **more: str) -> dict[str, str]:
        fake_parameters = startup.fake_parameters(self.spotify, self.musicbrainz)
        return {**fake_parameters, "OpenAiBaseUrl": self.openai.base_url, "PublicUrl": self.proxy.url, **more}


def parameter_names(package: Path) -> list[str]:
    return list(json.loads((package / "template.json").read_text())["Parameters"])


def names(account: Account) -> dict[str, list[str]]:
    """Return everything in the account by kind."""

    def listed(service: str, operation: str, of: str, name: str | None = None) -> list[str]:
        pages = account.client(service).get_paginator(operation).paginate()
        return [entry[name] if name else entry for page in pages for entry in page.get(of, [])]

    buckets = [bucket["Name"] for bucket in account.client("s3").list_buckets()["Buckets"]]
    schedules = account.client("scheduler").list_schedules()["Schedules"]
    buses = account.client("events").list_event_buses()["EventBuses"]
    stacks = [
        entry["StackName"] for entry in account.client("cloudformation").describe_stacks()["Stacks"]
        if entry["StackStatus"] != "DELETE_COMPLETE"
    ]  # fmt: skip
    return {
        "stacks": stacks,
        "buckets": buckets,
        "tables": listed("dynamodb", "list_tables", "TableNames"),
        "parameters": listed("ssm", "describe_parameters", "Parameters", "Name"),
        "functions": listed("lambda", "list_functions", "Functions", "FunctionName"),
        "layers": listed("lambda", "list_layers", "Layers", "LayerName"),
        "log groups": listed("logs", "describe_log_groups", "logGroups", "logGroupName"),
        "state machines": listed("stepfunctions", "list_state_machines", "stateMachines", "name"),
        "roles": [name for name in listed("iam", "list_roles", "Roles", "RoleName") if name.startswith(NAME)],
        "queues": account.client("sqs").list_queues().get("QueueUrls", []),
        "schedules": [entry["Name"] for entry in schedules],
        "buses": [entry["Name"] for entry in buses if entry["Name"] != "default"],
        "APIs": [entry["ApiId"] for entry in account.client("apigatewayv2").get_apis()["Items"]],
    }


def make_cover(local: LocalStack, browser: requests.Session) -> dict[str, Any]:
    """Make a cover over the API."""
    return wait_for_cover(local, browser, request_cover(local, browser))


def request_cover(local: LocalStack, browser: requests.Session) -> str:
    """Return the path of the new cover."""
    response = browser.post(f"{local.url}/api/covers", json=COVER_REQUEST, timeout=60)
    assert response.status_code == 202, response.text
    return response.headers["Location"]


def wait_for_cover(local: LocalStack, browser: requests.Session, path: str) -> dict[str, Any]:
    """Return the cover when it is done."""

    def read_finished() -> dict[str, Any] | None:
        cover = read(local, browser, path)
        return cover if cover["status"] in FINAL_STATUSES else None

    cover: dict[str, Any] = wait_for(read_finished)
    assert cover["status"] == "done", cover
    return cover


def read(local: LocalStack, browser: requests.Session, path: str) -> dict[str, Any]:
    """Read from the API."""
    response = browser.get(local.url + path, timeout=60)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def write_everything(
    account: Account, local: LocalStack, browser: requests.Session, cover: dict[str, Any], name: str
) -> dict[str, Any]:
    """Save settings, and set the cover on a playlist that has an image of the listener's own. Return it all."""
    settings = {"auto_cover_pattern": f"{name}*"}
    assert browser.put(f"{local.url}/api/settings", json=settings, timeout=60).status_code == 200
    playlist_id = account.spotify.state.add_playlist(name, MOSAIC, image=OWN)
    path = f"/api/covers/{cover['cover_id']}/apply"
    response = browser.post(local.url + path, json={"playlist_id": playlist_id}, timeout=60)
    assert response.status_code == 202, response.text
    path = f"/api/playlists/{playlist_id}/history"
    wait_for(lambda: read(local, browser, path)["items"][0]["status"] == "set")
    [entry] = read(local, browser, path)["items"]
    return {"cover": cover, "history": path, "own": download(local, browser, entry["images"]["replaced"])}


def download(local: LocalStack, browser: requests.Session, path: str) -> bytes:
    """Return the image to which the API redirects."""
    redirect = browser.get(local.url + path, allow_redirects=False, timeout=60)
    response = requests.get(redirect.headers["Location"], timeout=60)
    assert response.status_code == 200
    return response.content


def assert_kept(local: LocalStack, browser: requests.Session, records: list[dict[str, Any]]) -> None:
    """The login, the covers with their pictures and the histories with the listener's own images are still there."""
    for record in records:
        assert_unchanged(local, browser, record["cover"])
        [entry] = read(local, browser, record["history"])["items"]
        assert (entry["cover_id"], entry["status"]) == (record["cover"]["cover_id"], "set")
        assert download(local, browser, entry["images"]["replaced"]) == record["own"]


def change_version(package: Path) -> None:
    """Turn the package into another version of the app, with other code and layers."""
    template = json.loads((package / "template.json").read_text())
    (package / "layer" / "python" / "news.txt").write_text("News.")
    (package / "functions" / "news.txt").write_text("News.")
    template["Resources"]["DetectFunction"]["Properties"]["Timeout"] += 1
    (package / "template.json").write_text(json.dumps(template, indent=1))
    deployment.archive(package)


def assert_unchanged(local: LocalStack, browser: requests.Session, cover: dict[str, Any]) -> None:
    """The login, the listener and the cover with its picture are still there."""
    assert browser.get(f"{local.url}/api/me", timeout=60).json()["display_name"] == "Robin Aldermoor"
    body = browser.get(f"{local.url}/api/covers/{cover['cover_id']}", timeout=60).json()
    assert (body["status"], body["prompt"]["text"]) == ("done", cover["prompt"]["text"])
    address = f"{local.url}/api/covers/{cover['cover_id']}/image?kind=cover"
    to = browser.get(address, allow_redirects=False, timeout=60).headers["Location"]
    path = unquote(urlsplit(to).path)
    assert any(path.endswith(f"/{key}") for key in local.list_keys("covers/"))


def save(account: Account, parameters: dict[str, str], name: str = NAME) -> None:
    """Write the configuration file as an earlier version let SAM write it."""
    overrides = " ".join(f'{key}="{value}"' for key, value in parameters.items())
    own = {"stack_name": name, "region": REGION, "s3_prefix": name, "parameter_overrides": overrides}
    lines = ["[default.deploy.parameters]", *(f"{key} = {json.dumps(value)}" for key, value in own.items())]
    account.config.write_text("\n".join(lines))


def versions(account: Account) -> dict[str, list[int]]:
    """Return the versions of each layer."""
    client = account.client("lambda")
    layers = [layer["LayerName"] for layer in client.list_layers()["Layers"]]
    assert layers
    listed = {name: client.list_layer_versions(LayerName=name)["LayerVersions"] for name in layers}
    return {name: [entry["Version"] for entry in entries] for name, entries in listed.items()}
