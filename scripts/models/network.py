"""Layers of a network on NHWC tensors (batch 1), written as TensorFlow Lite operators.

**Folding.** A convolution on XNNPACK keeps a table of pointers, 8 bytes x output pixels x kernel taps: 382 MB for a
9x9 at 768x768. With f neighboring pixels of a row as the channels of one pixel (a reshape that moves no data), it is a
9x3 convolution for f = 4: a twelfth of the table for a third more arithmetic, in outputs that fill a vector register. A
3x3 convolution of a picture that is enlarged twice is folded in the same way: each small column gives two large ones.
The values are those of the plain convolution, to rounding.
"""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from scripts.models.tflite_graph import Array, Graph, Quantized, Tensor

NONE, RELU, RELU6 = (getattr(schema.ActivationFunctionType, name) for name in ("NONE", "RELU", "RELU6"))
SAME, VALID = schema.Padding.SAME, schema.Padding.VALID
_EPSILON = 1e-5  # of the instance normalization, as in the original


class Network(Graph):
    """A graph with the layers of the style networks. Each method adds layers and returns their output."""

    def conv(
        self,
        x: Tensor,
        kernel: Array | Quantized,
        bias: Array,
        activation: int = NONE,
        stride: int = 1,
        padding: int = VALID,
    ) -> Tensor:
        """`kernel`: (out, height, width, in)."""
        options = {"strideH": stride, "strideW": stride, "padding": padding, "fusedActivationFunction": activation}
        shape = (1, *_output_size(x, kernel, stride, padding), kernel.shape[0])
        return self.add("CONV_2D", [x, self.constant(kernel), self.constant(bias)], shape, "Conv2DOptions", **options)

    def depthwise(self, x: Tensor, kernel: Array | Quantized, bias: Array, activation: int, stride: int) -> Tensor:
        """Convolve each channel, padded to keep the size. `kernel`: (1, height, width, channels)."""
        options = {"strideH": stride, "strideW": stride, "padding": SAME, "fusedActivationFunction": activation}
        shape = (1, *_output_size(x, kernel, stride, SAME), x.shape[3])
        inputs = [x, self.constant(kernel), self.constant(bias)]
        return self.add("DEPTHWISE_CONV_2D", inputs, shape, "DepthwiseConv2DOptions", depthMultiplier=1, **options)

    def mean(self, x: Tensor) -> Tensor:
        """Average over height and width to (1, 1, 1, channels)."""
        axes = self.constant(np.array([1, 2], np.int32))
        return self.add("MEAN", [x, axes], (1, 1, 1, x.shape[3]), "ReducerOptions", keepDims=True)

    def arithmetic(self, operator: str, a: Tensor, b: Tensor, activation: int = NONE) -> Tensor:
        """Apply ADD, SUB, MUL, DIV or SQUARED_DIFFERENCE. `b` has the shape of `a` or (1, 1, 1, channels)."""
        options = {"SQUARED_DIFFERENCE": "SquaredDifferenceOptions"}.get(operator, f"{operator.capitalize()}Options")
        fused = {} if operator == "SQUARED_DIFFERENCE" else {"fusedActivationFunction": activation}
        return self.add(operator, [a, b], a.shape, options, **fused)

    def logistic(self, x: Tensor) -> Tensor:
        return self.add("LOGISTIC", [x], x.shape)

    def reshape(self, x: Tensor, shape: tuple[int, ...]) -> Tensor:
        return self.add("RESHAPE", [x, self.constant(np.array(shape, np.int32))], shape)

    def fold(self, x: Tensor, factor: int) -> Tensor:
        """Make `factor` neighboring pixels of a row the channels of one pixel."""
        _, height, width, channels = x.shape
        return x if factor == 1 else self.reshape(x, (1, height, width // factor, channels * factor))

    def unfold(self, x: Tensor, factor: int) -> Tensor:
        _, height, width, channels = x.shape
        return x if factor == 1 else self.reshape(x, (1, height, width * factor, channels // factor))

    def take(self, x: Tensor, axis: int, indices: Array) -> Tensor:
        shape = (*x.shape[:axis], len(indices), *x.shape[axis + 1 :])
        return self.add("GATHER", [x, self.constant(indices.astype(np.int32))], shape, "GatherOptions", axis=axis)

    def reflect(self, x: Tensor, margin: int) -> Tensor:
        """Pad by mirroring about the outermost pixels, with gathers, which are faster than MIRROR_PAD."""
        columns = np.pad(np.arange(x.shape[2]), margin, mode="reflect")
        rows = np.pad(np.arange(x.shape[1]), margin, mode="reflect")
        return self.take(self.take(x, 2, columns), 1, rows)

    def conv_of_enlarged(self, x: Tensor, kernel: Array, bias: Array) -> Tensor:
        """Enlarge the picture twice (nearest neighbor), mirror its edges, and convolve it with 3x3; folded by 2."""
        columns = np.pad(np.arange(x.shape[2]), 1, mode="symmetric")
        rows = np.pad(np.arange(2 * x.shape[1]), 1, mode="reflect") // 2
        return self.conv(self.take(self.take(x, 2, columns), 1, rows), fold_enlarging_kernel(kernel), np.tile(bias, 2))

    def instance_norm(self, x: Tensor, scale: Tensor, shift: Tensor, activation: int, fold: int) -> Tensor:
        """Compute (x - mean) / deviation * scale + shift per channel. `scale` and `shift` are folded like x."""
        mean = self._mean_of_folded(x, fold)
        variance = self._mean_of_folded(self.arithmetic("SQUARED_DIFFERENCE", x, mean), fold)
        spread = self.arithmetic("ADD", variance, self.constant(np.full((1, 1, 1, x.shape[3]), _EPSILON, np.float32)))
        scale = self.arithmetic("DIV", scale, self.add("SQRT", [spread], spread.shape))
        shift = self.arithmetic("SUB", shift, self.arithmetic("MUL", mean, scale))
        return self.arithmetic("ADD", self.arithmetic("MUL", x, scale), shift, activation)

    def _mean_of_folded(self, x: Tensor, fold: int) -> Tensor:
        mean = self.mean(x)
        if fold == 1:
            return mean
        channels = x.shape[3] // fold
        average = np.tile(np.eye(channels, dtype=np.float32), (fold, fold)) / fold
        return self.conv(mean, average[:, None, None, :], np.zeros(x.shape[3], np.float32))


class PlainNetwork(Network):
    """The same layers without folding and gathers, as a reference: the pictures of the two must not differ."""

    def reflect(self, x: Tensor, margin: int) -> Tensor:
        margins = np.array([[0, 0], [margin, margin], [margin, margin], [0, 0]], np.int32)
        shape = (1, x.shape[1] + 2 * margin, x.shape[2] + 2 * margin, x.shape[3])
        return self.add("MIRROR_PAD", [x, self.constant(margins)], shape, "MirrorPadOptions")  # mode 0 is REFLECT

    def conv_of_enlarged(self, x: Tensor, kernel: Array, bias: Array) -> Tensor:
        size = (2 * x.shape[1], 2 * x.shape[2])
        inputs, options = [x, self.constant(np.array(size, np.int32))], "ResizeNearestNeighborOptions"
        enlarged = self.add("RESIZE_NEAREST_NEIGHBOR", inputs, (1, *size, x.shape[3]), options, alignCorners=False)
        return self.conv(self.reflect(enlarged, 1), kernel, bias)


def fold_kernel(kernel: Array, factor: int) -> Array:
    """Convert a kernel (out, height, width, in) to input and output that are folded by `factor`."""
    out, height, width, channels = kernel.shape
    folded = np.zeros((factor, out, height, -(-(width + factor - 1) // factor) * factor, channels), np.float32)
    for phase in range(factor):
        folded[phase, :, :, phase : phase + width] = kernel
    return folded.reshape(factor * out, height, -1, factor * channels)


def fold_enlarging_kernel(kernel: Array) -> Array:
    """Convert a kernel (out, 3, 3, in) to an input whose columns are not doubled yet, and an output folded by 2."""
    left, middle, right = (kernel[:, :, tap] for tap in range(3))
    zero = np.zeros_like(left)
    even, odd = (left, middle + right, zero), (zero, left + middle, right)
    return np.asarray(np.concatenate([np.stack(columns, axis=2) for columns in (even, odd)]))


def _output_size(x: Tensor, kernel: Array | Quantized, stride: int, padding: int) -> tuple[int, int]:
    margin = (0, 0) if padding == SAME else (kernel.shape[1] - 1, kernel.shape[2] - 1)
    height, width = (-(-(size - less) // stride) for size, less in zip(x.shape[1:3], margin, strict=True))
    return height, width
