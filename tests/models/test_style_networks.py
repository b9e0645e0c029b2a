"""The TFLite graphs against the ONNX graphs that their weights come from, on the demo photographs."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from scripts import assets
from scripts.benchmark.peers import plain as plain_network
from scripts.models import network, style_networks

SIDE = 384  # the size that the original transfer graph is fixed to
PAIRS = [
    ("astronaut", "ihc"),
    ("chelsea", "motorcycle_left"),
    ("coffee", "retina"),
    ("rocket", "hubble_deep_field"),
    ("motorcycle_left", "grass"),
    ("chelsea", "color"),
]


@pytest.fixture(scope="module")
def graphs() -> dict[str, bytes]:
    source = assets.style_networks()
    return {
        "predict": style_networks.predict(source / "arbitrary_predict.onnx"),
        "transform": style_networks.transfer(source / "arbitrary_transform.onnx", SIDE),
    }


@pytest.fixture(scope="module")
def plain():
    source = assets.style_networks() / "arbitrary_transform.onnx"
    content = plain_network.transfer(source, style_networks.TRANSFER_SIDE)
    return tflite_runner(Interpreter(model_content=content, num_threads=2))


@pytest.fixture(scope="module")
def ours(graphs):
    interpreters = {name: Interpreter(model_content=content, num_threads=2) for name, content in graphs.items()}
    return {name: tflite_runner(interpreter) for name, interpreter in interpreters.items()}


def tflite_runner(interpreter):
    interpreter.allocate_tensors()

    def run(*inputs):
        for detail, values in zip(interpreter.get_input_details(), inputs, strict=True):
            interpreter.set_tensor(detail["index"], values)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    return run


def onnx_runner(model: onnx.ModelProto):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # ONNX Runtime 1.16 loses the axis of a DequantizeLinear node that it duplicates.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def run(*inputs):
        return session.run(None, {i.name: values for i, values in zip(session.get_inputs(), inputs, strict=True)})[0]

    return run


def original(name: str) -> onnx.ModelProto:
    return onnx.load(str(assets.style_networks() / f"arbitrary_{name}.onnx"))


def without_quantized_activations(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with every pair of quantizing nodes on activations taken out: what was trained, in float."""
    weights = {tensor.name for tensor in model.graph.initializer}
    same_as: dict[str, str] = {}
    kept = []
    for node in model.graph.node:
        if node.op_type in {"QuantizeLinear", "DequantizeLinear"} and node.input[0] not in weights:
            same_as[node.output[0]] = same_as.get(node.input[0], node.input[0])
        else:
            node.input[:] = [same_as.get(name, name) for name in node.input]
            kept.append(node)
    (output,) = model.graph.output
    if output.name in same_as:
        kept.append(onnx.helper.make_node("Identity", [same_as[output.name]], [output.name]))
    del model.graph.node[:], model.graph.value_info[:]
    model.graph.node.extend(kept)
    return model


def square(name: str, side: int) -> np.ndarray:
    picture = Image.open(assets.pictures()[name]).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(picture, np.float32)[None] / 255


@pytest.fixture(scope="module")
def quantized():
    return {name: onnx_runner(original(name)) for name in ("predict", "transform")}


@pytest.fixture(scope="module")
def unquantized():
    return {name: onnx_runner(without_quantized_activations(original(name))) for name in ("predict", "transform")}


@pytest.mark.parametrize(("content", "style"), PAIRS)
def test_the_float_networks_give_the_pictures_of_the_quantized_originals(ours, quantized, content, style):
    pictures = [
        networks["transform"](square(content, SIDE), networks["predict"](square(style, style_networks.PREDICT_SIDE)))
        for networks in (ours, quantized)
    ]
    assert pictures[0].shape == (1, SIDE, SIDE, 3)
    assert np.abs(pictures[0] - pictures[1]).mean() <= 0.03


@pytest.mark.parametrize(("content", "style"), [*PAIRS, ("horse", "color")])
def test_without_the_quantization_of_activations_nothing_differs(ours, unquantized, content, style):
    bottlenecks = [networks["predict"](square(style, style_networks.PREDICT_SIDE)) for networks in (ours, unquantized)]
    np.testing.assert_allclose(*bottlenecks, atol=1e-4)
    pictures = [networks["transform"](square(content, SIDE), bottlenecks[0]) for networks in (ours, unquantized)]
    np.testing.assert_allclose(*pictures, atol=1e-3)


def test_a_build_gives_the_same_bytes_each_time(tmp_path: Path):
    first, second = (style_networks.build(tmp_path / name) for name in ("one", "two"))
    assert [file.name for file in first] == ["predict_256.tflite", "transfer_768.tflite"]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def test_a_folded_kernel_convolves_a_folded_row_as_the_plain_one_does():
    numbers = np.random.default_rng(0)
    kernel, row = numbers.normal(size=(2, 1, 9, 3)).astype(np.float32), numbers.normal(size=(16, 3))
    plain = [[np.sum(kernel[out, 0] * row[x : x + 9]) for out in range(2)] for x in range(8)]
    folded, row_of_four = network.folded_kernel(kernel, 4), row.reshape(4, 12)
    ours = [[np.sum(folded[out, 0] * row_of_four[x : x + 3]) for out in range(8)] for x in range(2)]
    np.testing.assert_allclose(np.reshape(ours, (8, 2)), plain, rtol=1e-5)


@pytest.mark.parametrize(("content", "style"), [("astronaut", "ihc"), ("coffee", "retina"), ("horse", "color")])
def test_the_network_as_it_is_shipped_gives_the_pictures_of_the_plain_graph(plain, content, style):
    """At full size, where its convolutions are folded."""
    shipped = tflite_runner(Interpreter(model_path=str(files("style_networks") / "transfer_768.tflite"), num_threads=2))
    predict = tflite_runner(Interpreter(model_path=str(files("style_networks") / "predict_256.tflite"), num_threads=2))
    inputs = square(content, style_networks.TRANSFER_SIDE), predict(square(style, style_networks.PREDICT_SIDE))
    pictures = [network(*inputs) for network in (shipped, plain)]
    assert pictures[0].std() > 0.1
    difference = np.abs(pictures[0] - pictures[1])
    # Where a picture is nearly flat, its normalisation enlarges the last digits.
    assert difference.mean() <= 1e-3
    assert difference.max() <= 0.01
