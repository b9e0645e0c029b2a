"""`service_models.py FOLDER`: reduce botocore's data below FOLDER to the services that the functions call.

A client's creation reads its service's model and the endpoints of all services, and most of both is documentation and
services that are not called here.
"""

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

SERVICES = {"dynamodb", "events", "lambda", "s3", "ssm", "stepfunctions"}
# As endpoints.json names them.
ENDPOINTS = SERVICES - {"stepfunctions"} | {"states"}


def reduce(data: Path) -> None:
    """`data`: botocore's folder of that name."""
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)
    for file in data.rglob("examples-1.json"):
        file.unlink()
    for archive in data.rglob("*.json.gz"):
        model = json.loads(gzip.decompress(archive.read_bytes()))
        # botocore requires the documentation of other parts.
        model |= {part: _remove_documentation(model[part]) for part in model.keys() & {"operations", "shapes"}}
        archive.with_suffix("").write_text(json.dumps(model, sort_keys=True), encoding="utf-8")
        archive.unlink()
    endpoints = data / "endpoints.json"
    content = json.loads(endpoints.read_text(encoding="utf-8"))
    for partition in content["partitions"]:
        partition["services"] = {name: partition["services"][name] for name in ENDPOINTS & partition["services"].keys()}
    endpoints.write_text(json.dumps(content, sort_keys=True), encoding="utf-8")


def _remove_documentation(value: Any) -> Any:
    match value:
        case dict():
            # A member of that name is a dictionary.
            return {
                name: _remove_documentation(part)
                for name, part in value.items()
                if name != "documentation" or not isinstance(part, str)
            }
        case list():
            return [_remove_documentation(part) for part in value]
    return value


if __name__ == "__main__":
    reduce(Path(sys.argv[1]))
