"""An AWS account from empty to empty, with the commands that an owner runs."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import requests
import yaml

from scripts import release
from scripts.fakes import musicbrainz, openai, spotify
from scripts.fakes.server import Fault
from scripts.local import deployment, local_proxy
from scripts.local.emulator import REGION, Emulator
from scripts.local.paths import BUILD_DIR, DEPLOY_DIR, ROOT
from scripts.owner import destroy
from scripts.owner.deployed_stack import DeployedStack
from tests.conftest import Intrinsics
from tests.stack.stack_state import wait_for
from tests.tools.owner.account import NAME, SECRETS, Account

# The last commit before the version of 2026-11-30.
EARLIER_VERSION = "980fa0b"


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
def package(account: Account) -> Iterator[Path]:
    """The package of the build, adapted to the emulator."""
    deployment.build()
    folder = DEPLOY_DIR / account.emulator.url.rsplit(":", 1)[1]
    yield deployment.adapt_template(folder)
    shutil.rmtree(folder)


@pytest.mark.timeout(900)
def test_deploy_configure_upgrade_and_destroy(account, package):
    nothing = account.names()
    assert not any(nothing.values())

    # From nothing; the page says what is next.
    output = account.deploy(package)
    assert f"The page: {account.proxy.url}/" in output
    assert f"  {account.proxy.url}/callback\n" in output
    assert output.endswith("2. make configure\n")
    page = requests.get(account.proxy.url, timeout=60).text
    assert f">{account.proxy.url}/callback</code>" in page
    assert ">make configure</code>" in page

    # The secrets.
    output = account.run("configure", **SECRETS)
    assert "Spotify accepts the client ID and secret." in output
    assert f"The page is ready: {account.proxy.url}/" in output
    assert ">Log in with Spotify<" in requests.get(account.proxy.url, timeout=60).text
    account.browser = account.local.log_in()
    cover = account.make_cover()
    assert account.openai.state.paid == 1
    resources = account.names()
    assert [len(resources[kind]) for kind in ("tables", "buckets", "parameters")] == [3, 2, 4]
    layers = account.layer_versions()

    listeners = account.run("forget")
    assert "Robin Aldermoor" in listeners
    assert listeners.endswith("1 listeners. To delete one: make forget LISTENER=<id>\n")

    # An upgrade from a release bundle, with nothing but boto3: nothing is asked, all is kept, layers do not pile up.
    # Everything works, and nothing is left of the check.
    template = json.loads((package / "template.json").read_text())
    template["Resources"]["DetectFunction"]["Properties"]["Timeout"] += 1
    (package / "template.json").write_text(json.dumps(template, indent=1))
    for changed in ("layer/python", "functions"):
        (package / changed / "news.txt").write_text("News.")
    deployment.archive(package)
    release.add_installer(package)
    output = account.execute("bash", str(package / "install.sh"), "--name", NAME, "--region", REGION)
    account.open_stack()
    assert (output.count("ok  "), output.count("FAILED"), "Next:" in output) == (7, 0, False)
    assert output.endswith("The stack works.\n")
    assert account.names() == resources
    [described] = account.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
    parameters = {entry["ParameterKey"]: entry["ParameterValue"] for entry in described["Parameters"]}
    assert account.parameters().items() <= parameters.items()
    assert account.layer_versions() == {name: [number + 1 for number in numbers] for name, numbers in layers.items()}
    account.assert_kept({"cover": cover})

    # A listener is removed, and then everything, but not by mistake.
    listener_id = account.read("/api/me")["listener_id"]
    assert "Deleted" in account.run("forget", "--listener", listener_id, CONFIRM=listener_id)
    account.call("GET", "/api/me", 401)
    output = account.execute("make", "destroy", f"SAMCONFIG={account.config}", typed=f"{NAME}\n")
    assert f"Deleted the stack {NAME}." in output
    assert f"Deleted 4 parameters under /{NAME}/." in output
    assert "Deleted the bucket cover-art-uploads-" in output
    assert "Not deleted: the" not in output
    assert account.names() == nothing


@pytest.mark.long
@pytest.mark.timeout(900)
def test_second_stack_is_deployed_and_destroyed_alone(account, package):
    account.deploy(package)
    account.run("configure", **SECRETS)
    first = account.names()
    account.browser = account.local.log_in()
    cover = account.make_cover()
    other = replace(account, config=account.config.with_name("samconfig.friends.toml"))
    other.save(account.parameters(), name=f"{NAME}-friends")
    other.run("deploy", "--package", str(package))
    other.run("configure", **SECRETS)
    both = account.names()
    for kind in ("tables", "parameters", "functions", "log groups", "schedules", "buses", "APIs"):
        assert len(both[kind]) == 2 * len(first[kind]), kind
    other.run("destroy", CONFIRM=f"{NAME}-friends")
    assert account.names() == first
    account.assert_kept({"cover": cover})
    assert account.make_cover()["cover_id"] != cover["cover_id"]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_upgrade_rollback_and_upgrade_lose_nothing(account, package, tmp_path, monkeypatch):
    tree = check_out(EARLIER_VERSION, tmp_path / "earlier")
    earlier = deployment.adapt_template(tmp_path / "bridged", source=tree, build_dir=tree)
    earlier_names = json.loads((earlier / "template.json").read_text())["Parameters"]
    earlier_parameters = {name: value for name, value in account.parameters().items() if name in earlier_names}
    account.deploy(earlier, earlier_parameters)
    account.run("configure", **SECRETS)
    account.browser = account.local.log_in()
    cover = account.make_cover()
    records = [account.write_everything(cover, "Before")]
    tables = account.names()["tables"]

    # A cover waits for its painting while the state machine and all functions are replaced.
    hold = Fault("/v1/images/generations$", delay=120)
    account.openai.state.recorder.faults.append(hold)
    held_path = account.request_cover()
    wait_for(lambda: hold.times == 0)
    account.deploy(package)
    hold.released.set()
    assert account.names()["tables"] == tables
    assert account.wait_for_cover(held_path)["candidates"][0]["prompt"]["text"]
    account.assert_kept(*records)
    new_cover = account.make_cover()
    records.append(account.write_everything(new_cover, "After"))

    # The way back: nobody is locked out, and what the earlier version wrote is all there.
    account.deploy(earlier, earlier_parameters)
    account.assert_kept(records[0])
    assert account.read("/api/me")["settings"]["auto_cover_pattern"] == "After*"
    cover_ids = {row["cover_id"] for row in account.read("/api/covers")["items"]}
    assert cover_ids >= {cover["cover_id"], new_cover["cover_id"]}
    records.append(account.write_everything(account.make_cover(), "Back"))

    account.deploy(package)
    account.assert_kept(*records)
    assert account.make_cover()["cover_id"] != cover["cover_id"]

    # What still runs may fill the bucket again, with more than one page of a list takes.
    emptied = []

    def empty(owned: DeployedStack, bucket: str, prefix: str = "") -> int:
        emptied.append(bucket)
        count = really_empty(owned, bucket, prefix)
        for number in range(1001 if len(emptied) == 1 else 0):
            account.client("s3").put_object(Bucket=bucket, Key=f"kept/somebody/{number}", Body=b"")
        return count

    really_empty = destroy._empty_bucket
    monkeypatch.setattr(destroy, "_empty_bucket", empty)
    account.run("destroy", CONFIRM=NAME)
    assert emptied[:2] == [account.local.outputs["BucketName"]] * 2
    assert not any(account.names().values())


def check_out(commit: str, folder: Path) -> Path:
    """Check out an earlier version and build it in place, with today's dependencies and models."""
    tree = subprocess.run(["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", folder], input=tree, check=True)
    read = yaml.load((folder / "template.yaml").read_text(), Intrinsics)  # noqa: S506  # a SafeLoader
    for name, resource in read["Resources"].items():
        if resource["Type"] == "AWS::Serverless::StateMachine":
            file = folder / resource["Properties"].pop("DefinitionUri")
            resource["Properties"]["Definition"] = json.loads(file.read_text())
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            shutil.copytree(BUILD_DIR / name, folder / name)
            # The earlier version's own packages, among them coverart, over today's, whose bytecode would be loaded.
            for package in (folder / "layers" / name.removesuffix("Layer").lower()).glob("*/"):
                target = folder / name / "python" / package.name
                shutil.copytree(package, target, dirs_exist_ok=True)
                shutil.rmtree(target / "__pycache__", ignore_errors=True)
    (folder / "template.yaml").write_text(yaml.safe_dump(read, sort_keys=False))
    return folder
