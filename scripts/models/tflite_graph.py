"""Writes a float TensorFlow Lite model, operator by operator, with the classes generated from the schema.

Schema: tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3. Activations are float32, NHWC.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

Array = NDArray[Any]
_TYPES = {"float32": schema.TensorType.FLOAT32, "int32": schema.TensorType.INT32, "int8": schema.TensorType.INT8}
_ALIGNMENT = 16  # of every constant, as the schema demands (force_align)
_VERSIONS = {"DEQUANTIZE": 5}  # with a scale per channel; all others have version 1


@dataclass(frozen=True)
class Quantized:
    """int8 values that represent `values * scales`, with one scale for each index along `axis`."""

    values: Array
    scales: Array
    axis: int

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    def transpose(self, *axes: int) -> "Quantized":
        return Quantized(self.values.transpose(axes), self.scales, axes.index(self.axis))

    def dequantize(self) -> Array:
        shape = [1] * self.values.ndim
        shape[self.axis] = -1
        values: Array = self.values.astype(np.float32) * self.scales.reshape(shape)
        return values

    def parameters(self) -> schema.QuantizationParametersT:
        zeros = np.zeros(len(self.scales), np.int64)
        return schema.QuantizationParametersT(scale=self.scales, zeroPoint=zeros, quantizedDimension=self.axis)


@dataclass(frozen=True)
class Tensor:
    """A tensor of a Graph. Activations have the shape (1, height, width, channels)."""

    index: int
    shape: tuple[int, ...]


class Graph:
    """A graph that grows with each call of `input`, `constant` and `add`."""

    def __init__(self) -> None:
        self._graph = schema.SubGraphT(tensors=[], operators=[], inputs=[])
        self._buffers = [schema.BufferT()]  # the first buffer is the empty one
        self._operator_names: list[str] = []

    def input(self, name: str, shape: tuple[int, ...]) -> Tensor:
        tensor = self._tensor(name, shape)
        self._graph.inputs.append(tensor.index)
        return tensor

    def constant(self, values: Array | Quantized) -> Tensor:
        """Add a constant. The file has quantized values as int8, which become float32 on loading."""
        array, quantization = (values.values, values.parameters()) if isinstance(values, Quantized) else (values, None)
        fields = {"type": _TYPES[array.dtype.name], "buffer": len(self._buffers), "quantization": quantization}
        tensor = self._tensor(f"constant_{len(self._graph.tensors)}", values.shape, **fields)
        self._buffers.append(schema.BufferT(data=np.frombuffer(array.tobytes(), np.uint8)))
        return self.add("DEQUANTIZE", [tensor], values.shape) if isinstance(values, Quantized) else tensor

    def add(
        self, operator: str, inputs: list[Tensor], shape: tuple[int, ...], options: str | None = None, **values: int
    ) -> Tensor:
        """Add an operator and return its output.

        `options` is the schema's table of options, and `values` are its fields.
        """
        output = self._tensor(f"{operator.lower()}_{len(self._graph.tensors)}", shape)
        if operator not in self._operator_names:
            self._operator_names.append(operator)
        node = schema.OperatorT(opcodeIndex=self._operator_names.index(operator))
        node.inputs, node.outputs = _integers(tensor.index for tensor in inputs), _integers([output.index])
        if options is not None:
            node.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            node.builtinOptions = getattr(schema, f"{options}T")(**values)
        self._graph.operators.append(node)
        return output

    def _tensor(self, name: str, shape: tuple[int, ...], **fields: Any) -> Tensor:
        self._graph.tensors.append(schema.TensorT(name=name, shape=_integers(shape), **fields))
        return Tensor(len(self._graph.tensors) - 1, shape)

    def to_bytes(self, output: Tensor, description: str) -> bytes:
        """Return the file of the model."""
        self._graph.inputs, self._graph.outputs = _integers(self._graph.inputs), _integers([output.index])
        codes = [_operator_code(name) for name in self._operator_names]
        model = schema.ModelT(3, codes, [self._graph], description, self._buffers)
        builder = _AligningBuilder(1 << 20)
        builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())


class _AligningBuilder(flatbuffers.Builder):  # type: ignore[misc]  # flatbuffers has no types
    def CreateNumpyVector(self, x: Array) -> Any:  # noqa: N802  # flatbuffers calls it so
        if x.dtype == np.uint8:  # a buffer's data
            self.Prep(_ALIGNMENT, x.nbytes)
        return super().CreateNumpyVector(x)


def _operator_code(name: str) -> schema.OperatorCodeT:
    number = getattr(schema.BuiltinOperator, name)
    return schema.OperatorCodeT(deprecatedBuiltinCode=number, builtinCode=number, version=_VERSIONS.get(name, 1))


def _integers(values: Iterable[int]) -> Array:
    return np.array(list(values), np.int32)
