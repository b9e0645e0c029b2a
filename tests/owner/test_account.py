"""An AWS account from empty to empty, with the commands that an owner runs."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest
import requests
import yaml

from scripts import destroy
from scripts.deployed_stack import SECRET_VARIABLES, DeployedStack
from scripts.fakes import musicbrainz, openai, spotify
from scripts.fakes.tokens import CLIENT_ID, CLIENT_SECRET
from scripts.local import deployment, local_proxy, startup
from scripts.local.emulator import REGION, Emulator
from scripts.local.paths import BUILD_DIR, DEPLOY_DIR, ROOT
from scripts.local.stack import FINAL_STATUSES, LocalStack
from tests.conftest import Intrinsics

NAME = "evening-covers"
SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 3}
# Without a style, which is the slowest of a cover.
PLAIN: dict[str, Any] = {"style_albums": []}
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
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE", "MFLAGS"))
        }
        for variable in SECRET_VARIABLES.values():
            inherited.pop(variable, None)
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


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with ExitStack() as exit_stack:
        fakes = [exit_stack.enter_context(kind.serve()) for kind in (spotify, musicbrainz, openai)]
        proxy = exit_stack.enter_context(local_proxy.run_proxy())
        emulator = Emulator.start()
        exit_stack.callback(emulator.stop)
        yield Account(emulator, proxy, *fakes, tmp_path / "samconfig.owner.toml")
        for fake in fakes:
            assert fake.state.recorder.violations == []


@pytest.fixture
def template(account: Account) -> Iterator[Path]:
    """The built template, adapted to the emulator."""
    deployment.build()
    folder = DEPLOY_DIR / account.emulator.url.rsplit(":", 1)[1]
    yield deployment.adapt_template(folder)
    shutil.rmtree(folder)


def answers(template: Path, parameters: dict[str, str]) -> str:
    """Return the input for SAM's questions: stack name, region, parameters in their order, then Enter."""
    names = parameter_names(template)
    assert parameters.keys() <= set(names)
    typed = [NAME, REGION, *(parameters.get(name, "") for name in names), *[""] * 6]
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
    response = browser.post(f"{local.url}/api/covers", json={"source": SOURCE, "options": PLAIN}, timeout=60)
    assert response.status_code == 202, response.text
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        cover = browser.get(local.url + response.headers["Location"], timeout=60).json()
        if cover["status"] in FINAL_STATUSES:
            assert cover["status"] == "done", cover
            return cover
        time.sleep(0.2)
    raise AssertionError(f"not done: {cover}")


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


@pytest.mark.timeout(900)
def test_deploy_configure_upgrade_and_destroy(account, template):
    nothing = names(account)
    assert not any(nothing.values())

    # From nothing: SAM asks, and the page says what is next.
    output = account.make("deploy", f"BUILT_TEMPLATE={template}", typed=answers(template, account.parameters()))
    assert f"The page: {account.proxy.url}/" in output
    assert f"  {account.proxy.url}/callback\n" in output
    assert output.endswith("2. make configure\n")
    local = account.open_stack()
    page = requests.get(account.proxy.url, timeout=60).text
    assert f">{account.proxy.url}/callback</code>" in page
    assert ">make configure</code>" in page

    # The secrets.
    output = account.make("configure", **SECRETS)
    assert "Spotify accepts the client ID and secret." in output
    assert f"The page is ready: {account.proxy.url}/" in output
    assert "make configure" not in requests.get(account.proxy.url, timeout=60).text
    browser = local.log_in()
    cover = make_cover(local, browser)
    assert account.openai.state.paid == 1
    resources = names(account)
    assert (len(resources["tables"]), len(resources["buckets"]), len(resources["parameters"])) == (3, 1, 4)
    layers = versions(account)

    # An upgrade: nothing is response, all is kept, and layers do not pile up.
    change_version(template)
    output = account.make("deploy", f"BUILT_TEMPLATE={template}")
    assert "make configure" not in output
    local = account.open_stack()
    assert names(account) | {"uploads": []} == resources | {"uploads": []}
    assert versions(account) == {name: [number + 1 for number in numbers] for name, numbers in layers.items()}
    assert_unchanged(local, browser, cover)

    # And away with it, but not by mistake.
    assert "Nothing was deleted" in account.make("destroy", code=2, CONFIRM="cover-art")
    assert names(account)["stacks"] == [NAME]
    output = account.make("destroy", typed=f"{NAME}\n")
    assert f"Deleted the stack {NAME}." in output
    assert f"Deleted 4 parameters under /{NAME}/." in output
    assert "Not deleted: SAM's bucket aws-sam-cli-managed-default" in output
    assert "Not deleted: the" not in output
    assert names(account) == nothing


@pytest.mark.long
@pytest.mark.timeout(900)
def test_upgrade_of_an_earlier_version_keeps_all_data(account, template, tmp_path, monkeypatch):
    commit = first_with("functions/api/covers.py")
    tree = check_out(commit, tmp_path / "earlier")
    earlier = deployment.adapt_template(tmp_path / "bridged", source=tree, build_dir=tree)
    save(account, {name: value for name, value in account.parameters().items() if name in parameter_names(earlier)})
    account.make("deploy", f"BUILT_TEMPLATE={earlier}")
    account.make("configure", **SECRETS)
    local = account.open_stack()
    browser = local.log_in()
    cover = make_cover(local, browser)
    tables = names(account)["tables"]

    save(account, account.parameters())
    account.make("deploy", f"BUILT_TEMPLATE={template}")
    local = account.open_stack()
    assert names(account)["tables"] == tables
    assert_unchanged(local, browser, cover)
    assert make_cover(local, browser)["cover_id"] != cover["cover_id"]

    # A protected stack stays; what still runs may fill the bucket again, with more than one page of a list takes.
    formation = account.client("cloudformation")
    formation.update_termination_protection(StackName=NAME, EnableTerminationProtection=True)
    assert f"The stack {NAME} has termination protection" in account.make("destroy", code=2, CONFIRM=NAME)
    formation.update_termination_protection(StackName=NAME, EnableTerminationProtection=False)
    for name, value in {**account.emulator.environment(), "CONFIRM": NAME}.items():
        monkeypatch.setenv(name, value)
    emptied = []

    def empty(owned: DeployedStack, bucket: str, prefix: str = "") -> int:
        emptied.append(bucket)
        count = really_empty(owned, bucket, prefix)
        for number in range(1001 if len(emptied) == 1 else 0):
            account.client("s3").put_object(Bucket=bucket, Key=f"kept/somebody/{number}", Body=b"")
        return count

    really_empty = destroy._empty_bucket
    monkeypatch.setattr(destroy, "_empty_bucket", empty)
    assert destroy.destroy(DeployedStack.from_config(account.config), input) == 0
    assert emptied[:2] == [local.outputs["BucketName"]] * 2
    assert not any(names(account).values())


def assert_unchanged(local: LocalStack, browser: requests.Session, cover: dict[str, Any]) -> None:
    """The login, the listener and the cover with its picture are still there."""
    assert browser.get(f"{local.url}/api/me", timeout=60).json()["display_name"] == "Robin Aldermoor"
    body = browser.get(f"{local.url}/api/covers/{cover['cover_id']}", timeout=60).json()
    assert (body["status"], body["prompt"]["text"]) == ("done", cover["prompt"]["text"])
    address = f"{local.url}/api/covers/{cover['cover_id']}/image?kind=cover"
    to = browser.get(address, allow_redirects=False, timeout=60).headers["Location"]
    path = unquote(urlsplit(to).path)
    assert any(path.endswith(f"/{key}") for key in local.list_keys("covers/"))


def save(account: Account, parameters: dict[str, str]) -> None:
    """Write SAM's configuration file, so that it asks no questions."""
    overrides = " ".join(f'{name}="{value}"' for name, value in parameters.items())
    own = {"stack_name": NAME, "region": REGION, "s3_prefix": NAME, "parameter_overrides": overrides}
    lines = [line for line in (ROOT / "samconfig.toml").read_text().splitlines() if "cover-art" not in line]
    account.config.write_text("\n".join([*lines, *(f"{name} = {json.dumps(value)}" for name, value in own.items())]))


def first_with(file: str) -> str:
    """Return the commit that added a file."""
    command = ["git", "log", "--diff-filter=A", "--format=%H", "--", file]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()[-1]  # noqa: S603


def check_out(commit: str, folder: Path) -> Path:
    """Check out an earlier version and build it in place, with today's dependencies."""
    tree = subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603, S607
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", folder], input=tree, check=True)  # noqa: S603, S607
    read = yaml.load((folder / "template.yaml").read_text(), Intrinsics)  # noqa: S506  # a SafeLoader
    (folder / "template.yaml").write_text(yaml.safe_dump(read, sort_keys=False))
    for name, resource in read["Resources"].items():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            shutil.copytree(BUILD_DIR / name, folder / name)
    ours = folder / "CommonLayer" / "python" / "coverart"
    shutil.rmtree(ours)
    shutil.copytree(folder / "layers" / "common" / "coverart", ours)
    return folder


def versions(account: Account) -> dict[str, list[int]]:
    """Return the versions of each layer."""
    client = account.client("lambda")
    layers = client.list_layers()["Layers"]
    assert len(layers) == 9
    return {
        layer["LayerName"]: [
            entry["Version"] for entry in client.list_layer_versions(LayerName=layer["LayerName"])["LayerVersions"]
        ]
        for layer in layers
    }
