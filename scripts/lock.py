"""Compiles every requirements file, with hashes: `make lock`, after a pin has changed in a `.in` file."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON_VERSION = "3.13"
# A package is in one layer alone; the runtime holds boto3 and what it needs.
WITHOUT_DEPENDENCIES = {"detector", "numpy", "pillow", "stylizer"}
# The layer has a module of ours instead, which says why.
REPLACED = {"spotipy": ["redis", "async-timeout"]}


def compile_pins(source: Path, target: Path, *more: str) -> None:
    command = [
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--no-annotate",
    ]
    subprocess.run(
        [
            *command,
            "--python-version",
            PYTHON_VERSION,
            *more,
            str(source.relative_to(ROOT)),
            "-o",
            str(target.relative_to(ROOT)),
        ],
        check=True,
        cwd=ROOT,
        timeout=300,
    )


def names(pins: Path) -> list[str]:
    return [line.split("==")[0] for line in pins.read_text().splitlines() if "==" in line and not line.startswith(" ")]


def main() -> None:
    for source in sorted((ROOT / "requirements").glob("*.in")):
        # One file for other systems than this one, too.
        compile_pins(source, source.with_suffix(".txt"), "--universal")
    common = ROOT / "layers" / "common" / "requirements.in"
    for source in [common, *sorted(set((ROOT / "layers").glob("*/requirements.in")) - {common})]:
        layer = source.parent.name
        more = ["--no-deps"] if layer in WITHOUT_DEPENDENCIES else []
        more += [f"--no-emit-package={name}" for name in REPLACED.get(layer, [])]
        if source != common:
            pins = common.with_suffix(".txt")
            more += ["--constraint", str(pins.relative_to(ROOT))]
            more += [f"--no-emit-package={name}" for name in names(pins)]
        compile_pins(source, source.with_suffix(".txt"), *more)


if __name__ == "__main__":
    main()
