"""What onnxruntime can compute with."""

import onnx

from engine.probes.providers import ONE_NODE_MODEL, provider_facts, reason

MISSING_LIBRARY = """
[E:onnxruntime:Default] Failed to load library /x/libonnxruntime_providers_cuda.so with error: \
libcublasLt.so.13: cannot open shared object file: No such file or directory
[W:onnxruntime:Default] Failed to create CUDAExecutionProvider. Require cuDNN 9.* and CUDA 13.*. \
Please install all dependencies as mentioned in the GPU requirements page.
"""


def test_the_smallest_model_is_a_valid_one() -> None:
    model = onnx.load_from_string(ONE_NODE_MODEL)
    onnx.checker.check_model(model)
    assert [node.op_type for node in model.graph.node] == ["Identity"]


def test_the_processor_is_usable() -> None:
    usable = [fact.name for fact in provider_facts() if fact.is_usable]
    assert usable[-1] == "CPUExecutionProvider"


def test_the_missing_library_is_the_reason() -> None:
    assert reason(MISSING_LIBRARY).startswith("libcublasLt.so.13: cannot open")


def test_else_the_requirements_are_the_reason() -> None:
    complaint = MISSING_LIBRARY.split("\n")[2]
    assert reason(complaint) == "Require cuDNN 9.* and CUDA 13.*"


def test_silence_has_a_name_too() -> None:
    assert reason("") == "it gave no reason"
