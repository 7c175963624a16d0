"""What the papers' own code does to a clip before the network, as rows that fit any layout.

Joints are looked up by name, so that a row made for NTU's 25 joints finds the same places of
another body. Where a layout lacks what a row measures, the row falls back [ours]: centred on the
root, turned not at all, scaled by the size of the body. Pictures are never turned, and never
left unscaled, because a pixel is no length. The first Kinect's spine joint lies just over the
hips, too near for a direction: there the shoulder centre stands in for the mid spine.

Left out of all rows [ours]: the choice of bodies by their outline (a recording's people are known
here), and the crop of test clips to their middle 95 % (a window is a crop already).
"""

from collections.abc import Callable
from dataclasses import dataclass

from engine.preprocess.recipe import Centring, Length, Preprocessing, Scaling
from engine.rows import row_by_id
from engine.skeleton import SkeletonLayout

IN_SPACE = 3
"""Coordinates of a layout that can be turned."""
MID_SPINE = ("mid spine", "spine", "belly")
TRUNK_TOP = ("shoulder centre", "neck")
HEAD = ("head", "nose", "face", *TRUNK_TOP)

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A row of the table of preprocessings."""

    id: str
    """Stable, lower case, for training jobs and the command line."""
    title: str
    """For people."""
    source: str
    """Whose recipe it is, and what it deviates in."""
    frames: int
    """T of the paper."""
    make: Callable[[SkeletonLayout, int], Preprocessing]
    """The preprocessing for a layout and a network's number of frames."""


def _two_stream_agcn(layout: SkeletonLayout, frames: int) -> Preprocessing:
    top = ("mid spine", *TRUNK_TOP)
    upright, sideways = _facing(layout, top, ("right shoulder", "left shoulder"))
    return Preprocessing(
        frames=frames,
        centre_joint=_centre(layout, MID_SPINE),
        scaling=_unless_flat(layout, Scaling.NONE),
        length=Length.LOOP,
        centring=Centring.EVERY_FRAME,
        upright=upright,
        sideways=sideways,
    )


def _stf(layout: SkeletonLayout, frames: int) -> Preprocessing:
    leg = (("left hip", "left knee"), ("left knee", "left ankle"))
    measured = _pairs(layout, ((HEAD, ("hip centre", "left hip")), *leg))
    return Preprocessing(
        frames=frames,
        centre_joint=_centre(layout, MID_SPINE),
        scaling=Scaling.LENGTHS if measured else Scaling.BODY,
        length=Length.LOOP,
        centring=Centring.EVERY_FRAME,
        measured=measured,
        visibility=True,
    )


def _dsta(layout: SkeletonLayout, frames: int) -> Preprocessing:
    upright, sideways = _facing(layout, TRUNK_TOP, (TRUNK_TOP, "left shoulder"))
    measured = (
        _pairs(layout, (("hip centre", TRUNK_TOP),))
        or _pairs(layout, (("left hip", "left shoulder"),))
        or _pairs(layout, ((("wrist", "palm"), "middle finger base"),))
    )
    return Preprocessing(
        frames=frames,
        centre_joint=_centre(layout, ("hip centre", "wrist")),
        scaling=Scaling.LENGTHS if measured else Scaling.BODY,
        upright=upright,
        sideways=sideways,
        measured=measured,
    )


def _ctr_gcn(layout: SkeletonLayout, frames: int) -> Preprocessing:
    return Preprocessing(
        frames=frames,
        centre_joint=_centre(layout, MID_SPINE),
        scaling=_unless_flat(layout, Scaling.NONE),
    )


def _ctr_gcn_nw_ucla(layout: SkeletonLayout, frames: int) -> Preprocessing:
    return Preprocessing(
        frames=frames, centre_joint=_centre(layout, MID_SPINE), scaling=Scaling.AXES
    )


PRESETS: tuple[Preset, ...] = (
    Preset(
        id="ctr-gcn",
        title="CTR-GCN (FG-STFormer)",
        source="Chen et al., ICCV 2021, with FG-STFormer's 128 frames: the mid spine of the first "
        "frame becomes the origin; stretched",
        frames=128,
        make=_ctr_gcn,
    ),
    Preset(
        id="ctr-gcn-nw-ucla",
        title="CTR-GCN for NW-UCLA",
        source="Chen et al., ICCV 2021, their NW-UCLA feeder: each axis of a clip to -1..1",
        frames=52,
        make=_ctr_gcn_nw_ucla,
    ),
    Preset(
        id="2s-agcn",
        title="2s-AGCN (ST-TR, MS-G3D)",
        source="Shi et al., CVPR 2019: the mid spine of each frame becomes the origin, the spine "
        "the z axis, the shoulders the x axis; repeated to 300 frames. Frames in which a person is "
        "missing are filled from their neighbours, not from the clip's start [ours]",
        frames=300,
        make=_two_stream_agcn,
    ),
    Preset(
        id="stf",
        title="STF",
        source="Ke et al., AAAI 2022, after SR-TSL: the mid spine of each frame becomes the "
        "origin, the height of the body the unit; visibility channel; repeated to 300 frames. "
        "Height is head to hips to left ankle along the bones, median over frames [ours]",
        frames=300,
        make=_stf,
    ),
    Preset(
        id="dsta",
        title="DSTA-Net (SEM-Net)",
        source="Shi et al., ACCV 2020: the hips of the first frame become the origin, the trunk's "
        "length the unit (for hands wrist to middle finger), the trunk the z axis, the line to the "
        "left shoulder the x axis; stretched. Length is the median over frames, not the first "
        "[ours]; their joint 5 is the left elbow counted from zero and the shoulder counted from "
        "one, and the shoulder does not swing with the arm [ours]",
        frames=128,
        make=_dsta,
    ),
)


def preset_by_id(preset: str) -> Preset:
    """The row with that id.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    return row_by_id(PRESETS, preset, "preprocessing")


Names = str | tuple[str, ...]
"""A joint, or several of which the first that the layout has is meant."""


def _joint(layout: SkeletonLayout, names: Names) -> int | None:
    choices = (names,) if isinstance(names, str) else names
    return next((layout.index(name) for name in choices if name in layout.joints), None)


def _centre(layout: SkeletonLayout, names: Names) -> int:
    joint = _joint(layout, names)
    return layout.root if joint is None else joint


def _pairs(layout: SkeletonLayout, named: tuple[tuple[Names, Names], ...]) -> tuple[Pair, ...]:
    """Pairs of joints by name; none at all where the layout lacks one of them."""
    pairs = []
    for start, end in named:
        first, last = _joint(layout, start), _joint(layout, end)
        if first is None or last is None:
            return ()
        pairs.append((first, last))
    return tuple(pairs)


def _facing(
    layout: SkeletonLayout, top: Names, across: tuple[Names, Names]
) -> tuple[Pair | None, Pair | None]:
    """The lines from the hips' centre to the top and across; both or neither."""
    pairs = _pairs(layout, (("hip centre", top), across))
    if layout.dimensions != IN_SPACE or not pairs:
        return None, None
    return pairs[0], pairs[1]


def _unless_flat(layout: SkeletonLayout, scaling: Scaling) -> Scaling:
    return scaling if layout.dimensions == IN_SPACE else Scaling.BODY
