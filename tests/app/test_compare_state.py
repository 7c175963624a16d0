"""What captions and the table say of models side by side."""

from dataclasses import replace

import numpy as np
import pytest

from app.action_colours import ActionPalette
from app.compare_size import ModelSize
from app.compare_state import (
    Agreement,
    Column,
    CompareState,
    PaneState,
    Timing,
    agreements,
    captions,
    chosen_beside,
    contents_beside,
    table,
)
from app.document import NOTHING_ASKED, AnswerPhase, AnswerState
from app.lanes.facts import Kept, LaneFacts, ModelFacts
from app.lanes.stack import LaneGroup, build_stack
from app.overlays import prepared
from app.overlays.signed import DrawnContrast
from app.pane_caption import Standing
from app.scene_contents import SceneContents
from app.scene_model import build_scene
from app.scene_theme import SceneTheme
from app.why_state import Hidden
from engine.architectures.sem_net import config_for as sem_net
from engine.inspection.signed import SignedJointMap
from engine.layouts.kinect_v1 import KINECT_V1
from engine.prediction import Answer, PredictionTrack
from engine.recording import Clip
from engine.runtime.packages import ModelPackage
from tests.app import stand_ins

CLIP = Clip.whole(stand_ins.recording(40, people=2))
ONE, TWO = stand_ins.package("one", "Tried · One"), stand_ins.package("two", "Tried · Two")


def said(best: int = 0, *, none_below: float = 0.0) -> AnswerState:
    """Everybody does one action, at 0.8."""
    made = stand_ins.answer(CLIP)
    shares = stand_ins.probabilities(best)
    predictions = tuple(
        replace(each, probabilities=shares, none_below=none_below) for each in made.predictions
    )
    answer: Answer = replace(made, predictions=predictions)
    ready = tuple(prepared(each) for each in answer.explanations)
    return AnswerState(phase=AnswerPhase.ANSWERED, answer=answer, prepared=ready)


def pane(
    model: ModelPackage = ONE, answer: AnswerState = NOTHING_ASKED, **more: object
) -> PaneState:
    name = model.card.title.rpartition("· ")[2]
    return replace(PaneState(model=model, name=name, answer=answer), **more)  # type: ignore[arg-type]  # handed on


def state(*panes: PaneState, person: int | None = 0) -> CompareState:
    return CompareState(panes=panes, person=person, recording=CLIP.recording)


def test_a_caption_names_the_model_its_answer_and_the_time_it_took() -> None:
    (caption,) = captions(state(pane(answer=said(1))))
    assert (caption.title, caption.answer, caption.number) == ("One", "clap", "0.80")
    assert caption.detail == "7 ms"
    assert caption.standing is Standing.SHOWN
    assert caption.spoken == "One, clap 0.80, shown, 7 ms"


def test_others_agree_when_the_name_is_the_same_and_differ_when_it_is_not() -> None:
    made = captions(state(pane(answer=said(1)), pane(TWO, said(1)), pane(TWO, said(2))))
    assert [each.standing for each in made] == [Standing.SHOWN, Standing.AGREES, Standing.DIFFERS]
    assert [each.remark for each in made] == ["shown", "agrees", "differs"]
    assert made[0].colour == made[1].colour != made[2].colour


def test_captions_and_cells_have_the_study_s_colours() -> None:
    palette = ActionPalette(named=(("clap", "#112233"),), offered=("#112233",))
    there = replace(state(pane(answer=said(1)), pane(TWO, said(1))), palette=palette)
    assert {each.colour for each in captions(there)} == {"#112233"}
    assert {row.cell(Column.ANSWER).colour for row in table(there)} == {"#112233"}


def test_the_same_name_agrees_wherever_a_model_lists_it() -> None:
    answer = said(0)
    assert answer.answer is not None
    turned = tuple(
        replace(each, class_names=("clap", "jump", "wave"), probabilities=each.probabilities[::-1])
        for each in answer.answer.predictions
    )
    other = replace(answer, answer=replace(answer.answer, predictions=turned))
    card = replace(TWO.card, class_names=("clap", "jump", "wave"))
    assert captions(state(pane(answer=said(0)), pane(replace(TWO, card=card), other)))[
        1
    ].remark == ("agrees")


def test_a_refusal_is_said_in_its_own_pane_and_the_others_go_on() -> None:
    refused = AnswerState(phase=AnswerPhase.REFUSED, message="Expected 20 joints, found 22")
    first, second, third = captions(
        state(pane(answer=said()), pane(TWO, refused), pane(TWO, said()))
    )
    assert second.message == "Expected 20 joints, found 22"
    assert second.standing is Standing.REFUSED
    assert (first.message, third.message) == ("", "")


def test_where_the_model_shown_is_silent_the_others_neither_agree_nor_differ() -> None:
    first, second = captions(state(pane(), pane(TWO, said())))
    assert first.message == "Asking the model…"
    assert (second.standing, second.remark) == (Standing.OPEN, "")


def test_an_answer_below_the_threshold_is_none_of_these_with_what_comes_nearest() -> None:
    (caption,) = captions(state(pane(answer=said(2, none_below=0.9))))
    assert (caption.answer, caption.number) == ("none of these", "sit down 0.80")
    (row,) = table(state(pane(answer=said(2, none_below=0.9))))
    assert row.cell(Column.ANSWER).text == "none of these"
    assert row.cell(Column.NEXT).text.startswith("sit down 0.80")


def test_the_table_has_the_top_three_times_size_and_agreement() -> None:
    model = pane(
        TWO,
        said(1),
        timing=Timing(first_s=0.12, later_s=(0.03, 0.01, 0.02)),
        size=ModelSize(parameters=1_234_567, num_bytes=2_600_000),
        agreement=Agreement(share=0.83, first_difference=30),
    )
    shown, row = table(state(pane(answer=said(1)), model))
    texts = {each: row.cell(each).text for each in Column}
    assert texts[Column.ANSWER] == "clap"
    assert row.cell(Column.ANSWER).number == "0.80"
    assert texts[Column.NEXT] == "wave 0.10  ·  sit down 0.10"
    assert (texts[Column.FIRST], texts[Column.AGAIN]) == ("120 ms", "20 ms")
    assert (texts[Column.PARAMETERS], texts[Column.SIZE]) == ("1.23 M", "2.6 MB")
    assert (texts[Column.AGREES], texts[Column.DIFFERS_AT]) == ("83%", "00:01.00")
    assert row.cell(Column.AGREES).frame == row.cell(Column.DIFFERS_AT).frame == 30
    assert shown.is_shown
    assert shown.cell(Column.AGREES).frame is None


def test_a_model_that_never_differs_leads_nowhere() -> None:
    never = Agreement(share=1.0, first_difference=None)
    row = table(state(pane(answer=said()), pane(TWO, said(), agreement=never)))[1]
    assert row.cell(Column.DIFFERS_AT).text == "nowhere"
    assert row.cell(Column.DIFFERS_AT).frame is None


def test_other_networks_are_put_beside_first() -> None:
    alike = stand_ins.package("alike")
    network = sem_net(KINECT_V1, classes=len(stand_ins.ACTIONS), people=1)
    part = replace(TWO.card.networks[0], network=network)
    unlike = replace(TWO, card=replace(TWO.card, networks=(part,)))
    assert chosen_beside((ONE, alike, unlike), ONE) == (unlike,)
    assert chosen_beside((ONE, alike, unlike), ONE, 2) == (unlike, alike)
    assert chosen_beside((ONE,), ONE) == ()


def test_a_pane_draws_its_own_models_attention_and_nothing_of_the_questions() -> None:
    contrast = DrawnContrast(
        joint_map=SignedJointMap(
            name="difference",
            first="wave",
            second="clap",
            weights=np.zeros((40, 2, 20), dtype=np.float32),
            strongest=1.0,
            unit="",
        ),
        start=0,
    )
    first = SceneContents(
        theme=SceneTheme.dark(),
        model=build_scene(CLIP.recording),
        frame=7,
        overlay_ids=("time",),
        selected=1,
        joint=3,
        has_trails=True,
        hidden=Hidden(joints=frozenset({(0, 1)})),
        contrast=contrast,
    )
    answer = said()
    made = contents_beside(first, pane(TWO, answer))
    assert made.explanation is answer.prepared[0]
    assert made.overlay_ids == ("focal",)
    assert made.overlay_settings.focal_joints == TWO.card.focal_joints
    assert (made.hidden.is_empty, made.contrast, made.joint) == (True, None, None)
    assert (made.model, made.frame, made.selected, made.has_trails) == (first.model, 7, 1, True)
    off = contents_beside(replace(first, overlay_ids=()), pane(TWO, answer))
    assert off.overlay_ids == ()
    assert contents_beside(first, pane(TWO)).explanation is None


def lanes_of(*tracks: PredictionTrack | None) -> LaneGroup:
    """The lanes of one person for models called ``0``, ``1`` …"""
    models = tuple(
        ModelFacts(
            model_key=str(number),
            network_name=str(number),
            class_names=stand_ins.ACTIONS,
            answers=(track,),
        )
        for number, track in enumerate(tracks)
    )
    recording = stand_ins.recording(300)
    group = build_stack(LaneFacts(recording=recording, models=models), Kept()).group(0)
    assert group is not None
    return group


def test_agreement_is_counted_against_the_model_shown_alone() -> None:
    track = stand_ins.track(stand_ins.recording(300))
    odd = np.array(track.probabilities)
    odd[-4:] = np.roll(odd[-4:], 1, axis=1)
    other = replace(track, probabilities=odd)
    found = agreements(lanes_of(track, other, track, None))
    assert set(found) == {"1", "2"}, "who has said nothing is not counted"
    assert found["2"] == Agreement(share=1.0, first_difference=None)
    border = (track.starts[-5] + track.stops[-4]) / 2  # halfway between two windows' middles
    assert found["1"].share == pytest.approx(border / track.stops[-1])
    assert found["1"].first_difference == np.ceil(border)


def test_without_lanes_nobody_is_compared() -> None:
    assert agreements(None) == {}
