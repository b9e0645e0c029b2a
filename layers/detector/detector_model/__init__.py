"""The networks that look at artwork and pictures, as ONNX files, and the labels of the object detector's classes.

detector.onnx is SSDLite MobileNet v2 (Sandler et al. 2018, arXiv:1801.04381), trained on COCO. classifier.onnx is
EfficientNet-Lite0, trained on ImageNet. faces.onnx is MediaPipe's full-range face detector. subject.onnx is U²-Net-p
(Qin et al. 2020, arXiv:2005.09007). The modules of the same names in scripts/models export them and document their
inputs and outputs.
"""

from importlib.resources import files
from pathlib import Path

# Width and height of the object detector's input, whose shape is (n, 300, 300, 3).
INPUT_SIDE_PIXELS = 300

# The 80 classes of COCO in the order of the scores, whose shape is (n, 80, 1917).
# fmt: off
LABELS = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis",
    "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard",
    "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich",
    "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed",
    "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave", "oven",
    "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier",
    "toothbrush",
)
# fmt: on


def get_model_path(name: str) -> Path:
    """Return the path of an ONNX file: detector (17 MB), classifier (19 MB), faces (2 MB) or subject (5 MB)."""
    return Path(str(files(__name__) / f"{name}.onnx"))
