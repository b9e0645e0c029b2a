"""What the classifier's classes mean: words.toml as matrices."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLASSES = 1000

Scores = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ClassGroups:
    """Groups of classes. `matrix`: (groups, 1000), 1 for the classes of a group.

    `min_scores`: (groups,), from which on the classifier alone names a group; infinite where it never does.
    """

    names: tuple[str, ...]
    matrix: Scores
    min_scores: Scores

    def sum_scores(self, class_scores: Scores) -> Scores:
        """Return the groups' scores, shape (..., groups). `class_scores`: (..., 1000)."""
        return class_scores @ self.matrix.T

    def find_rivals(self, name: str) -> NDArray[np.bool_]:
        """Return which groups have no class in common with the one of this name, if there is one, shape (groups,)."""
        if name not in self.names:
            return np.ones(len(self.names), bool)
        rivals: NDArray[np.bool_] = self.matrix @ self.matrix[self.names.index(name)] == 0
        return rivals


@cache
def load_animals() -> ClassGroups:
    """Return all animals, also those that are never named."""
    return _create_groups(_load_sections()["animals"])


@cache
def load_words() -> ClassGroups:
    """Return what the classifier may name."""
    groups = _load_sections()["animals"] | _load_sections()["things"]
    return _create_groups({name: group for name, group in groups.items() if "score" in group})


@cache
def load_confirmations() -> dict[str, NDArray[np.intp]]:
    """Return the classes that confirm a COCO label, by label."""
    return {label: _parse_classes(classes) for label, classes in _load_sections()["confirmed_by"].items()}


@cache
def _load_sections() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


def _create_groups(groups: Mapping[str, Mapping[str, Any]]) -> ClassGroups:
    matrix = np.zeros((len(groups), CLASSES), np.float32)
    for row, group in zip(matrix, groups.values(), strict=True):
        row[_parse_classes(group["classes"])] = 1
    min_scores = np.array([group.get("score", np.inf) for group in groups.values()], np.float32)
    return ClassGroups(tuple(groups), matrix, min_scores)


def _parse_classes(text: str) -> NDArray[np.intp]:
    ranges = (part.partition("-") for part in text.split())
    return np.asarray(np.concatenate([np.arange(int(first), int(last or first) + 1) for first, _, last in ranges]))
