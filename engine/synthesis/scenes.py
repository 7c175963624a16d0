"""The shipped samples, one function each: who stands where, does what, seen from where.

The stage is about 3 m wide and 2 m deep around the origin, 3 m before the camera, so that a Kinect
would see whole bodies. Nobody turns their back: a Kinect v1 then takes left for right.
"""

from collections.abc import Callable

from engine.synthesis import actions
from engine.synthesis.body import SIDES, Body
from engine.synthesis.capture import Camera, Scene
from engine.synthesis.performer import Performer, Spot
from engine.synthesis.walking import walk

TALL = Body().scaled(1.06)
MIDDLE = Body()
SHORT = Body().scaled(0.94)


def walk_around() -> Scene:
    """Across the stage and, in a bow, towards the camera; walking from first frame to last."""
    person = Performer(Spot(x=1.3, z=0.9, heading=88), MIDDLE)
    walk(person, (0, 0, 0, -15, -25, -30, 0, 0))
    return Scene(people=(person,), seed=1, label="walk", trim_s=(0.5, 0.8))


def sit_down() -> Scene:
    """Onto a chair that stands aslant to the camera."""
    person = Performer(Spot(x=0.1, z=0.0, heading=30), MIDDLE)
    person.wait(0.4)
    actions.sit_down(person)
    person.wait(0.6)
    return Scene(people=(person,), seed=2, label="sit down")


def stand_up() -> Scene:
    """From a chair that stands aslant to the camera, on the other side."""
    person = Performer(Spot(x=-0.1, z=0.0, heading=-25), TALL)
    actions.sit_down(person)
    person.wait(1.0)
    seated_s = person.now_s
    person.wait(0.5)
    actions.stand_up(person)
    person.wait(0.4)
    return Scene(people=(person,), seed=3, label="stand up", trim_s=(seated_s, 0.0))


def pick_up_with_two_hands() -> Scene:
    """A box from the floor, then off with it."""
    person = Performer(Spot(x=0.2, z=0.4, heading=-15), MIDDLE)
    person.wait(0.4)
    actions.pick_up_with_two_hands(person)
    walk(person, (15, 15, 0), arms=())
    return Scene(people=(person,), seed=4, label="pick up")


def pick_up_with_one_hand() -> Scene:
    """Something small from the floor, then on with it in the hand."""
    person = Performer(Spot(x=-0.2, z=0.4, heading=20), SHORT)
    person.wait(0.4)
    actions.pick_up_with_one_hand(person)
    walk(person, (-15, -15, 0))
    return Scene(people=(person,), seed=5, label="pick up")


def throw() -> Scene:
    """Overarm, past the camera."""
    person = Performer(Spot(x=0.0, z=0.1, heading=-35), TALL)
    person.wait(0.3)
    actions.throw(person)
    person.wait(0.2)
    return Scene(people=(person,), seed=6, label="throw")


def wave() -> Scene:
    """At the camera, with the right hand."""
    person = Performer(Spot(x=0.1, z=0.2, heading=8), MIDDLE)
    person.wait(0.15)
    actions.wave(person)
    person.wait(0.1)
    return Scene(people=(person,), seed=12, label="wave")


def clap() -> Scene:
    """Before the chest, five times."""
    person = Performer(Spot(x=-0.1, z=0.1, heading=-8), TALL)
    person.wait(0.3)
    actions.clap(person)
    person.wait(0.2)
    return Scene(people=(person,), seed=13, label="clap")


def carry() -> Scene:
    """A box from a table, held before the chest, across the stage."""
    person = Performer(Spot(x=-0.5, z=0.4, heading=-15), MIDDLE)
    actions.lift_from_table(person)
    actions.carry(person, (-15, -15, -10, 0, 0))
    return Scene(people=(person,), seed=7, label="carry")


def put_on_jacket() -> Scene:
    """Right arm first."""
    person = Performer(Spot(x=0.0, z=0.0, heading=15), SHORT)
    actions.hold(person, SIDES, actions.AT_BELLY)
    person.wait(1.0)
    actions.put_on_jacket(person)
    return Scene(people=(person,), seed=8, label="donning", trim_s=(0.8, 0.3))


def take_off_jacket() -> Scene:
    """Both shoulders first."""
    person = Performer(Spot(x=0.0, z=0.0, heading=-10), MIDDLE)
    person.wait(0.2)
    actions.take_off_jacket(person)
    return Scene(people=(person,), seed=11, label="doffing", trim_s=(0.0, 0.3))


def two_people() -> Scene:
    """One sits down while the other carries a box past."""
    sitter = Performer(Spot(x=-0.6, z=0.3, heading=-20), MIDDLE)
    sitter.wait(1.0)
    actions.sit_down(sitter)
    sitter.wait(2.0)
    porter = Performer(Spot(x=0.4, z=0.9, heading=5), TALL)
    actions.lift_from_table(porter)
    actions.carry(porter, (5, 0, 0, -5, 0, 0))
    return Scene(people=(sitter, porter), seed=9)


def errand() -> Scene:
    """A long one: a box is moved, a rest taken, something thrown, something tidied away."""
    person = Performer(Spot(x=1.3, z=1.0, heading=88), MIDDLE)
    walk(person, (0, 0, 0, 0))
    walk(person, (-35, -35, 0), step=0)
    actions.pick_up_with_two_hands(person)
    actions.carry(person, (-30, -30, -30, 0), step=0)
    actions.carry(person, (0, 0, 0, 0))
    actions.put_down(person)
    walk(person, (35, 30, 0), step=0)
    actions.sit_down(person)
    person.wait(1.5)
    actions.stand_up(person)
    walk(person, (35, 35, 0, 0))
    actions.throw(person)
    walk(person, (-40, -40, 0), step=0)
    actions.pick_up_with_one_hand(person)
    walk(person, (-30, -30, 0), step=0)
    walk(person, (0, 0, 0, 0))
    actions.drop_trash(person)
    walk(person, (40, 40, 40, 30, 0), step=0)
    walk(person, (0, 0, 0, 0, 0))
    person.wait(0.5)
    return Scene(people=(person,), seed=10, camera=Camera(distance=3.2))


SCENES: tuple[tuple[str, Callable[[], Scene]], ...] = (
    ("throw", throw),
    ("wave", wave),
    ("walk-around", walk_around),
    ("sit-down", sit_down),
    ("stand-up", stand_up),
    ("pick-up", pick_up_with_two_hands),
    ("pick-up-one-hand", pick_up_with_one_hand),
    ("carry", carry),
    ("clap", clap),
    ("donning", put_on_jacket),
    ("doffing", take_off_jacket),
    ("two-people", two_people),
    ("errand", errand),
)
"""File name without its ending, and the scene it is made from."""
