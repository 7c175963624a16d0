"""State dicts of the official ST-TR code (github.com/Chiaraplizz/ST-TR) as networks of ours.

Shapes say nearly everything of such a network: kind, widths, joints, people, coordinates, classes,
whether its graphs are adaptive. They do not say the number of frames and heads; those are the ones
that all published weights were trained with.

Orders differ: our features are channels last, so normalisations of every joint's every channel are
indexed joint first (theirs channel first), and what is joined for one projection (three partitions,
two frames) lies side by side in its input. Weights of ``-agcn`` networks work on the constant 1e-6
plus the graph of each layer, see ``AdaptiveGraphConvolution``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from engine.architectures.st_tr import SPATIAL, TEMPORAL, STTRConfig
from engine.errors import EngineError
from engine.layouts.kinect_v2 import KINECT_V2
from engine.models.official import (
    ImportedNetwork,
    Shape,
    check_fit,
    shape_of,
    shapes_of,
    without_prefix,
)
from engine.models.st_tr_units import KEY_SHARE, PARTITIONS

Shapes = dict[str, Shape]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """What the official networks of one data set have in common and no shape tells."""

    parents: tuple[int, ...]
    frames: int
    convolution_dropout: float


DATA_SETS = {
    25: DataSet(parents=KINECT_V2.parents, frames=300, convolution_dropout=0.5),
    # Kinetics: hips hang on the shoulders, unlike in our layout of the same 18 joints
    18: DataSet(
        parents=(1, 1, 1, 2, 3, 1, 5, 6, 2, 8, 9, 5, 11, 12, 0, 0, 14, 15),
        frames=150,
        convolution_dropout=0.0,
    ),
}
"""By number of joints: NTU RGB+D and Kinetics-skeleton."""
TITLE = "ST-TR"

_shape = partial(shape_of, title=TITLE)


def import_st_tr(state: Mapping[str, Tensor]) -> ImportedNetwork:
    """Make an S-TR or T-TR of official weights.

    Args:
        state: The official state dict, its names with or without ``module.``.

    Raises:
        EngineError: It is none, or names or shapes do not fit together; the message names them.
    """
    official = without_prefix(state)
    config = config_of_shapes(shapes_of(official))
    check_fit(official_shapes(config), official, title=TITLE)
    return ImportedNetwork(config=config, state=dict(_converted(config, official)))


def config_of_shapes(shapes: Mapping[str, Shape]) -> STTRConfig:
    """The configuration that official names and shapes describe.

    Raises:
        EngineError: What says it is missing or makes no sense.
    """
    adaptive = "gcn0.PA" in shapes
    first = _shape(shapes, f"gcn0.{'conv_d' if adaptive else 'conv_list'}.0.weight", axes=4)
    joints = _shape(shapes, "gcn0.PA" if adaptive else "gcn0.mask", axes=3)[-1]
    features = _shape(shapes, "data_bn.weight", axes=1)[0]
    people, left_over = divmod(features, joints * first[1])
    if left_over or people == 0:
        raise EngineError(
            f"data_bn.weight: {features} features are no multiple of {joints} joints with "
            f"{first[1]} channels"
        )
    if joints not in DATA_SETS:
        raise EngineError(
            f"official ST-TR weights have {' or '.join(map(str, DATA_SETS))} joints, "
            f"these have {joints}"
        )
    attending = [
        (kind, unit)
        for unit in range(_units(shapes))
        for kind, name in (
            (SPATIAL, f"backbone.{unit}.gcn1.attention_conv.qkv_conv.weight"),
            (TEMPORAL, f"backbone.{unit}.tcn1.qkv_conv.weight"),
        )
        if name in shapes
    ]
    if not attending:
        raise EngineError("no unit of these weights has attention: this is no S-TR and no T-TR")
    kind, plain_units = attending[0]
    widths = tuple(_width(shapes, unit) for unit in range(_units(shapes)))
    entrance = _shape(shapes, f"backbone.{plain_units}.down1.conv.weight", axes=4)[1]
    data_set = DATA_SETS[joints]
    return STTRConfig(
        kind=kind,
        parents=data_set.parents,
        people=people,
        classes=_shape(shapes, "fcn.weight", axes=3)[0],
        frames=data_set.frames,
        channels=first[1],
        widths=widths,
        plain_units=plain_units,
        concat_original=entrance != widths[plain_units - 1],
        adaptive=adaptive,
        convolution_dropout=data_set.convolution_dropout,
    )


def _units(shapes: Mapping[str, Shape]) -> int:
    numbers = {name.split(".")[1] for name in shapes if name.startswith("backbone.")}
    count = len(numbers)
    if numbers != {str(unit) for unit in range(count)}:
        raise EngineError(f"the units of a backbone count from 0, found {sorted(numbers)}")
    return count


def _width(shapes: Mapping[str, Shape], unit: int) -> int:
    """Channels out of a unit: its spatial block ends with a normalisation of them."""
    return _shape(shapes, f"backbone.{unit}.gcn1.bn.weight", axes=1)[0]


def official_shapes(config: STTRConfig) -> Shapes:
    """Names and shapes of the official state dict of a network."""
    width = config.widths[0]
    shapes = _norm("data_bn", config.people * config.joints * config.channels)
    shapes |= _graph("gcn0", config, config.channels, width)
    shapes |= _temporal_conv("tcn0", width, config.temporal_kernel)
    for unit in range(len(config.widths)):
        shapes |= _unit(config, unit)
    last = config.widths[-1]
    return shapes | _norm("person_bn", last) | _conv("fcn", last, config.classes, 1)


def _unit(config: STTRConfig, unit: int) -> Shapes:
    name = f"backbone.{unit}"
    width_in = config.widths[max(unit - 1, 0)]
    if unit == config.plain_units and config.concat_original:
        width_in += config.channels
    width = config.widths[unit]
    halves = unit in config.halving_units
    attends = unit >= config.plain_units
    if attends and config.kind == SPATIAL:
        shapes = _norm(f"{name}.gcn1.data_bn", width_in * config.joints)
        shapes |= _norm(f"{name}.gcn1.bn", width)
        shapes |= _attention(f"{name}.gcn1.attention_conv", width_in, width, taps=1)
    else:
        shapes = _graph(f"{name}.gcn1", config, width_in, width)
    if attends and config.kind == TEMPORAL:
        shapes |= _norm(f"{name}.tcn1.data_bn", width * config.joints)
        shapes |= _norm(f"{name}.tcn1.bn", width)
        taps = 2 if halves and config.joins_frames else 1
        shapes |= _attention(f"{name}.tcn1", width, width, taps=taps)
        if halves:
            shapes |= _down(f"{name}.tcn1.down", width, width)
    else:
        shapes |= _temporal_conv(f"{name}.tcn1", width, config.temporal_kernel)
    if halves or width_in != width:
        shapes |= _down(f"{name}.down1", width_in, width)
    return shapes


def _graph(name: str, config: STTRConfig, width_in: int, width: int) -> Shapes:
    edges = (PARTITIONS, config.joints, config.joints)
    shapes = _norm(f"{name}.bn", width)
    if not config.adaptive:
        shapes[f"{name}.mask"] = edges
        for part in range(PARTITIONS):
            shapes |= _conv(f"{name}.conv_list.{part}", width_in, width, 1, 1)
        return shapes
    shapes[f"{name}.PA"] = edges
    for part in range(PARTITIONS):
        shapes |= _conv(f"{name}.conv_a.{part}", width_in, width // KEY_SHARE, 1, 1)
        shapes |= _conv(f"{name}.conv_b.{part}", width_in, width // KEY_SHARE, 1, 1)
        shapes |= _conv(f"{name}.conv_d.{part}", width_in, width, 1, 1)
    if width_in != width:
        shapes |= _conv(f"{name}.down.0", width_in, width, 1, 1) | _norm(f"{name}.down.1", width)
    return shapes


def _attention(name: str, width_in: int, width: int, *, taps: int) -> Shapes:
    projected = 2 * (width // KEY_SHARE) + width
    return _conv(f"{name}.qkv_conv", width_in, projected, 1, taps) | _conv(
        f"{name}.attn_out", width, width, 1, 1
    )


def _temporal_conv(name: str, width: int, kernel: int) -> Shapes:
    return _conv(f"{name}.conv", width, width, kernel, 1) | _norm(f"{name}.bn", width)


def _down(name: str, width_in: int, width: int) -> Shapes:
    return _conv(f"{name}.conv", width_in, width, 1, 1) | _norm(f"{name}.bn", width)


def _conv(name: str, width_in: int, width: int, *kernel: int) -> Shapes:
    return {f"{name}.weight": (width, width_in, *kernel), f"{name}.bias": (width,)}


def _norm(name: str, features: int) -> Shapes:
    of_features = ("weight", "bias", "running_mean", "running_var")
    return {f"{name}.{part}": (features,) for part in of_features} | {
        f"{name}.num_batches_tracked": ()
    }


Entries = Iterator[tuple[str, Tensor]]


def _converted(config: STTRConfig, official: Mapping[str, Tensor]) -> Entries:
    """Our names and tensors, one after the other."""
    # both index the input's normalisation person, joint, channel
    yield from _norm_entries(official, "data_bn", "input_norm")
    yield from _graph_entries(config, official, "gcn0", "stem_spatial")
    yield from _temporal_conv_entries(official, "tcn0", "stem_temporal")
    for unit in range(len(config.widths)):
        yield from _unit_entries(config, official, unit)
    yield from _norm_entries(official, "person_bn", "unused_norm")
    yield from _linear_entries(official, "fcn", "head.linear")


def _unit_entries(config: STTRConfig, official: Mapping[str, Tensor], unit: int) -> Entries:
    theirs, ours = f"backbone.{unit}", f"units.{unit}"
    attends = unit >= config.plain_units
    if attends and config.kind == SPATIAL:
        inner = f"{theirs}.gcn1.attention_conv"
        yield from _attention_entries(
            config, official, (f"{theirs}.gcn1", inner), f"{ours}.spatial"
        )
    else:
        yield from _graph_entries(config, official, f"{theirs}.gcn1", f"{ours}.spatial")
    if attends and config.kind == TEMPORAL:
        block = f"{theirs}.tcn1"
        yield from _attention_entries(config, official, (block, block), f"{ours}.temporal")
        if f"{block}.down.conv.weight" in official:
            yield from _down_entries(official, f"{block}.down", f"{ours}.temporal.shortcut")
    else:
        yield from _temporal_conv_entries(official, f"{theirs}.tcn1", f"{ours}.temporal")
    if f"{theirs}.down1.conv.weight" in official:
        yield from _down_entries(official, f"{theirs}.down1", f"{ours}.shortcut")


def _attention_entries(
    config: STTRConfig, official: Mapping[str, Tensor], theirs: tuple[str, str], ours: str
) -> Entries:
    """Of one attention block.

    Args:
        config: Of the network.
        official: Their tensors.
        theirs: Where the normalisations are, where the projections are.
        ours: Our block.
    """
    norms, projections = theirs
    for part, tensor in _parts(official, f"{norms}.data_bn"):
        # (C*V) -> (V*C)
        by_joint = tensor.view(-1, config.joints).T.flatten() if tensor.dim() else tensor
        yield f"{ours}.query_key_value.norm.{part}", by_joint
    weight = official[f"{projections}.qkv_conv.weight"]
    # (out, C, 1, taps) -> (out, taps*C)
    yield f"{ours}.query_key_value.project.weight", weight[:, :, 0].transpose(1, 2).flatten(1)
    yield f"{ours}.query_key_value.bias", official[f"{projections}.qkv_conv.bias"]
    yield from _linear_entries(official, f"{projections}.attn_out", f"{ours}.output")
    yield from _norm_entries(official, f"{norms}.bn", f"{ours}.norm")


def _graph_entries(
    config: STTRConfig, official: Mapping[str, Tensor], theirs: str, ours: str
) -> Entries:
    convs = [
        f"{theirs}.{'conv_d' if config.adaptive else 'conv_list'}.{part}"
        for part in range(PARTITIONS)
    ]
    # (out, C, 1, 1) each -> (out, 3*C)
    weights = [official[f"{conv}.weight"].flatten(1) for conv in convs]
    yield f"{ours}.mix.project.weight", torch.cat(weights, dim=1)
    yield f"{ours}.mix.bias", torch.stack([official[f"{conv}.bias"] for conv in convs])
    yield from _norm_entries(official, f"{theirs}.bn", f"{ours}.norm")
    if not config.adaptive:
        yield f"{ours}.mask", official[f"{theirs}.mask"]
        return
    yield f"{ours}.learned", official[f"{theirs}.PA"]
    compared = [
        f"{theirs}.{side}.{part}" for part in range(PARTITIONS) for side in ("conv_a", "conv_b")
    ]
    weights = [official[f"{conv}.weight"].flatten(1) for conv in compared]
    yield f"{ours}.compare.weight", torch.cat(weights)
    yield f"{ours}.compare.bias", torch.cat([official[f"{conv}.bias"] for conv in compared])
    if f"{theirs}.down.0.weight" in official:
        yield from _linear_entries(official, f"{theirs}.down.0", f"{ours}.shortcut.project")
        yield from _norm_entries(official, f"{theirs}.down.1", f"{ours}.shortcut.norm")


def _temporal_conv_entries(official: Mapping[str, Tensor], theirs: str, ours: str) -> Entries:
    for part, tensor in _parts(official, f"{theirs}.conv"):
        yield f"{ours}.conv.conv.{part}", tensor
    yield from _norm_entries(official, f"{theirs}.bn", f"{ours}.conv.norm")


def _down_entries(official: Mapping[str, Tensor], theirs: str, ours: str) -> Entries:
    yield from _linear_entries(official, f"{theirs}.conv", f"{ours}.project.project")
    yield from _norm_entries(official, f"{theirs}.bn", f"{ours}.project.norm")


def _linear_entries(official: Mapping[str, Tensor], theirs: str, ours: str) -> Entries:
    for part, tensor in _parts(official, theirs):
        yield f"{ours}.{part}", tensor.flatten(1) if tensor.dim() > 1 else tensor


def _norm_entries(official: Mapping[str, Tensor], theirs: str, ours: str) -> Entries:
    for part, tensor in _parts(official, theirs):
        yield f"{ours}.{part}", tensor


def _parts(official: Mapping[str, Tensor], name: str) -> Entries:
    """The tensors of one layer, by the last part of their names."""
    for entry, tensor in official.items():
        layer, _, part = entry.rpartition(".")
        if layer == name:
            yield part, tensor
