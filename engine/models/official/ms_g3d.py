"""State dicts of the official MS-G3D code (github.com/kenziyuliu/MS-G3D) as networks of ours.

Shapes say nearly everything of such a network: widths, scales, windows, joints, people, channels
and classes. They do not say how the joints hang together (the fixed graphs are not among the
weights) and how long the clips were; both follow from the data set that the number of joints names.

Orders differ in time and joints (theirs ``(C, T, V)``, ours ``(C, V, T)``), and where a projection
takes all scales of all channels: theirs are scale first, ours channel first. What collapses a
window is a convolution over its frames there, and takes them beside their channels here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from torch import Tensor

from engine.architectures.stf import BLOCKS, MSG3DConfig
from engine.errors import EngineError
from engine.layouts.kinect_v2 import KINECT_V2
from engine.models.ms_g3d import DILATIONS
from engine.models.official import (
    ImportedNetwork,
    Shape,
    check_fit,
    shape_of,
    shapes_of,
    without_prefix,
)

Bones = tuple[tuple[int, int], ...]

FRAMES = 300
"""Of all official data, NTU RGB+D and Kinetics-skeleton."""
BONES: Mapping[int, Bones] = {
    KINECT_V2.num_joints: KINECT_V2.bones,
    # Kinetics: hips hang on the shoulders, unlike in our layout of the same 18 joints
    18: (
        *((0, 1), (2, 1), (3, 2), (4, 3), (5, 1), (6, 5), (7, 6), (8, 2), (9, 8), (10, 9)),
        *((11, 5), (12, 11), (13, 12), (14, 0), (15, 0), (16, 14), (17, 15)),
    ),
}
"""By number of joints: NTU RGB+D and Kinetics-skeleton."""
NORM_PARTS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
CONV_PARTS = ("weight", "bias")
CONV_AXES, GRAPH_AXES, VECTOR_AXES, LINEAR_AXES = 4, 2, 1, 2
TITLE = "MS-G3D"

_shape = partial(shape_of, title=TITLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One tensor: its name there and here, its shape there."""

    theirs: str
    ours: str
    shape: Shape


def import_ms_g3d(state: Mapping[str, Tensor]) -> ImportedNetwork:
    """Make an MS-G3D of official weights.

    Args:
        state: The official state dict, its names with or without ``module.``.

    Raises:
        EngineError: It is none, or names or shapes do not fit together; the message names them.
    """
    official = without_prefix(state)
    config = config_of_shapes(shapes_of(official))
    ours = shapes_of(config.build().state_dict())
    entries = official_entries(config, ours)
    check_fit({entry.theirs: entry.shape for entry in entries}, official, title=TITLE)
    return ImportedNetwork(
        config=config,
        state={
            entry.ours: _converted(official[entry.theirs], entry, ours[entry.ours], config)
            for entry in entries
        },
    )


def config_of_shapes(shapes: Mapping[str, Shape]) -> MSG3DConfig:
    """The configuration that official names and shapes describe.

    Raises:
        EngineError: What says it is missing or makes no sense.
    """
    rows, joints = _shape(shapes, "sgcn1.0.A_res", GRAPH_AXES)
    if joints not in BONES:
        raise EngineError(
            f"official MS-G3D weights have {' or '.join(map(str, BONES))} joints, "
            f"these have {joints}"
        )
    paths = sorted({name.split(".")[2] for name in shapes if name.startswith("gcn3d1.gcn3d.")})
    masks = [_shape(shapes, f"gcn3d1.gcn3d.{path}.gcn3d.1.A_res", GRAPH_AXES) for path in paths]
    if not masks:
        raise EngineError("these are no official MS-G3D weights: there is no gcn3d1.gcn3d.0")
    scales = rows // joints
    projection = _shape(shapes, "sgcn1.0.mlp.layers.0.weight", CONV_AXES)
    channels = projection[1] // scales
    features = _shape(shapes, "data_bn.weight", VECTOR_AXES)[0]
    people, left_over = divmod(features, joints * max(channels, 1))
    if left_over or people == 0:
        raise EngineError(
            f"data_bn.weight: {features} features are no multiple of {joints} joints with "
            f"{channels} channels"
        )
    return MSG3DConfig(
        joints=joints,
        bones=BONES[joints],
        people=people,
        classes=_shape(shapes, "fc.weight", LINEAR_AXES)[0],
        frames=FRAMES,
        channels=channels,
        widths=tuple(
            _shape(shapes, f"gcn3d{block}.gcn3d.0.out_bn.weight", VECTOR_AXES)[0]
            for block in range(1, BLOCKS + 1)
        ),
        graph_scales=scales,
        window_scales=masks[0][0] // masks[0][1],
        windows=tuple(columns // joints for _, columns in masks),
    )


def official_entries(config: MSG3DConfig, ours: Mapping[str, Shape]) -> tuple[Entry, ...]:
    """Every tensor of the official state dict of a network.

    Args:
        config: Of the network.
        ours: Shapes of its state dict here.
    """
    entries = []
    for their_layer, our_layer, parts in _layers(config, ours):
        for part in parts:
            name = f"{our_layer}.{part}" if part else our_layer
            entries.append(
                Entry(
                    theirs=f"{their_layer}.{part}" if part else their_layer,
                    ours=name,
                    shape=_official_shape(config, our_layer, ours[name]),
                )
            )
    return tuple(entries)


Layers = Iterator[tuple[str, str, tuple[str, ...]]]
"""Name there, name here, parts of both; one empty part for a tensor that stands alone."""


def _layers(config: MSG3DConfig, ours: Mapping[str, Shape]) -> Layers:
    yield "data_bn", "input_norm", NORM_PARTS
    yield "fc", "classifier.linear", CONV_PARTS
    for block in range(BLOCKS):
        here, path = f"blocks.{block}", f"sgcn{block + 1}"
        yield from _graph_layers(f"{path}.0", f"{here}.graph")
        yield from _temporal_layers(f"{path}.1", f"{here}.first_in_time", ours)
        yield from _temporal_layers(f"{path}.2", f"{here}.second_in_time", ours)
        yield from _temporal_layers(f"tcn{block + 1}", f"{here}.joined_in_time", ours)
        for window in range(len(config.windows)):
            there, ours_too = f"gcn3d{block + 1}.gcn3d.{window}", f"{here}.window_paths.{window}"
            yield from _graph_layers(f"{there}.gcn3d.1", f"{ours_too}.graph")
            yield f"{there}.out_conv", f"{ours_too}.collapse.conv", CONV_PARTS
            yield f"{there}.out_bn", f"{ours_too}.collapse.norm", NORM_PARTS


def _graph_layers(theirs: str, ours: str) -> Layers:
    yield f"{theirs}.A_res", f"{ours}.mask", ("",)
    yield f"{theirs}.mlp.layers.0", f"{ours}.project", CONV_PARTS
    yield f"{theirs}.mlp.layers.1", f"{ours}.norm", NORM_PARTS


def _temporal_layers(theirs: str, ours: str, shapes: Mapping[str, Shape]) -> Layers:
    convolving = len(DILATIONS)
    for branch in range(convolving):
        there = f"{theirs}.branches.{branch}"
        yield from _conv_norm_layers((f"{there}.0", f"{there}.1"), f"{ours}.narrow.{branch}")
        yield from _conv_norm_layers(
            (f"{there}.3.conv", f"{there}.3.bn"), f"{ours}.dilated.{branch}"
        )
    pooling, plain = (f"{theirs}.branches.{convolving + more}" for more in (0, 1))
    yield from _conv_norm_layers((f"{pooling}.0", f"{pooling}.1"), f"{ours}.before_pool")
    yield f"{pooling}.4", f"{ours}.after_pool", NORM_PARTS
    yield from _conv_norm_layers((f"{plain}.0", f"{plain}.1"), f"{ours}.plain")
    if f"{ours}.shortcut.conv.weight" in shapes:
        yield from _conv_norm_layers(
            (f"{theirs}.residual.conv", f"{theirs}.residual.bn"), f"{ours}.shortcut"
        )


def _conv_norm_layers(theirs: tuple[str, str], ours: str) -> Layers:
    yield theirs[0], f"{ours}.conv", CONV_PARTS
    yield theirs[1], f"{ours}.norm", NORM_PARTS


def _official_shape(config: MSG3DConfig, layer: str, shape: Shape) -> Shape:
    if layer.endswith(".mask"):
        scales, nodes, _ = shape
        return scales * nodes, nodes
    if len(shape) != CONV_AXES:
        return shape
    out, channels, across, along = shape
    if layer.endswith(".collapse.conv"):
        window = config.windows[int(layer.split(".")[3])]
        return out, channels // window, 1, window, 1
    return out, channels, along, across


def _converted(tensor: Tensor, entry: Entry, shape: Shape, config: MSG3DConfig) -> Tensor:
    """One of their tensors in our order of axes.

    Those of which only the shape differs hold the same numbers in the same order.
    """
    if entry.ours.endswith("graph.project.weight"):
        is_window = "window_paths" in entry.ours
        scales = config.window_scales if is_window else config.graph_scales
        tensor = tensor.reshape(shape[0], scales, -1).transpose(1, 2)  # (out, K, C) -> (out, C, K)
    return tensor.reshape(shape)
