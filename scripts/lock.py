"""`make lock`: compiles every requirements file with hashes, after a change to a `.in` file."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON_VERSION = "3.13"
# Each package is in one layer only, and Lambda's runtime has boto3 with its dependencies.
LAYERS_WITHOUT_DEPENDENCIES = {"detector", "lettering", "numpy", "painter", "pillow", "stylizer"}
# The layer has a module of ours instead, which says why.
REPLACED_PACKAGES = {"spotipy": ["redis", "async-timeout"]}
_COMPILE = (
    *("uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"),
    *("--python-version", PYTHON_VERSION),
)


def compile_pins(source: Path, *options: str) -> None:
    files = [str(source.relative_to(ROOT)), "-o", str(source.with_suffix(".txt").relative_to(ROOT))]
    subprocess.run([*_COMPILE, *options, *files], check=True, cwd=ROOT, timeout=300)


def main() -> None:
    for source in sorted((ROOT / "requirements").glob("*.in")):
        # Other systems use the files, too. No code of the packages with assets runs, so they need no others.
        compile_pins(source, "--universal", *(["--no-deps"] if source.stem == "assets" else []))
    common = ROOT / "layers" / "common" / "requirements.in"
    compile_pins(common)
    packages = re.findall(r"^([\w.-]+)(?:\[.*\])?==", common.with_suffix(".txt").read_text(), re.MULTILINE)
    for source in sorted({*(ROOT / "layers").glob("*/requirements.in")} - {common}):
        layer = source.parent.name
        options = ["--no-deps"] if layer in LAYERS_WITHOUT_DEPENDENCIES else []
        options += [f"--no-emit-package={name}" for name in [*REPLACED_PACKAGES.get(layer, []), *packages]]
        compile_pins(source, "--constraint", str(common.with_suffix(".txt").relative_to(ROOT)), *options)


if __name__ == "__main__":
    main()
