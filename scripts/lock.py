"""Compiles every requirements file, with hashes: `make lock`, after a pin has changed in a `.in` file."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNTIMES = ("python3.11", "python3.13")
# A package is in one layer alone; the runtime holds boto3 and what it needs.
WITHOUT_DEPENDENCIES = {"detector", "numpy", "pillow", "stylizer"}
# The layer has a module of ours instead, which says why.
REPLACED = {"spotipy": ["redis", "async-timeout"]}


def compile_pins(source: Path, target: Path, python: str, *more: str) -> None:
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
            python,
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
        # One file for both Pythons, and for other systems than this one.
        compile_pins(source, source.with_suffix(".txt"), "3.11", "--universal")
    for runtime in RUNTIMES:
        common = ROOT / "layers" / "common" / f"requirements-{runtime}.txt"
        for source in [ROOT / "layers/common/requirements.in", *sorted((ROOT / "layers").glob("*/requirements.in"))]:
            layer = source.parent.name
            target = source.parent / f"requirements-{runtime}.txt"
            more = ["--no-deps"] if layer in WITHOUT_DEPENDENCIES else []
            more += [f"--no-emit-package={name}" for name in REPLACED.get(layer, [])]
            if layer != "common":
                more += ["--constraint", str(common.relative_to(ROOT))]
                more += [f"--no-emit-package={name}" for name in names(common)]
            compile_pins(source, target, runtime.removeprefix("python"), *more)


if __name__ == "__main__":
    main()
