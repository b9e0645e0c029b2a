"""Writes a float TensorFlow Lite model, operator by operator, with the builders generated from the schema.

Schema: tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3. Activations are float32, NHWC.
"""

import importlib
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
import tflite
from numpy.typing import NDArray

Array = NDArray[Any]
_TYPES = {"float32": "FLOAT32", "int32": "INT32", "int8": "INT8"}
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


@dataclass(frozen=True)
class Tensor:
    """A tensor of a Graph. Activations have the shape (1, height, width, channels)."""

    index: int
    shape: tuple[int, ...]


@dataclass
class Graph:
    """`tensors`: (name, shape, constant values). `operators`: (name, inputs, output, table of options, values)."""

    tensors: list[tuple[str, tuple[int, ...], Array | Quantized | None]] = field(default_factory=list)
    operators: list[tuple[str, list[int], int, str | None, dict[str, int]]] = field(default_factory=list)
    inputs: list[Tensor] = field(default_factory=list)

    def input(self, name: str, shape: tuple[int, ...]) -> Tensor:
        tensor = self._tensor(name, shape)
        self.inputs.append(tensor)
        return tensor

    def constant(self, values: Array | Quantized) -> Tensor:
        """Add a constant. Quantized values are stored as int8 and become float32 when the model is loaded."""
        tensor = self._tensor(f"constant_{len(self.tensors)}", values.shape, values)
        return self.add("DEQUANTIZE", [tensor], values.shape) if isinstance(values, Quantized) else tensor

    def add(
        self, operator: str, inputs: list[Tensor], shape: tuple[int, ...], options: str | None = None, **values: int
    ) -> Tensor:
        """Add an operator and return its output.

        `options` is the schema's table of options, and `values` are its fields as the builder spells them.
        """
        output = self._tensor(f"{operator.lower()}_{len(self.tensors)}", shape)
        self.operators.append((operator, [tensor.index for tensor in inputs], output.index, options, values))
        return output

    def _tensor(self, name: str, shape: tuple[int, ...], values: Array | Quantized | None = None) -> Tensor:
        self.tensors.append((name, shape, values))
        return Tensor(len(self.tensors) - 1, shape)

    def to_bytes(self, output: Tensor, description: str) -> bytes:
        """Return the file of the model."""
        builder = flatbuffers.Builder(1 << 20)
        buffers, tensors = [_table(builder, "Buffer")], []  # the first buffer is the empty one
        for name, shape, values in self.tensors:
            fields = {"Name": builder.CreateString(name), "Shape": _integers(builder, shape)}
            if values is not None:
                array = values.values if isinstance(values, Quantized) else values
                fields |= {"Buffer": len(buffers), "Type": getattr(tflite.TensorType, _TYPES[array.dtype.name])}
                buffers.append(_table(builder, "Buffer", Data=_bytes(builder, array.tobytes())))
            if isinstance(values, Quantized):
                fields["Quantization"] = _table(
                    builder,
                    "QuantizationParameters",
                    Scale=builder.CreateNumpyVector(values.scales),
                    ZeroPoint=builder.CreateNumpyVector(np.zeros(len(values.scales), np.int64)),
                    QuantizedDimension=values.axis,
                )
            tensors.append(_table(builder, "Tensor", **fields))

        names = list(dict.fromkeys(operator for operator, *_ in self.operators))
        operators = []
        for operator, inputs, result, options, settings in self.operators:
            fields = {"Inputs": _integers(builder, inputs), "Outputs": _integers(builder, [result])}
            if options is not None:
                fields["BuiltinOptions"] = _table(builder, options, **settings)
                fields["BuiltinOptionsType"] = getattr(tflite.BuiltinOptions, options)
            operators.append(_table(builder, "Operator", OpcodeIndex=names.index(operator), **fields))
        codes = [_operator_code(builder, name) for name in names]
        graph = _table(
            builder,
            "SubGraph",
            Tensors=_tables(builder, tensors),
            Inputs=_integers(builder, [tensor.index for tensor in self.inputs]),
            Outputs=_integers(builder, [output.index]),
            Operators=_tables(builder, operators),
        )
        model = _table(
            builder,
            "Model",
            Version=3,
            OperatorCodes=_tables(builder, codes),
            Subgraphs=_tables(builder, [graph]),
            Description=builder.CreateString(description),
            Buffers=_tables(builder, buffers),
        )
        builder.Finish(model, file_identifier=b"TFL3")
        return bytes(builder.Output())


def _operator_code(builder: flatbuffers.Builder, name: str) -> int:
    number = getattr(tflite.BuiltinOperator, name)
    version = _VERSIONS.get(name, 1)
    return _table(builder, "OperatorCode", DeprecatedBuiltinCode=number, BuiltinCode=number, Version=version)


def _table(builder: flatbuffers.Builder, name: str, **fields: int) -> int:
    """Write a table. A field that is not a number is the offset of an object that was written before."""
    module = importlib.import_module(f"tflite.{name}")
    module.Start(builder)
    for field_name, value in fields.items():
        getattr(module, f"Add{field_name}")(builder, value)
    return int(module.End(builder))


def _tables(builder: flatbuffers.Builder, offsets: list[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())


def _integers(builder: flatbuffers.Builder, values: list[int] | tuple[int, ...]) -> int:
    return int(builder.CreateNumpyVector(np.array(values, np.int32)))


def _bytes(builder: flatbuffers.Builder, data: bytes) -> int:
    # Not CreateByteVector, which does not align the data.
    builder.StartVector(1, len(data), _ALIGNMENT)
    builder.head -= len(data)
    builder.Bytes[builder.Head() : builder.Head() + len(data)] = data
    return int(builder.EndVector())
