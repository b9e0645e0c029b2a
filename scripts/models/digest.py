"""A digest of what a model computes. Unlike a file's checksum, it does not depend on the program that wrote it."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as schema
from PIL import Image

_OPTION_NAMES = {number: name for name, number in vars(schema.BuiltinOptions).items() if isinstance(number, int)}


def compute_digest(file: Path) -> str:
    """Return a sha256: of graph and tensors of an .onnx or .tflite file, pixels of a .zip, bytes of any other file."""
    match file.suffix:
        case ".onnx":
            model = onnx.load_model(file)
            opsets = sorted((opset.domain, opset.version) for opset in model.opset_import)
            parts = iter([repr(opsets).encode(), model.graph.SerializeToString(deterministic=True)])
        case ".tflite":
            parts = _read_tflite(schema.Model.GetRootAs(file.read_bytes()))
        case ".zip":
            parts = _read_images(file)
        case _:
            parts = iter([file.read_bytes()])
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:".encode() + part)
    return digest.hexdigest()


def _read_images(file: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            with Image.open(io.BytesIO(archive.read(name))) as image:
                yield repr((name, image.mode, image.size)).encode() + image.tobytes()


def _read_tflite(model: Any) -> Iterator[bytes]:
    codes = [model.OperatorCodes(i) for i in range(model.OperatorCodesLength())]
    for graph in (model.Subgraphs(i) for i in range(model.SubgraphsLength())):
        yield from (np.asarray(ends).tobytes() for ends in (graph.InputsAsNumpy(), graph.OutputsAsNumpy()))
        for tensor in (graph.Tensors(i) for i in range(graph.TensorsLength())):
            yield _read_fields(tensor, "Name", "Type", "ShapeAsNumpy", "IsVariable")
            yield _read_fields(tensor.Quantization(), "ScaleAsNumpy", "ZeroPointAsNumpy", "QuantizedDimension")
            yield _read_fields(model.Buffers(tensor.Buffer()), "DataAsNumpy")
        for operator in (graph.Operators(i) for i in range(graph.OperatorsLength())):
            yield _read_fields(codes[operator.OpcodeIndex()], "BuiltinCode", "Version", "CustomCode")
            yield _read_fields(operator, "InputsAsNumpy", "OutputsAsNumpy", "BuiltinOptionsType")
            yield _read_options(operator)


def _read_options(operator: Any) -> bytes:
    if (union := operator.BuiltinOptions()) is None:
        return b""
    options = getattr(schema, _OPTION_NAMES[operator.BuiltinOptionsType()])()
    options.Init(union.Bytes, union.Pos)
    names = {name for name, member in vars(type(options)).items() if callable(member)} - {"Init"}
    # A vector has four accessors. It reads only the one that returns all of it.
    vectors = {name.removesuffix("Length") for name in names if name.endswith("Length")}
    redundant = {name + suffix for name in vectors for suffix in ("", "Length", "IsNone")}
    return _read_fields(options, *sorted(names - redundant))


def _read_fields(table: Any, *names: str) -> bytes:
    values = [None if table is None else getattr(table, name)() for name in names]
    return b",".join(v.tobytes() if isinstance(v, np.ndarray) else repr(v).encode() for v in values)
