"""How the owner's stack is identified, and how errors of AWS are explained."""

import json
import re
import sys
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError, ProfileNotFound

from scripts.local.paths import ROOT
from scripts.owner import deploy, uploads
from scripts.owner.__main__ import create_parser, run, run_command
from scripts.owner.deployed_stack import DeployedStack, read_config
from tests.client_errors import client_error

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


def arguments(config, *options, command="deploy"):
    return create_parser().parse_args([command, "--config", str(config), *options])


def test_stack_is_read_from_sams_configuration(config, tmp_path):
    for options, expected in (
        ((), ("evening-covers", "eu-central-1")),
        (("--name", "other", "--region", "eu-west-1"), ("other", "eu-west-1")),
    ):
        stack = DeployedStack.from_arguments(arguments(config, *options))
        assert (stack.name, stack.session.region_name) == expected
    for file in (tmp_path / "none.toml", ROOT / "samconfig.toml"):
        with pytest.raises(RuntimeError, match=r"Deploy one first: make deploy$"):
            DeployedStack.from_arguments(arguments(file))
    config.write_text("[default.deploy.parameters")
    with pytest.raises(RuntimeError, match=r"^samconfig.owner.toml is not valid TOML: "):
        read_config(config)


def test_parameters_of_an_earlier_version_are_carried_over(config, capsys):
    overrides = deploy._read_overrides(read_config(config))
    assert overrides == {"DataMode": "full", "SpotifyTimeoutSeconds": "15", "PublicUrl": ""}
    assert capsys.readouterr().out == (
        "The parameter PythonRuntime no longer exists and is left out.\n"
        "The parameter SpotifyTimeout is now called SpotifyTimeoutSeconds.\n"
    )


def test_parameter_is_set_or_kept_or_takes_the_new_default():
    stack = Mock(exists=True, parameters={"A": "own", "B": "old default", "C": "own", "Gone": "x"})
    defaults = [{"ParameterKey": name, "DefaultValue": "old default"} for name in "ABC"]
    stack.client().get_template_summary.return_value = {"Parameters": defaults}
    assert deploy._choose_parameters(stack, dict.fromkeys("ABCD"), {"C": "new"}) == [
        {"ParameterKey": "C", "ParameterValue": "new"},
        {"ParameterKey": "A", "UsePreviousValue": True},
    ]
    with pytest.raises(RuntimeError, match="There is no parameter E"):
        deploy._choose_parameters(stack, dict.fromkeys("ABCD"), {"E": "1"})


def test_first_deployment_asks_for_the_name_and_saves_it(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    config = tmp_path / "samconfig.owner.toml"
    for name in ("aws-covers", "SSMcovers", "my covers", "1st", "-", "x" * 65):  # no names for secrets, or at all
        with pytest.raises(RuntimeError, match=r"^A stack cannot be called "):
            deploy.deploy(arguments(config), lambda _, name=name: name)
        assert not config.exists()
    for typed, name in (("", "cover-art"), (" evening ", "evening")):
        replies = iter([typed, ""])
        deploy.complete_config(arguments(config), lambda _, replies=replies: next(replies))
        read = read_config(config)
        assert (read["stack_name"], read["region"]) == (name, "eu-west-3")
        config.unlink()


@pytest.mark.parametrize(
    ("name", "status", "works"), [("mine", 200, True), ("mine", 404, False), ("mine", 403, False), (None, 404, True)]
)
def test_bucket_of_somebody_else_is_refused(name, status, works):
    stack = Mock(exists=False, session=Mock(region_name="eu-west-1"))
    if status != 200:
        stack.client().head_bucket.side_effect = client_error(str(status), status)
    if works:
        assert uploads.find_bucket(stack, name, "123") == (name or "cover-art-uploads-123-eu-west-1")
    else:
        with pytest.raises(RuntimeError, match=r"^The bucket mine cannot be used"):
            uploads.find_bucket(stack, name, "123")
    assert stack.client().head_bucket.call_args.kwargs["ExpectedBucketOwner"] == "123"
    assert stack.client().create_bucket.called == (name is None)


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
    assert run_command(Mock(side_effect=error)) == 1
    message = capsys.readouterr().err
    assert message.startswith(sentence)
    assert message == sentence or message.count("\n") == 1


def test_configure_without_stdin_and_stack_explains_next_step(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    assert run_command(lambda: run(arguments(tmp_path / "none.toml", command="configure"))) == 1
    assert capsys.readouterr().err == "No stack and region are named. Deploy one first: make deploy\n"


def test_make_runs_commands_that_exist():
    commands = re.findall(r"-m scripts\.owner (\S+)", (ROOT / "Makefile").read_text())
    assert set(commands) == {"deploy", "configure", "check-deployed", "forget", "destroy"}
    assert [create_parser().parse_args([name]).command for name in commands] == commands


def test_documented_permissions_cover_all_services(template):
    policy = json.loads((ROOT / "docs" / "deployer-policy.json").read_text())
    granted = {statement["Sid"]: statement for statement in policy["Statement"]}
    services = {action.split(":")[0] for action in granted["Stack"]["Action"]}
    used = {resource["Type"].split("::")[1].lower() for resource in template["Resources"].values()} - {"serverless"}
    # The others: what SAM makes of functions, state machines, the API and the schedule.
    assert used | {"apigateway", "cloudformation", "lambda", "scheduler", "states"} <= services
    assert granted["Roles"]["Resource"].endswith(":role/cover-art-*")
    assert granted["Secrets"]["Resource"].endswith(":parameter/cover-art*")
