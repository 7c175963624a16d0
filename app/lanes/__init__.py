"""The lanes under the time axis: one file a kind, and the table of kinds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.lanes.agreement import FEWEST_MODELS, AgreementLane, agreement_lane
from app.lanes.answers import AnswerLane, answer_lane
from app.lanes.base import Lane
from app.lanes.difference import DifferenceLane, difference_lane
from app.lanes.facts import Kept, LaneFacts
from app.lanes.focus import FocusLane, focus_lane
from app.lanes.speed import SpeedLane, fastest_joint, speed_lane

LaneBuilder = Callable[[LaneFacts, int, Kept], tuple[Lane, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneKind:
    """One kind of lane."""

    id: str
    title: str
    build: LaneBuilder
    """The lanes of one person; none where there is nothing to show. Called in another thread."""


def _answers(facts: LaneFacts, person: int, kept: Kept) -> tuple[AnswerLane, ...]:
    order, palette = facts.action_order, facts.action_palette
    plain = tuple(
        kept.take(
            ("answers", model.model_key, person),
            (model.answers[person], model.network_name, model.message, order, model.is_shown),
            lambda model=model: answer_lane(  # type: ignore[misc]  # bound in each turn
                model.answers[person],
                person=person,
                network_name=model.network_name,
                action_order=order,
                message=model.message,
                is_shown=model.is_shown,
            ),
        )
        for model in facts.models
    )
    return tuple(
        kept.take(
            ("coloured", model.model_key, person),
            (lane, palette.named, palette.offered),
            lambda lane=lane: lane.in_palette(palette),  # type: ignore[misc]  # bound in each turn
        )
        for model, lane in zip(facts.models, plain, strict=True)
    )


def _agreement(facts: LaneFacts, person: int, kept: Kept) -> tuple[AgreementLane, ...]:
    if len(facts.models) < FEWEST_MODELS:
        return ()
    lanes = _answers(facts, person, kept)
    return (kept.take(("agreement", person), lanes, lambda: agreement_lane(lanes, person)),)


def _focus(facts: LaneFacts, person: int, kept: Kept) -> tuple[FocusLane, ...]:
    focus, recording = facts.focus, facts.recording
    if focus is None:
        return ()
    layout, weights, joint_map = recording.layout, focus.over_time[person], focus.joint_map
    if weights is not None:
        return (
            kept.take(
                ("focus", person),
                (weights,),
                lambda: focus_lane(weights, layout, start=0, person=person),
            ),
        )
    if joint_map is None:
        nothing = np.zeros((0, layout.num_joints), dtype=np.float32)
        return (
            kept.take(
                ("focus", person),
                (recording,),
                lambda: focus_lane(nothing, layout, start=0, person=person),
            ),
        )
    return (
        kept.take(
            ("focus", person),
            (joint_map, focus.start),
            lambda: focus_lane(
                joint_map.weights[:, person],
                layout,
                start=focus.start,
                person=person,
                map_name=joint_map.name,
                strongest=joint_map.strongest,
            ),
        ),
    )


def _speed(facts: LaneFacts, person: int, kept: Kept) -> tuple[SpeedLane, ...]:
    recording, joint = facts.recording, facts.joint
    if joint is None:
        shown = kept.take(
            ("fastest", person), (recording,), lambda: fastest_joint(recording, person)
        )
    else:
        shown = joint
    return (
        kept.take(
            ("speed", person),
            (recording, shown, joint is not None),
            lambda: speed_lane(recording, person, shown, is_picked=joint is not None),
        ),
    )


def _difference(facts: LaneFacts, person: int, kept: Kept) -> tuple[DifferenceLane, ...]:
    found = facts.difference
    if found is None or found.alignment.pair.first.performer.person != person:
        return ()
    return (
        kept.take(
            ("difference", person),
            (found.alignment, found.other_name),
            lambda: difference_lane(found.alignment, found.other_name),
        ),
    )


def _labels(facts: LaneFacts, person: int, kept: Kept) -> tuple[Lane, ...]:
    del kept
    return _made_already(facts, person, "labels")


def _proposals(facts: LaneFacts, person: int, kept: Kept) -> tuple[Lane, ...]:
    del kept
    return _made_already(facts, person, "proposals")


def _made_already(facts: LaneFacts, person: int, kind: str) -> tuple[Lane, ...]:
    return tuple(each for each in facts.labels if each.person == person and each.kind == kind)


LANES: tuple[LaneKind, ...] = (
    LaneKind(id="labels", title="Labels", build=_labels),
    LaneKind(id="proposals", title="Proposals of the model", build=_proposals),
    LaneKind(id="difference", title="Difference of two recordings", build=_difference),
    LaneKind(id="answers", title="Answers", build=_answers),
    LaneKind(id="agreement", title="Agreement of models", build=_agreement),
    LaneKind(id="focus", title="Focus by joint", build=_focus),
    LaneKind(id="speed", title="Speed of a joint", build=_speed),
)
"""From top to bottom."""
