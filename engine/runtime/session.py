"""Running a network's ONNX graph."""

from dataclasses import dataclass
from pathlib import Path

from engine.arrays import FloatArray, IntArray
from engine.errors import ModelPackageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What a network's graph returns; N is the batch, S its shortened time."""

    logits: FloatArray
    """``(N, K)``."""
    focal_scores: FloatArray
    """``(N, M, S, V)``."""
    focal_joints: IntArray
    """``(N, M, S, k)``."""
    part_attention: FloatArray
    """``(N, M, S, H, k, P)``."""


class OnnxSession:
    """One network on onnxruntime, whose import takes 0.2 s: not for the main thread."""

    def __init__(self, path: Path, *, threads: int) -> None:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as failures

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
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
        self._names = [output.name for output in self._session.get_outputs()]

    def run(self, inputs: FloatArray) -> Outputs:
        """Evaluate ``(N, C, T, V, M)`` float32."""
        values = self._session.run(self._names, {"input": inputs})
        return Outputs(**dict(zip(self._names, values, strict=True)))
