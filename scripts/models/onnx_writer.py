"""Writing an ONNX graph node by node."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

# The ONNX Runtime of the layers reads both.
_OPSET, _IR_VERSION = 17, 8
Shapes = Mapping[str, Sequence[int | str]]


class OnnxWriter:
    """Collects nodes in the order of writing, and constants by name."""

    def __init__(self) -> None:
        self.output_nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, NDArray[Any]] = {}

    def constant(self, name: str, values: NDArray[Any] | np.generic) -> str:
        """Add a constant and return its name."""
        self.initializers[name] = np.ascontiguousarray(values)
        return name

    def write(self, operator: str, *inputs: str, to: str = "", **attributes: Any) -> str:
        """Add a node and return the name of its output: `to`, or one with a number."""
        output = to or f"{operator.lower()}_{len(self.output_nodes)}"
        self.output_nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def finish(self, name: str, inputs: Shapes, outputs: Shapes, integers: Collection[str] = ()) -> onnx.ModelProto:
        """Return the model; `integers` are int64, all others float32. Raise onnx.checker.ValidationError."""

        def describe(shapes: Shapes) -> list[onnx.ValueInfoProto]:
            types = {end: TensorProto.INT64 if end in integers else TensorProto.FLOAT for end in shapes}
            return [helper.make_tensor_value_info(end, types[end], shape) for end, shape in shapes.items()]

        initializers = [numpy_helper.from_array(values, name) for name, values in self.initializers.items()]
        graph = helper.make_graph(self.output_nodes, name, describe(inputs), describe(outputs), initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return model
