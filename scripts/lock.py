"""`make lock`: compiles every requirements file with hashes, after a change to a `.in` file."""

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


def compile_pins(source: Path, target: Path, *options: str) -> None:
    files = [str(source.relative_to(ROOT)), "-o", str(target.relative_to(ROOT))]
    subprocess.run([*_COMPILE, *options, *files], check=True, cwd=ROOT, timeout=300)


def list_packages(pins: Path) -> list[str]:
    return [line.split("==")[0] for line in pins.read_text().splitlines() if "==" in line and not line.startswith(" ")]


def main() -> None:
    for source in sorted((ROOT / "requirements").glob("*.in")):
        # No code of the packages with assets runs, so they need no others.
        no_deps = ["--no-deps"] if source.stem == "assets" else []
        # Other systems use the files, too.
        compile_pins(source, source.with_suffix(".txt"), "--universal", *no_deps)
    common = ROOT / "layers" / "common" / "requirements.in"
    for source in [common, *sorted(set((ROOT / "layers").glob("*/requirements.in")) - {common})]:
        layer = source.parent.name
        options = ["--no-deps"] if layer in LAYERS_WITHOUT_DEPENDENCIES else []
        options += [f"--no-emit-package={name}" for name in REPLACED_PACKAGES.get(layer, [])]
        if source != common:
            pins = common.with_suffix(".txt")
            options += ["--constraint", str(pins.relative_to(ROOT))]
            options += [f"--no-emit-package={name}" for name in list_packages(pins)]
        compile_pins(source, source.with_suffix(".txt"), *options)


if __name__ == "__main__":
    main()
