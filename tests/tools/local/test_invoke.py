"""What `make invoke` does before it needs Docker; `make test-invoke` tests the rest."""

import os
import sys
import time

import pytest

from scripts import invoke, sam
from scripts.local import docker, sam_local
from tests.tools.local.test_sam_local import exit_without_docker


def install_program(file, script):
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.fixture
def fake_docker(tmp_path, monkeypatch):
    """Put a program called docker first on the path, which prints a text and exits with a code."""

    def install(text, code=0):
        install_program(tmp_path / "docker", f"echo '{text}' | tee /dev/stderr\nexit {code}")
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return install


@pytest.mark.parametrize(
    "networks", ['[{"Subnet": "127.0.0.0/8", "Gateway": "127.0.0.1"}]', '[{"Subnet": "127.0.0.0/8"}]']
)
def test_bridge_address_is_the_gateway_or_first_of_subnet(fake_docker, networks):
    fake_docker(networks)
    assert docker.find_bridge_address() == "127.0.0.1"


def test_bridge_without_an_address_of_this_machine_is_an_error(fake_docker):
    fake_docker('[{"Subnet": "192.0.2.0/24", "Gateway": "192.0.2.77"}]')
    with pytest.raises(RuntimeError, match="cannot reach this machine"):
        docker.find_bridge_address()


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
    monkeypatch.setattr(sam_local.deployment, "build", None)
    monkeypatch.setattr(sys, "argv", ["invoke", *arguments])
    with pytest.raises(SystemExit) as exit_info:
        sys.exit(invoke.main())
    assert exit_info.value.code == code
    assert message in capsys.readouterr().err


def test_docker_tests_end_at_once_without_docker(fake_docker, monkeypatch, tmp_path):
    with monkeypatch.context() as context:
        context.setenv("PATH", str(tmp_path))
        with pytest.raises(pytest.exit.Exception, match=r"^Docker is missing: install Docker Engine.*\.$") as exit_info:
            exit_without_docker()
        assert exit_info.value.returncode == 1
    fake_docker("Cannot connect to the Docker daemon.", code=1)
    with pytest.raises(
        pytest.exit.Exception, match=r"^Docker does not respond: Cannot connect to the Docker daemon\.$"
    ):
        exit_without_docker()
    fake_docker('[{"Subnet": "127.0.0.0/8", "Gateway": "127.0.0.1"}]')
    exit_without_docker()


@pytest.fixture
def fake_sam(tmp_path, monkeypatch):
    """Replace SAM by a shell script."""

    def install(script):
        install_program(tmp_path / "bin" / "sam", script)
        monkeypatch.setattr(sam, "TOOLS_VENV", tmp_path)

    return install


def test_output_of_sam_is_returned_without_its_messages(fake_sam, capfd):
    fake_sam('echo "message" >&2; echo "{$1}"')
    assert sam.read_output("local", timeout=10) == "{local}\n"
    assert capfd.readouterr() == ("", "message\n")


def test_failure_of_sam_is_an_error(fake_sam):
    fake_sam("exit 3")
    with pytest.raises(RuntimeError, match="sam local invoke failed"):
        sam.read_output("local", "invoke", timeout=10)


def test_sam_is_ended_when_its_time_is_up(fake_sam):
    fake_sam("exec sleep 30")
    with pytest.raises(RuntimeError, match="sam local took longer than 1 s"):
        sam.read_output("local", timeout=1)


def test_interrupted_sam_can_remove_its_container(fake_sam, tmp_path, monkeypatch):
    is_running, is_removed = tmp_path / "running", tmp_path / "removed"
    fake_sam(f'trap "kill \\$!; touch {is_removed}; exit 1" INT; sleep 30 & touch {is_running}; wait')

    def interrupt(_process, **_options):
        while not is_running.exists():
            time.sleep(0.01)
        raise invoke.StopSignalError

    monkeypatch.setattr(sam.subprocess.Popen, "communicate", interrupt)
    with pytest.raises(invoke.StopSignalError):
        sam.read_output("local", timeout=10)
    assert is_removed.exists()
