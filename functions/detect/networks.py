"""Sessions of the networks."""

from functools import cache

import onnxruntime

from detector_model import get_model_path


@cache
def load_session(name: str) -> onnxruntime.InferenceSession:
    """Return the session of a network of detector_model, which several threads may share.

    Each call uses one thread: two cores process two images sooner in parallel than one after the other. The network for
    subjects runs once in a call of the function, so the memory of its activations, 0.4 GB, goes back at once.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = name != "subject"
    return onnxruntime.InferenceSession(str(get_model_path(name)), options, providers=["CPUExecutionProvider"])
