"""An account from nothing and back to nothing, by the commands that an owner types."""

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
from scripts.local import deployment, front_door, stack
from scripts.local.emulator import REGION, Emulator
from scripts.local.paths import BUILT, DEPLOYED, ROOT
from scripts.owner import VARIABLES, OwnersStack
from scripts.standins import musicbrainz, openai, spotify
from scripts.standins.tokens import CLIENT_ID, CLIENT_SECRET
from tests.conftest import Intrinsics

NAME = "evening-covers"
SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 3}
# Without a style, which is the slowest of a cover.
PLAIN: dict[str, Any] = {"style_albums": []}
SECRETS = {"SPOTIFY_CLIENT_ID": CLIENT_ID, "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET, "OPENAI_API_KEY": openai.API_KEY}


@dataclass
class Account:
    """An owner's account, their checkout, and the front door at which their page is."""

    emulator: Emulator
    door: front_door.FrontDoor
    spotify: spotify.Standin
    musicbrainz: musicbrainz.Standin
    openai: openai.Standin
    config: Path

    @cached_property
    def session(self) -> boto3.Session:
        return self.emulator.session()

    def make(self, *arguments: str, typed: str = "", code: int = 0, **environment: str) -> str:
        """What it said, with an exit code of make's that must be `code`."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE", "MFLAGS"))}
        for variable in VARIABLES.values():
            kept.pop(variable, None)
        done = subprocess.run(  # noqa: S603
            ["make", *arguments, f"SAMCONFIG={self.config}"],  # noqa: S607
            cwd=ROOT, env={**kept, "SAM_CLI_POLL_DELAY": "0.3", **self.emulator.environment(), **environment},
            input=typed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout
        return done.stdout

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self.emulator.url)

    def opened(self) -> stack.LocalStack:
        """The deployed stack, with its page behind the front door."""
        described = self.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
        local = stack.LocalStack(self.door.url, self.emulator, outputs, self.spotify, self.musicbrainz)
        stack.bridge(local, NAME)
        self.door.leads_to = (self.emulator.url, outputs["ApiId"])
        local.configure({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        return local

    def parameters(self, **more: str) -> dict[str, str]:
        stand_ins = stack.standing_in(self.spotify, self.musicbrainz)
        return {**stand_ins, "OpenAiBaseUrl": self.openai.base_url, "PublicUrl": self.door.url, **more}


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with ExitStack() as ending:
        standins = [ending.enter_context(kind.serving()) for kind in (spotify, musicbrainz, openai)]
        door = ending.enter_context(front_door.opened())
        emulator = Emulator.start()
        ending.callback(emulator.stop)
        yield Account(emulator, door, *standins, tmp_path / "samconfig.owner.toml")
        for standin in standins:
            assert standin.state.recorder.violations == []


@pytest.fixture
def template(account: Account) -> Iterator[Path]:
    """The present one, built, as the emulator takes it."""
    deployment.build()
    folder = DEPLOYED / account.emulator.url.rsplit(":", 1)[1]
    yield deployment.bridged(folder)
    shutil.rmtree(folder)


def answers(template: Path, parameters: dict[str, str]) -> str:
    """What is typed into SAM's questions: the stack's name, the region, the parameters in their order, then Enter."""
    names = asked(template)
    assert parameters.keys() <= set(names)
    typed = [NAME, REGION, *(parameters.get(name, "") for name in names), *[""] * 6]
    return "".join(f"{line}\n" for line in typed)


def asked(template: Path) -> list[str]:
    return list(json.loads(template.read_text())["Parameters"])


def names(account: Account) -> dict[str, list[str]]:
    """All that is in the account, by kind, but for SAM's own stack and bucket."""

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
    [sams] = [bucket for bucket in s3.buckets.all() if bucket.name.startswith("aws-sam-cli")] or [None]
    return [version.object_key for version in sams.object_versions.all()] if sams else []


def made(local: stack.LocalStack, browser: requests.Session) -> dict[str, Any]:
    """A cover, over the page's API, done."""
    asked = browser.post(f"{local.url}/api/covers", json={"source": SOURCE, "options": PLAIN}, timeout=60)
    assert asked.status_code == 202, asked.text
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        cover = browser.get(local.url + asked.headers["Location"], timeout=60).json()
        if cover["status"] in stack.ENDED:
            assert cover["status"] == "done", cover
            return cover
        time.sleep(0.2)
    raise AssertionError(f"not done: {cover}")


def changed(template: Path) -> None:
    """Another version of the app: other code, other layers, another policy."""
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
    said = account.make("deploy", f"BUILT_TEMPLATE={template}", typed=answers(template, account.parameters()))
    assert f"The page: {account.door.url}/" in said
    assert f"  {account.door.url}/callback\n" in said
    assert said.endswith("2. make configure\n")
    local = account.opened()
    page = requests.get(account.door.url, timeout=60).text
    assert f">{account.door.url}/callback</code>" in page
    assert ">make configure</code>" in page

    # The secrets.
    said = account.make("configure", **SECRETS)
    assert "Spotify knows the app" in said
    assert f"The page is ready: {account.door.url}/" in said
    assert "make configure" not in requests.get(account.door.url, timeout=60).text
    browser = local.log_in()
    cover = made(local, browser)
    assert account.openai.state.paid == 1
    before = names(account)
    assert (len(before["tables"]), len(before["buckets"]), len(before["parameters"])) == (3, 1, 4)
    layers = versions(account)

    # An upgrade: nothing is asked, all is kept, and layers do not pile up.
    changed(template)
    said = account.make("deploy", f"BUILT_TEMPLATE={template}")
    assert "make configure" not in said
    local = account.opened()
    assert names(account) | {"uploads": []} == before | {"uploads": []}
    assert versions(account) == {name: [number + 1 for number in numbers] for name, numbers in layers.items()}
    assert_kept(local, browser, cover)

    # And away with it, but not by mistake.
    assert "Nothing was deleted" in account.make("destroy", code=2, CONFIRM="cover-art")
    assert names(account)["stacks"] == [NAME]
    said = account.make("destroy", typed=f"{NAME}\n")
    assert f"The stack {NAME} is deleted." in said
    assert f"4 parameters under /{NAME}/ are deleted." in said
    assert "Left: SAM's bucket aws-sam-cli-managed-default" in said
    assert "Left: the" not in said
    assert names(account) == nothing


@pytest.mark.long
@pytest.mark.timeout(900)
def test_an_earlier_version_is_upgraded_and_its_listeners_find_all_that_they_had(
    account, template, tmp_path, monkeypatch
):
    commit = first_with("functions/api/routes/covers.py")
    tree = checked_out(commit, tmp_path / "earlier")
    earlier = deployment.bridged(tmp_path / "bridged", tree=tree, layers=tree)
    save(account, {name: value for name, value in account.parameters().items() if name in asked(earlier)})
    account.make("deploy", f"BUILT_TEMPLATE={earlier}")
    account.make("configure", **SECRETS)
    local = account.opened()
    browser = local.log_in()
    cover = made(local, browser)
    tables = names(account)["tables"]

    save(account, account.parameters())
    account.make("deploy", f"BUILT_TEMPLATE={template}")
    local = account.opened()
    assert names(account)["tables"] == tables
    assert_kept(local, browser, cover)
    assert made(local, browser)["cover_id"] != cover["cover_id"]

    # A protected stack stays; what still runs may fill the bucket again, with more than one page of a list takes.
    formation = account.client("cloudformation")
    formation.update_termination_protection(StackName=NAME, EnableTerminationProtection=True)
    assert f"The stack {NAME} is protected" in account.make("destroy", code=2, CONFIRM=NAME)
    formation.update_termination_protection(StackName=NAME, EnableTerminationProtection=False)
    for name, value in {**account.emulator.environment(), "CONFIRM": NAME}.items():
        monkeypatch.setenv(name, value)
    emptied = []

    def empty(owned: OwnersStack, bucket: str, prefix: str = "") -> int:
        emptied.append(bucket)
        count = really_empty(owned, bucket, prefix)
        for number in range(1001 if len(emptied) == 1 else 0):
            account.client("s3").put_object(Bucket=bucket, Key=f"kept/somebody/{number}", Body=b"")
        return count

    really_empty = destroy._empty
    monkeypatch.setattr(destroy, "_empty", empty)
    assert destroy.destroy(OwnersStack.saved_in(account.config), input) == 0
    assert emptied[:2] == [local.outputs["BucketName"]] * 2
    assert not any(names(account).values())


def assert_kept(local: stack.LocalStack, browser: requests.Session, cover: dict[str, Any]) -> None:
    """The login, the listener and the cover, with its picture."""
    assert browser.get(f"{local.url}/api/me", timeout=60).json()["display_name"] == "Robin Aldermoor"
    found = browser.get(f"{local.url}/api/covers/{cover['cover_id']}", timeout=60).json()
    assert (found["status"], found["prompt"]["text"]) == ("done", cover["prompt"]["text"])
    address = f"{local.url}/api/covers/{cover['cover_id']}/image?kind=cover"
    to = browser.get(address, allow_redirects=False, timeout=60).headers["Location"]
    path = unquote(urlsplit(to).path)
    assert any(path.endswith(f"/{key}") for key in local.keys("covers/"))


def save(account: Account, parameters: dict[str, str]) -> None:
    """Writes SAM's configuration file, so that it asks nothing."""
    overrides = " ".join(f'{name}="{value}"' for name, value in parameters.items())
    own = {"stack_name": NAME, "region": REGION, "s3_prefix": NAME, "parameter_overrides": overrides}
    lines = [line for line in (ROOT / "samconfig.toml").read_text().splitlines() if "cover-art" not in line]
    account.config.write_text("\n".join([*lines, *(f"{name} = {json.dumps(value)}" for name, value in own.items())]))


def first_with(file: str) -> str:
    """The commit that brought it."""
    command = ["git", "log", "--diff-filter=A", "--format=%H", "--", file]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()[-1]  # noqa: S603


def checked_out(commit: str, folder: Path) -> Path:
    """An earlier version of the app, and in the same folder what `sam build` makes of it, on today's dependencies."""
    tree = subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603, S607
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", folder], input=tree, check=True)  # noqa: S603, S607
    read = yaml.load((folder / "template.yaml").read_text(), Intrinsics)  # noqa: S506  # a SafeLoader
    (folder / "template.yaml").write_text(yaml.safe_dump(read, sort_keys=False))
    for name, resource in read["Resources"].items():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            shutil.copytree(BUILT / name, folder / name)
    ours = folder / "CommonLayer" / "python" / "coverart"
    shutil.rmtree(ours)
    shutil.copytree(folder / "layers" / "common" / "coverart", ours)
    return folder


def versions(account: Account) -> dict[str, list[int]]:
    """The versions that there are of each layer."""
    client = account.client("lambda")
    layers = client.list_layers()["Layers"]
    assert len(layers) == 9
    return {
        layer["LayerName"]: [
            found["Version"] for found in client.list_layer_versions(LayerName=layer["LayerName"])["LayerVersions"]
        ]
        for layer in layers
    }
