"""A model ready to answer: clips in, predictions and explanations out, in the recording's terms."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.arrays import DoubleArray, FloatArray, ScalarT, missing_joints
from engine.errors import EngineError
from engine.explain.fg_stformer import FocalOutputs, explain_focal, to_recording_joints
from engine.layouts import layout_by_id
from engine.layouts.maps import LayoutMap, map_between
from engine.prediction import Answer, Explanation, Prediction, PredictionTrack
from engine.preprocess.spatial import to_y_up
from engine.recording import Clip, Recording
from engine.runtime.cards import ModelCard
from engine.runtime.packages import ModelPackage
from engine.runtime.session import OnnxSession, Outputs
from engine.runtime.windows import window_spans
from engine.skeleton import SkeletonLayout

WINDOW_BATCH = 16
"""Windows of a long recording that go through the network together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognizer:
    """One opened model. Not for several threads at once."""

    card: ModelCard
    layout: SkeletonLayout
    """The network's."""
    session: OnnxSession

    def answer(self, clip: Clip, *, explain: bool = True) -> Answer:
        """Say what happens in a clip, for each person who is seen in it.

        Raises:
            LayoutError: The recording's joints cannot be turned into the network's.
            EngineError: Nobody is visible.
        """
        began = time.perf_counter()
        recording = clip.recording
        seen = people_seen(clip.positions)
        if not seen:
            raise EngineError(
                f"nobody is visible in frames {clip.start}..{clip.stop - 1}; "
                "choose another part of the recording"
            )
        bodies, mapping = self._bodies(recording, clip.positions)
        prepared = [self.card.preprocessing.prepare(bodies[:, [person]]) for person in seen]
        outputs = self.session.run(np.concatenate([inputs for inputs, _ in prepared]))
        probabilities = softmax(outputs.logits)
        predictions = tuple(
            self._prediction(row, clip.start, clip.stop, person)
            for row, person in zip(probabilities, seen, strict=True)
        )
        explanation = None
        if explain:
            centres = prepared[0][1][:: self.card.network.reduction] + clip.start
            explanation = self._explanation(outputs, seen, clip, centres, mapping)
        motion = [movement(clip.positions[:, person]) for person in seen]
        return Answer(
            predictions=predictions,
            main=int(np.argmax(motion)),
            explanation=explanation,
            seconds=time.perf_counter() - began,
        )

    def track(
        self,
        recording: Recording,
        *,
        person: int,
        on_progress: Callable[[float], None],
        should_stop: Callable[[], bool],
    ) -> PredictionTrack:
        """Answers over sliding windows for one person.

        Windows in which the person is never visible have no row. Stops early, with the rows so far,
        when ``should_stop`` says so.

        Args:
            recording: Any length.
            person: Index into M.
            on_progress: Called with the share done, 0..1.
            should_stop: Asked between batches.

        Raises:
            LayoutError: The recording's joints cannot be turned into the network's.
        """
        bodies, _ = self._bodies(recording, recording.positions[:, [person]])
        spans = [
            span
            for span in window_spans(recording, self.card.windows)
            if people_seen(bodies[span.start : span.stop])
        ]
        rows: list[FloatArray] = []
        for first in range(0, len(spans), WINDOW_BATCH):
            if should_stop():
                break
            batch = [
                self.card.preprocessing.prepare(bodies[span.start : span.stop])[0]
                for span in spans[first : first + WINDOW_BATCH]
            ]
            rows.extend(softmax(self.session.run(np.concatenate(batch)).logits))
            on_progress(min(first + WINDOW_BATCH, len(spans)) / len(spans))
        done = spans[: len(rows)]
        return PredictionTrack(
            model_id=self.card.id,
            class_names=self.card.class_names,
            starts=np.array([span.start for span in done], dtype=np.int64),
            stops=np.array([span.stop for span in done], dtype=np.int64),
            probabilities=np.array(rows, dtype=np.float32).reshape(-1, len(self.card.class_names)),
            person=person,
        )

    def _bodies(
        self, recording: Recording, positions: FloatArray
    ) -> tuple[FloatArray, LayoutMap | None]:
        upright = to_y_up(positions, recording.up)
        if recording.layout.id == self.layout.id:
            return upright, None
        mapping = map_between(recording.layout, self.layout)
        confidence = np.ones(upright.shape[:-1], dtype=np.float32)
        return mapping.apply(upright, confidence)[0], mapping

    def _prediction(
        self, probabilities: FloatArray, start: int, stop: int, person: int
    ) -> Prediction:
        return Prediction(
            model_id=self.card.id,
            class_names=self.card.class_names,
            probabilities=probabilities,
            start=start,
            stop=stop,
            person=person,
        )

    def _explanation(
        self,
        outputs: Outputs,
        seen: tuple[int, ...],
        clip: Clip,
        centres: DoubleArray,
        mapping: LayoutMap | None,
    ) -> Explanation:
        people = clip.recording.num_people
        focal = FocalOutputs(
            scores=for_everybody(outputs.focal_scores[:, 0], seen, people, np.nan),
            chosen=for_everybody(outputs.focal_joints[:, 0], seen, people, -1),
            part_attention=for_everybody(
                outputs.part_attention[:, 0].max(axis=2), seen, people, np.nan
            ),
        )
        explanation = explain_focal(
            focal, centres, model_id=self.card.id, start=clip.start, stop=clip.stop
        )
        return explanation if mapping is None else to_recording_joints(explanation, users(mapping))


def open_recognizer(package: ModelPackage, *, threads: int = 1) -> Recognizer:
    """Load a model package; takes some tenths of a second.

    Args:
        package: What to load.
        threads: CPU threads for the network.

    Raises:
        ModelPackageError: A file is missing or altered.
    """
    return Recognizer(
        card=package.card,
        layout=layout_by_id(package.card.layout_id),
        session=OnnxSession(package.checked_path(package.card.onnx), threads=threads),
    )


def people_seen(positions: FloatArray) -> tuple[int, ...]:
    """People of ``(T, M, V, C)`` of whom at least one joint is visible in some frame."""
    visible = ~missing_joints(positions)
    return tuple(int(person) for person in np.flatnonzero(visible.any(axis=(0, 2))))


def movement(positions: FloatArray) -> float:
    """How much joints ``(T, V, C)`` move: mean standard deviation over time, recording units."""
    visible = ~missing_joints(positions).any(axis=0)
    if not visible.any():
        return 0.0
    return float(positions[:, visible].std(axis=0).mean())


def for_everybody(
    values: NDArray[ScalarT], seen: tuple[int, ...], people: int, absent: float
) -> NDArray[ScalarT]:
    """Rows of the people seen, spread over all M people; the others hold ``absent``."""
    spread = np.full((people, *values.shape[1:]), absent, dtype=values.dtype)
    spread[list(seen)] = values
    return spread


def users(mapping: LayoutMap) -> tuple[tuple[int, ...], ...]:
    """For each source joint of a map, the target joints that are made from it."""
    return tuple(
        tuple(
            target
            for target, row in enumerate(mapping.rows)
            if any(joint == source for source, _ in row.sources)
        )
        for joint in range(mapping.source.num_joints)
    )


def softmax(logits: FloatArray) -> FloatArray:
    """``(N, K)`` logits -> probabilities."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    powers = np.exp(shifted)
    result: FloatArray = powers / powers.sum(axis=-1, keepdims=True)
    return result
