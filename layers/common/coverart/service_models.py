"""botocore's descriptions of AWS's services, read in half the time (docs/performance.md)."""

import gzip
import json
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader, Loader


class _Files(JSONFileLoader):
    def load_file(self, file_path: str) -> Any:
        """As botocore's own, but into plain dicts, which keep their order, too."""
        for ending, opened in (".json", open), (".json.gz", gzip.open):
            try:
                with opened(file_path + ending, "rb") as file:
                    return json.loads(file.read())
            except FileNotFoundError:
                continue
        # None, or what a later botocore keeps in another way: Lambda brings its own.
        return super().load_file(file_path)


class ServiceModels(Loader):
    """A session's `data_loader`."""

    FILE_LOADER_CLASS = _Files

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002  # all have what is asked for
        """All services. botocore looks into the folder of each, several thousand times for a client."""
        folders = [folder for folder in map(Path, self.search_paths) if folder.is_dir()]
        return sorted({entry.name for folder in folders for entry in folder.iterdir()})
