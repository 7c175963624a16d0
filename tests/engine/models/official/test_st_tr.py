"""Official ST-TR weights: names and shapes, and the same answers as the official layout of axes.

The reference below computes the networks as their own repository lays them out, ``(B, C, T, V)``
with official names, by einsum over every index; it shares nothing with our modules.
"""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.architectures.st_tr import STTRConfig
from engine.errors import EngineError
from engine.layouts.kinect_v2 import KINECT_V2
from engine.models.official.st_tr import config_of_shapes, import_st_tr, official_shapes

State = dict[str, Tensor]
HEADS = 8


def official_state(config: STTRConfig, prefix: str = "") -> State:
    """Random tensors of the official names and shapes."""
    source = torch.Generator().manual_seed(0)
    state = {}
    for name, shape in official_shapes(config).items():
        tensor = torch.randn(shape, generator=source) * 0.2
        if name.endswith("num_batches_tracked"):
            tensor = torch.tensor(7)
        elif name.endswith(("running_var", "bn.weight", "down.1.weight")):
            tensor = tensor.abs() + 0.5
        elif len(shape) == 4:
            # attention that is far from even
            gain = 20 if "qkv" in name else 5
            tensor = tensor * gain / (shape[1] * shape[2] * shape[3]) ** 0.5
        state[prefix + name] = tensor
    return state


def ntu(**changes: object) -> STTRConfig:
    settings = {"kind": "s-tr", "parents": KINECT_V2.parents, "people": 2, "classes": 60}
    return STTRConfig(**(settings | changes))


NARROW = (32,) * 4 + (64,) * 5
"""Widths that a test can afford."""
CASES = pytest.mark.parametrize(
    ("changes", "entries"),
    [
        pytest.param({"kind": "s-tr"}, 228, id="s-tr"),
        pytest.param({"kind": "t-tr"}, 272, id="t-tr"),
        pytest.param({"kind": "t-tr", "adaptive": True}, 413, id="t-tr-agcn"),
        pytest.param({"kind": "t-tr", "channels": 6}, 272, id="t-tr with bones"),
    ],
)


@CASES
def test_the_official_state_dict_has_its_number_of_entries(changes, entries):
    assert len(official_shapes(ntu(**changes))) == entries


def test_the_official_names_and_shapes_are_those_that_users_quote():
    shapes = official_shapes(
        ntu(kind="t-tr", channels=6, widths=(128,) * 3 + (256,) * 3 + (512,) * 3)
    )
    assert shapes["backbone.3.tcn1.qkv_conv.weight"] == (384, 256, 1, 2)
    assert shapes["backbone.4.tcn1.qkv_conv.weight"] == (384, 256, 1, 1)
    assert shapes["backbone.4.tcn1.attn_out.weight"] == (256, 256, 1, 1)
    assert shapes["backbone.3.gcn1.conv_list.0.weight"] == (256, 134, 1, 1)
    assert shapes["backbone.3.down1.conv.weight"] == (256, 134, 1, 1)
    assert shapes["data_bn.running_mean"] == (300,)
    assert shapes["fcn.weight"] == (60, 512, 1)
    shapes = official_shapes(ntu())
    assert shapes["backbone.3.gcn1.attention_conv.qkv_conv.weight"] == (192, 67, 1, 1)
    assert shapes["backbone.3.gcn1.data_bn.weight"] == (67 * 25,)
    assert shapes["gcn0.mask"] == (3, 25, 25)
    assert shapes["tcn0.conv.weight"] == (64, 64, 9, 1)
    assert shapes["person_bn.weight"] == (256,)


@CASES
def test_official_weights_load_strictly_and_say_what_they_are(changes, entries):
    config = ntu(**changes)
    state = official_state(config, prefix="module.")
    assert len(state) == entries
    imported = import_st_tr(state)
    assert imported.config == config
    network = imported.config.build()
    network.load_state_dict(imported.state, strict=True)
    kept = sum(tensor.numel() for tensor in imported.state.values())
    assert kept == sum(tensor.numel() for tensor in state.values())


KINETICS = {
    "parents": (1, 1, 1, 2, 3, 1, 5, 6, 2, 8, 9, 5, 11, 12, 0, 0, 14, 15),
    "frames": 150,
    "convolution_dropout": 0.0,
}


def test_kinetics_weights_have_their_own_graph_and_length():
    config = ntu(kind="t-tr", classes=400, widths=NARROW, **KINETICS)
    imported = import_st_tr(official_state(config))
    assert imported.config == config
    imported.config.build().load_state_dict(imported.state, strict=True)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"kind": "s-tr"}, id="s-tr"),
        pytest.param({"kind": "t-tr"}, id="t-tr"),
        pytest.param({"kind": "t-tr", "adaptive": True}, id="t-tr-agcn"),
        pytest.param({"kind": "t-tr", "concat_original": False}, id="t-tr without the input"),
        pytest.param({"kind": "t-tr", "adaptive": True} | KINETICS, id="t-tr-agcn of 18 joints"),
    ],
)
def test_an_imported_network_answers_as_the_official_layout_does(changes):
    state = official_state(ntu(widths=NARROW, classes=10, **changes))
    imported = import_st_tr(state)
    network = imported.config.build()
    network.load_state_dict(imported.state, strict=True)
    network.double().eval()  # so that nothing but rounding of the last digits is allowed
    shape = (2, 3, 12, imported.config.joints, 2)
    clips = torch.randn(shape, generator=torch.Generator().manual_seed(1)).double()
    with torch.inference_mode():
        output = network(clips)
        logits, attention = reference({name: each.double() for name, each in state.items()}, clips)
    ours = output.spatial_attention if changes["kind"] == "s-tr" else output.temporal_attention
    torch.testing.assert_close(output.logits, logits, atol=1e-7, rtol=1e-7)
    torch.testing.assert_close(ours.flatten(0, 1), attention, atol=1e-7, rtol=1e-7)
    assert logits.std() > 0.01
    assert attention.std() > 0.01


def test_missing_unknown_and_misshaped_entries_are_named_together():
    state = official_state(ntu(widths=NARROW, classes=10))
    del state["backbone.5.gcn1.bn.bias"]
    state["backbone.5.extra.weight"] = torch.zeros(2)
    state["backbone.7.tcn1.conv.weight"] = torch.zeros(64, 64, 7, 1)
    with pytest.raises(EngineError) as caught:
        import_st_tr(state)
    words = str(caught.value)
    assert "backbone.5.gcn1.bn.bias is missing" in words
    assert "backbone.5.extra.weight is not known" in words
    assert "backbone.7.tcn1.conv.weight should be (64, 64, 9, 1), is (64, 64, 7, 1)" in words


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("gcn0.mask", None, "no official ST-TR weights: there is no gcn0.mask"),
        ("gcn0.mask", (3, 20, 20), "no multiple of 20 joints"),
        ("data_bn.weight", (151,), "data_bn.weight: 151 features"),
        ("fcn.weight", (60,), "fcn.weight: 3 axes were expected"),
        ("backbone.4.gcn1.bn.weight", (30,), "multiple of 32"),
    ],
)
def test_shapes_that_make_no_sense_are_refused_with_words(name, shape, words):
    shapes = official_shapes(ntu(widths=NARROW))
    if shape is None:
        del shapes[name]
    else:
        shapes[name] = shape
    with pytest.raises(EngineError, match=words):
        config_of_shapes(shapes)


def test_weights_without_attention_are_refused():
    shapes = {
        name: shape
        for name, shape in official_shapes(ntu(widths=NARROW)).items()
        if "attention_conv" not in name
    }
    with pytest.raises(EngineError, match="no unit of these weights has attention"):
        config_of_shapes(shapes)


def test_a_skeleton_of_another_size_is_refused():
    state = official_state(ntu(widths=NARROW, parents=(0,) * 21))
    with pytest.raises(EngineError, match="25 or 18 joints, these have 21"):
        import_st_tr(state)


# -- the reference: official axes and names, index by index


def reference(state: State, clips: Tensor) -> tuple[Tensor, Tensor]:
    """Logits ``(N, K)`` and the attention of the last unit, of clips ``(N, C, T, V, M)``."""
    people = clips.shape[-1]
    raw = torch.cat([clips[n, ..., m][None] for n in range(len(clips)) for m in range(people)])
    joints, channels = clips.shape[3], clips.shape[1]
    # data_bn: feature m*V*C + v*C + c
    gain, shift = (each.view(people, joints, channels) for each in affine(state, "data_bn"))
    normed = torch.einsum("nctvm,mvc->nmctv", clips, gain) + shift.permute(0, 2, 1)[:, :, None]
    x = normed.flatten(0, 1)
    x = conv(state, "tcn0", graph(state, "gcn0", x))
    attention = x
    for unit in range(9):
        name = f"backbone.{unit}"
        entrance = state[f"{name}.down1.conv.weight"].shape[1] if unit == 3 else x.shape[1]
        if entrance != x.shape[1]:
            x = torch.cat((x, raw), dim=1)
        if f"{name}.gcn1.attention_conv.qkv_conv.weight" in state:
            inside, attention = attend_in_space(state, f"{name}.gcn1", x)
        else:
            inside = graph(state, f"{name}.gcn1", x)
        if f"{name}.tcn1.qkv_conv.weight" in state:
            inside, attention = attend_in_time(state, f"{name}.tcn1", inside)
        else:
            inside = conv(state, f"{name}.tcn1", inside, 2 if unit in (3, 6) else 1)
        has_down = f"{name}.down1.conv.weight" in state
        stride = 2 if unit in (3, 6) else 1
        x = inside + (conv(state, f"{name}.down1", x, stride) if has_down else x)
    pooled = x.mean(dim=(2, 3)).view(len(clips), people, -1).mean(dim=1)
    return pooled @ state["fcn.weight"][:, :, 0].T + state["fcn.bias"], attention


def affine(state: State, name: str) -> tuple[Tensor, Tensor]:
    gain = state[f"{name}.weight"] / (state[f"{name}.running_var"] + 1e-5).sqrt()
    return gain, state[f"{name}.bias"] - state[f"{name}.running_mean"] * gain


def norm(state: State, name: str, x: Tensor) -> Tensor:
    gain, shift = affine(state, name)
    return x * gain[:, None, None] + shift[:, None, None]


def joint_norm(state: State, name: str, x: Tensor) -> Tensor:
    """Feature c*V + v of ``(B, C, T, V)``."""
    gain, shift = (each.view(x.shape[1], 1, x.shape[3]) for each in affine(state, name))
    return x * gain + shift


def conv(state: State, name: str, x: Tensor, stride: int = 1) -> Tensor:
    weight = state[f"{name}.conv.weight"]
    padding = weight.shape[2] // 2
    y = functional.conv2d(x, weight, state[f"{name}.conv.bias"], (stride, 1), (padding, 0))
    return norm(state, f"{name}.bn", y).relu()


def pointwise(state: State, name: str, x: Tensor) -> Tensor:
    weight = state[f"{name}.weight"][:, :, 0, 0]
    return torch.einsum("oc,bctv->botv", weight, x) + state[f"{name}.bias"][:, None, None]


def graph(state: State, name: str, x: Tensor) -> Tensor:
    joints = x.shape[-1]
    if f"{name}.PA" in state:
        return adaptive(state, name, x)
    edges = torch.zeros(3, joints, joints, dtype=x.dtype)
    parents = KINECT_V2.parents
    for joint, parent in enumerate(parents):
        edges[0, joint, joint] = 1
        if joint != parent:
            edges[1, parent, joint] = 1
            edges[2, joint, parent] = 1 / sum(
                other != parent and above == parent for other, above in enumerate(parents)
            )
    y = sum(
        pointwise(
            state,
            f"{name}.conv_list.{part}",
            torch.einsum("bctv,vw->bctw", x, edges[part] * state[f"{name}.mask"][part]),
        )
        for part in range(3)
    )
    return norm(state, f"{name}.bn", y).relu()


def adaptive(state: State, name: str, x: Tensor) -> Tensor:
    y = torch.zeros(())
    for part in range(3):
        left = pointwise(state, f"{name}.conv_a.{part}", x)
        right = pointwise(state, f"{name}.conv_b.{part}", x)
        alike = torch.einsum("bctv,bctw->bvw", left, right) / (left.shape[1] * left.shape[2])
        edges = alike.softmax(dim=1) + 1e-6 + state[f"{name}.PA"][part]
        y = y + pointwise(state, f"{name}.conv_d.{part}", torch.einsum("bctv,bvw->bctw", x, edges))
    y = norm(state, f"{name}.bn", y)
    if f"{name}.down.0.weight" in state:
        x = norm(state, f"{name}.down.1", pointwise(state, f"{name}.down.0", x))
    return (y + x).relu()


def heads_of(qkv: Tensor, width: int) -> tuple[Tensor, Tensor, Tensor]:
    """Queries (scaled), keys, values ``(B, H, d, T, V)`` of ``(B, C/4 + C/4 + C, T, V)``."""
    query, key, value = (
        each.unflatten(1, (HEADS, -1)) for each in qkv.split([width // 4, width // 4, width], 1)
    )
    return query * (width // 4 // HEADS) ** -0.5, key, value


def attend_in_space(state: State, name: str, x: Tensor) -> tuple[Tensor, Tensor]:
    width = state[f"{name}.bn.weight"].shape[0]
    inner = f"{name}.attention_conv"
    qkv = pointwise(state, f"{inner}.qkv_conv", joint_norm(state, f"{name}.data_bn", x))
    query, key, value = heads_of(qkv, width)
    weights = torch.einsum("bhdti,bhdtj->bthij", query, key).softmax(-1)
    mixed = torch.einsum("bthij,bhdtj->bhdti", weights, value).flatten(1, 2)
    y = pointwise(state, f"{inner}.attn_out", mixed)
    if x.shape[1] == width:
        y = y + x
    return norm(state, f"{name}.bn", y).relu(), weights


def attend_in_time(state: State, name: str, x: Tensor) -> tuple[Tensor, Tensor]:
    width = x.shape[1]
    kernel = state[f"{name}.qkv_conv.weight"]  # (out, C, 1, taps): theirs has time last
    stride = 2 if f"{name}.down.conv.weight" in state else 1
    normed = joint_norm(state, f"{name}.data_bn", x)
    qkv = functional.conv2d(
        normed, kernel.transpose(2, 3), state[f"{name}.qkv_conv.bias"], (stride, 1)
    )
    query, key, value = heads_of(qkv, width)
    weights = torch.einsum("bhdiv,bhdjv->bvhij", query, key).softmax(-1)
    mixed = torch.einsum("bvhij,bhdjv->bhdiv", weights, value).flatten(1, 2)
    skip = conv(state, f"{name}.down", x, 2) if stride == 2 else x
    y = pointwise(state, f"{name}.attn_out", mixed) + skip
    return norm(state, f"{name}.bn", y).relu(), weights
