"""Somebody who is told what to do: a list of moves, each a minimum-jerk change of one channel.

People bring a hand, and most else, from one place to another along the path of least jerk (Flash
and Hogan, 1985), and blend one move into the next by starting the second before the first is over
(Flash and Henis, 1991). A whole performance is a sum of such moves.
"""

from dataclasses import dataclass

import numpy as np

from engine.arrays import DoubleArray
from engine.synthesis.body import SIDES, Body, Channel, Pose, Side, heading_axes

HANGING_HAND = (0.16, -0.96, 0.08)
"""See ``Channel.LEFT_HAND``."""
RELAXED_ELBOW = (0.5, -0.2, -1.0)
"""See ``Channel.LEFT_ELBOW``."""
FOOT_APART = 0.10
"""From the middle line to the ball of a standing foot, metres."""
BALL_AHEAD = 0.06
"""Of the ball of a standing foot before the hip centre, metres."""
TOES_OUT = 8.0
"""Degrees by which the feet turn outward."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on the floor and a direction, in the world frame, metres and degrees."""

    x: float
    z: float
    heading: float = 0.0
    """See ``Channel.HEADING``."""

    def stepped(self, *, turned: float = 0.0, forward: float = 0.0, left: float = 0.0) -> "Spot":
        """Turn to the left, then go, without turning any more."""
        heading = self.heading + turned
        x, _, z = heading_axes(np.array([heading]))[0] @ (left, 0.0, forward)
        return Spot(x=self.x + float(x), z=self.z + float(z), heading=heading)

    def midway(self, other: "Spot") -> "Spot":
        """Half of the way to another spot, already with that one's heading."""
        return Spot(x=(self.x + other.x) / 2, z=(self.z + other.z) / 2, heading=other.heading)

    def footprint(self, side: Side) -> "Spot":
        """Where the ball of a foot stands, and where its toes point, when somebody stands here."""
        ball = self.stepped(forward=BALL_AHEAD, left=side.sign * FOOT_APART)
        return ball.stepped(turned=side.sign * TOES_OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A change of one channel, starting and ending at rest."""

    channel: Channel
    to: tuple[float, ...]
    start_s: float
    lasts_s: float


class Performer:
    """Collects the moves of one person, who first stands upright with hanging arms.

    Args:
        spot: Where, and facing which way.
        body: Lengths of the bones.
    """

    def __init__(self, spot: Spot, body: Body) -> None:
        self.body = body
        self.spot = spot
        """Where the moves so far lead to."""
        self.now_s = 0.0
        """From when new moves are counted."""
        self._moves: list[Move] = []
        self._start = _standing(spot, body)

    def move(self, channel: Channel, *to: float, after: float = 0.0, lasts: float = 1.0) -> None:
        """Bring a channel to a value, beginning ``after`` seconds from now."""
        start_s = self.now_s + after
        self._moves.append(Move(channel=channel, to=to, start_s=start_s, lasts_s=lasts))

    def hips(
        self, drop: float = 0.0, *, forward: float = 0.0, after: float = 0.0, lasts: float = 1.0
    ) -> None:
        """Bring the hips lower, or to the front, than where they are in standing, metres."""
        up = self.body.hips_height - drop
        self.move(Channel.HIPS, 0.0, up, forward, after=after, lasts=lasts)

    def wait(self, seconds: float) -> None:
        """Go on in time; moves under way go on as well."""
        self.now_s += seconds

    def pose_at(self, times: DoubleArray) -> Pose:
        """All channels at ``(T,)`` seconds, ``(T, D)`` each."""
        pose = {
            channel: np.tile(np.array(value, dtype=np.float64), (len(times), 1))
            for channel, value in self._start.items()
        }
        latest = {channel: np.array(value) for channel, value in self._start.items()}
        for move in sorted(self._moves, key=lambda move: move.start_s):
            share = minimum_jerk((times - move.start_s) / move.lasts_s)
            target = np.array(move.to)
            pose[move.channel] += share[:, None] * (target - latest[move.channel])
            latest[move.channel] = target
        return pose


def minimum_jerk(share: DoubleArray) -> DoubleArray:
    """The smoothest way from 0 to 1 while ``share`` goes from 0 to 1; constant before and after."""
    s = np.clip(share, 0.0, 1.0)
    return s**3 * (10 - 15 * s + 6 * s**2)


def _standing(spot: Spot, body: Body) -> dict[Channel, tuple[float, ...]]:
    start: dict[Channel, tuple[float, ...]] = {
        Channel.PLACE: (spot.x, spot.z),
        Channel.HEADING: (spot.heading,),
        Channel.HIPS: (0.0, body.hips_height, 0.0),
    }
    for channel in (Channel.LEAN, Channel.TILT, Channel.TWIST, Channel.NOD):
        start[channel] = (0.0,)
    for side in SIDES:
        stands = spot.footprint(side)
        start[side.hand] = HANGING_HAND
        start[side.elbow] = RELAXED_ELBOW
        start[side.foot] = (stands.x, stands.z)
        start[side.toe] = (stands.heading,)
        start[side.lift] = start[side.heel] = (0.0,)
    return start
