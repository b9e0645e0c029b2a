"""What `make invoke` does before it needs Docker; `make test-invoke` tests the rest."""

import os
import signal
import sys
from contextlib import nullcontext

import pytest

from scripts import invoke
from scripts.local import example_events, sam_local
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
    assert sam_local.find_bridge_address() == "127.0.0.1"


def test_bridge_without_an_address_of_this_machine_is_an_error(fake_docker):
    fake_docker('[{"Subnet": "192.0.2.0/24", "Gateway": "192.0.2.77"}]')
    with pytest.raises(RuntimeError, match="cannot reach this machine"):
        sam_local.find_bridge_address()


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


def test_function_gets_its_event_and_role_and_survives_ctrl_c(monkeypatch, tmp_path):
    stack = sam_local.SamLocal(None, tmp_path / "template.yaml")
    # Ctrl-C reaches both, and SAM still removes its container.
    script = f'trap : INT\nkill -INT $PPID $$\necho "$@" $ROLE > {tmp_path}/arguments\nexit 3'
    install_program(tmp_path / "bin" / "sam", script)
    monkeypatch.setattr(invoke.sam, "TOOLS_VENV", tmp_path)
    monkeypatch.setattr(invoke, "run_reachable_stack", lambda **_: nullcontext(stack))
    monkeypatch.setattr(sam_local.SamLocal, "assume_role", lambda _, function: {"ROLE": f"role of {function}"})
    monkeypatch.setattr(example_events, "prepare_data", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["invoke", "DetectFunction"])
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        assert invoke.main() == 3
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert (tmp_path / "arguments").read_text().split() == [
        *("local", "invoke", "DetectFunction", "--event", str(example_events.EVENTS_DIR / "detect.json")),
        *("--template", f"{tmp_path}/template.yaml", "--skip-pull-image", "role", "of", "DetectFunction"),
    ]


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
