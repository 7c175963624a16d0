"""Running one network on torch: on the processor, or on a GPU with recorded runs.

On a GPU the time of a small network goes into starting its hundreds of kernels. A run of fixed
shapes is therefore recorded once as a CUDA graph and replayed as a whole.

Faster arithmetic than float32 serves only runs that want nothing but the answer, and only where it
has been seen to hold on real movement: the same first answer everywhere, and no probability off by
more than ``LARGEST_CHANGE``. Explanations are always computed in float32: a network that selects
joints can swap two of nearly equal score when their last digits go.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.architectures.base import Feeds, NetworkConfig
from engine.arrays import FloatArray
from engine.errors import EngineError, ModelPackageError
from engine.explain.base import Outputs
from engine.runtime.backends import Backend, Choice, Device, Precision, let_threads_sleep
from engine.runtime.fusion import softmax
from engine.runtime.session import LOGITS_ONLY

if TYPE_CHECKING:
    from torch import Tensor, nn

LARGEST_CHANGE = 0.005
"""Half of the last of the two digits that the window shows of a probability."""
SHAPES_KEPT = 4
"""Recorded runs a session keeps; each holds the memory of all its activations."""
WARM_UPS = 3
"""Plain runs before one is recorded: libraries choose their kernels in them (torch's notes on CUDA
graphs)."""

Tensors = tuple["Tensor", ...]
Results = dict[str, "Tensor"]
Evaluate = Callable[[Tensors], Results]
Record = Callable[[Evaluate, Tensors], Evaluate]
Key = tuple[Precision, tuple[tuple[int, ...], ...]]

ON_CPU = Choice(backend=Backend.TORCH, device=Device.CPU, reason="torch asked for")


class TorchSession:
    """One network on torch, whose import takes 0.8 s: not in the window's process."""

    def __init__(self, network: "nn.Module", *, threads: int, choice: Choice = ON_CPU) -> None:
        """Take a network over.

        Args:
            network: Folded, in evaluation mode; moved to the device.
            threads: Of the CPU.
            choice: The device, and the arithmetic that ``settle_precision`` may try.
        """
        self._network = network.to(choice.device.value)
        self._threads = threads
        self._choice = choice
        self._precision = Precision.FLOAT32
        self._replays = Replays(record_on_gpu) if choice.device is Device.CUDA else None

    @property
    def device(self) -> str:
        """Where it runs."""
        if self._choice.device is Device.CUDA:
            return f"torch on CUDA, {self._precision.value}"
        return f"torch on the CPU, {self._threads} thread{'s' if self._threads > 1 else ''}"

    @property
    def precision(self) -> Precision:
        """Arithmetic of runs that want the logits only."""
        return self._precision

    def run(self, feeds: Feeds, only: tuple[str, ...] | None = None) -> Outputs:
        """Evaluate a batch."""
        return self._run(feeds, only, self._precision if only == LOGITS_ONLY else Precision.FLOAT32)

    def settle_precision(self, feeds: Feeds) -> None:
        """Keep the first of the choice's fast kinds of arithmetic that holds.

        Args:
            feeds: Real movement, of several clips.
        """
        exact = self._logits(feeds, Precision.FLOAT32)
        for precision in self._choice.fast:
            if holds(exact, self._logits(feeds, precision)):
                self._precision = precision
                return

    def _logits(self, feeds: Feeds, precision: Precision) -> FloatArray:
        return np.asarray(self._run(feeds, LOGITS_ONLY, precision)["logits"], dtype=np.float32)

    def _run(self, feeds: Feeds, only: tuple[str, ...] | None, precision: Precision) -> Outputs:
        import torch

        if self._choice.device is Device.CPU and torch.get_num_threads() != self._threads:
            torch.set_num_threads(self._threads)
        inputs = tuple(
            torch.from_numpy(np.require(value, requirements=("C", "W"))) for value in feeds.values()
        )

        def evaluate(tensors: Tensors) -> Results:
            with arithmetic(precision, self._choice.device):
                made = self._network(*(each.to(self._choice.device.value) for each in tensors))
            return {
                name: value
                for name, value in zip(made._fields, made, strict=True)
                if value is not None
            }

        with torch.inference_mode():
            if self._replays is None:
                results = evaluate(inputs)
            else:
                results = self._replays.run(precision, evaluate, inputs)
            names = tuple(results) if only is None else only
            return {name: as_array(results[name]) for name in names}


def as_array(value: "Tensor") -> np.ndarray:
    """A tensor's values, of its own; floating-point ones as float32."""
    return (value.float() if value.is_floating_point() else value).cpu().numpy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How far answers have moved that should be the same."""

    answers: int
    """First answers that are others now."""
    largest: float
    """Of a probability."""

    @property
    def is_small(self) -> bool:
        """Whether nobody would notice."""
        return self.answers == 0 and self.largest <= LARGEST_CHANGE


def change_between(exact: FloatArray, other: FloatArray) -> Change:
    """What differs between two sets of logits ``(N, K)`` of the same clips."""
    return Change(
        answers=int((exact.argmax(axis=1) != other.argmax(axis=1)).sum()),
        largest=float(np.abs(softmax(exact) - softmax(other)).max(initial=0.0)),
    )


def holds(exact: FloatArray, fast: FloatArray) -> bool:
    """Whether logits ``(N, K)`` of faster arithmetic give the same answers as exact ones."""
    return change_between(exact, fast).is_small


@contextmanager
def arithmetic(precision: Precision, device: Device) -> Iterator[None]:
    """Compute in a precision; torch's own settings are put back afterwards.

    Torch lets convolutions on a GPU use TF32 unless told not to.
    """
    import torch

    products = torch.backends.cuda.matmul
    convolutions = torch.backends.cudnn.conv  # type: ignore[attr-defined]
    kept = products.fp32_precision, convolutions.fp32_precision
    mode = "ieee" if precision is Precision.FLOAT32 else "tf32"
    products.fp32_precision = convolutions.fp32_precision = mode
    is_bf16 = precision is Precision.BF16
    try:
        # a cache of converted weights would not outlive the recording of a run
        with torch.autocast(
            device.value, dtype=torch.bfloat16, enabled=is_bf16, cache_enabled=False
        ):
            yield
    finally:
        products.fp32_precision, convolutions.fp32_precision = kept


class Replays:
    """Runs of fixed shapes: recorded when a shape comes for the second time, then replayed.

    Shapes that come once, such as those of sparse networks, are not worth recording; what cannot be
    recorded is run plainly ever after.
    """

    def __init__(self, record: Record, places: int = SHAPES_KEPT) -> None:
        self._record = record
        self._places = places
        self._known: OrderedDict[Key, Evaluate | None] = OrderedDict()

    def run(self, precision: Precision, evaluate: Evaluate, inputs: Tensors) -> Results:
        """Evaluate inputs, by a recorded run where there is one.

        The results' memory belongs to the recorded run: copy them before the next one.
        """
        key = (precision, tuple(tuple(each.shape) for each in inputs))
        if key not in self._known:
            self._keep(key, None)
            return evaluate(inputs)
        replay = self._known[key]
        if replay is None:
            try:
                replay = self._record(evaluate, inputs)
            except RuntimeError:  # torch's for all that a graph cannot hold, and for lack of memory
                replay = evaluate
        self._keep(key, replay)
        return replay(inputs)

    def _keep(self, key: Key, replay: Evaluate | None) -> None:
        self._known[key] = replay
        self._known.move_to_end(key)
        while len(self._known) > self._places:
            self._known.popitem(last=False)


def record_on_gpu(evaluate: Evaluate, inputs: Tensors) -> Evaluate:
    """Record a run as a CUDA graph.

    Args:
        evaluate: What to record; waits for nothing and takes no memory that depends on values.
        inputs: Of the shapes wanted.

    Returns:
        Evaluates other inputs of those shapes into the same results.

    Raises:
        RuntimeError: The run cannot be recorded.
    """
    import torch

    buffers = tuple(each.to(Device.CUDA.value, copy=True) for each in inputs)
    aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(WARM_UPS):
            evaluate(buffers)
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        results = evaluate(buffers)

    def replay(tensors: Tensors) -> Results:
        for buffer, tensor in zip(buffers, tensors, strict=True):
            buffer.copy_(tensor)
        graph.replay()
        return results

    return replay


def load_network(config: NetworkConfig, weights: Path) -> "nn.Module":
    """A package's network, ready for inference on the CPU.

    Args:
        config: Of the card.
        weights: A safetensors file.

    Raises:
        EngineError: torch cannot be loaded.
        ModelPackageError: The weights are not those of the network.
    """
    let_threads_sleep()
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        from engine.models.layers import fold_for_inference
    except (ImportError, OSError) as error:
        raise EngineError(
            f"torch cannot be loaded ({error}); use onnxruntime, or let 'skelarium doctor' say more"
        ) from error
    network = config.build()
    try:
        network.load_state_dict(load_file(weights))
    except (SafetensorError, RuntimeError, OSError) as error:
        words = " ".join(str(error).split())
        raise ModelPackageError(f"{weights.name} does not fit its network: {words}") from error
    network.eval()
    fold_for_inference(network)
    return network
