"""The TFLite networks against the ONNX graphs that their weights come from, on the demo photographs."""

from importlib.resources import files

import numpy as np
import onnx
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from scripts import assets
from scripts.models import network, style_networks

# The size that the original transfer graph is fixed to.
SIDE_PIXELS = 384
# Content and style.
PAIRS = [("astronaut", "ihc"), ("coffee", "retina"), ("motorcycle_left", "grass"), ("chelsea", "color")]

# A network is a function of its inputs. The fixtures have the networks `predict` and `transform` by name.


@pytest.fixture(scope="module")
def float_networks():
    """Our networks, in the size of the original ones."""
    folder = assets.fetch("style_networks")
    graphs = {
        "predict": style_networks.build_predict(folder / "arbitrary_predict.onnx"),
        "transform": style_networks.build_transfer(folder / "arbitrary_transform.onnx", SIDE_PIXELS),
    }
    return {name: load_tflite(Interpreter(model_content=graph, num_threads=2)) for name, graph in graphs.items()}


@pytest.fixture(scope="module")
def quantized_networks():
    """The original networks."""
    return {name: load_onnx(read_original(name)) for name in ("predict", "transform")}


@pytest.fixture(scope="module")
def unquantized_networks():
    """The original networks with activations in float."""
    return {name: load_onnx(remove_quantized_activations(read_original(name))) for name in ("predict", "transform")}


@pytest.fixture(scope="module")
def plain_transfer():
    """The transfer network at full size, without folded convolutions."""
    source = assets.fetch("style_networks") / "arbitrary_transform.onnx"
    graph = style_networks.build_transfer(source, style_networks.TRANSFER_SIDE, is_plain=True)
    return load_tflite(Interpreter(model_content=graph, num_threads=2))


def load_tflite(interpreter):
    interpreter.allocate_tensors()

    def run(*inputs):
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    return run


def load_onnx(model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # ONNX Runtime 1.16 loses the axis of a DequantizeLinear node that it duplicates.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def run(*inputs):
        return session.run(None, {i.name: values for i, values in zip(session.get_inputs(), inputs, strict=True)})[0]

    return run


def load_shipped(file_name):
    return load_tflite(Interpreter(model_path=str(files("style_networks") / file_name), num_threads=2))


def read_original(name):
    return onnx.load(str(assets.fetch("style_networks") / f"arbitrary_{name}.onnx"))


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


@pytest.mark.parametrize(("content", "style"), PAIRS)
def test_networks_equal_unquantized_and_resemble_originals(
    float_networks, unquantized_networks, quantized_networks, content, style
):
    content_image = read_photograph(content, SIDE_PIXELS)
    style_image = read_photograph(style, style_networks.PREDICT_SIDE)
    all_networks = (float_networks, unquantized_networks, quantized_networks)
    bottleneck, unquantized_bottleneck, original_bottleneck = (each["predict"](style_image) for each in all_networks)
    np.testing.assert_allclose(bottleneck, unquantized_bottleneck, atol=1e-4)
    bottlenecks = (bottleneck, bottleneck, original_bottleneck)
    image, unquantized_image, original_image = (
        networks["transform"](content_image, values) for networks, values in zip(all_networks, bottlenecks, strict=True)
    )
    assert image.shape == (1, SIDE_PIXELS, SIDE_PIXELS, 3)
    np.testing.assert_allclose(image, unquantized_image, atol=1e-3)
    assert np.abs(image - original_image).mean() <= 0.03


def test_build_gives_the_same_bytes_each_time(tmp_path):
    first, second = (style_networks.build(tmp_path / name) for name in ("one", "two"))
    assert [file.name for file in first] == ["predict_256.tflite", "transfer_768.tflite"]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def test_folded_kernel_on_folded_row_equals_plain_convolution():
    rng = np.random.default_rng(0)
    kernel, row = rng.normal(size=(2, 1, 9, 3)).astype(np.float32), rng.normal(size=(16, 3))
    expected = [[np.sum(kernel[channel, 0] * row[x : x + 9]) for channel in range(2)] for x in range(8)]
    folded_kernel, folded_row = network.fold_kernel(kernel, 4), row.reshape(4, 12)
    folded_output = [
        [np.sum(folded_kernel[channel, 0] * folded_row[x : x + 3]) for channel in range(8)] for x in range(2)
    ]
    np.testing.assert_allclose(np.reshape(folded_output, (8, 2)), expected, rtol=1e-5)


@pytest.mark.parametrize(("content", "style"), [("astronaut", "ihc"), ("horse", "color")])
def test_shipped_network_equals_plain_one(plain_transfer, content, style):
    """At full size, where the convolutions of the shipped network are folded."""
    transfer, predict = load_shipped("transfer_768.tflite"), load_shipped("predict_256.tflite")
    bottleneck = predict(read_photograph(style, style_networks.PREDICT_SIDE))
    content_image = read_photograph(content, style_networks.TRANSFER_SIDE)
    image, plain_image = (run(content_image, bottleneck) for run in (transfer, plain_transfer))
    assert image.std() > 0.1
    difference = np.abs(image - plain_image)
    # Where an image is nearly flat, normalization amplifies rounding errors.
    assert difference.mean() <= 1e-3
    assert difference.max() <= 0.01
