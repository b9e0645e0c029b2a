"""Exports the face detector, MediaPipe's full-range BlazeFace (Bazarevsky et al. 2019, arXiv:1907.05047), to ONNX.

The source is a TensorFlow Lite graph with weights in half precision. Of the 16 numbers that it regresses for each
anchor, only the box is exported, without the six points of the face.
"""

from functools import partial
from typing import Any

import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from scripts import assets
from scripts.models.onnx_writer import OnnxWriter, Shapes

Tensor = NDArray[Any]

SIZE = 192
# On a grid, one anchor in the middle of each cell.
GRID = 48
_OPERATORS = {number: name for name, number in vars(schema.BuiltinOperator).items() if isinstance(number, int)}
_TYPES: dict[int, np.dtype[Any]] = {
    schema.TensorType.FLOAT32: np.dtype("<f4"),
    schema.TensorType.FLOAT16: np.dtype("<f2"),
    schema.TensorType.INT32: np.dtype("<i4"),
}


def export() -> onnx.ModelProto:
    """Return the model. Raise scripts.assets.AssetError.

    Input: `pictures` (n, 192, 192, 3) float32, RGB in [-1, 1]. Outputs: `scores` (n, 2304) float32 in [0, 1]; `boxes`
    (n, 2304, 4) float32, (x0, y0, x1, y1) of a picture that is 1 wide and 1 high, not clipped.
    """
    return _Export(schema.ModelT.InitFromPackedBuf(assets.fetch_file("faces").read_bytes())).model()


class _Export(OnnxWriter):
    """Converts the graph operator by operator. Activations become NCHW."""

    def __init__(self, source: Any) -> None:
        super().__init__()
        self.source, self.graph = source, source.subgraphs[0]
        # Constants that an operator has dequantized.
        self.constants: dict[int, Tensor] = {}

    def model(self) -> onnx.ModelProto:
        self.write("Transpose", "pictures", to=_name(self.graph.inputs[0]), perm=[0, 3, 1, 2])
        for operator in self.graph.operators:
            self.convert(operator)
        box, score = (_name(output) for output in self.graph.outputs)
        flat = self.constant("flat", np.array([0, -1], np.int64))
        self.write("Reshape", self.write("Sigmoid", score), flat, to="scores")
        self.decode(box)
        outputs: Shapes = {"scores": ["n", GRID**2], "boxes": ["n", GRID**2, 4]}
        return self.finish("face_detection_full_range", {"pictures": ["n", SIZE, SIZE, 3]}, outputs)

    def decode(self, regressed: str) -> None:
        """Convert center, relative to the anchor, width and height, all in pixels, to corners."""
        middles = (np.stack(np.meshgrid(*[np.arange(GRID)] * 2), axis=-1).reshape(-1, 2) + 0.5) / GRID
        corners = np.array([[1, 0, -0.5, 0], [0, 1, 0, -0.5], [1, 0, 0.5, 0], [0, 1, 0, 0.5]]).T / SIZE
        # The numbers after the first four are the points of the face.
        matrix = np.vstack([corners, np.zeros((12, 4))]).astype(np.float32)
        offsets = self.write("MatMul", regressed, self.constant("corners", matrix))
        anchors = np.hstack([middles, middles]).astype(np.float32)
        self.write("Add", offsets, self.constant("anchors", anchors), to="boxes")

    def convert(self, operator: Any) -> None:
        name, options, output = self.operator_name(operator), operator.builtinOptions, operator.outputs[0]
        first, *others = operator.inputs
        x, write = _name(first), partial(self.write, to=_name(output))
        match name:
            case "DEQUANTIZE":
                self.constants[output] = self.read(first).astype(np.float32)
            case "CONV_2D" | "DEPTHWISE_CONV_2D":
                # Out, height, width, in; of a depthwise convolution: 1, height, width, channels.
                is_depthwise = name == "DEPTHWISE_CONV_2D"
                kernel = self.read(others[0]).transpose((3, 0, 1, 2) if is_depthwise else (0, 3, 1, 2))
                weights, bias = (
                    self.constant(_name(others[0]), kernel),
                    self.constant(_name(others[1]), self.read(others[1])),
                )
                padding = "SAME_UPPER" if options.padding == schema.Padding.SAME else "VALID"
                strides, group = [options.strideH, options.strideW], len(kernel) if is_depthwise else 1
                write("Conv", x, weights, bias, strides=strides, auto_pad=padding, group=group)
            case "MAX_POOL_2D":
                size = [options.filterHeight, options.filterWidth]
                write("MaxPool", x, kernel_shape=size, strides=[options.strideH, options.strideW])
            case "PAD":  # of the channels
                pads = self.read(others[0])[[0, 3, 1, 2]].T.ravel().astype(np.int64)
                write("Pad", x, self.constant(_name(others[0]), pads))
            case "RESIZE_BILINEAR":
                twice = self.constant("twice", np.array([1, 1, 2, 2], np.float32))
                write("Resize", x, "", twice, mode="linear", coordinate_transformation_mode="half_pixel")
            case "ADD" | "RELU":
                write(name.capitalize(), x, *map(_name, others))
            case "RESHAPE":
                shape = np.array([0, GRID**2, self.graph.tensors[output].shape[2]], np.int64)
                channels_last = self.write("Transpose", x, perm=[0, 2, 3, 1])
                write("Reshape", channels_last, self.constant(f"{_name(output)}/shape", shape))
            case _:
                raise ValueError(f"{name} is not supported by this export")

    def operator_name(self, operator: Any) -> str:
        code = self.source.operatorCodes[operator.opcodeIndex]
        # Numbers above 127 are only in the newer field.
        return str(_OPERATORS[max(code.builtinCode, code.deprecatedBuiltinCode)])

    def read(self, index: int) -> Tensor:
        """Return a constant."""
        if index in self.constants:
            return self.constants[index]
        tensor = self.graph.tensors[index]
        data = self.source.buffers[tensor.buffer].data
        values: Tensor = np.asarray(data, np.uint8).view(_TYPES[tensor.type]).reshape(tensor.shape)
        return values


def _name(tensor: int) -> str:
    return f"tensor_{tensor}"
