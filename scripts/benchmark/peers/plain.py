"""The transfer network as anybody would write it down: layer by layer, at full size, without folding.

It gives the pictures that ours (scripts/models/style_networks.py) is measured against.
"""

from pathlib import Path

import numpy as np

from scripts.models.network import NONE, RELU, Network
from scripts.models.style_networks import read_weights
from scripts.models.tflite_graph import Array, Tensor

_BOTTLENECK = 100


class _Plain(Network):
    def padded(self, x: Tensor, margin: int) -> Tensor:
        margins = np.array([[0, 0], [margin, margin], [margin, margin], [0, 0]], np.int32)
        shape = (1, x.shape[1] + 2 * margin, x.shape[2] + 2 * margin, x.shape[3])
        return self.add("MIRROR_PAD", [x, self.constant(margins)], shape, "MirrorPadOptions")  # Mode 0 is REFLECT

    def enlarged(self, x: Tensor) -> Tensor:
        """Twice as high and wide, the nearest pixel."""
        size = np.array([2 * x.shape[1], 2 * x.shape[2]], np.int32)
        shape = (1, *map(int, size), x.shape[3])
        return self.add(
            "RESIZE_NEAREST_NEIGHBOR", [x, self.constant(size)], shape, "ResizeNearestNeighborOptions", AlignCorners=0
        )


def transfer(source: Path, side: int) -> bytes:
    """(1, side, side, 3) RGB in [0, 1] and (1, 1, 1, 100) -> (1, side, side, 3) in [0, 1]; `side` a multiple of 8."""
    weights = {name: values.dequantized() for name, values in read_weights(source).items()}
    network = _Plain()
    content = network.input("content_image", (1, side, side, 3))
    bottleneck = network.input("style_bottleneck", (1, 1, 1, _BOTTLENECK))

    def conv(x: Tensor, name: str, activation: int = NONE, stride: int = 1) -> Tensor:
        kernel: Array = weights[f"transformer/{name}/weights"].transpose(0, 2, 3, 1)
        # Where a normalisation follows, there is none.
        bias = weights.get(f"transformer/{name}/Conv2D_bias", np.zeros(len(kernel), np.float32))
        return network.conv(network.padded(x, kernel.shape[1] // 2), kernel, bias, activation, stride)

    def styled(x: Tensor, name: str, activation: int = NONE) -> Tensor:
        def set_by_style(part: str) -> Tensor:
            dense = f"style_params/transformer/{name}/StyleNorm/{part}"
            rows = weights[f"{dense}/weights"].transpose(0, 2, 3, 1)
            return network.conv(bottleneck, rows, weights[f"{dense}/Conv2D_bias"])

        return network.instance_norm(x, set_by_style("Conv_1"), set_by_style("Conv"), activation, fold=1)

    x = conv(content, "contract/conv1", RELU)
    for name in ("contract/conv2", "contract/conv3"):
        x = conv(x, name, RELU, stride=2)
    for block in range(1, 6):
        first, second = (f"residual/residual{block}/conv{number}" for number in (1, 2))
        inner = styled(conv(x, first), first, RELU)
        x = network.arithmetic("ADD", x, styled(conv(inner, second), second))
    for name in ("expand/conv1/conv", "expand/conv2/conv"):
        x = styled(conv(network.enlarged(x), name), name, RELU)
    name = "expand/conv3/conv"
    return network.to_bytes(network.logistic(styled(conv(x, name), name)), f"Style transfer at {side}, plain")
