"""Occlusion: how much of an answer is lost when one joint stands still.

It needs nothing of a network but its answers (Zeiler, Fergus: Visualizing and Understanding
Convolutional Networks, ECCV 2014, with joints for patches and the stand-ins of
``engine.inspection.masks`` for grey), so it works for every network, FG-STFormer too, and is a
second opinion on what the others say of themselves. It sees one joint at a time: where two tell the
same, neither is missed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.arrays import DoubleArray, FloatArray, IntArray, read_only
from engine.errors import EngineError
from engine.inspection.asking import (
    OnProgress,
    ShouldStop,
    held_still,
    joints_seen,
    log_probabilities,
    never,
    nothing_to_tell,
)
from engine.inspection.signed import SignedJointMap
from engine.prediction import JointMap
from engine.recording import Clip
from engine.runtime.questions import Question
from engine.runtime.recognizer import Recognizer

SMALLEST = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occlusion:
    """A model's answers with each joint standing still, all through or for a while."""

    model_id: str
    class_names: tuple[str, ...]
    edges: IntArray
    """``(B + 1,)`` recording frames between which a joint stands still, ascending: the first is the
    clip's first frame, the last the one after its last."""
    baseline: DoubleArray
    """``(M, K)`` logarithms of the probabilities with everything shown; NaN for people not seen."""
    log_probabilities: DoubleArray
    """``(B, M, V, K)`` the same with one joint standing still; NaN where it is not seen."""

    def __post_init__(self) -> None:
        for name in ("edges", "baseline", "log_probabilities"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def answers(self) -> IntArray:
        """``(M,)`` the most probable action of each person; -1 for people not seen."""
        seen = ~np.isnan(self.baseline).any(axis=1)
        return np.where(seen, np.nan_to_num(self.baseline, nan=-np.inf).argmax(axis=1), -1)

    def lost(self, actions: IntArray) -> DoubleArray:
        """Probability that an action loses, below zero where it gains.

        Args:
            actions: ``(M,)`` which action of each person.

        Returns:
            ``(B, M, V)``; NaN where a joint is not seen.
        """
        people = np.arange(len(actions))
        before = np.exp(self.baseline)[people, actions]
        after = np.exp(self.log_probabilities)[:, people, :, actions]  # (M, B, V)
        result: DoubleArray = before[None, :, None] - after.swapaxes(0, 1)
        return result

    def joint_map(self, action: int | None = None) -> JointMap:
        """What is lost, where anything is, as a map like those of networks.

        Args:
            action: Which; None for each person's own answer.
        """
        actions = self.answers if action is None else np.full(len(self.baseline), action)
        lost = self.lost(actions)
        strongest = max(float(np.nan_to_num(lost).max(initial=0.0)), 0.0)
        named = dict.fromkeys(self.class_names[each] for each in actions if each >= 0)
        return JointMap(
            name=f"Lost of {' / '.join(named)}",
            weights=self._by_frame(np.maximum(lost, 0) / max(strongest, SMALLEST)),
            strongest=strongest,
        )

    def difference(self, first: int, second: int) -> SignedJointMap:
        """What a joint that stands still takes from one action's odds against another's.

        It is in logarithms of odds, which do not saturate where the model is sure.
        """
        odds = self.log_probabilities[..., first] - self.log_probabilities[..., second]
        before = (self.baseline[:, first] - self.baseline[:, second])[None, :, None]
        lost = before - odds
        strongest = float(np.abs(np.nan_to_num(lost)).max(initial=0.0))
        names = self.class_names[first], self.class_names[second]
        return SignedJointMap(
            name=f"Lost by standing still: {names[0]} less {names[1]}",
            first=names[0],
            second=names[1],
            weights=self._by_frame(lost / max(strongest, SMALLEST)),
            strongest=strongest,
            unit="log odds",
        )

    def _by_frame(self, values: DoubleArray) -> FloatArray:
        """``(B, M, V)`` -> ``(T, M, V)`` float32."""
        return np.repeat(values.astype(np.float32), np.diff(self.edges), axis=0)


def occlusion(
    recognizer: Recognizer,
    clip: Clip,
    *,
    blocks: int = 1,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
) -> Occlusion:
    """Let every joint stand still in turn.

    Args:
        recognizer: The model.
        clip: What is asked about.
        blocks: Into how many stretches of time the clip is cut; a joint stands still in one of them
            at a time. One for all through, which shows a joint best; more show when it matters.
        on_progress: Called with the share done.
        should_stop: Asked between batches.

    Returns:
        What came of it.

    Raises:
        StoppedError: It was stopped.
        LayoutError: The recording's joints cannot be turned into the networks'.
        EngineError: Nobody is visible; or there are more blocks than frames.
    """
    if not 1 <= blocks <= clip.num_frames:
        raise EngineError(f"a clip of {clip.num_frames} frames has no {blocks} blocks")
    plain = recognizer.question(clip)
    edges = np.linspace(0, clip.num_frames, blocks + 1).round().astype(np.int64)
    seen = joints_seen(clip)
    groups = [(person,) for person in plain.people] if recognizer.sees_everybody else [plain.people]
    cases = [
        (block, joint, group)
        for block in range(blocks)
        for group in groups
        for joint in np.flatnonzero(seen[list(group)].any(axis=0))
    ]

    def questions() -> Iterator[Question]:
        yield plain
        for block, joint, group in cases:
            hidden = np.zeros(clip.positions.shape[:3], dtype=np.bool_)
            hidden[edges[block] : edges[block + 1], list(group), joint] = True
            yield held_still(recognizer, clip, hidden, plain.people)

    found = log_probabilities(
        recognizer,
        questions(),
        len(cases) + 1,
        on_progress=on_progress,
        should_stop=should_stop,
    )
    classes = len(recognizer.card.class_names)
    baseline = np.full((len(seen), classes), np.nan)
    baseline[list(plain.people)] = found[0]
    answers = np.full((blocks, *seen.shape, classes), np.nan)
    for (block, joint, group), rows in zip(cases, found[1:], strict=True):
        answers[block, list(group), joint] = rows
    answers[:, ~seen] = np.nan
    return Occlusion(
        model_id=recognizer.card.id,
        class_names=recognizer.card.class_names,
        edges=edges + clip.start,
        baseline=baseline,
        log_probabilities=answers,
    )
