"""Running a network's ONNX graph."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.arrays import FloatArray
from engine.errors import ModelPackageError

Outputs = dict[str, NDArray[np.generic]]


class OnnxSession:
    """One network on onnxruntime. Importing onnxruntime takes a fifth of a second: make it off the main thread."""

    def __init__(self, path: Path, *, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises classes of its own making
            raise ModelPackageError(f"{path.name} cannot be loaded: {error}") from error
        self._names = [output.name for output in self._session.get_outputs()]

    def run(self, inputs: FloatArray) -> Outputs:
        """Evaluate ``(N, C, T, V, M)`` float32; returns every output by name."""
        values = self._session.run(self._names, {"input": inputs})
        return dict(zip(self._names, values, strict=True))
