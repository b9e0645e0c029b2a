"""What a model computes, as a number: unlike the file's own checksum it does not change with who wrote the file."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tflite

_OPTIONS = {number: name for name, number in vars(tflite.BuiltinOptions).items() if isinstance(number, int)}


def digest(file: Path) -> str:
    """sha256 over graph and tensors of an .onnx or a .tflite file, and over the bytes of any other."""
    match file.suffix:
        case ".onnx":
            model = onnx.load_model(file)
            opsets = sorted((opset.domain, opset.version) for opset in model.opset_import)
            parts = iter([repr(opsets).encode(), model.graph.SerializeToString(deterministic=True)])
        case ".tflite":
            parts = _tflite(tflite.Model.GetRootAs(file.read_bytes()))
        case _:
            parts = iter([file.read_bytes()])
    whole = hashlib.sha256()
    for part in parts:
        whole.update(f"{len(part)}:".encode() + part)
    return whole.hexdigest()


def _tflite(model: Any) -> Iterator[bytes]:
    codes = [model.OperatorCodes(i) for i in range(model.OperatorCodesLength())]
    for graph in (model.Subgraphs(i) for i in range(model.SubgraphsLength())):
        yield from (np.asarray(ends).tobytes() for ends in (graph.InputsAsNumpy(), graph.OutputsAsNumpy()))
        for tensor in (graph.Tensors(i) for i in range(graph.TensorsLength())):
            yield _fields(tensor, "Name", "Type", "ShapeAsNumpy", "IsVariable")
            yield _fields(tensor.Quantization(), "ScaleAsNumpy", "ZeroPointAsNumpy", "QuantizedDimension")
            yield _fields(model.Buffers(tensor.Buffer()), "DataAsNumpy")
        for operator in (graph.Operators(i) for i in range(graph.OperatorsLength())):
            yield _fields(codes[operator.OpcodeIndex()], "BuiltinCode", "Version", "CustomCode")
            yield _fields(operator, "InputsAsNumpy", "OutputsAsNumpy", "BuiltinOptionsType")
            yield _options(operator)


def _options(operator: Any) -> bytes:
    if (union := operator.BuiltinOptions()) is None:
        return b""
    options = getattr(tflite, _OPTIONS[operator.BuiltinOptionsType()])()
    options.Init(union.Bytes, union.Pos)
    names = {name for name, member in vars(type(options)).items() if callable(member)} - {"Init"}
    # A vector has four accessors; the one that gives all of it is read.
    vectors = {name.removesuffix("Length") for name in names if name.endswith("Length")}
    spare = {name + ending for name in vectors for ending in ("", "Length", "IsNone")}
    return _fields(options, *sorted(names - spare))


def _fields(table: Any, *names: str) -> bytes:
    values = [None if table is None else getattr(table, name)() for name in names]
    return b",".join(v.tobytes() if isinstance(v, np.ndarray) else repr(v).encode() for v in values)
