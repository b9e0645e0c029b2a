"""Exports the network that cuts a picture's subject out: U²-Net-p (Qin et al. 2020, arXiv:2005.09007).

The source is an ONNX graph already. The export takes pictures as the other networks do, normalizes them itself, and
has the last of the seven masks alone.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from scripts import assets

SIZE = 320
# Of ImageNet's pictures in [0, 1], by channel.
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def export() -> onnx.ModelProto:
    """Return the model. Raise scripts.assets.AssetError.

    Input: `pictures` (1, 320, 320, 3) float32, RGB, where 1 is the brightest value of the picture. Output: `masks`
    (1, 1, 320, 320) float32 in [0, 1], 1 where the subject is.
    """
    model = onnx.load_model(assets.fetch_file("subject"))
    graph = model.graph
    first_output, *others = [output.name for output in graph.output]
    constants = {"mean": np.array(_MEAN, np.float32), "deviation": np.array(_DEVIATION, np.float32)}
    nodes = [
        helper.make_node("Sub", ["pictures", "mean"], ["centered"]),
        helper.make_node("Div", ["centered", "deviation"], ["normalized"]),
        helper.make_node("Transpose", ["normalized"], [graph.input[0].name], perm=[0, 3, 1, 2]),
        *(node for node in graph.node if not {*node.output} & {*others}),
        helper.make_node("Identity", [first_output], ["masks"]),
    ]
    initializers = [*graph.initializer, *(numpy_helper.from_array(values, name) for name, values in constants.items())]
    pictures = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, [1, SIZE, SIZE, 3])
    masks = helper.make_tensor_value_info("masks", TensorProto.FLOAT, [1, 1, SIZE, SIZE])
    exported = helper.make_graph(nodes, "u2netp", [pictures], [masks], initializers)
    export = helper.make_model(exported, opset_imports=model.opset_import, ir_version=model.ir_version)
    onnx.checker.check_model(export, full_check=True)
    return export
