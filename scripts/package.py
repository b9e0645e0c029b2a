"""`make package`: packages what `sam build` built: a template, and archives of the functions and of each layer.

The same sources give the same bytes: archives hold no times, and their entries have one order.
"""

import json
import shutil
import zipfile
from pathlib import Path

import yaml

from scripts.local.paths import ROOT

PACKAGE_DIR = ROOT / "build" / "package"
BUILD_DIR = ROOT / ".aws-sam" / "build"
# The earliest time that a ZIP archive can hold.
_TIME = (1980, 1, 1, 0, 0, 0)
_FILE_MODE, _EXECUTABLE_MODE, _FOLDER_MODE = 0o100644, 0o100755, 0o040755


def package(build_dir: Path, target: Path) -> None:
    """Write the package of a build into the folder `target`, replacing it."""
    shutil.rmtree(target, ignore_errors=True)
    (target / "layers").mkdir(parents=True)
    template = yaml.load((build_dir / "template.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    write_archive(ROOT / "functions", target / "functions.zip")
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "functions.zip"
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = f"layers/{name}.zip"
            write_archive(build_dir / name, target / "layers" / f"{name}.zip")
    (target / "template.json").write_text(json.dumps(template, indent=1) + "\n", encoding="utf-8")


def write_archive(folder: Path, file: Path, prefix: str = "") -> None:
    """Write all files of a folder and, for Python's import of namespaces, the folders themselves."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
            name = prefix + path.relative_to(folder).as_posix()
            entry = zipfile.ZipInfo(f"{name}/" if path.is_dir() else name, _TIME)
            entry.create_system = 3  # Unix, whose modes are these
            is_executable = path.stat().st_mode & 0o100
            mode = _FOLDER_MODE if path.is_dir() else _EXECUTABLE_MODE if is_executable else _FILE_MODE
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, b"" if path.is_dir() else path.read_bytes())


if __name__ == "__main__":
    package(BUILD_DIR, PACKAGE_DIR)
