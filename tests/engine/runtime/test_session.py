"""Graphs on onnxruntime."""

import numpy as np
import pytest

from engine.errors import EngineError, ModelPackageError
from engine.runtime.backends import Device, nvidia_gpus, onnxruntime_has_cuda
from engine.runtime.inputs import feeds_of
from engine.runtime.session import LOGITS_ONLY, OnnxSession


@pytest.mark.parametrize("content", [b"", b"not a graph at all", b"\x08\x07" * 50])
def test_a_graph_that_cannot_be_loaded_is_named(tmp_path, content):
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelPackageError, match=r"broken\.onnx cannot be loaded"):
        OnnxSession(path, threads=1)


def test_a_session_says_where_it_runs(shipped):
    graph = shipped.folder / shipped.card.networks[0].onnx.name
    assert OnnxSession(graph, threads=1).device == "onnxruntime on the CPU, 1 thread"
    assert OnnxSession(graph, threads=2).device == "onnxruntime on the CPU, 2 threads"


def test_cuda_that_does_not_come_is_an_error_and_no_silent_fall_back(shipped, capfd):
    if nvidia_gpus() > 0 and onnxruntime_has_cuda():
        pytest.skip("CUDA does come on this machine")
    graph = shipped.folder / shipped.card.networks[0].onnx.name
    with pytest.raises(EngineError, match="does not get to the GPU"):
        OnnxSession(graph, threads=1, device=Device.CUDA)
    assert capfd.readouterr() == ("", "")


def test_batch_32_does_not_change_an_answer(shipped, real_joints):
    (part,) = shipped.card.networks
    session = OnnxSession(shipped.folder / part.onnx.name, threads=1)
    feeds = feeds_of(shipped.card, part, real_joints[:32])

    together = session.run(feeds)

    assert len(together["logits"]) == 32
    for row in range(32):
        alone = session.run({name: value[row : row + 1] for name, value in feeds.items()})
        for name, values in alone.items():
            difference = np.abs(values[0].astype(np.float64) - together[name][row]).max()
            assert difference <= 1e-5, (name, row)


def test_asking_for_the_logits_alone_does_not_change_them(shipped, real_joints):
    (part,) = shipped.card.networks
    session = OnnxSession(shipped.folder / part.onnx.name, threads=1)
    feeds = feeds_of(shipped.card, part, real_joints)

    alone = session.run(feeds, LOGITS_ONLY)

    assert list(alone) == ["logits"]
    np.testing.assert_array_equal(alone["logits"], session.run(feeds)["logits"])


@pytest.mark.gpu
def test_on_a_gpu_every_output_is_that_of_the_processor(shipped, real_joints):
    if nvidia_gpus() == 0 or not onnxruntime_has_cuda():
        pytest.skip("onnxruntime has no GPU here")
    (part,) = shipped.card.networks
    graph = shipped.folder / part.onnx.name
    feeds = feeds_of(shipped.card, part, real_joints)
    here = OnnxSession(graph, threads=1).run(feeds)
    there = OnnxSession(graph, threads=1, device=Device.CUDA).run(feeds)
    np.testing.assert_array_equal(here["logits"].argmax(1), there["logits"].argmax(1))
    np.testing.assert_allclose(here["logits"], there["logits"], atol=1e-4)
