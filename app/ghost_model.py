"""Another recording's body in the scene of the one on show, frame by frame. Pure numbers.

The body is laid upon the person it is compared with as an :class:`~engine.alignment.alignment.
Alignment` says; between two of its own frames its joints move along straight lines.
"""

from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np

from app.scene_frame import LIMB_FLOATS, LINE_FLOATS, SceneFrame
from app.scene_model import SceneModel, body_radii
from app.scene_theme import SceneTheme
from engine.alignment.alignment import Alignment
from engine.alignment.timing import between_frames
from engine.arrays import FloatArray, IntArray, missing_joints

TIES = 3
"""So many joints are tied to their partners: those that are farthest apart."""
TIE_PX = 2.2
TIE_OPACITY = 0.95
SHORTEST_TIE = 0.02
"""Parts of the body's height; what is nearer than that is together."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ghost:
    """The second body of an alignment, to be drawn in the first one's scene."""

    alignment: Alignment
    scene: SceneModel
    """Of the first recording."""
    bones: IntArray
    """``(E, 2)`` of the second one's layout."""
    joint_radius: FloatArray
    """``(V2,)`` scene units."""
    bone_radius: FloatArray
    """``(E, 2)``."""

    @property
    def person(self) -> int:
        """Of the first recording, whom it is laid upon."""
        return self.alignment.pair.first.performer.person

    def points(self, frame: int) -> FloatArray:
        """``(V2, 3)`` joints in the scene; NaN where one is missing, all where there is no partner.

        Args:
            frame: Of the first recording.
        """
        pair, placement = self.alignment.pair, self.alignment.placement
        positions = pair.second.performer.recording.positions
        at = float(self.alignment.frames[frame])
        if not np.isfinite(at) or not np.isfinite(placement.shifts[frame]).all():
            return np.full((positions.shape[2], 3), np.nan, dtype=np.float32)
        low, high = floor(at), min(ceil(at), len(positions) - 1)
        some = positions[low : high + 1, pair.second.performer.person]
        raw = between_frames(some, np.array([at - low]))[0]
        placed = placement.place(pair.second.upright(raw), frame)
        first = pair.first
        ours = placed @ (first.rotation / first.factor).astype(np.float32)
        return self.scene.transform.apply(ours)

    def ties(self, frame: int) -> tuple[FloatArray, FloatArray]:
        """``(L, 3)`` joints of the body and ``(L, 3)`` their partners, the farthest apart first."""
        pair = self.alignment.pair
        shortest = SHORTEST_TIE * pair.first.height
        worst = self.alignment.worst_joints(frame, TIES)
        joints = [joint for joint, apart in worst if apart > shortest]
        ours = self.scene.positions[frame, self.person][[pair.joints[joint] for joint in joints]]
        theirs = self.points(frame)[[pair.partners[joint] for joint in joints]]
        known = np.isfinite(ours).all(axis=1) & np.isfinite(theirs).all(axis=1)
        return ours[known], theirs[known]


def ghost_of(alignment: Alignment, scene: SceneModel) -> Ghost:
    """The second body of an alignment.

    Args:
        alignment: Whose first recording is the scene's.
        scene: Where it is drawn.
    """
    layout = alignment.pair.second.performer.layout
    bones = np.array(layout.bones, dtype=np.int64).reshape(-1, 2)
    joints, limbs = body_radii(layout, bones)
    return Ghost(
        alignment=alignment, scene=scene, bones=bones, joint_radius=joints, bone_radius=limbs
    )


def with_second(frame: SceneFrame, ghost: Ghost, number: int, theme: SceneTheme) -> SceneFrame:
    """A frame with another recording's body in it, and ties between what is farthest apart.

    Args:
        frame: What is drawn.
        ghost: The other body.
        number: Of the frame in the first recording.
        theme: Colours.
    """
    points = ghost.points(number)
    known = ~missing_joints(points)
    child, parent = ghost.bones[:, 0], ghost.bones[:, 1]
    drawn = known[child] & known[parent]
    bones = np.zeros((int(drawn.sum()), LIMB_FLOATS), dtype=np.float32)
    bones[:, 0:3], bones[:, 4:7] = points[child[drawn]], points[parent[drawn]]
    bones[:, 3], bones[:, 7] = ghost.bone_radius[drawn].T
    joints = np.zeros((int(known.sum()), LIMB_FLOATS), dtype=np.float32)
    joints[:, 0:3] = joints[:, 4:7] = points[known]
    joints[:, 3] = joints[:, 7] = ghost.joint_radius[known]
    limbs = np.concatenate([bones, joints])
    limbs[:, 8:11] = limbs[:, 12:15] = theme.second
    starts, ends = ghost.ties(number)
    ties = np.zeros((len(starts), LINE_FLOATS), dtype=np.float32)
    ties[:, 0:3], ties[:, 3:6], ties[:, 6] = starts, ends, TIE_PX
    ties[:, 7:10] = ties[:, 11:14] = theme.accent
    ties[:, 10] = ties[:, 14] = TIE_OPACITY
    return replace(frame, second=limbs, links=np.concatenate([frame.links, ties]))
