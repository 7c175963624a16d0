"""All lanes of a recording, and what of them is built anew."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from app.action_colours import NO_STUDY_PALETTE, ActionPalette
from app.lanes import LANES
from app.lanes.agreement import AgreementLane
from app.lanes.answers import AnswerLane
from app.lanes.brush import brush_between
from app.lanes.facts import DifferenceFacts, FocusFacts, Kept, LaneFacts, ModelFacts
from app.lanes.labels import LabelLane
from app.lanes.proposals import ProposalLane
from app.lanes.speed import SpeedLane
from app.lanes.stack import (
    LaneStack,
    build_stack,
    has_same_lanes,
    in_palette,
    placed,
    with_labels,
)
from engine.prediction import JointMap
from tests.app import stand_ins
from tests.app.laid_pairs import aligned
from tests.app.lanes.made import NAMES, track

FRAMES = 300


def model(name: str, best: int, people: int = 1) -> ModelFacts:
    return ModelFacts(
        model_key=name,
        network_name=name,
        class_names=NAMES,
        answers=tuple(track([0, 100, 200], 100, [best, 0, 0]) for _ in range(people)),
    )


def facts(*models: ModelFacts, people: int = 1) -> LaneFacts:
    weights = np.zeros((FRAMES, people, 20), dtype=np.float32)
    return LaneFacts(
        recording=stand_ins.recording(FRAMES, people),
        models=models,
        focus=FocusFacts(
            over_time=(None,) * people,
            joint_map=JointMap(name="Informativeness", weights=weights, strongest=1.0),
        ),
    )


def kinds(stack: LaneStack) -> list[str]:
    return [lane.kind for lane in stack.groups[0].lanes]


def test_every_lane_belongs_to_a_row_of_the_table() -> None:
    known = facts(model("A", 0), model("B", 1))
    itself = aligned(known.recording, known.recording)
    found = DifferenceFacts(alignment=itself, other_name="itself")
    labels = (
        LabelLane(person=0, tier_id="t", tier_name="Labels"),
        ProposalLane(person=0, proposals=()),
    )
    shown = kinds(build_stack(replace(known, difference=found, labels=labels), Kept()))
    assert list(dict.fromkeys(shown)) == [kind.id for kind in LANES]


def test_one_model_has_no_lane_of_agreement() -> None:
    assert kinds(build_stack(facts(model("A", 0)), Kept())) == ["answers", "focus", "speed"]
    two = build_stack(facts(model("A", 0), model("B", 1)), Kept())
    assert kinds(two) == ["answers", "answers", "agreement", "focus", "speed"]
    agreement = two.groups[0].agreement
    assert isinstance(agreement, AgreementLane)
    assert agreement.stretches[0].tolist() == [0]


def test_only_what_has_changed_is_built_anew() -> None:
    kept = Kept()
    first = facts(model("A", 0), model("B", 1))
    before = build_stack(first, kept)
    newer = replace(first, models=(first.models[0], model("B", 2)))
    after = build_stack(newer, kept.for_next_time())
    same = [
        one is two for one, two in zip(before.groups[0].lanes, after.groups[0].lanes, strict=True)
    ]
    assert same == [True, False, False, True, True]
    assert before.groups[0].gaps is after.groups[0].gaps


def test_a_lane_that_is_gone_is_not_kept() -> None:
    kept = Kept()
    both = facts(model("A", 0), model("B", 1))
    build_stack(both, kept)
    later = kept.for_next_time()
    build_stack(replace(both, models=both.models[:1]), later)
    assert not [key for key in later.now if key[:2] == ("answers", "B")]


def test_the_speed_is_of_the_joint_picked_else_of_the_fastest() -> None:
    positions = stand_ins.recording(FRAMES).positions.copy()
    positions[:, 0, 7, 0] += np.arange(FRAMES) * 0.01
    made = replace(facts(model("A", 0)), recording=stand_ins.figures_of(positions))
    for joint, expected in ((None, 7), (3, 3)):
        lane = build_stack(replace(made, joint=joint), Kept()).groups[0].lanes[-1]
        assert isinstance(lane, SpeedLane)
        assert (lane.joint, lane.is_picked) == (expected, joint is not None)


def test_each_person_has_a_group_with_gaps_of_their_own() -> None:
    positions = stand_ins.recording(FRAMES, 2).positions.copy()
    positions[50:80, 1] = np.nan
    made = replace(facts(model("A", 0, 2), people=2), recording=stand_ins.figures_of(positions))
    one, two = build_stack(made, Kept()).groups
    assert (one.name, two.name) == ("P1", "P2")
    assert len(one.gaps) == 0
    assert two.gaps.at(60) == (50, 80)
    assert 50.0 in np.concatenate(two.edges)


def test_a_build_that_nobody_waits_for_any_more_ends_early() -> None:
    kept = Kept()
    asked = iter([False, False, False, False, True, True])
    stack = build_stack(facts(model("A", 0)), kept, lambda: next(asked))
    assert stack.groups == ()
    assert {key[0] for key in kept.now} == {"answers", "coloured"}


def test_without_explanation_the_focus_lane_keeps_its_place() -> None:
    bare = replace(facts(model("A", 0)), focus=FocusFacts(over_time=(None,)))
    assert kinds(build_stack(bare, Kept())) == ["answers", "focus", "speed"]


def test_focus_over_the_whole_recording_goes_before_that_of_one_answer() -> None:
    made = facts(model("A", 0))
    weights = np.full((FRAMES, 20), 0.5, dtype=np.float32)
    assert made.focus is not None
    known = replace(made, focus=replace(made.focus, over_time=(weights,)))
    lane = build_stack(known, Kept()).groups[0].focus
    assert lane is not None
    assert lane.weight(10, 3) == 0.5


def test_lanes_lie_below_each_other_and_the_elastic_one_takes_the_rest() -> None:
    stack = build_stack(facts(model("A", 0)), Kept())
    rows = placed(stack, line=16, room=400, open_people=frozenset({0}))
    assert [row.lane.kind for row in rows if row.lane] == ["answers", "focus", "speed"]
    for above, below in pairwise(rows):
        assert above.bottom < below.top
    assert 380 <= rows[-1].bottom <= 400
    assert rows[1].height > 200


def test_where_room_is_scarce_all_lanes_are_lower() -> None:
    stack = build_stack(facts(model("A", 0), model("B", 1)), Kept())
    wide = placed(stack, line=16, room=400, open_people=frozenset({0}))
    low = placed(stack, line=16, room=180, open_people=frozenset({0}))
    assert low[-1].bottom <= 180
    assert all(one.height < two.height for one, two in zip(low, wide, strict=True))
    cramped = placed(stack, line=16, room=40, open_people=frozenset({0}))
    assert cramped[-1].bottom > 40, "then they reach farther down than can be seen"


def test_folded_people_keep_their_heading() -> None:
    stack = build_stack(facts(model("A", 0, 2), people=2), Kept())
    rows = placed(stack, line=16, room=400, open_people=frozenset({1}))
    assert [(row.group.person, row.lane is None, row.is_open) for row in rows[:3]] == [
        (0, True, False),
        (1, True, True),
        (1, False, True),
    ]
    assert isinstance(rows[2].lane, AnswerLane)


def test_a_stroke_marks_the_frames_that_it_touches_either_way() -> None:
    for ends in ((10.2, 19.7), (19.7, 10.2)):
        brush = brush_between(0, ends, 100)
        assert (brush.start, brush.stop) == (10, 20)
    tiny = brush_between(0, (99.9, 100.0), 100)
    assert (tiny.start, tiny.stop) == (99, 100)


def test_other_labels_take_the_place_of_those_of_before_and_leave_the_rest_as_it_is() -> None:
    stack = build_stack(facts(model("A", 0)), Kept())
    one = LabelLane(person=0, tier_id="t", tier_name="Labels")
    two = LabelLane(person=0, tier_id="t", tier_name="Hands")
    proposals = ProposalLane(person=0, proposals=())
    after = with_labels(with_labels(stack, (one,)), (proposals, two))
    assert after.groups[0].lanes[:2] == (two, proposals), "labels are above proposals"
    assert all(
        new is old
        for new, old in zip(after.groups[0].lanes[2:], stack.groups[0].lanes, strict=True)
    )


def test_other_colours_leave_all_but_the_answers_as_they_are() -> None:
    stack = build_stack(facts(model("A", 0), model("B", 1)), Kept())
    palette = ActionPalette(named=(("clap", "#112233"),), offered=("#112233",))
    after = in_palette(stack, palette)
    for old, new in zip(stack.groups[0].lanes, after.groups[0].lanes, strict=True):
        assert (old is new) is not isinstance(old, AnswerLane)
    for lane in after.groups[0].answers:
        assert lane.colours[lane.class_names.index("clap")] == "#112233"
    assert has_same_lanes(after, in_palette(after, palette)), "the same colours change nothing"


def test_lanes_are_built_in_the_study_s_colours_and_kept_while_those_are_the_same() -> None:
    palette = ActionPalette(named=(("clap", "#112233"),), offered=("#112233",))
    wanted, kept = replace(facts(model("A", 0)), action_palette=palette), Kept()
    (lane,) = build_stack(wanted, kept).groups[0].answers
    assert "#112233" in lane.colours
    kept = kept.for_next_time()
    assert build_stack(wanted, kept).groups[0].answers == (lane,)
    (plain,) = build_stack(replace(wanted, action_palette=NO_STUDY_PALETTE), kept).groups[0].answers
    assert "#112233" not in plain.colours
    assert plain.levels is lane.levels, "nothing but the colours is worked out anew"
