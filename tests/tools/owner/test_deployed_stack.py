"""How the owner's stack is identified, and how errors of AWS are explained."""

import json
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from scripts import configure, deploy, deployed_stack
from scripts.deploy import _replace_renamed_parameters
from scripts.local.paths import ROOT

SAVED = """
[default.global.parameters]
stack_name = "cover-art"
region = "eu-central-1"
[default.deploy.parameters]
stack_name = "evening-covers"
parameter_overrides = "DataMode=\\"full\\" PythonRuntime=\\"python3.11\\" SpotifyTimeout=\\"15\\" PublicUrl=\\"\\""
"""


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "samconfig.owner.toml"
    file.write_text(SAVED)
    return file


def test_stack_is_read_from_sams_configuration(config):
    stack = deployed_stack.DeployedStack.from_config(config)
    assert (stack.name, stack.session.region_name) == ("evening-covers", "eu-central-1")
    assert stack.secret_parameter("session_key") == "/evening-covers/session_key"


def test_configuration_without_a_stack_is_an_error(tmp_path):
    for file in (tmp_path / "none.toml", ROOT / "samconfig.toml"):
        with pytest.raises(RuntimeError, match=r"Deploy one first: make deploy$"):
            deployed_stack.DeployedStack.from_config(file)


def test_invalid_toml_is_an_error_with_the_file_name(config):
    config.write_text("[default.deploy.parameters")
    with pytest.raises(RuntimeError, match=r"^samconfig.owner.toml is not valid TOML: "):
        deployed_stack.DeployedStack.from_config(config)


def test_parameters_of_an_earlier_version_are_carried_over(config, capsys):
    _replace_renamed_parameters(config)
    assert capsys.readouterr().out == (
        "samconfig.owner.toml: the parameter PythonRuntime no longer exists and was removed.\n"
        "samconfig.owner.toml: the parameter SpotifyTimeout is now called SpotifyTimeoutSeconds.\n"
    )
    overrides = deployed_stack.read_config(config)["parameter_overrides"]
    assert overrides == 'DataMode="full" SpotifyTimeoutSeconds="15" PublicUrl=""'
    _replace_renamed_parameters(config)
    assert (capsys.readouterr().out, deployed_stack.read_config(config)["parameter_overrides"]) == ("", overrides)


@pytest.mark.parametrize("name", ["aws-covers", "SSMcovers", "my covers", "1st", "-", "x" * 65])
def test_name_without_possible_secrets_is_refused(tmp_path, name, monkeypatch):
    monkeypatch.setattr(deploy, "_check_credentials", Mock())
    config = tmp_path / "samconfig.owner.toml"
    with pytest.raises(RuntimeError, match=r"^A stack cannot be called "):
        deploy.deploy(config, Path("built"), lambda _: name)
    assert not config.exists()


@pytest.mark.parametrize(("typed", "name"), [("", "cover-art"), (" evening ", "evening")])
def test_first_deployment_asks_for_the_name(tmp_path, typed, name, monkeypatch):
    monkeypatch.setattr(deploy, "_check_credentials", Mock())
    run = Mock(return_value=1)
    monkeypatch.setattr(deploy.sam, "run_in_terminal", run)
    config = tmp_path / "samconfig.owner.toml"
    assert deploy.deploy(config, Path("built"), lambda _: typed) == 1
    read = deployed_stack.read_config(config)
    assert (read["stack_name"], read["s3_prefix"]) == (name, name)
    assert "--guided" in run.call_args.args


def refused(code):
    return ClientError({"Error": {"Code": code, "Message": "m"}}, "DeleteStack")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NoCredentialsError(), "There are no AWS credentials."),
        (ProfileNotFound(profile="home"), "The config profile (home) could not be found. Check AWS_PROFILE"),
        (NoRegionError(), "You must specify a region. Check AWS_PROFILE"),
        (EndpointConnectionError(endpoint_url="https://sts"), "AWS could not be reached"),
        (refused("ExpiredToken"), "AWS rejected your credentials (ExpiredToken)"),
        (refused("AccessDenied"), "Your AWS user lacks a permission: DeleteStack"),
        (refused("ValidationError"), "AWS returned an error: An error occurred (ValidationError)"),
        (KeyboardInterrupt(), "\nStopped.\n"),
        (EOFError(), "\nStopped.\n"),
    ],
)
def test_error_or_interruption_is_explained(capsys, error, sentence):
    assert deployed_stack.run_command(Mock(side_effect=error)) == 1
    message = capsys.readouterr().err
    assert message.startswith(sentence)
    assert message == sentence or message.count("\n") == 1


def test_documented_permissions_cover_all_services(template):
    policy = json.loads((ROOT / "docs" / "deployer-policy.json").read_text())
    granted = {statement["Sid"]: statement for statement in policy["Statement"]}
    services = {action.split(":")[0] for action in granted["Stack"]["Action"]}
    used = {resource["Type"].split("::")[1].lower() for resource in template["Resources"].values()}
    assert used - {"serverless"} <= services
    # What SAM makes of functions, state machines, the API and the schedule.
    assert {"apigateway", "cloudformation", "lambda", "scheduler", "states"} <= services
    assert granted["Roles"]["Resource"].endswith(":role/cover-art-*")
    assert granted["Secrets"]["Resource"].endswith(":parameter/cover-art*")


def test_configure_without_stdin_and_stack_explains_next_step(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "argv", ["configure", "--config", str(tmp_path / "samconfig.owner.toml")])
    assert configure.main() == 1
    assert capsys.readouterr().err == "samconfig.owner.toml names no stack. Deploy one first: make deploy\n"
