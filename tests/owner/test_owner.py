"""Where the owner's stack is, and what went wrong there, in words."""

import json
import sys

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from scripts import configure, owner
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


def test_the_stack_is_where_sams_answers_say_it_is(config):
    stack = owner.OwnersStack.saved_in(config)
    assert (stack.name, stack.session.region_name) == ("evening-covers", "eu-central-1")
    assert stack.parameter("session_key") == "/evening-covers/session_key"


def test_before_the_first_deployment_it_is_nowhere(tmp_path):
    for file in (tmp_path / "none.toml", ROOT / "samconfig.toml"):
        with pytest.raises(RuntimeError, match=r"Deploy one first: make deploy$"):
            owner.OwnersStack.saved_in(file)


def test_a_file_that_is_no_toml_is_named(config):
    config.write_text("[default.deploy.parameters")
    with pytest.raises(RuntimeError, match=r"^samconfig.owner.toml cannot be read: "):
        owner.OwnersStack.saved_in(config)


def test_parameters_of_an_earlier_version_are_carried_over(config, capsys):
    _replace_renamed_parameters(config)
    assert capsys.readouterr().out == (
        "samconfig.owner.toml: the parameter PythonRuntime no longer exists and was removed.\n"
        "samconfig.owner.toml: the parameter SpotifyTimeout is now called SpotifyTimeoutSeconds.\n"
    )
    overrides = owner.read(config)["parameter_overrides"]
    assert overrides == 'DataMode="full" SpotifyTimeoutSeconds="15" PublicUrl=""'
    _replace_renamed_parameters(config)
    assert (capsys.readouterr().out, owner.read(config)["parameter_overrides"]) == ("", overrides)


def refused(code):
    return ClientError({"Error": {"Code": code, "Message": "m"}}, "DeleteStack")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NoCredentialsError(), "You have no credentials for AWS here"),
        (ProfileNotFound(profile="home"), "The config profile (home) could not be found. See to AWS_PROFILE"),
        (NoRegionError(), "You must specify a region. See to AWS_PROFILE"),
        (EndpointConnectionError(endpoint_url="https://sts"), "AWS could not be reached"),
        (refused("ExpiredToken"), "AWS does not take your credentials (ExpiredToken)"),
        (refused("AccessDenied"), "Your user in AWS may not do this: DeleteStack"),
        (refused("ValidationError"), "AWS refused: An error occurred (ValidationError)"),
    ],
)
def test_what_aws_refuses_is_said_in_words(capsys, error, sentence):
    def fail():
        raise error

    assert owner.run(fail) == 1
    assert capsys.readouterr().err.startswith(sentence)


def test_who_stops_it_or_closes_the_terminal_sees_no_traceback(capsys):
    for error in (KeyboardInterrupt, EOFError):

        def fail(error=error):
            raise error

        assert owner.run(fail) == 1
        assert capsys.readouterr().err == "\nStopped.\n"


def test_the_documented_permissions_cover_every_service_of_the_stack(template):
    policy = json.loads((ROOT / "docs" / "deployer-policy.json").read_text())
    granted = {statement["Sid"]: statement for statement in policy["Statement"]}
    services = {action.split(":")[0] for action in granted["Stack"]["Action"]}
    used = {resource["Type"].split("::")[1].lower() for resource in template["Resources"].values()}
    assert used - {"serverless"} <= services
    # What SAM makes of functions, state machines, the API and the schedule.
    assert {"apigateway", "cloudformation", "lambda", "scheduler", "states"} <= services
    assert granted["Roles"]["Resource"].endswith(":role/cover-art-*")
    assert {place.rsplit(":", 1)[1] for place in granted["Secrets"]["Resource"]} == {
        "parameter/cover-art",
        "parameter/cover-art/*",
    }


def test_configuring_without_a_standard_input_and_a_stack_says_what_to_do(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "argv", ["configure", "--config", str(tmp_path / "samconfig.owner.toml")])
    assert configure.main() == 1
    assert capsys.readouterr().err == "samconfig.owner.toml knows of no stack. Deploy one first: make deploy\n"
