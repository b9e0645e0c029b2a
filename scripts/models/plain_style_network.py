"""The transfer network written down layer by layer, at full size and without folding.

It is the reference for scripts/models/style_networks.py: the pictures of the two must not differ.
"""

from pathlib import Path

import numpy as np

from scripts.models.network import NONE, RELU, Network
from scripts.models.style_networks import BOTTLENECK_SIZE, read_weights
from scripts.models.tflite_graph import Array, Tensor


class _PlainNetwork(Network):
    def pad(self, x: Tensor, margin: int) -> Tensor:
        """Mirror the picture about its outermost pixels."""
        margins = np.array([[0, 0], [margin, margin], [margin, margin], [0, 0]], np.int32)
        shape = (1, x.shape[1] + 2 * margin, x.shape[2] + 2 * margin, x.shape[3])
        return self.add("MIRROR_PAD", [x, self.constant(margins)], shape, "MirrorPadOptions")  # mode 0 is REFLECT

    def enlarge(self, x: Tensor) -> Tensor:
        """Double height and width by nearest neighbor."""
        size = np.array([2 * x.shape[1], 2 * x.shape[2]], np.int32)
        shape = (1, *map(int, size), x.shape[3])
        options = "ResizeNearestNeighborOptions"
        return self.add("RESIZE_NEAREST_NEIGHBOR", [x, self.constant(size)], shape, options, alignCorners=False)


def build_transfer(source: Path, side: int) -> bytes:
    """(1, side, side, 3) RGB in [0, 1] and (1, 1, 1, 100) -> (1, side, side, 3) in [0, 1]; `side` a multiple of 8."""
    weights = {name: values.dequantize() for name, values in read_weights(source).items()}
    network = _PlainNetwork()
    content = network.input("content_image", (1, side, side, 3))
    bottleneck = network.input("style_bottleneck", (1, 1, 1, BOTTLENECK_SIZE))

    def conv(x: Tensor, name: str, activation: int = NONE, stride: int = 1) -> Tensor:
        kernel: Array = weights[f"transformer/{name}/weights"].transpose(0, 2, 3, 1)
        # A convolution before a normalization has no bias.
        bias = weights.get(f"transformer/{name}/Conv2D_bias", np.zeros(len(kernel), np.float32))
        return network.conv(network.pad(x, kernel.shape[1] // 2), kernel, bias, activation, stride)

    def normalize(x: Tensor, name: str, activation: int = NONE) -> Tensor:
        def style_parameter(part: str) -> Tensor:
            dense = f"style_params/transformer/{name}/StyleNorm/{part}"
            rows = weights[f"{dense}/weights"].transpose(0, 2, 3, 1)
            return network.conv(bottleneck, rows, weights[f"{dense}/Conv2D_bias"])

        return network.instance_norm(x, style_parameter("Conv_1"), style_parameter("Conv"), activation, fold=1)

    x = conv(content, "contract/conv1", RELU)
    for name in ("contract/conv2", "contract/conv3"):
        x = conv(x, name, RELU, stride=2)
    for block in range(1, 6):
        first, second = (f"residual/residual{block}/conv{number}" for number in (1, 2))
        inner = normalize(conv(x, first), first, RELU)
        x = network.arithmetic("ADD", x, normalize(conv(inner, second), second))
    for name in ("expand/conv1/conv", "expand/conv2/conv"):
        x = normalize(conv(network.enlarge(x), name), name, RELU)
    name = "expand/conv3/conv"
    return network.to_bytes(network.logistic(normalize(conv(x, name), name)), f"Style transfer at {side}, plain")
