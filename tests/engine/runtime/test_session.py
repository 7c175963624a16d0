import pytest

from engine.errors import ModelPackageError
from engine.runtime.session import OnnxSession


@pytest.mark.parametrize("content", [b"", b"not a graph at all", b"\x08\x07" * 50])
def test_a_graph_that_cannot_be_loaded_is_named(tmp_path, content):
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelPackageError, match=r"broken\.onnx cannot be loaded"):
        OnnxSession(path, threads=1)
