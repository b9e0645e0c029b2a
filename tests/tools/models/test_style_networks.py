"""The TFLite networks against the ONNX graphs that their weights come from, on the demo photographs."""

from importlib.resources import files

import numpy as np
import onnx
import onnxruntime
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from scripts import assets
from scripts.models import style_networks

# The size that the original transfer graph is fixed to.
SIDE_PIXELS = 384


def load_tflite(interpreter):
    interpreter.allocate_tensors()

    def run(*inputs):
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    return run


def load_shipped(name):
    return load_tflite(Interpreter(model_path=str(files("style_networks") / name)))


def load_onnx(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 3, 1
    # ONNX Runtime 1.16 loses the axis of a DequantizeLinear node that it duplicates.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def run(*inputs):
        return session.run(None, {i.name: values for i, values in zip(session.get_inputs(), inputs, strict=True)})[0]

    return run


def remove_quantized_activations(model):
    """Remove every pair of quantizing nodes on activations. What is left is the network as it was trained, in float."""
    weights = {tensor.name for tensor in model.graph.initializer}
    sources: dict[str, str] = {}
    nodes = []
    for node in model.graph.node:
        if node.op_type in {"QuantizeLinear", "DequantizeLinear"} and node.input[0] not in weights:
            sources[node.output[0]] = sources.get(node.input[0], node.input[0])
        else:
            node.input[:] = [sources.get(name, name) for name in node.input]
            nodes.append(node)
    (output,) = model.graph.output
    if output.name in sources:
        nodes.append(onnx.helper.make_node("Identity", [sources[output.name]], [output.name]))
    del model.graph.node[:], model.graph.value_info[:]
    model.graph.node.extend(nodes)
    return model


def read_photograph(name, side):
    """Return RGB in [0, 1], shape (1, side, side, 3)."""
    image = Image.open(assets.fetch_photos()[name]).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(image, np.float32)[None] / 255


def test_networks_equal_unquantized_and_resemble_originals():
    """Ours in the size of the original ones, those with activations in float, and the original ones themselves."""
    folder = assets.fetch("style_networks")
    transform_graph = style_networks.build_transfer(folder / "arbitrary_transform.onnx", SIDE_PIXELS)
    ours = [load_shipped("predict_256.tflite"), load_tflite(Interpreter(model_content=transform_graph))]
    names = ("arbitrary_predict.onnx", "arbitrary_transform.onnx")
    unquantized = [load_onnx(remove_quantized_activations(onnx.load(folder / name))) for name in names]
    original = [load_onnx(onnx.load(folder / name)) for name in names]
    style_image = read_photograph("ihc", style_networks.PREDICT_SIDE)
    content_image = read_photograph("astronaut", SIDE_PIXELS)
    bottleneck, unquantized_bottleneck, original_bottleneck = (
        predict(style_image) for predict, _ in (ours, unquantized, original)
    )
    np.testing.assert_allclose(bottleneck, unquantized_bottleneck, atol=1e-4)
    image, unquantized_image = (transform(content_image, bottleneck) for _, transform in (ours, unquantized))
    assert image.shape == (1, SIDE_PIXELS, SIDE_PIXELS, 3)
    np.testing.assert_allclose(image, unquantized_image, atol=1e-3)
    assert np.abs(image - original[1](content_image, original_bottleneck)).mean() <= 0.03


def test_shipped_network_equals_plain_one():
    """At full size, where the convolutions of the shipped network are folded."""
    source = assets.fetch("style_networks") / "arbitrary_transform.onnx"
    plain_graph = style_networks.build_transfer(source, style_networks.TRANSFER_SIDE, is_plain=True)
    plain_transfer = load_tflite(Interpreter(model_content=plain_graph))
    transfer, predict = load_shipped("transfer_768.tflite"), load_shipped("predict_256.tflite")
    bottleneck = predict(read_photograph("ihc", style_networks.PREDICT_SIDE))
    content_image = read_photograph("astronaut", style_networks.TRANSFER_SIDE)
    image, plain_image = (run(content_image, bottleneck) for run in (transfer, plain_transfer))
    assert image.std() > 0.1
    difference = np.abs(image - plain_image)
    # Where an image is nearly flat, normalization amplifies rounding errors.
    assert difference.mean() <= 1e-3
    assert difference.max() <= 0.01
