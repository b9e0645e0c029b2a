"""`make release`: writes the release bundle, dist/cover-art-<version>.zip, which installs without a build.

It is the package that `make deploy` deploys, with the installer, licenses, a bill of materials and checksums. The same
sources give the same bytes.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from coverart.version import VERSION
from scripts import assets
from scripts.local.paths import ROOT, RUNTIME_VENV
from scripts.package import BUILD_DIR, PACKAGE_DIR, write_archive

DIST_DIR = ROOT / "dist"
_RELEASE_VENV = ROOT / ".venv" / "release"
_TIMEOUT_SECONDS = 120
_MAX_MEGABYTES = 120
# The demo's pictures.
_NOT_SHIPPED = "scikit-image"
_LICENSE_FILES = ("licenses/**/*", "LICENSE*", "NOTICE*", "COPYING*", "AUTHORS*")


def main() -> None:
    name = f"cover-art-{VERSION}"
    DIST_DIR.mkdir(exist_ok=True)
    file = DIST_DIR / f"{name}.zip"
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / name
        shutil.copytree(PACKAGE_DIR, bundle)
        add_licenses(bundle)
        add_bill_of_materials(bundle)
        add_installer(bundle)
        write_archive(bundle, file, prefix=f"{name}/")
    (DIST_DIR / "notes.md").write_text(read_notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    file.with_name(f"{file.name}.sha256").write_text(f"{digest}  {file.name}\n")
    megabytes = file.stat().st_size / 1e6
    print(f"{file.relative_to(ROOT)}: {megabytes:.0f} MB, sha256 {digest}")
    if megabytes > _MAX_MEGABYTES:
        raise SystemExit(f"The bundle is larger than {_MAX_MEGABYTES} MB.")


def read_notes(changelog: str, version: str = VERSION) -> str:
    """Return the changelog's section of a version, or what is unreleased if the version has none yet."""
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    texts = {section.split()[0].strip("[]"): section.partition("\n")[2].strip() + "\n" for section in sections}
    return texts.get(version) or texts["Unreleased"]


def add_installer(bundle: Path) -> None:
    """Add the owner's commands and the checksums of everything that is in the bundle."""
    source, target = ROOT / "scripts" / "owner", bundle / "scripts" / "owner"
    target.mkdir(parents=True, exist_ok=True)
    for file in source.glob("*.py"):
        shutil.copy(file, target)
    shutil.copy(source / "install.sh", bundle)
    shutil.copy(ROOT / "docs" / "deployer-policy.json", bundle)
    sums = bundle / "SHA256SUMS"
    sums.unlink(missing_ok=True)
    files = sorted(path for path in bundle.rglob("*") if path.is_file())
    digests = [(hashlib.sha256(file.read_bytes()).hexdigest(), file.relative_to(bundle).as_posix()) for file in files]
    sums.write_text("".join(f"{digest}  {name}\n" for digest, name in digests))


def add_licenses(bundle: Path) -> None:
    """Add our license, the list of third-party material, and the license files of the layers' packages."""
    licenses = bundle / "licenses"
    licenses.mkdir()
    shutil.copy(ROOT / "LICENSE", bundle)
    shutil.copy(ROOT / "docs" / "third-party.md", licenses)
    for metadata in BUILD_DIR.glob("*/python/*.dist-info"):
        for file in {path for pattern in _LICENSE_FILES for path in metadata.glob(pattern) if path.is_file()}:
            target = licenses / metadata.name.removesuffix(".dist-info") / file.relative_to(metadata)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def add_bill_of_materials(bundle: Path) -> None:
    """Add a CycloneDX document: the layers' packages, and the npm packages of models, pictograms and fonts."""
    file = bundle / "sbom.cdx.json"
    with tempfile.TemporaryDirectory() as folder:
        # An environment without packages of its own, whose path leads to the layers.
        uv = ROOT / ".venv" / "tools" / "bin" / "uv"
        python = RUNTIME_VENV / "bin" / "python"
        _run(uv, "venv", "--quiet", "--python", python, folder)
        [site] = Path(folder).glob("lib/*/site-packages")
        (site / "layers.pth").write_text("".join(f"{layer}\n" for layer in sorted(BUILD_DIR.glob("*/python"))))
        _run(
            *(_RELEASE_VENV / "bin" / "cyclonedx-py", "environment", folder, "--output-reproducible", "-o", file),
            *("--pyproject", ROOT / "pyproject.toml", "--mc-type", "application"),
        )
    document = json.loads(file.read_text())
    models = (ROOT / "requirements" / "assets.in").read_text().split()
    pins = [("npm", entry["package"], entry["sha512"]) for entry in assets.NPM.values()]
    pins += [("pypi", pin.replace("==", "@"), "") for pin in models if "==" in pin and not pin.startswith(_NOT_SHIPPED)]
    document["components"] += [_describe_package(*pin) for pin in pins]
    file.write_text(json.dumps(document, indent=1) + "\n")


def _describe_package(registry: str, pin: str, digest: str) -> dict[str, Any]:
    """Return the component of a package. `digest`: its sha512 in Base64, as npm writes it, or ""."""
    name, _, version = pin.rpartition("@")
    purl = f"pkg:{registry}/{name.replace('@', '%40')}@{version}"
    component = {"type": "data", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    content = base64.b64decode(digest).hex()
    return {**component, "hashes": [{"alg": "SHA-512", "content": content}]} if digest else component


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, timeout=_TIMEOUT_SECONDS)


if __name__ == "__main__":
    main()
