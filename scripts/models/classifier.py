"""Exports the classifier, EfficientNet-Lite0 trained on the 1,000 classes of ImageNet, from PyTorch to ONNX.

The blocks are those of EfficientNet-B0 (Tan and Le 2019, arXiv:1905.11946) without squeeze-and-excitation, with ReLU6.
It folds batch normalization into the convolutions. It reads the checkpoint without PyTorch, and runs no code.
"""

import pickle
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from scripts import assets
from scripts.models.onnx_writer import OnnxWriter

Tensor = NDArray[Any]

SIZE, CLASSES = 224, 1000
# Blocks, stride of the first one, and output channels of each stage.
_STAGES = ((1, 1, 16), (2, 2, 24), (2, 2, 40), (3, 2, 80), (3, 1, 112), (4, 2, 192), (1, 1, 320))
_STEM_CHANNELS = 32
_EPSILON = 1e-3  # of the batch normalization


def export() -> onnx.ModelProto:
    """Return the model. Raise scripts.assets.AssetError.

    Input: `pictures` (n, 224, 224, 3) float32, (RGB - 127) / 128. Output: `scores` (n, 1000) float32, which sum to 1,
    classes in the order of ImageNet's.
    """
    return _Export(read_checkpoint(assets.fetch_file("classifier"))).model()


_KNOWN: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): lambda *arguments: arguments,
    ("torch", "FloatStorage"): np.dtype("<f4"),
    ("torch", "LongStorage"): np.dtype("<i8"),
}


class _Unpickler(pickle.Unpickler):
    """Reads an ordered dictionary of tensors, and refuses everything else.

    A tensor becomes the arguments of its constructor, since the numbers follow after the pickles.
    """

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _KNOWN:
            return _KNOWN[module, name]
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a checkpoint")

    def persistent_load(self, pid: Any) -> tuple[np.dtype[Any], str]:
        _, dtype, key, *_ = pid
        return dtype, key


def read_checkpoint(file: Path) -> dict[str, Tensor]:
    """Return the tensors of a checkpoint in PyTorch's format before 1.6: five pickles, then the numbers."""
    with file.open("rb") as content:
        for _ in ("magic number", "version", "system"):
            _Unpickler(content).load()
        tensors, keys = _Unpickler(content).load(), _Unpickler(content).load()
        dtypes = {key: dtype for (dtype, key), *_ in tensors.values()}
        storages = {}
        for key in keys:
            size = int.from_bytes(content.read(8), "little") * dtypes[key].itemsize
            storages[key] = np.frombuffer(content.read(size), dtypes[key])
    return {name: _view(storages[key], *layout) for name, ((_, key), *layout) in tensors.items()}


def _view(storage: Tensor, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any) -> Tensor:
    """Return a tensor of a storage; `strides` in numbers, not in bytes."""
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, [stride * storage.itemsize for stride in strides])


class _Export(OnnxWriter):
    """Writes the network from its input to its output. Activations are NCHW."""

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.weights = weights

    def model(self) -> onnx.ModelProto:
        self.initializers |= {"zero": np.array(0, np.float32), "six": np.array(6, np.float32)}
        x = self.write("Transpose", "pictures", perm=[0, 3, 1, 2])
        x = self.convolve(x, "_conv_stem", "_bn0", stride=2)
        channels, number = _STEM_CHANNELS, 0
        for blocks, first_stride, output_channels in _STAGES:
            for position in range(blocks):
                stride = first_stride if position == 0 else 1
                block = self.block(x, f"_blocks.{number}", stride)
                x = self.write("Add", block, x) if stride == 1 and channels == output_channels else block
                channels, number = output_channels, number + 1
        x = self.convolve(x, "_conv_head", "_bn1")
        x = self.write("Flatten", self.write("GlobalAveragePool", x))
        matrix = [self.constant(name, self.weights[name]) for name in ("_fc.weight", "_fc.bias")]
        self.write("Softmax", self.write("Gemm", x, *matrix, transB=1), to="scores", axis=1)
        return self.finish("efficientnet_lite0", {"pictures": ["n", SIZE, SIZE, 3]}, {"scores": ["n", CLASSES]})

    def block(self, x: str, name: str, stride: int) -> str:
        """Expand the channels, unless it is the first block, convolve each of them, and project them."""
        if f"{name}._expand_conv.weight" in self.weights:
            x = self.convolve(x, f"{name}._expand_conv", f"{name}._bn0")
        x = self.convolve(x, f"{name}._depthwise_conv", f"{name}._bn1", stride)
        return self.convolve(x, f"{name}._project_conv", f"{name}._bn2", is_linear=True)

    def convolve(self, x: str, name: str, normalization: str, stride: int = 1, *, is_linear: bool = False) -> str:
        weights = self.weights[f"{name}.weight"]
        gamma, beta, mean, variance = (
            self.weights[f"{normalization}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = gamma / np.sqrt(variance + np.float32(_EPSILON))
        parameters = [
            self.constant(f"{name}/weights", weights * factor.reshape(-1, 1, 1, 1)),
            self.constant(f"{name}/bias", beta - mean * factor),
        ]
        group = len(weights) if "depthwise" in name else 1
        # As TensorFlow's SAME, with which the network was trained.
        x = self.write("Conv", x, *parameters, strides=[stride, stride], group=group, auto_pad="SAME_UPPER")
        return x if is_linear else self.write("Clip", x, "zero", "six")
