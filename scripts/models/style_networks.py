"""The style networks as float TensorFlow Lite graphs.

Arbitrary image stylization (Ghiasi et al. 2017, "Exploring the structure of a real-time, arbitrary neural artistic
stylization network", arXiv:1705.06830) in Magenta's mobile variant: a MobileNet v2 turns a style picture into a
bottleneck of 100 numbers, which sets the normalizations of a small encoder-decoder. The sources are int8 ONNX graphs.
It dequantizes the weights and rebuilds the graphs without quantized activations, at a size of our choice.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from scripts import assets
from scripts.models.network import NONE, RELU, RELU6, SAME, Network, PlainNetwork, fold_kernel
from scripts.models.tflite_graph import Array, Quantized, Tensor

PREDICT_SIDE = 256
TRANSFER_SIDE = 768
BOTTLENECK_SIZE = 100
_FOLD, _FOLD_OF_ENLARGED = 4, 2  # of the two 9x9 convolutions, and of the two of an enlarged picture


def build(destination: Path) -> list[Path]:
    """Write predict_256.tflite and transfer_768.tflite into the folder. Raise scripts.assets.AssetError."""
    source = assets.fetch("style_networks")
    destination.mkdir(parents=True, exist_ok=True)
    predict, transfer = destination / f"predict_{PREDICT_SIDE}.tflite", destination / f"transfer_{TRANSFER_SIDE}.tflite"
    predict.write_bytes(build_predict(source / "arbitrary_predict.onnx"))
    transfer.write_bytes(build_transfer(source / "arbitrary_transform.onnx", TRANSFER_SIDE))
    return [predict, transfer]


def build_predict(source: Path) -> bytes:
    """(1, 256, 256, 3) RGB in [0, 1] -> (1, 1, 1, 100).

    The kernels are stored as in the source, int8 with a scale per channel, and dequantized once on loading: 3 MB in the
    layer instead of 10, without any loss. (float16 would take 5 MB and change the numbers of a bottleneck by 0.04.)
    """
    weights, network = read_weights(source), Network()

    def conv(x: Tensor, name: str, activation: int = NONE, stride: int = 1) -> Tensor:
        kernel, bias = weights[f"{name}/weights"].transpose(0, 2, 3, 1), weights[f"{name}/Conv2D_bias"].dequantize()
        return network.conv(x, kernel, bias, activation, stride, SAME)

    x = network.input("style_image", (1, PREDICT_SIDE, PREDICT_SIDE, 3))
    x = conv(x, "MobilenetV2/Conv", RELU6, stride=2)
    for block in range(17):
        name = f"MobilenetV2/expanded_conv_{block}" if block else "MobilenetV2/expanded_conv"
        wide = conv(x, f"{name}/expand", RELU6) if block else x
        kernel = weights[f"{name}/depthwise/depthwise_weights"].transpose(1, 2, 3, 0)
        bias = weights[f"{name}/depthwise/depthwise_bias"].dequantize()
        wide = network.depthwise(wide, kernel, bias, RELU6, stride=2 if block in {1, 3, 6, 13} else 1)
        narrow = conv(wide, f"{name}/project")
        x = network.arithmetic("ADD", x, narrow) if narrow.shape == x.shape else narrow
    x = network.mean(conv(x, "MobilenetV2/Conv_1", RELU6))
    return network.to_bytes(conv(x, "mobilenet_conv/Conv"), f"Style bottleneck at {PREDICT_SIDE}")


def build_transfer(source: Path, side: int, *, is_plain: bool = False) -> bytes:
    """(1, side, side, 3) RGB in [0, 1] and (1, 1, 1, 100) -> (1, side, side, 3) in [0, 1]; `side` a multiple of 8.

    The kernels are stored as float32, because they are small, and a folded kernel has no scale of its own.
    `is_plain`: the reference at full size, without folding.
    """
    weights = {name: values.dequantize() for name, values in read_weights(source).items()}
    network = PlainNetwork() if is_plain else Network()
    wide_fold, fold_of_enlarged = (1, 1) if is_plain else (_FOLD, _FOLD_OF_ENLARGED)
    content = network.input("content_image", (1, side, side, 3))
    bottleneck = network.input("style_bottleneck", (1, 1, 1, BOTTLENECK_SIZE))

    def kernel(name: str) -> Array:
        return weights[f"transformer/{name}/weights"].transpose(0, 2, 3, 1)

    def bias(name: str) -> Array:
        # Before a normalization the bias is zero, and the source shares one initializer of zeros.
        return weights.get(f"transformer/{name}/Conv2D_bias", np.zeros(len(kernel(name)), np.float32))

    def normalize(x: Tensor, name: str, activation: int, fold: int = 1) -> Tensor:
        def style_parameter(part: str) -> Tensor:
            dense = f"style_params/transformer/{name}/StyleNorm/{part}"
            rows = np.tile(weights[f"{dense}/weights"].transpose(0, 2, 3, 1), (fold, 1, 1, 1))
            return network.conv(bottleneck, rows, np.tile(weights[f"{dense}/Conv2D_bias"], fold))

        return network.instance_norm(x, style_parameter("Conv_1"), style_parameter("Conv"), activation, fold)

    def wide_conv(x: Tensor, name: str, activation: int = NONE) -> Tensor:
        folded = network.fold(network.reflect(x, 4), wide_fold)
        return network.conv(folded, fold_kernel(kernel(name), wide_fold), np.tile(bias(name), wide_fold), activation)

    x = network.unfold(wide_conv(content, "contract/conv1", RELU), wide_fold)
    for name in ("contract/conv2", "contract/conv3"):
        x = network.conv(network.reflect(x, 1), kernel(name), bias(name), RELU, stride=2)
    for block in range(1, 6):
        inner = x
        for part, activation in (("conv1", RELU), ("conv2", NONE)):
            name = f"residual/residual{block}/{part}"
            inner = normalize(network.conv(network.reflect(inner, 1), kernel(name), bias(name)), name, activation)
        x = network.arithmetic("ADD", x, inner)
    for name in ("expand/conv1/conv", "expand/conv2/conv"):
        enlarged = network.conv_of_enlarged(x, kernel(name), bias(name))
        x = network.unfold(normalize(enlarged, name, RELU, fold_of_enlarged), fold_of_enlarged)
    name = "expand/conv3/conv"
    x = network.logistic(normalize(wide_conv(x, name), name, NONE, wide_fold))
    return network.to_bytes(network.unfold(x, wide_fold), f"Style transfer at {side}{', plain' * is_plain}")


def read_weights(source: Path) -> dict[str, Quantized]:
    """Return the weights of an int8 ONNX graph by name. Kernels are (out, in, height, width)."""
    graph = onnx.load(str(source)).graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    # Every zero point is 0.
    nodes = (node for node in graph.node if node.op_type == "DequantizeLinear" and node.input[0] in arrays)
    return {
        node.output[0].removesuffix("_dequant"): Quantized(
            arrays[node.input[0]], np.atleast_1d(arrays[node.input[1]]), 0
        )
        for node in nodes
    }
