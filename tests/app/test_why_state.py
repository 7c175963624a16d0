"""What is hidden, and what is said of it."""

import numpy as np
import pytest

from app.why_state import (
    NOTHING_HIDDEN,
    Hidden,
    effect_text,
    hidden_text,
    joint_groups,
    most_probable,
)
from engine.inspection.effect import Effect
from engine.inspection.masks import Mask, hidden_in
from engine.layouts import LAYOUTS
from engine.layouts.shrec_hand_22 import SHREC_HAND_22
from engine.prediction import Prediction
from engine.recording import Clip
from engine.skeleton import LayoutKind
from tests.app import stand_ins
from tests.app.figures import HEAD, RIGHT_ELBOW, RIGHT_HAND, RIGHT_WRIST

RIGHT_SHOULDER = 8
RIGHT_ARM = (RIGHT_SHOULDER, RIGHT_ELBOW, RIGHT_WRIST, RIGHT_HAND)
ONE, TWO = stand_ins.recording(40), stand_ins.recording(40, people=2)


def effect(before: tuple[float, ...], after: tuple[float, ...], *, is_none: bool = False) -> Effect:
    return Effect(
        class_names=stand_ins.ACTIONS,
        before=np.array(before, dtype=np.float32),
        after=np.array(after, dtype=np.float32),
        person=0,
        is_none=is_none,
    )


def test_a_body_has_four_groups_that_hold_every_joint() -> None:
    for layout in LAYOUTS:
        groups = joint_groups(layout)
        assert {joint for group in groups for joint in group.joints} == set(
            range(layout.num_joints)
        )
        if layout.kind is LayoutKind.BODY:
            names = [group.name for group in groups]
            assert names == ["Left arm", "Right arm", "Legs", "Head and torso"]


def test_a_hand_has_its_palm_and_fingers() -> None:
    names = [group.name for group in joint_groups(SHREC_HAND_22)]
    assert names[:3] == ["Palm", "Thumb", "Index finger"]


def test_a_joint_goes_and_comes_back() -> None:
    hidden = NOTHING_HIDDEN.toggled(0, HEAD)
    assert hidden.joints == {(0, HEAD)}
    assert hidden.toggled(0, HEAD) == NOTHING_HIDDEN


def test_a_group_is_completed_first_and_shown_again_when_it_is_whole() -> None:
    some = NOTHING_HIDDEN.toggled(0, RIGHT_HAND).toggled(1, RIGHT_HAND)
    whole = some.with_group(0, RIGHT_ARM)
    assert whole.has_all(0, RIGHT_ARM)
    assert not whole.has_all(1, RIGHT_ARM)
    assert whole.with_group(0, RIGHT_ARM).joints == {(1, RIGHT_HAND)}


def test_masks_are_of_each_person_in_the_span() -> None:
    hidden = Hidden(joints=frozenset({(1, HEAD), (0, RIGHT_HAND), (0, HEAD)}), span=(5, 9))
    assert hidden.masks(0) == (
        Mask(joints=(HEAD, RIGHT_HAND), people=(0,), start=5, stop=9),
        Mask(joints=(HEAD,), people=(1,), start=5, stop=9),
    )
    assert NOTHING_HIDDEN.masks(0) == ()


@pytest.mark.parametrize("person", [None, 1])
@pytest.mark.parametrize(
    "hidden",
    [
        Hidden(joints=frozenset({(0, HEAD), (1, RIGHT_HAND)})),
        Hidden(joints=frozenset({(0, HEAD)}), span=(3, 7)),
        Hidden(span=(3, 7)),
        NOTHING_HIDDEN,
    ],
    ids=["joints", "joints-in-a-span", "span", "nothing"],
)
def test_ghosts_are_what_the_engine_hides(hidden: Hidden, person: int | None) -> None:
    from_engine = hidden_in(hidden.masks(person), Clip.whole(TWO))
    drawn = np.stack([hidden.at(frame, (2, 20), person) for frame in range(TWO.num_frames)])
    np.testing.assert_array_equal(drawn, from_engine)


def test_whole_groups_are_named_and_many_joints_are_counted() -> None:
    arm = NOTHING_HIDDEN.with_group(0, RIGHT_ARM)
    assert hidden_text(arm, ONE) == "right arm hidden"
    assert hidden_text(arm.toggled(0, HEAD), ONE) == "right arm, head hidden"
    many = NOTHING_HIDDEN.toggled(0, HEAD).toggled(0, RIGHT_HAND).toggled(0, 0)
    assert hidden_text(many, ONE) == "3 joints hidden"


def test_people_and_times_are_told() -> None:
    arm = Hidden(joints=NOTHING_HIDDEN.with_group(1, RIGHT_ARM).joints, span=(3, 30))
    assert hidden_text(arm, TWO) == "P2 right arm hidden, 0.10–1.00 s"
    assert hidden_text(Hidden(span=(3, 30)), ONE) == "everything hidden, 0.10–1.00 s"
    assert hidden_text(NOTHING_HIDDEN, ONE) == "nothing hidden"


@pytest.mark.parametrize(
    ("after", "is_none", "words"),
    [
        ((0.6, 0.3, 0.1), False, "Still “wave”, but less sure: 0.80 falls to 0.60."),
        ((0.9, 0.1, 0.0), False, "Still “wave”, and surer: 0.80 rises to 0.90."),
        ((0.78, 0.12, 0.1), False, "Hardly any change: for “wave” the model does not need it."),
        ((0.2, 0.7, 0.1), False, "Without it the model says “clap” and no longer “wave”."),
        ((0.4, 0.3, 0.3), True, "too unsure to mean any action"),
    ],
)
def test_an_effect_is_told_in_a_sentence(
    after: tuple[float, ...], is_none: bool, words: str
) -> None:
    assert words in effect_text(effect((0.8, 0.1, 0.1), after, is_none=is_none))


def test_the_two_most_probable_actions_are_compared() -> None:
    said = Prediction(
        model_id="made",
        class_names=stand_ins.ACTIONS,
        probabilities=np.array([0.2, 0.7, 0.1], dtype=np.float32),
        start=0,
        stop=40,
        person=0,
    )
    assert most_probable(said) == (1, 0)
