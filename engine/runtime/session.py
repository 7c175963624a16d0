"""Running one network of a package: what every backend offers, and onnxruntime's."""

from pathlib import Path
from typing import Protocol

import numpy as np

from engine.architectures.base import Feeds
from engine.errors import EngineError, ModelPackageError
from engine.explain.base import Outputs
from engine.runtime.backends import CPU_PROVIDER, CUDA_PROVIDER, Device, quiet_onnxruntime

LOGITS_ONLY = ("logits",)
"""The outputs of a run that need not explain itself."""
CUDA_OPTIONS = {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}
"""Float32 as on the processor, and no seconds of search at each new length of a batch."""


class Session(Protocol):
    """An opened network. Not for several threads at once."""

    @property
    def device(self) -> str:
        """Where it runs, e.g. ``onnxruntime on the CPU, 2 threads``."""
        ...

    def run(self, feeds: Feeds, only: tuple[str, ...] | None = None) -> Outputs:
        """Evaluate a batch.

        Args:
            feeds: As the network's configuration makes them.
            only: Names of the outputs wanted; what only others need may be left out of the
                computation. None for all.
        """
        ...


class OnnxSession:
    """One network on onnxruntime, whose import takes 0.2 s: not for the main thread."""

    def __init__(self, path: Path, *, threads: int, device: Device = Device.CPU) -> None:
        """Open a graph.

        Args:
            path: An ONNX file.
            threads: Of the CPU.
            device: CUDA only where ``engine.runtime.backends`` found it usable.

        Raises:
            ModelPackageError: The graph cannot be loaded.
            EngineError: CUDA cannot be used after all.
        """
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as failures

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            if device is Device.CUDA:
                with quiet_onnxruntime():
                    self._session = onnxruntime.InferenceSession(
                        str(path), options, providers=[(CUDA_PROVIDER, CUDA_OPTIONS), CPU_PROVIDER]
                    )
            else:
                self._session = onnxruntime.InferenceSession(
                    str(path), options, providers=[CPU_PROVIDER]
                )
        except (
            failures.Fail,
            failures.InvalidGraph,
            failures.InvalidProtobuf,
            failures.InvalidArgument,
            failures.NotImplemented,
            failures.NoSuchFile,
        ) as error:
            raise ModelPackageError(f"{path.name} cannot be loaded: {error}") from error
        if device is Device.CUDA and CUDA_PROVIDER not in self._session.get_providers():
            raise EngineError(
                "onnxruntime does not get to the GPU; choose the processor, and let "
                "'skelarium doctor' say why"
            )
        plural = "s" if threads > 1 else ""
        self._device = (
            "onnxruntime on CUDA, float32"
            if device is Device.CUDA
            else f"onnxruntime on the CPU, {threads} thread{plural}"
        )
        self._names = tuple(output.name for output in self._session.get_outputs())
        self._partly = onnxruntime.RunOptions()
        self._partly.only_execute_path_to_fetches = True

    @property
    def device(self) -> str:
        """Where it runs."""
        return self._device

    def run(self, feeds: Feeds, only: tuple[str, ...] | None = None) -> Outputs:
        """Evaluate a batch."""
        names = self._names if only is None else only
        options = None if only is None else self._partly
        values = self._session.run(list(names), dict(feeds), options)
        return dict(zip(names, map(np.asarray, values), strict=True))
