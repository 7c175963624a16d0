"""Official MS-G3D weights: what fits loads strictly and says the same, what does not is named."""

from itertools import pairwise

import pytest
import torch
from torch.nn import functional

from engine.architectures.stf import MSG3DConfig
from engine.errors import EngineError
from engine.layouts.kinect_v2 import KINECT_V2
from engine.models.official.ms_g3d import BONES, import_ms_g3d

WIDTHS = (12, 24, 48)
SCALES = {"sgcn": 5, "gcn3d": 4}
PEOPLE, CHANNELS, CLASSES, JOINTS = 2, 3, 7, 25


def conv(name, out, channels, *kernel):
    return {f"{name}.weight": (out, channels, *kernel), f"{name}.bias": (out,)}


def norm(name, features):
    shapes = {f"{name}.{part}": (features,) for part in ("weight", "bias")}
    shapes |= {f"{name}.{part}": (features,) for part in ("running_mean", "running_var")}
    return shapes | {f"{name}.num_batches_tracked": ()}


def graph(name, nodes, scales, channels, out):
    shapes = {f"{name}.A_res": (scales * nodes, nodes)}
    shapes |= conv(f"{name}.mlp.layers.0", out, channels * scales, 1, 1)
    return shapes | norm(f"{name}.mlp.layers.1", out)


def temporal(name, channels, out, stride):
    width, shapes = out // 6, {}
    for branch in range(6):
        shapes |= conv(f"{name}.branches.{branch}.0", width, channels, 1, 1)
        shapes |= norm(f"{name}.branches.{branch}.1", width)
    for branch in range(4):
        shapes |= conv(f"{name}.branches.{branch}.3.conv", width, width, 3, 1)
        shapes |= norm(f"{name}.branches.{branch}.3.bn", width)
    shapes |= norm(f"{name}.branches.4.4", width)
    if stride != 1 or channels != out:
        shapes |= conv(f"{name}.residual.conv", out, channels, 1, 1)
        shapes |= norm(f"{name}.residual.bn", out)
    return shapes


def official_shapes(joints=JOINTS):
    """Names and shapes as the official repository's module tree gives them."""
    shapes = norm("data_bn", PEOPLE * joints * CHANNELS) | conv("fc", CLASSES, WIDTHS[-1])
    for number, (before, width) in enumerate(pairwise((CHANNELS, *WIDTHS)), start=1):
        middle, stride = (width, 1) if number == 1 else (before, 2)
        name = f"sgcn{number}"
        shapes |= graph(f"{name}.0", joints, SCALES["sgcn"], before, middle)
        shapes |= temporal(f"{name}.1", middle, width, stride)
        shapes |= temporal(f"{name}.2", width, width, 1)
        shapes |= temporal(f"tcn{number}", width, width, 1)
        for path, window in enumerate((3, 5)):
            name = f"gcn3d{number}.gcn3d.{path}"
            nodes = window * joints
            shapes |= graph(f"{name}.gcn3d.1", nodes, SCALES["gcn3d"], before, middle)
            shapes |= conv(f"{name}.out_conv", width, middle, 1, window, 1)
            shapes |= norm(f"{name}.out_bn", width)
    return shapes


def official_state(joints=JOINTS, prefix=""):
    random = torch.Generator().manual_seed(0)
    state = {}
    for name, shape in official_shapes(joints).items():
        if name.endswith("num_batches_tracked"):
            tensor = torch.tensor(5)
        elif name.endswith("running_var"):
            tensor = torch.rand(shape, generator=random) + 0.5
        else:
            tensor = torch.randn(shape, generator=random) * 0.1
        state[prefix + name] = tensor
    return state


def loaded(state):
    imported = import_ms_g3d(state)
    network = imported.config.build()
    network.load_state_dict(imported.state, strict=True)
    return network.eval()


@pytest.mark.parametrize("prefix", ["", "module."])
def test_official_weights_load_strictly_and_say_what_they_are(prefix):
    imported = import_ms_g3d(official_state(prefix=prefix))
    assert imported.config == MSG3DConfig(
        joints=JOINTS,
        bones=KINECT_V2.bones,
        people=PEOPLE,
        classes=CLASSES,
        frames=300,
        channels=CHANNELS,
        widths=WIDTHS,
        graph_scales=5,
        window_scales=4,
        windows=(3, 5),
    )
    imported.config.build().load_state_dict(imported.state, strict=True)


def test_kinetics_weights_have_the_official_graph():
    config = import_ms_g3d(official_state(joints=18)).config
    assert config.joints == 18
    edges = {frozenset(bone) for bone in config.bones}
    assert len(edges) == 17
    assert {frozenset(bone) for bone in ((2, 8), (5, 11))} <= edges


def batch_norm(state, name, x):
    parts = (state[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
    return functional.batch_norm(x, *parts)


def official_graph(state, name, x, adjacency):
    """``x`` is (N, C, T, nodes): every scale's channels side by side, scale first."""
    scales = len(adjacency)
    mixing = adjacency.flatten(0, 1) + state[f"{name}.A_res"]
    gathered = torch.einsum("vu,nctu->nctv", mixing, x)
    batch, channels, frames, nodes = x.shape
    gathered = gathered.view(batch, channels, frames, scales, nodes).permute(0, 3, 1, 2, 4)
    joined = gathered.reshape(batch, scales * channels, frames, nodes)
    layer = f"{name}.mlp.layers"
    projected = functional.conv2d(joined, state[f"{layer}.0.weight"], state[f"{layer}.0.bias"])
    return torch.relu(batch_norm(state, f"{layer}.1", projected))


def official_window(state, name, x, adjacency, window, stride):
    """A G3D: frames unfolded into one graph, convolved, and collapsed by a 3D convolution."""
    batch, channels, _, joints = x.shape
    unfolded = functional.unfold(x, (window, 1), stride=(stride, 1), padding=(window // 2, 0))
    unfolded = unfolded.view(batch, channels, window, -1, joints).permute(0, 1, 3, 2, 4)
    unfolded = unfolded.reshape(batch, channels, -1, window * joints)
    found = official_graph(state, f"{name}.gcn3d.1", unfolded, adjacency)
    found = found.view(batch, found.shape[1], -1, window, joints)
    weight, bias = state[f"{name}.out_conv.weight"], state[f"{name}.out_conv.bias"]
    collapsed = functional.conv3d(found, weight, bias).squeeze(3)
    return batch_norm(state, f"{name}.out_bn", collapsed)


def official_temporal(state, name, x, stride=1, activates=True):
    def layer(there, x, **options):
        weight, bias = state[f"{there}.weight"], state[f"{there}.bias"]
        return functional.conv2d(x, weight, bias, **options)

    outs = []
    for branch in range(6):
        there = f"{name}.branches.{branch}"
        last = branch == 5
        out = layer(f"{there}.0", x, stride=(stride, 1) if last else 1)
        out = batch_norm(state, f"{there}.1", out)
        if branch < 4:
            steps = {"stride": (stride, 1), "dilation": (branch + 1, 1)}
            out = layer(f"{there}.3.conv", torch.relu(out), padding=(branch + 1, 0), **steps)
            out = batch_norm(state, f"{there}.3.bn", out)
        elif branch == 4:
            out = functional.max_pool2d(torch.relu(out), (3, 1), (stride, 1), (1, 0))
            out = batch_norm(state, f"{there}.4", out)
        outs.append(out)
    result = torch.cat(outs, dim=1)
    if f"{name}.residual.conv.weight" in state:
        x = layer(f"{name}.residual.conv", x, stride=(stride, 1))
        x = batch_norm(state, f"{name}.residual.bn", x)
    result = result + x
    return torch.relu(result) if activates else result


def official_answer(state, x, network):
    """The whole official network in its own order of axes; only the fixed graphs are ours."""
    batch, channels, frames, joints, people = x.shape
    flat = x.permute(0, 4, 3, 1, 2).reshape(batch, people * joints * channels, frames)
    flat = batch_norm(state, "data_bn", flat)
    x = flat.view(batch * people, joints, channels, frames).permute(0, 2, 3, 1)
    for number, block in enumerate(network.blocks, start=1):
        stride = 1 if number == 1 else 2
        name = f"sgcn{number}"
        out = official_graph(state, f"{name}.0", x, block.graph.adjacency)
        out = official_temporal(state, f"{name}.1", out, stride)
        out = official_temporal(state, f"{name}.2", out, activates=False)
        for path, window in enumerate((3, 5)):
            adjacency = block.window_paths[path].graph.adjacency
            there = f"gcn3d{number}.gcn3d.{path}"
            out = out + official_window(state, there, x, adjacency, window, stride)
        x = official_temporal(state, f"tcn{number}", torch.relu(out))
    pooled = x.view(batch, people, x.shape[1], -1).mean(3).mean(1)
    return functional.linear(pooled, state["fc.weight"], state["fc.bias"])


def test_an_imported_network_answers_as_the_official_one():
    state = official_state()
    network = loaded(state)
    clips = torch.randn(2, CHANNELS, 16, JOINTS, PEOPLE)
    with torch.inference_mode():
        found, expected = network(clips).logits, official_answer(state, clips, network)
    assert expected.std() > 0.01
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-3)


def test_everything_that_does_not_fit_is_named():
    state = official_state()
    del state["tcn2.branches.3.3.conv.bias"]
    state["tcn2.branches.7.bias"] = torch.zeros(3)
    state["gcn3d2.gcn3d.1.out_conv.weight"] = torch.zeros(24, 12, 1, 3, 1)
    with pytest.raises(EngineError) as caught:
        import_ms_g3d(state)
    words = str(caught.value)
    assert "tcn2.branches.3.3.conv.bias is missing" in words
    assert "tcn2.branches.7.bias is not known" in words
    assert (
        "gcn3d2.gcn3d.1.out_conv.weight should be (24, 12, 1, 5, 1), is (24, 12, 1, 3, 1)" in words
    )


def test_a_long_list_of_misfits_is_cut():
    state = {name: tensor for name, tensor in official_state().items() if "tcn3" not in name}
    with pytest.raises(EngineError, match=r"is missing; and \d+ more$"):
        import_ms_g3d(state)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sgcn1.0.A_res": None}, "no official MS-G3D weights: there is no sgcn1.0.A_res"),
        ({"sgcn1.0.A_res": (5 * 20, 20)}, "have 25 or 18 joints, these have 20"),
        ({"data_bn.weight": (151,)}, "151 features are no multiple of 25 joints with 3 channels"),
        ({"fc.weight": (7, 48, 1)}, "fc.weight: 2 axes were expected"),
    ],
)
def test_what_is_no_ms_g3d_is_refused(changes, words):
    state = official_state()
    for name, shape in changes.items():
        if shape is None:
            del state[name]
        else:
            state[name] = torch.zeros(shape)
    with pytest.raises(EngineError, match=words):
        import_ms_g3d(state)


def test_the_message_of_a_state_without_windows_says_so():
    state = {name: each for name, each in official_state().items() if "gcn3d1" not in name}
    with pytest.raises(EngineError, match="there is no gcn3d1"):
        import_ms_g3d(state)


def test_graphs_of_official_data_sets_reach_every_joint():
    assert set(BONES) == {18, 25}
    for joints, bones in BONES.items():
        assert {joint for bone in bones for joint in bone} == set(range(joints))
