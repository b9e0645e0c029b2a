"""What can be seen of `make invoke` without Docker; the rest is `make test-invoke`'s."""

import os
import subprocess
import sys

import pytest

from scripts import invoke
from scripts.local import docker
from tests.invoke.test_sam_local import end_without_docker

# A process with a child that holds 50 MB, and says so.
_PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
_CHILD = "held = bytearray(b'x') * 50_000_000; print('held', flush=True); input()"


def test_the_most_memory_is_counted_of_a_process_and_its_descendants():
    with subprocess.Popen(  # noqa: S603  # this interpreter, our script
        [sys.executable, "-c", _PARENT, _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout.readline() == "held\n"
        marks = docker._high_water_marks(parent.pid)
        parent.communicate("\n")
    assert len(marks) == 2
    assert 50_000 < max(marks.values()) < 150_000
    assert docker._high_water_marks(parent.pid) == {}


@pytest.fixture
def docker_says(tmp_path, monkeypatch):
    """Puts a program of this name first on the path, which says so and ends with that code."""

    def says(what, code=0):
        program = tmp_path / "docker"
        program.write_text(f"#!/bin/sh\necho '{what}' | tee /dev/stderr\nexit {code}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return says


@pytest.mark.parametrize(
    "networks", ['[{"Subnet": "127.0.0.0/8", "Gateway": "127.0.0.1"}]', '[{"Subnet": "127.0.0.0/8"}]']
)
def test_the_bridges_address_is_its_gateways_or_the_first_of_its_subnet(docker_says, networks):
    docker_says(networks)
    assert docker.bridge_address() == "127.0.0.1"


def test_a_bridge_that_this_machine_has_no_address_on_is_refused(docker_says):
    docker_says('[{"Subnet": "192.0.2.0/24", "Gateway": "192.0.2.77"}]')
    with pytest.raises(RuntimeError, match="do not reach this machine"):
        docker.bridge_address()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["DetectFunction"], "Docker does not answer: Cannot connect to the Docker daemon."),
        (["Detect"], "There is no Detect. There are AcceptFunction, ApiFunction, "),
        (["DetectFunction", "--event", "events/defect.json"], "There is no event events/defect.json."),
    ],
)
def test_before_anything_is_built_it_is_told_what_is_not_there(docker_says, monkeypatch, capsys, arguments, told):
    docker_says("Cannot connect to the Docker daemon.", code=1)
    monkeypatch.setattr(invoke, "heed_signals", lambda: None)
    monkeypatch.setattr(invoke.deployment, "build", None)
    monkeypatch.setattr(sys, "argv", ["invoke", *arguments])
    assert invoke.main() == 1
    assert told in capsys.readouterr().err


def test_without_docker_its_tests_end_at_once_and_say_what_to_do(docker_says, monkeypatch, tmp_path):
    with monkeypatch.context() as nowhere:
        nowhere.setenv("PATH", str(tmp_path))
        with pytest.raises(pytest.exit.Exception, match=r"^Docker is missing: install Docker Engine.*\.$") as ended:
            end_without_docker()
        assert ended.value.returncode == 1
    docker_says("Cannot connect to the Docker daemon.", code=1)
    with pytest.raises(pytest.exit.Exception, match=r"^Docker does not answer: Cannot connect to the Docker daemon\.$"):
        end_without_docker()
    docker_says('[{"Subnet": "127.0.0.0/8", "Gateway": "127.0.0.1"}]')
    end_without_docker()
