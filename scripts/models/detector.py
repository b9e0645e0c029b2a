"""Exports the detector, SSDLite MobileNet v2 (Sandler et al. 2018, arXiv:1801.04381), from TensorFlow.js to ONNX.

It removes the graph's preprocessing, folds batch normalization into the convolutions before it, and decodes the boxes
with the graph's own anchors. Of the 91 classes, it exports only the 80 that COCO uses.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from scripts import assets
from scripts.models.onnx_writer import OnnxWriter

Tensor = NDArray[Any]

SIZE = 300
ANCHORS = 1917
# COCO numbers its 80 classes from 1 to 90 and leaves these numbers out.
_UNUSED = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
CLASS_IDS = [number for number in range(1, 91) if number not in _UNUSED]


def export() -> onnx.ModelProto:
    """Return the model. Raise scripts.assets.AssetError.

    Input: `pictures` (n, 300, 300, 3) float32, RGB in [-1, 1].
    Outputs: `boxes` (n, 1917, 4) float32, (x0, y0, x1, y1) of a picture that is 1 wide and 1 high, not clipped;
    `scores` (n, 80, 1917) float32 in [0, 1], classes in the order of CLASS_IDS; `kept` (k, 3) int64, the picture, class
    and anchor of each box that non-maximum suppression per class keeps. Two more inputs control the suppression:
    `score_threshold` (1,) and `overlap_threshold` (1,), an intersection over union.
    """
    return _Export(*_load(assets.fetch("coco_ssd"))).model()


def _load(folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, Tensor]]:
    """Return the nodes and the constants of a TensorFlow.js graph model by name."""
    model = json.loads((folder / "model.json").read_text())
    constants: dict[str, Tensor] = {}
    for group in model["weightsManifest"]:
        data, offset = b"".join((folder / path).read_bytes() for path in group["paths"]), 0
        for weight in group["weights"]:
            count = int(np.prod(weight["shape"]))
            values = np.frombuffer(data, np.dtype(weight["dtype"]).newbyteorder("<"), count, offset)
            constants[weight["name"]] = values.reshape(weight["shape"])
            offset += values.nbytes
    return {node["name"]: node for node in model["modelTopology"]["node"]}, constants


@dataclass(frozen=True, eq=False)
class _Convolution:
    """A convolution that is still open, so that it can take in the following nodes.

    `weights`: (out, in / groups, height, width). `bias`: (out,). `plus`: a tensor to add to the result, or "".
    """

    source: str
    weights: Tensor
    bias: Tensor
    stride: int
    groups: int
    plus: str = ""

    def scale(self, factor: Tensor) -> "_Convolution":
        return replace(self, weights=self.weights * factor.reshape(-1, 1, 1, 1), bias=self.bias * factor)

    def shift(self, offset: Tensor) -> "_Convolution":
        return replace(self, bias=self.bias + offset)


class _Export(OnnxWriter):
    """Converts the graph's nodes on demand, from the outputs back to the input."""

    def __init__(self, nodes: dict[str, dict[str, Any]], constants: dict[str, Tensor]) -> None:
        super().__init__()
        self.nodes, self.constants = nodes, constants
        self.layers: dict[str, _Convolution | str] = {}
        self.tensors: dict[_Convolution, str] = {}

    def model(self) -> onnx.ModelProto:
        # Our input replaces the result of the graph's own preprocessing.
        self.layers["Preprocessor/sub"] = self.write("Transpose", "pictures", perm=[0, 3, 1, 2])
        self.decode(self.heads("concat", 4, [1, 0, 3, 2]), to="boxes")
        self.write("Sigmoid", self.heads("concat_1", 91, CLASS_IDS), to="scores")
        limit = self.constant("most_per_class", np.array([ANCHORS], np.int64))
        thresholds = ("overlap_threshold", "score_threshold")
        self.write("NonMaxSuppression", "boxes", "scores", limit, *thresholds, to="kept")
        return self.finish(
            "ssdlite_mobilenet_v2",
            {"pictures": ["n", SIZE, SIZE, 3], "score_threshold": [1], "overlap_threshold": [1]},
            {"boxes": ["n", ANCHORS, 4], "scores": ["n", len(CLASS_IDS), ANCHORS], "kept": ["k", 3]},
            integers=["kept"],
        )

    def heads(self, concatenation: str, channels: int, selection: list[int]) -> str:
        """Return (n, len(selection), 1917) of the six heads, which have `channels` for each anchor of a cell."""
        parts = []
        for reshape in self.nodes[concatenation]["input"][:-1]:
            head = self.layer(self.nodes[reshape]["input"][0])
            if not isinstance(head, _Convolution):
                raise TypeError(f"{reshape} does not follow a convolution")
            # Channels are (anchor, class) in the graph and become (class, anchor). Others are never computed.
            order = np.arange(len(head.bias)).reshape(-1, channels)[:, selection].T
            selected = replace(head, weights=head.weights[order.ravel()], bias=head.bias[order.ravel()])
            # TensorFlow's anchors run over cells first, then over the anchors of a cell.
            shape = self.constant(f"{reshape}/split", np.array([0, *order.shape, -1], np.int64))
            split = self.write("Reshape", self.tensor(selected), shape)
            cells_first = self.write("Transpose", split, perm=[0, 1, 3, 2])
            flat = self.constant("flat", np.array([0, 0, -1], np.int64))
            parts.append(self.write("Reshape", cells_first, flat))
        return self.write("Concat", *parts, axis=2)

    def decode(self, encoded: str, to: str) -> None:
        """Convert x, y, width and height relative to the anchors (n, 4, 1917) to corners (n, 1917, 4)."""
        y0, x0, y1, x1 = self.constants["Postprocessor/ExpandDims"][0].T
        sizes = np.stack([x1 - x0, y1 - y0])
        centers = np.stack([x0, y0]) + sizes / 2
        center_scale = self.constants["ConstantFolding/Postprocessor/Decode/div_recip"]
        size_scale = self.constants["ConstantFolding/Postprocessor/Decode/div_2_recip"]
        halves = self.constant("halves", np.array([2, 2], np.int64))
        moves, growths = f"{to}/moves", f"{to}/growths"
        self.output_nodes.append(helper.make_node("Split", [encoded, halves], [moves, growths], axis=1))
        moved = self.write("Mul", moves, self.constant("anchor_sizes", sizes * center_scale))
        center = self.write("Add", moved, self.constant("anchor_centres", centers))
        grown = self.write("Exp", self.write("Mul", growths, self.constant("size_scale", size_scale)))
        half = self.write("Mul", grown, self.constant("anchor_half_sizes", sizes / 2))
        corners = self.write("Concat", self.write("Sub", center, half), self.write("Add", center, half), axis=1)
        self.write("Transpose", corners, to=to, perm=[0, 2, 1])

    def layer(self, name: str) -> _Convolution | str:
        """Return a node of the graph as a tensor's name, or as a convolution that is not written yet."""
        if name not in self.layers:
            self.layers[name] = self._convert(self.nodes[name])
        return self.layers[name]

    def _convert(self, node: dict[str, Any]) -> _Convolution | str:
        layers = [self.layer(name) for name in node["input"] if name not in self.constants]
        constants = [self.constants[name] for name in node["input"] if name in self.constants]
        match node["op"], layers, constants:
            case "Conv2D", [source], [weights]:  # height, width, in, out
                return self._convolution(node, self.tensor(source), weights.transpose(3, 2, 0, 1), groups=1)
            case "DepthwiseConv2dNative", [source], [weights]:  # height, width, in, 1
                return self._convolution(node, self.tensor(source), weights.transpose(2, 3, 0, 1), weights.shape[2])
            case "Mul", [_Convolution(plus="") as convolution], [factor]:
                return convolution.scale(factor)
            case "Add" | "BiasAdd", [_Convolution() as convolution], [offset]:
                return convolution.shift(offset)
            case "FusedBatchNorm", [_Convolution(plus="") as convolution], [gamma, beta, mean, variance]:
                factor = gamma / np.sqrt(variance + np.float32(node["attr"]["epsilon"]["f"]))
                return convolution.shift(-mean).scale(factor).shift(beta)
            case "Add" | "AddN", [_Convolution(plus="") as convolution, other], []:
                return replace(convolution, plus=self.tensor(other))
            case "Relu6", [source], []:
                limits = self.constant("zero", np.float32(0)), self.constant("six", np.float32(6))
                return self.write("Clip", self.tensor(source), *limits)
        raise ValueError(f"{node['op']} {node['name']} is not supported by this export")

    def _convolution(self, node: dict[str, Any], source: str, weights: Tensor, groups: int) -> _Convolution:
        stride = int(node["attr"]["strides"]["list"]["i"][1])
        return _Convolution(source, weights, np.zeros(len(weights), np.float32), stride, groups)

    def tensor(self, layer: _Convolution | str) -> str:
        """Return the name of a layer's tensor (n, channels, height, width); write the layer if necessary."""
        if isinstance(layer, str):
            return layer
        if layer in self.tensors:
            return self.tensors[layer]
        name = f"convolution_{len(self.tensors)}"
        weights, bias = self.constant(f"{name}/weights", layer.weights), self.constant(f"{name}/bias", layer.bias)
        strides = [layer.stride] * 2
        # SAME_UPPER is TensorFlow's SAME.
        convolved = self.write(
            "Conv", layer.source, weights, bias, strides=strides, group=layer.groups, auto_pad="SAME_UPPER"
        )
        self.tensors[layer] = self.write("Add", convolved, layer.plus) if layer.plus else convolved
        return self.tensors[layer]
