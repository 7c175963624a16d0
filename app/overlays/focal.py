"""Focal joints and the parts that look at them, as in FG-STFormer's Fig. 5.

The K joints with the highest informativeness score glow in the colour of their score; green lines
lead from body parts to focal joints where the cross-attention weight is large.
"""

import numpy as np

from app.overlays.base import Overlay, OverlayFrame, OverlayLinks, OverlaySettings
from app.overlays.colour_scale import Legend, scale_rgba
from engine.arrays import BoolArray, FloatArray
from engine.prediction import Explanation, Node
from engine.recording import Recording
from engine.skeleton import SkeletonLayout

THINNEST_PX, WIDEST_PX = 1.0, 4.5
FAINTEST = 0.22


def draw_focal(
    explanation: Explanation, recording: Recording, frame: int, settings: OverlaySettings
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
    if not explanation.start <= frame < explanation.stop or settings.opacity <= 0:
        return nothing
    step = frame - explanation.start
    weights = _for_everybody(explanation.joint_weights[step], num_people)
    focal = top_joints(weights, settings.focal_joints)
    if settings.person is not None:
        focal &= (np.arange(num_people) == settings.person)[:, None]
    if not focal.any():
        return nothing
    colours = scale_rgba(np.where(focal, weights, np.nan), on_dark=settings.on_dark)
    colours[..., 3] *= settings.opacity
    strength = np.where(focal, np.nan_to_num(weights), 0.0) * settings.opacity
    return OverlayFrame(
        joint_colours=colours,
        joint_scale=(1.0 + np.where(focal, 0.18 * settings.opacity, 0.0) + 0.30 * strength).astype(
            np.float32
        ),
        joint_weights=weights,
        dimming=np.where(focal, 0.0, settings.opacity).astype(np.float32),
        focal=focal,
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


def _for_everybody(weights: FloatArray, num_people: int) -> FloatArray:
    """``(M, V)`` with NaN rows for people that the explanation does not speak of."""
    everybody = np.full((num_people, weights.shape[-1]), np.nan, dtype=np.float32)
    seen = min(num_people, len(weights))
    everybody[:seen] = weights[:seen]
    return everybody


def _links(
    explanation: Explanation,
    recording: Recording,
    frame: int,
    focal: BoolArray,
    settings: OverlaySettings,
) -> OverlayLinks:
    """Lines of one frame that are strong enough and lead to a focal joint, the strongest last."""
    positions = recording.positions[frame]  # (M, V, C)
    parts = part_centroids(positions, recording.layout)
    found = [
        _links_from(parts, link_map.at(frame).swapaxes(-1, -2), focal, settings)
        for link_map in explanation.links
        if link_map.asking is Node.JOINT and link_map.asked is Node.PART
    ]
    if not found:
        return OverlayLinks.none()
    return OverlayLinks(
        person=np.concatenate([links.person for links in found]),
        start=np.concatenate([links.start for links in found]),
        joint=np.concatenate([links.joint for links in found]),
        rgba=np.concatenate([links.rgba for links in found]),
        width_px=np.concatenate([links.width_px for links in found]),
    )


def part_centroids(positions: FloatArray, layout: SkeletonLayout) -> FloatArray:
    """Where the links of each body part start: the mean of its visible joints.

    Args:
        positions: ``(M, V, C)``; NaN where a joint is missing.
        layout: Names the P parts.

    Returns:
        ``(M, P, C)``; NaN for parts with no visible joint.
    """
    member = np.zeros((len(layout.parts), layout.num_joints), dtype=np.float32)
    for row, part in enumerate(layout.parts):
        member[row, list(part.joints)] = 1.0
    visible: BoolArray = np.all(np.isfinite(positions), axis=-1)
    total = member @ np.where(visible[..., None], positions, 0.0)  # (M, P, C)
    count = (visible @ member.T)[..., None]
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan).astype(np.float32)


def _links_from(
    anchors: FloatArray, weights: FloatArray, focal: BoolArray, settings: OverlaySettings
) -> OverlayLinks:
    """Lines of one link map.

    Args:
        anchors: ``(M, S, C)`` first ends; NaN where there is none.
        weights: ``(M', S, V)`` of the frame; NaN where there is no link.
        focal: ``(M, V)`` joints that links may lead to.
        settings: The link threshold, opacity.
    """
    people = min(len(anchors), len(weights))
    strong = weights[:people] >= settings.link_threshold  # never for NaN
    anchored: BoolArray = np.all(np.isfinite(anchors[:people]), axis=-1)
    strong &= anchored[:, :, None] & focal[:people, None, :]
    person, source, joint = np.nonzero(strong)
    weight = weights[person, source, joint]
    order = np.argsort(weight, kind="stable")
    person, source, joint, weight = person[order], source[order], joint[order], weight[order]
    start = np.zeros((len(order), 3), dtype=np.float32)
    start[:, : anchors.shape[-1]] = anchors[person, source]
    # attention is shared out among the parts: the root keeps moderate shares apart from small ones
    strength = np.sqrt(np.clip(weight, 0.0, 1.0))
    rgba = np.empty((len(order), 4), dtype=np.float32)
    rgba[:, :3] = settings.link_colour
    rgba[:, 3] = (FAINTEST + (1.0 - FAINTEST) * strength) * settings.opacity
    width_px = (THINNEST_PX + (WIDEST_PX - THINNEST_PX) * strength).astype(np.float32)
    return OverlayLinks(person=person, start=start, joint=joint, rgba=rgba, width_px=width_px)


FOCAL = Overlay(
    id="focal",
    name="Focal joints",
    legend=Legend(title="Informativeness", low="0", high="1"),
    draw=draw_focal,
)
