"""Walking: footprints along a path, and hips, shoulders and arms that go with them."""

from collections.abc import Sequence

from engine.synthesis.body import LEFT, RIGHT, Channel, Side
from engine.synthesis.performer import HANGING_HAND, Performer, Spot

STEP_M = 0.48
"""Length of a step at ease."""
STEP_S = 0.58
"""Duration of a step."""


def walk(
    person: Performer,
    turns: Sequence[float],
    *,
    step: float = STEP_M,
    arms: Sequence[Side] = (LEFT, RIGHT),
    lean: float = 3.0,
) -> None:
    """Walk, one step for each turn, and stand with the feet side by side.

    Args:
        person: Who walks.
        turns: Degrees to the left, one a step; the last step only brings the feet together.
        step: Length of a step, metres; 0 turns on the spot.
        arms: Those that are free to swing.
        lean: Degrees of the trunk bent forward.
    """
    turns_left = next((turn > 0 for turn in turns if turn), True)
    feet = (LEFT, RIGHT) if turns_left else (RIGHT, LEFT)
    effort = min(1.0, step / STEP_M)
    person.move(Channel.LEAN, lean * effort, after=-0.1, lasts=STEP_S)
    for count, turn in enumerate(turns):
        closing = count == len(turns) - 1
        landing = person.spot.stepped(turned=turn, forward=0.0 if closing else step)
        _step(person, feet[count % 2], landing, effort)
        if not closing:
            _swing(person, feet[count % 2], arms, effort)
        person.spot = landing
        person.wait(STEP_S)
    _settle(person, arms, lean=lean if lean < 0 else 0.0)


def _step(person: Performer, side: Side, landing: Spot, effort: float) -> None:
    """Put one foot down at the next spot while the hips travel over the other.

    The foot is in the air for most of the step, and both stand for the rest. The hips start half a
    step earlier and arrive half a step later, so that their moves overlap into an even pace.
    """
    stands = landing.footprint(side)
    person.move(side.foot, stands.x, stands.z, after=0.1 * STEP_S, lasts=0.86 * STEP_S)
    person.move(side.toe, stands.heading, after=0.1 * STEP_S, lasts=0.86 * STEP_S)
    person.move(side.lift, 0.05 + 0.03 * effort, after=0.0 * STEP_S, lasts=0.5 * STEP_S)
    person.move(side.lift, 0.0, after=0.42 * STEP_S, lasts=0.58 * STEP_S)
    person.move(side.heel, 10 + 30 * effort, after=-0.4 * STEP_S, lasts=0.7 * STEP_S)
    person.move(side.heel, -4 * effort, after=0.3 * STEP_S, lasts=0.5 * STEP_S)
    person.move(side.heel, 0.0, after=0.8 * STEP_S, lasts=0.3 * STEP_S)

    hips = person.spot.midway(landing)
    person.move(Channel.PLACE, hips.x, hips.z, after=-0.5 * STEP_S, lasts=2 * STEP_S)
    person.move(Channel.HEADING, hips.heading, after=-0.3 * STEP_S, lasts=1.4 * STEP_S)
    # over the standing foot, high in the middle of the step, low when the next foot lands
    over, up = -0.025 * side.sign, person.body.hips_height
    person.move(Channel.HIPS, over, up - 0.04 * effort, 0.0, after=0.0, lasts=0.6 * STEP_S)
    person.move(
        Channel.HIPS, over, up - 0.075 * effort, 0.0, after=0.5 * STEP_S, lasts=0.6 * STEP_S
    )


def _swing(person: Performer, stepping: Side, arms: Sequence[Side], effort: float) -> None:
    """The arm across from the stepping leg goes forward, the other back, shoulders with them."""
    person.move(Channel.TWIST, 7 * stepping.sign * effort, lasts=STEP_S)
    outward, up, _ = HANGING_HAND
    for side in arms:
        if side is stepping:
            person.move(side.hand, outward + 0.05, up, -0.22 * effort, lasts=1.1 * STEP_S)
        else:
            person.move(side.hand, outward - 0.05, up + 0.07, 0.42 * effort, lasts=1.1 * STEP_S)


def _settle(person: Performer, arms: Sequence[Side], lean: float) -> None:
    """Come to rest after the last step."""
    person.hips(after=-0.3, lasts=0.8)
    person.move(Channel.TWIST, 0.0, after=-0.3, lasts=0.8)
    person.move(Channel.LEAN, lean, after=-0.3, lasts=0.8)
    for side in arms:
        person.move(side.hand, *HANGING_HAND, after=-0.3, lasts=0.9)
