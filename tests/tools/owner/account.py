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

from scripts.deployed_stack import SECRET_VARIABLES
from scripts.fakes import musicbrainz, openai, spotify
from scripts.fakes.tokens import CLIENT_ID, CLIENT_SECRET
from scripts.local import local_proxy, startup
from scripts.local.emulator import REGION, Emulator
from scripts.local.paths import ROOT
from scripts.local.stack import FINAL_STATUSES, LocalStack
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
        excluded = ("AWS_", "MAKE", "MFLAGS", *SECRET_VARIABLES.values())
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(excluded)}
        result = subprocess.run(  # noqa: S603
            ["make", *arguments, f"SAMCONFIG={self.config}"],  # noqa: S607
            cwd=ROOT, env={**inherited, "SAM_CLI_POLL_DELAY": "0.3", **self.emulator.environment(), **environment},
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


def answers(template: Path, parameters: dict[str, str]) -> str:
    """Return the input for SAM's questions: stack name, region, parameters in their order, then Enter."""
    all_names = parameter_names(template)
    assert parameters.keys() <= set(all_names)
    typed = [NAME, REGION, *(parameters.get(name, "") for name in all_names), *[""] * 6]
    return "".join(f"{line}\n" for line in typed)


def parameter_names(template: Path) -> list[str]:
    return list(json.loads(template.read_text())["Parameters"])


def names(account: Account) -> dict[str, list[str]]:
    """Return everything in the account by kind, without SAM's own stack and bucket."""

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
        "stacks": [name for name in stacks if not name.startswith("aws-sam-cli")],
        "buckets": [name for name in buckets if not name.startswith("aws-sam-cli")],
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
        "uploads": uploads(account),
    }


def uploads(account: Account) -> list[str]:
    s3 = account.session.resource("s3", endpoint_url=account.emulator.url)
    [sam_bucket] = [bucket for bucket in s3.buckets.all() if bucket.name.startswith("aws-sam-cli")] or [None]
    return [version.object_key for version in sam_bucket.object_versions.all()] if sam_bucket else []


def make_cover(local: LocalStack, browser: requests.Session) -> dict[str, Any]:
    """Make a cover over the API."""
    response = browser.post(f"{local.url}/api/covers", json=COVER_REQUEST, timeout=60)
    assert response.status_code == 202, response.text

    def read_finished() -> dict[str, Any] | None:
        cover = browser.get(local.url + response.headers["Location"], timeout=60).json()
        return cover if cover["status"] in FINAL_STATUSES else None

    cover = wait_for(read_finished, timeout_seconds=120)
    assert cover["status"] == "done", cover
    return cover


def change_version(template: Path) -> None:
    """Turn the template into another version of the app, with other code and layers."""
    text = json.loads(template.read_text())
    for name, resource in text["Resources"].items():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            (Path(resource["Properties"]["ContentUri"]) / "python" / "news.txt").write_text(name)
        if resource["Type"] == "AWS::Serverless::Function":
            (Path(resource["Properties"]["CodeUri"]) / "news.txt").write_text(name)
    text["Resources"]["DetectFunction"]["Properties"]["Timeout"] += 1
    template.write_text(json.dumps(text, indent=1))


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
    """Write SAM's configuration file, so that it asks no questions."""
    overrides = " ".join(f'{key}="{value}"' for key, value in parameters.items())
    own = {"stack_name": name, "region": REGION, "s3_prefix": name, "parameter_overrides": overrides}
    lines = [line for line in (ROOT / "samconfig.toml").read_text().splitlines() if "cover-art" not in line]
    account.config.write_text("\n".join([*lines, *(f"{key} = {json.dumps(value)}" for key, value in own.items())]))


def versions(account: Account) -> dict[str, list[int]]:
    """Return the versions of each layer."""
    client = account.client("lambda")
    layers = [layer["LayerName"] for layer in client.list_layers()["Layers"]]
    assert len(layers) == 9
    listed = {name: client.list_layer_versions(LayerName=name)["LayerVersions"] for name in layers}
    return {name: [entry["Version"] for entry in entries] for name, entries in listed.items()}
