"""The release bundle's parts, and its workflow."""

import os
import shutil
import subprocess

import pytest
import yaml

from scripts.local.paths import ROOT, RUNTIME_VENV
from scripts.package import write_archive
from scripts.release import add_installer, read_notes


def test_archives_of_the_same_files_are_identical(tmp_path):
    for name, time in (("a", 1), ("b", 1e9)):
        (tmp_path / name / "folder").mkdir(parents=True)
        file = tmp_path / name / "folder" / "run.sh"
        file.write_text("true")
        file.chmod(0o755)
        os.utime(file, (time, time))
        write_archive(tmp_path / name, tmp_path / f"{name}.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_notes_are_the_section_of_the_version():
    sections = ("# Changelog", "## Unreleased", "New.", "## 1.2.0 - 2026-12-24", "Old.", "- It.", "## 1.1.0", "X.")
    changelog = "\n\n".join(sections)
    assert read_notes(changelog, "1.2.0") == "Old.\n\n- It.\n"
    assert read_notes(changelog, "1.3.0") == "New.\n"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    write_archive(ROOT / "functions", folder / "functions.zip")
    add_installer(folder)
    return folder


def install(bundle, *arguments, python=RUNTIME_VENV / "bin" / "python"):
    """Run install.sh as in an empty environment. Return its exit status and its output."""
    result = subprocess.run(
        ["bash", str(bundle / "install.sh"), *arguments],
        env={"PATH": "/usr/bin:/bin", "PYTHON": str(python), "HOME": str(bundle)},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False,
    )  # fmt: skip
    return result.returncode, result.stdout


def test_installer_needs_boto3_only_and_has_all_commands(bundle, tmp_path):
    code, output = install(bundle, "--help")
    assert (code, output.startswith("usage: install.sh install ")) == (0, True), output
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "$@"\n')
    python.chmod(0o755)
    own = {name: name for name in ("configure", "check-deployed", "forget", "destroy")}
    for name, command in {**own, "--remove": "destroy"}.items():
        output = f"-m scripts.owner {command} --help\n"
        assert install(bundle, name, "--help", python=python) == (0, output)


def test_installer_explains_what_is_missing(bundle, tmp_path):
    assert install(bundle) == (1, "Which region? Name it with --region, or set AWS_REGION.\n")
    assert install(bundle, "--region", "eu-west-1", "--name", "aws-x")[1].startswith("A stack cannot be called aws-x")
    assert "with boto3 is missing" in install(bundle, python="/bin/false")[1]
    damaged = shutil.copytree(bundle, tmp_path / "damaged")
    shutil.copy(ROOT / "README.md", damaged / "functions.zip")
    code, output = install(damaged)
    assert (code, output.splitlines()[-1]) == (1, "The bundle is damaged. Download and unpack it again.")


def test_release_workflow_pins_actions_and_runs_the_tests():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())
    steps = workflow["jobs"]["release"]["steps"]
    assert all(len(step["uses"].partition("@")[2]) == 40 for step in steps if "uses" in step)
    assert workflow["jobs"]["release"]["needs"] == "test"
    assert "make release" in [step.get("run") for step in steps]
