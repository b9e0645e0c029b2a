"""`make invoke`: what it does before it needs Docker, and in Docker (`make test-invoke`) every example event."""

import json
import os
import sys
from contextlib import nullcontext
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from scripts import invoke
from scripts.local import example_events
from tests.tools.events.outcomes import ALL, is_right


def install_program(file, script):
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.fixture
def fake_docker(tmp_path, monkeypatch):
    """Put a program called docker first on the path, which prints a text and exits with a code."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return lambda text, code=0: install_program(tmp_path / "docker", f"echo '{text}' | tee /dev/stderr\nexit {code}")


def test_bridge_address_is_the_gateway_or_first_of_subnet(fake_docker, monkeypatch, tmp_path):
    for networks in ('[{"Subnet": "127.0.0.0/8", "Gateway": "127.0.0.1"}]', '[{"Subnet": "127.0.0.0/8"}]'):
        fake_docker(networks)
        assert invoke.find_bridge_address() == "127.0.0.1"
    fake_docker('[{"Subnet": "192.0.2.0/24", "Gateway": "192.0.2.77"}]')
    with pytest.raises(RuntimeError, match="cannot reach this machine"):
        invoke.find_bridge_address()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(RuntimeError, match=r"^Docker is missing: install Docker Engine"):
        invoke.find_bridge_address()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["DetectFunction"], 1, "Docker does not respond: Cannot connect to the Docker daemon."),
        (["Detect"], 2, "invalid choice: 'Detect' (choose from "),
        (["DetectFunction", "--event", "events/defect.json"], 2, "there is no event events/defect.json"),
    ],
)
def test_what_is_missing_is_reported_before_a_build(fake_docker, monkeypatch, capsys, arguments, code, message):
    fake_docker("Cannot connect to the Docker daemon.", code=1)
    monkeypatch.setattr(invoke, "handle_signals", lambda: None)
    monkeypatch.setattr(invoke.deployment, "build", None)
    monkeypatch.setattr(sys, "argv", ["invoke", *arguments])
    with pytest.raises(SystemExit) as exit_info:
        sys.exit(invoke.main())
    assert exit_info.value.code == code
    assert message in capsys.readouterr().err


def test_function_gets_its_event_and_role_and_survives_ctrl_c(monkeypatch, signal_handlers, tmp_path):
    local = Mock(emulator=SimpleNamespace(folder=tmp_path, environment=dict))
    keys = {"AccessKeyId": "id", "SecretAccessKey": "secret", "SessionToken": "token"}
    local.client().assume_role.return_value = {"Credentials": keys}
    local.describe_function = {"DetectFunction": {"Role": "its role"}}.get
    # Ctrl-C reaches both, and SAM still removes its container.
    variables = "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN"
    script = f'trap : INT\nkill -INT $PPID $$\necho "$@" {variables} > {tmp_path}/arguments\nexit 3'
    install_program(tmp_path / "bin" / "sam", script)
    monkeypatch.setattr(invoke, "TOOLS_VENV", tmp_path)
    monkeypatch.setattr(invoke, "run_reachable_stack", lambda **_: nullcontext(local))
    monkeypatch.setattr(example_events, "prepare_data", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["invoke", "DetectFunction"])
    assert invoke.main() == 3
    local.client().assume_role.assert_called_once_with(RoleArn="its role", RoleSessionName="DetectFunction")
    assert (tmp_path / "arguments").read_text().split() == [
        *("local", "invoke", "DetectFunction", "--event", str(example_events.EVENTS_DIR / "detect.json")),
        *("--template", f"{tmp_path}/template.json", "--skip-pull-image", "id", "secret", "token"),
    ]


def test_stack_without_a_function_stays_up_for_sam(monkeypatch, signal_handlers, capsys, tmp_path):
    variables = {"AWS_ENDPOINT_URL": "its url", "AWS_ACCESS_KEY_ID": "its key"}
    emulator = Mock(folder=tmp_path, environment=lambda: variables)
    monkeypatch.setattr(invoke, "run_reachable_stack", lambda **_: nullcontext(Mock(emulator=emulator)))
    monkeypatch.setattr(example_events, "prepare_data", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["invoke"])
    assert invoke.main() == 1  # this emulator ends at once
    emulator.process.wait.assert_called_once_with()
    output = capsys.readouterr()
    assert "  export AWS_ACCESS_KEY_ID=its key\n" in output.out
    assert "its url" not in output.out
    for command in ("invoke DetectFunction --event events/detect.json", "start-api --warm-containers LAZY"):
        assert f"/sam local {command} --template {tmp_path}/template.json --skip-pull-image\n" in output.out
    assert "The emulator ended unexpectedly" in output.err


@pytest.fixture(scope="module")
def docker_stack():
    try:
        invoke.find_bridge_address()
    except RuntimeError as error:
        pytest.exit(str(error), returncode=1)  # one message instead of a failure of every test
    with invoke.run_reachable_stack() as local:
        yield local


@pytest.mark.docker
@pytest.mark.enable_socket
@pytest.mark.timeout(900)  # SAM may pull the image first
@pytest.mark.parametrize("path", ALL, ids=example_events.event_name)
def test_example_event_has_its_result_in_docker(docker_stack, path, capfd):
    example_events.prepare_data(docker_stack)
    assert invoke.invoke(docker_stack, example_events.function_name(path), path) == 0
    result = json.loads(capfd.readouterr().out)
    error = result.get("errorType") if isinstance(result, dict) else None
    assert is_right(ALL[path], result, error), result
