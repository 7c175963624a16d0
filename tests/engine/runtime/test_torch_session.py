"""Networks on torch: the same as on onnxruntime, output by output."""

import numpy as np
import pytest
import torch

from engine.errors import ModelPackageError
from engine.formats import read_recording
from engine.layouts import layout_by_id
from engine.runtime import torch_session
from engine.runtime.backends import Backend, Choice, Device, Precision, nvidia_gpus
from engine.runtime.inputs import bodies_of, feeds_of, prepare_people
from engine.runtime.recognizer import open_recognizer
from engine.runtime.session import LOGITS_ONLY, OnnxSession
from engine.runtime.torch_session import Replays, TorchSession, arithmetic, holds, load_network
from tests.engine.runtime.making import random_config, random_network

FAST = Choice(
    backend=Backend.TORCH,
    device=Device.CPU,
    reason="tried in a test",
    fast=(Precision.BF16,),
)


def opened(package, number=0, choice=torch_session.ON_CPU):
    part = package.card.networks[number]
    network = load_network(part.network, package.folder / part.weights.name)
    return TorchSession(network, threads=1, choice=choice)


def graph_of(package, number=0):
    return OnnxSession(package.folder / package.card.networks[number].onnx.name, threads=1)


def assert_agree(first, second, tolerance=1e-4):
    """Every output of the first is in the second and says the same."""
    for name, values in first.items():
        assert values.dtype == second[name].dtype, name
        difference = np.abs(values.astype(np.float64) - second[name])
        assert difference.max() <= tolerance, name


def test_every_output_is_that_of_the_graph(shipped, real_joints):
    feeds = feeds_of(shipped.card, shipped.card.networks[0], real_joints)
    assert_agree(graph_of(shipped).run(feeds), opened(shipped).run(feeds))


def test_so_is_every_output_for_two_people_and_two_streams(pair_package):
    random = np.random.default_rng(0)
    joints = random.standard_normal((5, 4, 16, 20, 2)).astype(np.float32)
    for number, part in enumerate(pair_package.card.networks):
        feeds = feeds_of(pair_package.card, part, joints)
        there, here = (
            graph_of(pair_package, number).run(feeds),
            opened(pair_package, number).run(feeds),
        )
        assert set(there) == set(here)
        assert_agree(there, here)


def test_it_names_the_actions_of_real_clips_as_the_graph_does(shipped, shared_data):
    files = sorted((shared_data / "nw-ucla").rglob("a*.json"))
    chosen = files[:: len(files) // 100][:100]
    layout = layout_by_id(shipped.card.layout_id)
    joints = []
    for path in chosen:
        recording = read_recording(path)
        bodies = bodies_of(recording, recording.positions, layout)
        joints += [each.inputs for each in prepare_people(shipped.card, bodies.positions, (0,))]
    feeds = feeds_of(shipped.card, shipped.card.networks[0], np.concatenate(joints))

    here, there = opened(shipped).run(feeds), graph_of(shipped).run(feeds)

    assert len(here["logits"]) == 100
    np.testing.assert_array_equal(here["logits"].argmax(1), there["logits"].argmax(1))
    assert_agree({"logits": here["logits"]}, {"logits": there["logits"]})


def test_batch_32_does_not_change_an_answer(shipped, real_joints):
    session = opened(shipped)
    feeds = feeds_of(shipped.card, shipped.card.networks[0], real_joints[:32])
    together = session.run(feeds)
    for row in range(32):
        alone = session.run({name: value[row : row + 1] for name, value in feeds.items()})
        of_row = {name: value[row : row + 1] for name, value in together.items()}
        assert_agree({"logits": alone["logits"]}, of_row, 1e-5)
        assert_agree(alone, of_row, 5e-5)  # sharp attention magnifies what rounding leaves


def test_asking_for_the_logits_alone_does_not_change_them(shipped, real_joints):
    session = opened(shipped)
    feeds = feeds_of(shipped.card, shipped.card.networks[0], real_joints)
    alone = session.run(feeds, LOGITS_ONLY)
    assert list(alone) == ["logits"]
    np.testing.assert_array_equal(alone["logits"], session.run(feeds)["logits"])


def test_a_session_computes_on_as_many_threads_as_it_says():
    config = random_config(people=1, channels=3)
    session = TorchSession(random_network(config, seed=0), threads=2)
    assert session.device == "torch on the CPU, 2 threads"
    before = torch.get_num_threads()
    try:
        session.run(config.feeds(np.zeros((1, 3, 16, 20, 1), dtype=np.float32)))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("content", [b"", b"no weights at all"])
def test_a_file_that_holds_no_weights_is_named(shipped, tmp_path, content):
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelPackageError, match=r"broken\.safetensors does not fit"):
        load_network(shipped.card.networks[0].network, path)


def test_weights_of_another_network_are_refused(shipped, pair_package):
    weights = pair_package.folder / pair_package.card.networks[0].weights.name
    with pytest.raises(ModelPackageError, match=r"0\.safetensors does not fit its network"):
        load_network(shipped.card.networks[0].network, weights)


def test_faster_arithmetic_is_kept_where_it_holds(shipped, real_joints, monkeypatch):
    feeds = feeds_of(shipped.card, shipped.card.networks[0], real_joints[:8])
    session = opened(shipped, choice=FAST)
    exact = session.run(feeds)

    monkeypatch.setattr(torch_session, "LARGEST_CHANGE", 0.0)
    session.settle_precision(feeds)
    assert session.precision is Precision.FLOAT32

    monkeypatch.setattr(torch_session, "LARGEST_CHANGE", 0.1)
    session.settle_precision(feeds)
    assert session.precision is Precision.BF16
    quick = session.run(feeds, LOGITS_ONLY)["logits"]
    assert quick.dtype == np.float32
    assert 0 < np.abs(quick - exact["logits"]).max() < 0.5
    # explanations are float32 all the same
    assert_agree(session.run(feeds), exact, 0.0)


def test_arithmetic_holds_only_if_no_first_answer_changes():
    exact = np.float32([[1.0, 1.001], [3.0, 0.0]])
    assert holds(exact, exact)
    assert holds(exact, exact + np.float32(5))
    assert not holds(exact, exact[:, ::-1])
    assert not holds(np.float32([[1.0, 1.001]]), np.float32([[1.001, 1.0]]))
    assert not holds(np.float32([[2.0, 0.0]]), np.float32([[3.0, 0.0]]))


@pytest.mark.parametrize("precision", Precision)
def test_arithmetic_leaves_torchs_settings_as_they_were(precision):
    def settings():
        return (
            torch.backends.cuda.matmul.fp32_precision,
            torch.backends.cudnn.conv.fp32_precision,
            torch.is_autocast_enabled("cpu"),
        )

    before = settings()
    with arithmetic(precision, Device.CPU):
        inside = settings()
    assert settings() == before
    assert inside[:2] == (("ieee",) * 2 if precision is Precision.FLOAT32 else ("tf32",) * 2)
    assert inside[2] == (precision is Precision.BF16)


class Recorder:
    """Stands for a GPU: counts what is recorded, and refuses some shapes."""

    def __init__(self, refused=()):
        self.recorded, self.replayed, self.refused = [], 0, refused

    def __call__(self, evaluate, inputs):
        shape = tuple(inputs[0].shape)
        if shape in self.refused:
            raise RuntimeError("operation not permitted when stream is capturing")
        self.recorded.append(shape)

        def replay(tensors):
            self.replayed += 1
            return evaluate(tensors)

        return replay


def doubled(tensors):
    return {"logits": tensors[0] * 2}


def asked(replays, size, times=1, precision=Precision.FLOAT32):
    for _ in range(times):
        tensor = torch.arange(float(size))
        assert torch.equal(replays.run(precision, doubled, (tensor,))["logits"], tensor * 2)


def test_a_shape_is_recorded_when_it_comes_again_and_replayed_then():
    recorder = Recorder()
    replays = Replays(recorder)
    asked(replays, 3)
    assert (recorder.recorded, recorder.replayed) == ([], 0)
    asked(replays, 3, times=4)
    assert (recorder.recorded, recorder.replayed) == ([(3,)], 4)


def test_each_precision_is_recorded_by_itself():
    recorder = Recorder()
    replays = Replays(recorder)
    asked(replays, 3, times=2)
    asked(replays, 3, times=2, precision=Precision.BF16)
    assert recorder.recorded == [(3,), (3,)]


def test_what_cannot_be_recorded_is_run_plainly_and_not_tried_again():
    recorder = Recorder(refused=((3,),))
    replays = Replays(recorder)
    asked(replays, 3, times=3)
    recorder.refused = ()
    asked(replays, 3, times=3)
    assert recorder.recorded == []


def test_the_shape_used_longest_ago_is_forgotten():
    recorder = Recorder()
    replays = Replays(recorder, places=2)
    asked(replays, 1, times=2)
    asked(replays, 2, times=2)
    asked(replays, 1)
    asked(replays, 3, times=2)
    asked(replays, 1, times=2)
    assert recorder.recorded == [(1,), (2,), (3,)]
    asked(replays, 2, times=2)
    assert recorder.recorded == [(1,), (2,), (3,), (2,)]


@pytest.mark.gpu
def test_on_a_gpu_recorded_runs_say_what_the_processor_says(shipped, real_joints):
    if nvidia_gpus() == 0 or not torch.cuda.is_available():
        pytest.skip("torch sees no GPU here")
    recognizer = open_recognizer(shipped, backend=Backend.TORCH, device=Device.CUDA)
    (session,) = recognizer.sessions
    feeds = feeds_of(shipped.card, shipped.card.networks[0], real_joints)
    expected = opened(shipped).run(feeds)
    for _ in range(3):  # plainly, recorded, replayed
        found = session.run(feeds)
        np.testing.assert_allclose(found["logits"], expected["logits"], atol=1e-4)
        assert holds(expected["logits"], session.run(feeds, LOGITS_ONLY)["logits"])
