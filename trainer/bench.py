"""Rates of the networks against a plain matrix product; ``python -m trainer.bench`` prints JSON."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

PRODUCT_SIZE = 2048
REPEATS = 12


def best_seconds(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """Shortest of some timed calls after two to warm up: what the machine can do undisturbed."""
    for _ in range(2):
        call()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return min(times)


def product_rate(threads: int) -> float:
    """GFLOP/s of a 2048³ float32 matrix product by onnxruntime, which runs the networks too.

    It is the fastest there is: torch and numpy reach about half of it on processors by AMD.
    """
    import numpy as np
    import onnxruntime
    from onnx import TensorProto, helper

    shape = [PRODUCT_SIZE, PRODUCT_SIZE]
    left, right, out = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("a", "b", "c")
    )
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["a", "b"], ["c"])], "product", [left, right], [out]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    random = np.random.default_rng(0)
    inputs = {name: random.standard_normal(shape).astype(np.float32) for name in ("a", "b")}
    return 2 * PRODUCT_SIZE**3 / best_seconds(lambda: session.run(["c"], inputs)) / 1e9


def network_rate(size: str, threads: int) -> dict[str, float]:
    """Time and rate of an FG-STFormer of a size on onnxruntime, batch 1.

    ``full`` is the paper's for NTU (128 frames, two people), others take a clip of 52 frames and
    one person.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from engine.architectures.fg_stformer import SIZES, config_for
    from engine.layouts import layout_by_id
    from engine.models.fg_stformer import FGSTFormer
    from engine.runtime.session import OnnxSession
    from trainer.export import example_input, export_onnx

    full = size == "full"
    config = config_for(
        layout_by_id("kinect-v2" if full else "kinect-v1"),
        classes=60 if full else 10,
        people=2 if full else 1,
        frames=128 if full else 52,
        widths=SIZES[size],
    )
    network = FGSTFormer(config).eval()
    inputs = example_input(config, 1)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.from_numpy(inputs))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        export_onnx(network, path)
        session = OnnxSession(path, threads=threads)
        seconds = best_seconds(lambda: session.run(inputs))
    flops = counter.get_total_flops()
    return {
        "gmacs": round(flops / 2e9, 3),
        "ms": round(seconds * 1000, 2),
        "gflops": round(flops / seconds / 1e9, 1),
    }


def measure(threads: int) -> dict[str, object]:
    """All rates with the same number of threads."""
    import torch

    torch.set_num_threads(threads)
    before = product_rate(threads)
    full = network_rate("full", threads)
    small = network_rate("small", threads)
    product = max(before, product_rate(threads))
    return {
        "threads": threads,
        "matrix_product_gflops": round(product, 1),
        "fg_stformer_full": full,
        "fg_stformer_small": small,
        "full_to_matrix_product": round(full["gflops"] / product, 3),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1)) + "\n")
