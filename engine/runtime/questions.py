"""What goes between a clip and its answer: questions, what may be shown instead, evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.architectures.base import Feeds
from engine.arrays import BoolArray, FloatArray
from engine.explain.base import Evidence, Outputs
from engine.explain.joints import Users
from engine.layouts import layout_by_id
from engine.layouts.maps import LayoutMap
from engine.prediction import Answer
from engine.preprocess.placement import join_placements
from engine.preprocess.recipe import Prepared
from engine.recording import Clip
from engine.runtime.cards import ModelCard, NetworkPart


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRun:
    """What one network was fed with and what it returned."""

    feeds: Feeds
    outputs: Outputs

    @property
    def logits(self) -> FloatArray:
        """``(N, K)`` float32."""
        return np.asarray(self.outputs["logits"], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What networks are shown in place of what a clip holds."""

    positions: FloatArray
    """``(T, M, V, C)`` in the recording's joints and axes; NaN where missing."""
    hidden: BoolArray
    """``(T, M, V)`` where the position stands in for one that is not to be seen: where a network is
    told what was visible, this was not."""
    people: tuple[int, ...] | None = None
    """Whom the question is about; None for all who are seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A clip made ready for a model's networks."""

    clip: Clip
    people: tuple[int, ...]
    """Whom it is about, indices into M."""
    prepared: tuple[Prepared, ...]
    """One for each answer: of each person, or a single one that holds all of them."""
    main: int
    """Index of the answer to show first: about the person who moves most."""
    mapping: LayoutMap | None
    """From the recording's joints; None where they are the networks'."""
    seconds: float
    """Spent in preprocessing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """An answer with explanations, and what they were made of: to ask more without a new run."""

    answer: Answer
    networks: tuple[NetworkPart, ...]
    evidences: tuple[Evidence, ...]
    """One for each network, on the networks' joints."""
    users: Users | None
    """From the networks' joints to the recording's; None where they are the same."""


def joined(questions: Sequence[Question]) -> FloatArray:
    """``(N, C, T, V, M)`` inputs of several questions, one after the other."""
    return np.concatenate([each.inputs for question in questions for each in question.prepared])


def evidence_of(
    card: ModelCard, part: NetworkPart, run: NetworkRun, question: Question
) -> Evidence:
    """What one of a card's networks returned for a question, with the maps back."""
    clip, prepared = question.clip, question.prepared
    places = len(prepared) * card.people
    return Evidence(
        model_id=card.id,
        network=part.title,
        layout=layout_by_id(card.layout_id),
        class_names=card.class_names,
        outputs=run.outputs,
        feeds=run.feeds,
        frames=prepared[0].frames + clip.start,
        placements=join_placements([each.placements for each in prepared]),
        up=clip.recording.up,
        people=(*question.people, *[-1] * (places - len(question.people))),
        num_people=clip.recording.num_people,
        start=clip.start,
        stop=clip.stop,
    )
