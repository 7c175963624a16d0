"""Focal joints and the parts that look at them, as in FG-STFormer's Fig. 5.

The K joints with the highest informativeness score glow in the colour of their score; green lines
lead from body parts to focal joints where the cross-attention weight is large.
"""

from dataclasses import replace

import numpy as np

from app.overlays.base import (
    JointReading,
    Legend,
    LegendMark,
    Overlay,
    OverlayFrame,
    OverlayLinks,
    OverlaySettings,
    everybody,
    spoken_of,
)
from app.overlays.colour_scale import scale_rgba
from app.overlays.lines import Ends, lines_between
from app.overlays.prepared import ALL_HEADS, PreparedExplanation, PreparedLinks
from engine.arrays import BoolArray, FloatArray
from engine.prediction import Explanation, Node
from engine.recording import Recording

GROWTH, SCORE_GROWTH = 0.18, 0.30


def draw_focal(
    explanation: PreparedExplanation, recording: Recording, frame: int, settings: OverlaySettings
) -> OverlayFrame:
    """Colours, halos and links of one frame.

    Args:
        explanation: Where the network looked.
        recording: The recording it looked at.
        frame: Recording frame; outside the explanation's span nothing is drawn.
        settings: K, the link threshold, opacity, whose joints.
    """
    num_people, num_joints = recording.num_people, recording.layout.num_joints
    nothing = OverlayFrame.nothing(num_people, num_joints)
    step = explanation.step(frame)
    if step is None or settings.opacity <= 0:
        return nothing
    scores = explanation.joint_map(0)
    weights = everybody(scores.weights[step], num_people)
    focal = top_joints(weights, settings.focal_joints) & spoken_of(num_people, settings.person)
    if not focal.any():
        return nothing
    colours = scale_rgba(np.where(focal, weights, np.nan), on_dark=settings.on_dark)
    colours[..., 3] *= settings.opacity
    strength = np.where(focal, np.nan_to_num(weights), 0.0) * settings.opacity
    growth = np.where(focal, GROWTH * settings.opacity, 0.0) + SCORE_GROWTH * strength
    return replace(
        nothing,
        joint_colours=colours,
        joint_scale=(1.0 + growth).astype(np.float32),
        joint_weights=weights,
        dimming=np.where(focal, 0.0, settings.opacity).astype(np.float32),
        focal=focal,
        readings=(JointReading(name=scores.name, weights=weights, full=1.0),),
        links=_links(explanation, recording, frame, focal, settings),
    )


def top_joints(weights: FloatArray, count: int) -> BoolArray:
    """The joints with the highest scores of each person.

    Args:
        weights: ``(M, V)``; NaN where there is no score.
        count: K; of equal scores the joint that comes first in the layout wins.

    Returns:
        ``(M, V)`` mask with at most K joints a person.
    """
    rank = np.argsort(
        np.argsort(-np.nan_to_num(weights, nan=-1.0), axis=-1, kind="stable"), axis=-1
    )
    return (rank < count) & np.isfinite(weights)


def part_links(explanation: PreparedExplanation) -> PreparedLinks | None:
    """The links that joints lead to parts with; None where there are none."""
    found = (
        links
        for links in explanation.links
        if links.asking is Node.JOINT and links.asked is Node.PART
    )
    return next(found, None)


def _links(
    explanation: PreparedExplanation,
    recording: Recording,
    frame: int,
    focal: BoolArray,
    settings: OverlaySettings,
) -> OverlayLinks:
    """Lines of one frame that are strong enough and lead to a focal joint, the strongest last."""
    links = part_links(explanation)
    if links is None:
        return OverlayLinks.none()
    step = links.steps[frame - explanation.explanation.start]
    people = slice(min(recording.num_people, links.weights.shape[1]))
    weights = links.weights[step, people, ALL_HEADS, ::-1]  # (M, R), weakest first
    pairs = links.pairs[step, people, ALL_HEADS, ::-1]
    joint, part = pairs // links.num_asked, pairs % links.num_asked
    is_focal = np.take_along_axis(focal[people], joint, axis=1)
    person, rank = np.nonzero((weights >= settings.link_threshold) & is_focal)  # never for NaN
    weight = weights[person, rank]
    order = np.argsort(weight, kind="stable")
    person, rank, weight = person[order], rank[order], weight[order]
    # attention is shared out among the parts: the root keeps moderate shares apart from small ones
    strength = np.sqrt(np.clip(weight, 0.0, 1.0))
    ends = Ends(
        person=person,
        asking=Node.JOINT,
        asked=Node.PART,
        from_index=joint[person, rank].astype(np.int64),
        to_index=part[person, rank].astype(np.int64),
        weights=weight,
    )
    rgb = np.array(settings.link_colour, dtype=np.float32)
    lines = lines_between(ends, recording.positions[frame], recording.layout, strength, rgb)
    lines.rgba[:, 3] *= settings.opacity
    return lines


def _lacking(explanation: Explanation) -> str:
    if explanation.chosen.shape[-1]:
        return ""
    return "This network selects no joints; FG-STFormer does."


def _legends(explanation: PreparedExplanation, settings: OverlaySettings) -> tuple[Legend, ...]:
    scores, links = explanation.joint_map(0), part_links(explanation)
    found = [
        Legend(
            title=scores.name, mark=LegendMark.SCALE, low=0.0, high=1.0, strongest=scores.strongest
        )
    ]
    if links is not None:
        found.append(
            Legend(
                title=links.name,
                mark=LegendMark.LINKS,
                low=settings.link_threshold,
                high=1.0,
                strongest=links.strongest,
            )
        )
    return tuple(found)


FOCAL = Overlay(
    id="focal",
    name="Focal joints",
    hint="The joints that the network selected, and the parts that they look at",
    lacking=_lacking,
    legends=_legends,
    draw=draw_focal,
)
