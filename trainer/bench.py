"""Rates of the networks against a plain matrix product.

``python -m trainer.bench`` prints a line of JSON for each as soon as it is known.
"""

import json
import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

if TYPE_CHECKING:
    from torch import nn

    from engine.architectures.base import Feeds, NetworkConfig
    from engine.runtime.session import Session

PRODUCT_SIZE = 2048
REPEATS = 12
BUDGET_S = 2.0
"""No more repeats of a call once this much time has gone."""
CLASSES, LAYOUT_ID, PEOPLE = 60, "kinect-v2", 2
"""NTU RGB+D 60, on which the papers report."""
SMALL_FRAMES, SMALL_LAYOUT_ID, SMALL_CLASSES = 64, "kinect-v1", 10
"""What the small sizes are for: one person, a Kinect v1 or a camera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A network to measure."""

    kind: str
    size: str
    stream: str = "joint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What was measured of a case in one session."""

    kind: str
    size: str
    stream: str
    session: str
    threads: int
    batch: int
    parameters: int
    gmacs: float
    """Of one clip, counted by torch's FlopCounterMode."""
    ms: float
    """Of the whole batch, the shortest of some calls, with all explanations."""
    clips_per_second: float
    gflops: float
    share: float
    """Of the machine's own rate: the 2048³ product in onnxruntime, same run, same threads."""
    share_of_torch: float
    """Of torch's rate for the same product."""


def best_seconds(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """Shortest of some timed calls after one to warm up: what the machine can do undisturbed."""
    call()
    times: list[float] = []
    while len(times) < repeats and sum(times) < BUDGET_S:
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


def torch_product_rate(threads: int) -> float:
    """GFLOP/s of the same product by torch."""
    import torch

    torch.set_num_threads(threads)
    left, right = torch.randn(2, PRODUCT_SIZE, PRODUCT_SIZE)
    return 2 * PRODUCT_SIZE**3 / best_seconds(lambda: left @ right) / 1e9


def config_of(case: Case) -> "NetworkConfig":
    """The network of a case: ``full`` as the papers run it on NTU, others for one person."""
    from engine.architectures import architecture_by_id
    from engine.architectures.base import NetworkWish
    from engine.layouts import layout_by_id
    from engine.preprocess.streams import Stream, stream_channels

    row = architecture_by_id(case.kind)
    is_full = case.size == row.sizes[0]
    layout = layout_by_id(LAYOUT_ID if is_full else SMALL_LAYOUT_ID)
    return row.configure(
        NetworkWish(
            layout=layout,
            classes=CLASSES if is_full else SMALL_CLASSES,
            frames=row.paper_frames if is_full else SMALL_FRAMES,
            people=PEOPLE if is_full else 1,
            channels=stream_channels(Stream(case.stream), layout.dimensions),
            size=case.size,
        )
    )


def example_clips(config: "NetworkConfig", batch: int) -> "Feeds":
    """What the graph is fed with for clips of people who move at random, always the same."""
    import numpy as np

    random = np.random.default_rng(0)
    shape = (batch, config.channels, config.frames, config.joints, config.people)
    body = random.standard_normal((batch, config.channels, 1, *shape[3:]))
    steps = random.standard_normal(shape).cumsum(axis=2)
    return config.feeds((body + 0.05 * steps).astype(np.float32))


def measure_case(case: Case, threads: tuple[int, ...], batches: tuple[int, ...]) -> Iterator[Rate]:
    """A case in both sessions, with each number of threads, at each size of batch."""
    import torch

    from engine.models.layers import fold_for_inference
    from trainer.export import export_onnx

    torch.manual_seed(0)
    config = config_of(case)
    network = config.build().eval()
    parameters = sum(each.numel() for each in network.parameters())
    gmacs = count_gmacs(network, config)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        export_onnx(network, config, path)
        fold_for_inference(network)
        for count in threads:
            product, torch_product = product_rate(count), torch_product_rate(count)
            for name, session in sessions(network, path, count):
                for batch in batches:
                    feeds = example_clips(config, batch)
                    seconds = best_seconds(partial(session.run, feeds))
                    gflops = 2 * gmacs * batch / seconds
                    product = max(product, product_rate(count))
                    yield Rate(
                        kind=case.kind,
                        size=case.size,
                        stream=case.stream,
                        session=name,
                        threads=count,
                        batch=batch,
                        parameters=parameters,
                        gmacs=round(gmacs, 3),
                        ms=round(seconds * 1000, 2),
                        clips_per_second=round(batch / seconds, 2),
                        gflops=round(gflops, 1),
                        share=round(gflops / product, 3),
                        share_of_torch=round(gflops / torch_product, 3),
                    )


def count_gmacs(network: "nn.Module", config: "NetworkConfig") -> float:
    """Multiply-adds of one clip, in thousands of millions."""
    import numpy as np
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    feeds = [torch.from_numpy(np.asarray(each)) for each in example_clips(config, 1).values()]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(*feeds)
    return float(counter.get_total_flops() / 2e9)


def sessions(network: "nn.Module", graph: Path, threads: int) -> list[tuple[str, "Session"]]:
    """The network in onnxruntime and in torch, both on the CPU."""
    from engine.runtime.session import OnnxSession
    from engine.runtime.torch_session import TorchSession

    return [
        ("onnxruntime", OnnxSession(graph, threads=threads)),
        ("torch", TorchSession(network, threads=threads)),
    ]


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--batch", type=int, nargs="+", default=[1])
    parser.add_argument("--case", nargs=3, metavar=("KIND", "SIZE", "STREAM"), required=True)
    words = parser.parse_args()
    wanted = Case(kind=words.case[0], size=words.case[1], stream=words.case[2])
    for rate in measure_case(wanted, tuple(words.threads), tuple(words.batch)):
        sys.stdout.write(json.dumps(asdict(rate)) + "\n")
        sys.stdout.flush()
