"""Exports the network that cuts a picture's subject out: U²-Net-p (Qin et al. 2020, arXiv:2005.09007).

The source is an ONNX graph already. The export takes pictures as the other networks do, normalizes them itself, and
has the last of the seven masks alone.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from scripts import assets

SIZE = 320
# Of ImageNet's pictures in [0, 1], by channel.
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def build(destination: Path) -> list[Path]:
    """Write subject.onnx into the folder. Raise scripts.assets.AssetError.

    Input: `pictures` (1, 320, 320, 3) float32, RGB, where 1 is the brightest value of the picture. Output: `masks`
    (1, 1, 320, 320) float32 in [0, 1], 1 where the subject is.
    """
    file = destination / "subject.onnx"
    onnx.save_model(_export(onnx.load_model(assets.fetch_subject_network())), file)
    return [file]


def _export(model: onnx.ModelProto) -> onnx.ModelProto:
    graph = model.graph
    first_input, first_output = graph.input[0].name, graph.output[0].name
    constants = {"mean": np.array(_MEAN, np.float32), "deviation": np.array(_DEVIATION, np.float32)}
    nodes = [
        helper.make_node("Sub", ["pictures", "mean"], ["centered"]),
        helper.make_node("Div", ["centered", "deviation"], ["normalized"]),
        helper.make_node("Transpose", ["normalized"], [first_input], perm=[0, 3, 1, 2]),
        *(node for node in graph.node if not {*node.output} & {output.name for output in graph.output[1:]}),
        helper.make_node("Identity", [first_output], ["masks"]),
    ]
    value = helper.make_tensor_value_info
    export = helper.make_model(
        helper.make_graph(
            nodes,
            "u2netp",
            [value("pictures", TensorProto.FLOAT, [1, SIZE, SIZE, 3])],
            [value("masks", TensorProto.FLOAT, [1, 1, SIZE, SIZE])],
            [*graph.initializer, *(numpy_helper.from_array(values, name) for name, values in constants.items())],
        ),
        opset_imports=model.opset_import,
        ir_version=model.ir_version,
    )
    onnx.checker.check_model(export, full_check=True)
    return export
