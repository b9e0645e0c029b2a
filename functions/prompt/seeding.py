"""Random choices that are the same in every process and on every machine."""

import hashlib
import json

import numpy as np

from prompt.taste_profile import TasteProfile


def create_rng(*seed_inputs: object) -> np.random.Generator:
    """Return a generator whose numbers are the same in every process."""
    return np.random.default_rng(hash_to_number(*seed_inputs))


def hash_to_number(*inputs: object) -> int:
    """Return 64 bits that are the same in every process, unlike those of `hash`."""
    return int.from_bytes(hashlib.sha256(json.dumps(inputs, default=repr).encode()).digest()[:8])


def hash_to_unit(*inputs: object) -> float:
    """Return a number in [0, 1) that is the same in every process."""
    return hash_to_number(*inputs) / 2**64


def list_seed_inputs(taste: TasteProfile) -> list[object]:
    """Return what random choices depend on: no weights or colors, whose last digits may differ between machines."""
    return [list(taste.objects), list(taste.genres), list(taste.themes), list(taste.title_objects), taste.decade]
