"""What a performer can do: each function adds the moves of one action and waits until it is over.

Times are seconds from the beginning of the action, values in the units of ``Channel``. Actions
begin and end standing still with hanging arms unless they say otherwise.
"""

from collections.abc import Sequence

from engine.synthesis.body import LEFT, RIGHT, SIDES, Channel, Side
from engine.synthesis.performer import HANGING_HAND, RELAXED_ELBOW, Performer
from engine.synthesis.walking import walk

SEAT_DROP = 0.42
"""How much lower the hips of somebody sitting are than standing, metres."""
SEAT_BEHIND = 0.38
"""How far they are behind where they were standing, metres."""
AT_BELLY = (-0.08, -0.62, 0.42)
"""Where a hand holds something light or low, see ``Channel.LEFT_HAND``."""
AT_CHEST = (-0.05, -0.12, 0.34)
"""Where a hand holds something heavy, close to the body."""
AT_COLLAR = (-0.35, -0.25, 0.45)
"""Where a hand holds the other side of a collar."""
ELBOW_OUT = (1.0, -0.2, -0.3)
"""An elbow lifted to the side, see ``Channel.LEFT_ELBOW``."""
ON_TABLE = (0.0, -0.58, 0.66)
"""Where a hand takes something from a table."""


def sit_down(person: Performer) -> None:
    """Bend forward, bring the hips back and down onto a chair, lean back; ends seated."""
    person.move(Channel.LEAN, 42, after=0.0, lasts=1.0)
    person.move(Channel.NOD, -12, after=0.0, lasts=1.0)
    person.hips(SEAT_DROP, forward=-SEAT_BEHIND, after=0.25, lasts=1.2)
    person.move(Channel.LEAN, -3, after=1.0, lasts=1.0)
    person.move(Channel.NOD, 0, after=1.0, lasts=0.9)
    for side in SIDES:
        person.move(side.hand, 0.1, -0.72, 0.45, after=0.1, lasts=1.2)
        person.move(side.hand, 0.05, -0.78, 0.48, after=1.1, lasts=0.8)
    person.wait(2.0)


def stand_up(person: Performer) -> None:
    """From a chair: bend forward until the weight is over the feet, then rise."""
    person.move(Channel.LEAN, 42, after=0.0, lasts=0.9)
    person.move(Channel.NOD, -12, after=0.0, lasts=0.9)
    person.hips(after=0.5, lasts=1.2)
    person.move(Channel.LEAN, 0, after=0.8, lasts=1.1)
    person.move(Channel.NOD, 0, after=0.8, lasts=1.0)
    for side in SIDES:
        person.move(side.hand, 0.1, -0.75, 0.4, after=0.1, lasts=0.8)
    let_hang(person, SIDES, after=0.7, lasts=1.1)
    person.wait(1.9)


def pick_up_with_two_hands(person: Performer) -> None:
    """Squat down to a box, take it at its sides and rise; ends holding it before the belly."""
    person.move(Channel.LEAN, 50, after=0.0, lasts=1.3)
    person.move(Channel.NOD, -15, after=0.0, lasts=1.3)
    person.hips(0.45, forward=-0.22, after=0.1, lasts=1.3)
    for side in SIDES:
        person.move(side.hand, 0.0, -0.92, 0.3, after=0.1, lasts=1.2)
    person.move(Channel.LEAN, 0, after=1.7, lasts=1.4)
    person.move(Channel.NOD, 0, after=1.7, lasts=1.3)
    person.hips(after=1.65, lasts=1.2)
    hold(person, SIDES, AT_BELLY, after=1.7, lasts=1.2)
    person.wait(3.0)


def pick_up_with_one_hand(person: Performer) -> None:
    """Bend down to something small, take it with the right hand and rise; it stays in the hand."""
    person.move(Channel.LEAN, 66, after=0.0, lasts=1.2)
    person.move(Channel.TILT, 8, after=0.0, lasts=1.2)
    person.move(Channel.TWIST, 20, after=0.0, lasts=1.2)
    person.hips(0.3, forward=-0.2, after=0.1, lasts=1.2)
    person.move(RIGHT.hand, 0.05, -0.95, 0.22, after=0.1, lasts=1.1)
    person.move(LEFT.hand, 0.15, -0.68, 0.2, after=0.1, lasts=1.1)
    person.move(Channel.LEAN, 0, after=1.6, lasts=1.2)
    person.move(Channel.TILT, 0, after=1.6, lasts=1.2)
    person.move(Channel.TWIST, 0, after=1.6, lasts=1.2)
    person.hips(after=1.6, lasts=1.1)
    let_hang(person, SIDES, after=1.7, lasts=1.1)
    person.wait(2.8)


def throw(person: Performer) -> None:
    """Throw overarm with the right hand: wind up, shift the weight, let the arm follow through."""
    person.move(Channel.TWIST, -38, after=0.0, lasts=0.8)
    person.move(Channel.LEAN, -6, after=0.0, lasts=0.8)
    person.move(RIGHT.elbow, 0.5, -1.0, -0.2, after=0.0, lasts=0.5)
    person.move(RIGHT.hand, 0.4, -0.45, 0.35, after=0.0, lasts=0.6)
    person.move(RIGHT.hand, 0.45, 0.35, -0.2, after=0.4, lasts=0.6)
    person.move(LEFT.hand, 0.1, -0.35, 0.7, after=0.2, lasts=0.8)
    person.hips(0.02, forward=-0.08, after=0.1, lasts=0.8)

    person.hips(0.04, forward=0.08, after=0.85, lasts=0.6)
    person.move(Channel.TWIST, 28, after=0.95, lasts=0.5)
    person.move(Channel.LEAN, 16, after=0.95, lasts=0.6)
    person.move(RIGHT.hand, 0.1, 0.25, 0.9, after=1.05, lasts=0.35)
    person.move(RIGHT.hand, -0.35, -0.7, 0.5, after=1.3, lasts=0.5)
    person.move(LEFT.hand, 0.25, -0.85, -0.2, after=1.0, lasts=0.6)

    person.hips(after=1.6, lasts=0.8)
    person.move(Channel.TWIST, 0, after=1.7, lasts=0.8)
    person.move(Channel.LEAN, 0, after=1.7, lasts=0.8)
    person.move(RIGHT.elbow, *RELAXED_ELBOW, after=1.4, lasts=0.6)
    let_hang(person, SIDES, after=1.7, lasts=0.8)
    person.wait(2.4)


def wave(person: Performer) -> None:
    """Raise the right hand before the face and swing it to and fro."""
    person.move(RIGHT.elbow, 0.6, -0.8, -0.1, after=0.0, lasts=0.6)
    person.move(RIGHT.hand, 0.15, 0.48, 0.6, after=0.0, lasts=0.6)
    beat, begins, swings = 0.26, 0.45, 6
    for swing in range(swings):
        outward = 0.52 if swing % 2 == 0 else -0.18
        height = 0.42 if swing < swings - 1 else 0.36
        person.move(RIGHT.hand, outward, height, 0.6, after=begins + beat * swing, lasts=beat * 1.2)
    over = begins + beat * swings
    person.move(RIGHT.elbow, *RELAXED_ELBOW, after=over, lasts=0.6)
    let_hang(person, (RIGHT,), after=over, lasts=0.6)
    person.wait(over + 0.6)


def clap(person: Performer) -> None:
    """Bring both hands before the chest and strike them together a few times."""
    apart, together = (0.12, -0.25, 0.55), (-0.3, -0.22, 0.55)
    hold(person, SIDES, apart, after=0.0, lasts=0.6)
    beat, begins, strikes = 0.25, 0.5, 5
    for strike in range(strikes):
        after = begins + 2 * beat * strike
        hold(person, SIDES, together, after=after, lasts=beat * 1.1)
        hold(person, SIDES, apart, after=after + beat, lasts=beat * 1.1)
    over = begins + 2 * beat * strikes
    let_hang(person, SIDES, after=over, lasts=0.8)
    person.wait(over + 0.8)


def lift_from_table(person: Performer) -> None:
    """Take a box from a table and bring it before the chest."""
    person.move(Channel.LEAN, 12, after=0.0, lasts=0.7)
    hold(person, SIDES, ON_TABLE, after=0.0, lasts=0.8)
    person.move(Channel.LEAN, -5, after=0.9, lasts=0.8)
    hold(person, SIDES, AT_CHEST, after=0.8, lasts=0.9)
    person.wait(1.6)


def carry(person: Performer, turns: Sequence[float], *, step: float = 0.35) -> None:
    """Walk with a box held before the chest, leaning back against its weight; ends holding it.

    Args:
        person: Who carries, already with a box in the hands.
        turns: See ``walk``.
        step: Length of a step, metres.
    """
    hold(person, SIDES, AT_CHEST, lasts=0.8)
    walk(person, turns, step=step, arms=(), lean=-5)


def put_down(person: Performer) -> None:
    """Set what both hands hold onto a table."""
    person.move(Channel.LEAN, 14, after=0.0, lasts=0.9)
    hold(person, SIDES, ON_TABLE, after=0.0, lasts=0.9)
    person.move(Channel.LEAN, 0, after=1.1, lasts=0.9)
    let_hang(person, SIDES, after=1.1, lasts=0.9)
    person.wait(1.9)


def drop_trash(person: Performer) -> None:
    """Bend over a bin, stretch out the right hand and let go of what it held."""
    person.move(Channel.LEAN, 36, after=0.0, lasts=0.9)
    person.move(Channel.TWIST, 12, after=0.0, lasts=0.9)
    person.hips(0.06, forward=-0.08, after=0.0, lasts=0.9)
    person.move(RIGHT.hand, 0.05, -0.75, 0.6, after=0.1, lasts=0.8)
    person.move(Channel.LEAN, 0, after=1.1, lasts=0.9)
    person.move(Channel.TWIST, 0, after=1.1, lasts=0.9)
    person.hips(after=1.1, lasts=0.9)
    let_hang(person, (RIGHT,), after=1.1, lasts=0.9)
    person.wait(2.0)


def put_on_jacket(person: Performer) -> None:
    """Thrust one arm, then the other, into a sleeve and pull the fronts together.

    Begins with the jacket held in both hands.
    """
    right, left, close = 0.7, 2.3, 4.0
    person.move(Channel.TWIST, -14, after=0.0, lasts=0.9)
    hold(person, (LEFT,), AT_COLLAR, after=0.0, lasts=0.9)
    person.move(LEFT.elbow, *ELBOW_OUT, after=0.0, lasts=0.9)
    _into_sleeve(person, RIGHT, after=0.0)
    person.move(Channel.TILT, -8, after=right, lasts=0.8)

    person.move(Channel.TWIST, 18, after=right + 0.8, lasts=0.9)
    hold(person, (RIGHT,), AT_COLLAR, after=right + 1.0, lasts=0.8)
    person.move(RIGHT.elbow, *ELBOW_OUT, after=right + 1.0, lasts=0.8)
    _into_sleeve(person, LEFT, after=left - 0.8)
    person.move(Channel.TILT, 8, after=left, lasts=0.8)

    person.move(Channel.TILT, 0, after=left + 0.9, lasts=0.8)
    person.move(Channel.TWIST, 0, after=left + 0.9, lasts=0.8)
    person.move(Channel.NOD, 20, after=close - 0.4, lasts=0.8)
    person.move(Channel.NOD, 0, after=close + 0.9, lasts=0.8)
    hold(person, SIDES, (-0.15, -0.1, 0.4), after=left + 0.9, lasts=0.9)
    hold(person, SIDES, (-0.2, -0.6, 0.4), after=close, lasts=0.8)
    person.move(LEFT.elbow, *ELBOW_OUT, after=left + 0.9, lasts=0.8)
    for side in SIDES:
        person.move(side.elbow, *RELAXED_ELBOW, after=close, lasts=0.8)
    let_hang(person, SIDES, after=close + 0.9, lasts=0.8)
    person.wait(close + 1.8)


def _into_sleeve(person: Performer, side: Side, after: float) -> None:
    """Bring a hand behind the back, elbow up, then thrust it out to the side."""
    person.move(side.elbow, 0.5, 0.6, -0.6, after=after, lasts=0.7)
    person.move(side.hand, 0.32, -0.52, -0.35, after=after, lasts=0.8)
    person.move(side.elbow, 0.3, 0.1, -1.0, after=after + 0.8, lasts=0.8)
    person.move(side.hand, 0.85, 0.12, 0.2, after=after + 0.8, lasts=0.8)


def take_off_jacket(person: Performer) -> None:
    """Slip the jacket off the shoulders, pull one sleeve behind the back, the other in front."""
    slip, behind, before = 0.9, 1.8, 2.9
    for side in SIDES:
        person.move(side.hand, -0.15, -0.25, 0.4, after=0.0, lasts=0.8)
        person.move(side.elbow, 1.0, -0.5, -0.5, after=0.0, lasts=0.8)
        person.move(side.hand, 0.35, -0.65, -0.4, after=slip, lasts=0.8)
        person.move(side.elbow, *RELAXED_ELBOW, after=before, lasts=0.8)
    person.move(Channel.LEAN, 10, after=slip, lasts=0.9)

    person.move(RIGHT.hand, 0.1, -0.85, -0.3, after=behind, lasts=0.7)
    person.move(LEFT.hand, -0.15, -0.75, -0.4, after=behind, lasts=0.7)
    person.move(Channel.TWIST, -15, after=behind, lasts=0.7)

    person.move(RIGHT.hand, -0.3, -0.5, 0.5, after=before, lasts=0.8)
    person.move(LEFT.hand, 0.1, -0.7, 0.5, after=before, lasts=0.8)
    person.move(Channel.TWIST, 12, after=before, lasts=0.8)
    person.move(Channel.LEAN, 0, after=before, lasts=0.9)
    person.move(RIGHT.hand, 0.1, -0.5, 0.55, after=before + 0.9, lasts=0.6)
    person.move(Channel.TWIST, 0, after=before + 0.9, lasts=0.8)
    let_hang(person, SIDES, after=before + 1.5, lasts=0.9)
    person.wait(before + 2.4)


def hold(
    person: Performer,
    hands: Sequence[Side],
    where: tuple[float, float, float],
    *,
    after: float = 0.0,
    lasts: float = 1.0,
) -> None:
    """Bring hands to a place before the body."""
    for side in hands:
        person.move(side.hand, *where, after=after, lasts=lasts)


def let_hang(
    person: Performer, hands: Sequence[Side], *, after: float = 0.0, lasts: float = 1.0
) -> None:
    """Let arms sink to the sides of the body."""
    for side in hands:
        person.move(side.hand, *HANGING_HAND, after=after, lasts=lasts)
