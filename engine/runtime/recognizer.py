"""A model ready to answer: clips in, predictions and explanations out, in the recording's terms."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import DoubleArray, FloatArray, missing_joints
from engine.errors import EngineError
from engine.explain.joints import to_recording_joints, users_of
from engine.layouts import layout_by_id
from engine.prediction import Answer, Explanation, Prediction, PredictionTrack
from engine.preprocess.people import people_seen
from engine.recording import Clip, Recording
from engine.runtime.backends import Backend, Choice, Device, Wish, choose, look_at_machine
from engine.runtime.cards import ModelCard
from engine.runtime.fusion import fused_logarithms, tempered
from engine.runtime.inputs import (
    bodies_of,
    feeds_of,
    hide_from,
    people_to_answer,
    prepare_people,
    sample_joints,
)
from engine.runtime.packages import ModelPackage
from engine.runtime.questions import (
    Examination,
    Instead,
    NetworkRun,
    Question,
    evidence_of,
    joined,
)
from engine.runtime.session import LOGITS_ONLY, OnnxSession, Session
from engine.runtime.torch_session import TorchSession, load_network
from engine.runtime.windows import window_spans
from engine.skeleton import SkeletonLayout

WINDOW_BATCH = {Device.CPU: 4, Device.CUDA: 32}
"""Windows of a long recording that go through the networks together.

Milliseconds a window of the shipped model on onnxruntime with one thread (two): 7.8 (6.2) for 1 at
once, 6.8 (4.7) for 4, 7.4 (4.7) for 8, 7.6 (5.1) for 16, 7.8 (5.4) for 32, 8.2 (5.4) for 64: more
does not stay in the caches. A GPU wants to be filled [not measured].
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognizer:
    """One opened model. Not for several threads at once."""

    card: ModelCard
    layout: SkeletonLayout
    """The networks'."""
    choice: Choice
    """What runs the networks, and why."""
    sessions: tuple[Session, ...]
    """One for each of the card's networks."""

    @property
    def sees_everybody(self) -> bool:
        """Whether one answer is about all people at once."""
        return self.card.people > 1

    def answer(self, clip: Clip, *, explain: bool = True) -> Answer:
        """Say what happens in a clip: for each person who is seen in it, or for all at once.

        Raises:
            LayoutError: The recording's joints cannot be turned into the networks'.
            EngineError: Nobody is visible.
        """
        return self.answer_question(self.question(clip), explain=explain)

    def answer_question(self, question: Question, *, explain: bool = True) -> Answer:
        """Say what happens in a clip that has been made ready."""
        if explain:
            return self.examine(question).answer
        began = time.perf_counter()
        runs = self._run(joined((question,)), explain=False)
        probabilities = tempered(self._fused(runs), self.card.temperature)
        return self._answer(question, probabilities, (), time.perf_counter() - began)

    def examine(self, question: Question) -> Examination:
        """Answer and explain, and keep what the explanations were made of."""
        began = time.perf_counter()
        runs = self._run(joined((question,)), explain=True)
        probabilities = tempered(self._fused(runs), self.card.temperature)
        users = None if question.mapping is None else users_of(question.mapping)
        findings = []
        for part, run in zip(self.card.networks, runs, strict=True):
            evidence = evidence_of(self.card, part, run, question)
            explanation = part.network.explain(evidence)
            if users is not None:
                explanation = to_recording_joints(explanation, users)
            findings.append((evidence, explanation))
        seconds = time.perf_counter() - began
        return Examination(
            answer=self._answer(
                question, probabilities, tuple(explanation for _, explanation in findings), seconds
            ),
            networks=self.card.networks,
            evidences=tuple(evidence for evidence, _ in findings),
            users=users,
        )

    def answer_many(self, clips: Sequence[Clip]) -> tuple[Answer, ...]:
        """Say what happens in each of several clips, without explanations: faster than one by one.

        Args:
            clips: Any number; ``batch`` of them at once are fast, and more take more memory.

        Raises:
            LayoutError: The joints of one cannot be turned into the networks'.
            EngineError: Nobody is visible in one; ``question`` finds out in which.
        """
        return self.answer_questions([self.question(clip) for clip in clips])

    def answer_questions(self, questions: Sequence[Question]) -> tuple[Answer, ...]:
        """The same of clips that have been made ready."""
        if not questions:
            return ()
        began = time.perf_counter()
        rows = tempered(self.log_probabilities(questions), self.card.temperature)
        seconds = (time.perf_counter() - began) / len(questions)
        ends = np.cumsum([len(question.prepared) for question in questions])
        return tuple(
            self._answer(question, probabilities, (), seconds)
            for question, probabilities in zip(questions, np.split(rows, ends[:-1]), strict=True)
        )

    @property
    def batch(self) -> int:
        """How many clips or windows are best answered together."""
        return WINDOW_BATCH[self.choice.device]

    def question(self, clip: Clip, instead: Instead | None = None) -> Question:
        """Make a clip ready for the networks.

        Args:
            clip: What is asked about.
            instead: What the networks are shown in place of what was recorded; None for nothing.

        Raises:
            LayoutError: The recording's joints cannot be turned into the networks'.
            EngineError: Nobody is visible.
        """
        began = time.perf_counter()
        positions = clip.positions if instead is None else instead.positions
        bodies = bodies_of(clip.recording, positions, self.layout)
        people = people_to_answer(self.card, bodies.positions)
        if instead is not None and instead.people is not None:
            people = instead.people
        if not people:
            raise EngineError(
                f"nobody is visible in frames {clip.start}..{clip.stop - 1}; "
                "choose another part of the recording"
            )
        motion = [movement(bodies.positions[:, person]) for person in people]
        prepared = prepare_people(self.card, bodies.positions, people)
        if instead is not None and self.card.preprocessing.visibility:
            unseen = np.where(instead.hidden[..., np.newaxis], np.float32(np.nan), positions)
            shown = ~missing_joints(bodies_of(clip.recording, unseen, self.layout).positions)
            prepared = hide_from(prepared, shown, people, self.card.people)
        return Question(
            clip=clip,
            people=people,
            prepared=tuple(prepared),
            main=0 if self.sees_everybody else int(np.argmax(motion)),
            mapping=bodies.mapping,
            seconds=time.perf_counter() - began,
        )

    def log_probabilities(self, questions: Sequence[Question]) -> DoubleArray:
        """Fused answers to several questions before the temperature, all in one batch.

        Args:
            questions: At least one.

        Returns:
            ``(N, K)`` float64 logarithms: the rows of each question's answers, one after the other.
        """
        return self._fused(self._run(joined(questions), explain=False))

    def _fused(self, runs: list[NetworkRun]) -> DoubleArray:
        return fused_logarithms([run.logits for run in runs], self.card)

    def _answer(
        self,
        question: Question,
        probabilities: FloatArray,
        explanations: tuple[Explanation, ...],
        seconds: float,
    ) -> Answer:
        about = (None,) if self.sees_everybody else question.people
        return Answer(
            predictions=tuple(
                Prediction(
                    model_id=self.card.id,
                    class_names=self.card.class_names,
                    probabilities=row,
                    start=question.clip.start,
                    stop=question.clip.stop,
                    person=person,
                    none_below=self.card.none_below,
                )
                for row, person in zip(probabilities, about, strict=True)
            ),
            main=question.main,
            explanations=explanations,
            seconds=question.seconds + seconds,
        )

    def track(
        self,
        recording: Recording,
        *,
        person: int,
        on_progress: Callable[[float], None],
        should_stop: Callable[[], bool],
    ) -> PredictionTrack:
        """Answers over sliding windows for one person, or for all where the model sees everybody.

        Windows in which the person is never visible have no row. Stops early, with the rows so far,
        when ``should_stop`` says so.

        Args:
            recording: Any length.
            person: Index into M; does not matter where the model sees everybody.
            on_progress: Called with the share done, 0..1.
            should_stop: Asked between batches.

        Raises:
            LayoutError: The recording's joints cannot be turned into the networks'.
        """
        shown = slice(None) if self.sees_everybody else slice(person, person + 1)
        bodies = bodies_of(recording, recording.positions[:, shown], self.layout).positions
        spans = [
            span
            for span in window_spans(recording, self.card.windows)
            if people_seen(bodies[span.start : span.stop])
        ]
        rows: list[FloatArray] = []
        for batch in batches(len(spans), self.batch):
            if should_stop():
                break
            rows.extend(
                self.answer_windows([bodies[span.start : span.stop] for span in spans[batch]])
            )
            on_progress(len(rows) / len(spans))
        done = spans[: len(rows)]
        return PredictionTrack(
            model_id=self.card.id,
            class_names=self.card.class_names,
            starts=np.array([span.start for span in done], dtype=np.int64),
            stops=np.array([span.stop for span in done], dtype=np.int64),
            probabilities=np.array(rows, dtype=np.float32).reshape(-1, len(self.card.class_names)),
            person=None if self.sees_everybody else person,
            none_below=self.card.none_below,
        )

    def answer_windows(self, windows: list[FloatArray]) -> FloatArray:
        """Probabilities ``(W, K)`` of windows, all in one batch.

        Args:
            windows: ``(T, M, V, C)`` on the networks' joints, +y up; somebody is visible in each.
                Where the model sees people alone, M is 1.
        """
        inputs = [
            each.inputs
            for window in windows
            for each in prepare_people(self.card, window, people_to_answer(self.card, window))
        ]
        runs = self._run(np.concatenate(inputs), explain=False)
        return tempered(self._fused(runs), self.card.temperature)

    def _run(self, joints: FloatArray, *, explain: bool) -> list[NetworkRun]:
        """Evaluate prepared joints ``(N, C, T, V, M)`` with every network."""
        runs = []
        for part, session in zip(self.card.networks, self.sessions, strict=True):
            feeds = feeds_of(self.card, part, joints)
            outputs = session.run(feeds, None if explain else LOGITS_ONLY)
            runs.append(NetworkRun(feeds=feeds, outputs=outputs))
        return runs


def open_recognizer(
    package: ModelPackage,
    *,
    threads: int = 1,
    backend: Backend = Backend.AUTO,
    device: Device | None = None,
    allow_torch: bool = False,
) -> Recognizer:
    """Load a model package; takes some tenths of a second, with torch some seconds.

    Args:
        package: What to load.
        threads: CPU threads for the networks.
        backend: What computes; ``AUTO`` chooses, and ``Recognizer.choice`` says why.
        device: What it computes on; None for the fastest there is.
        allow_torch: Whether ``AUTO`` may load torch, which it does only where there is a GPU.

    Raises:
        ModelPackageError: A file is missing or altered, or does not fit the card.
        EngineError: What was asked for does not work on this machine.
    """
    wish = Wish(backend=backend, device=device, allow_torch=allow_torch)
    choice = choose(wish, look_at_machine(wish))
    return Recognizer(
        card=package.card,
        layout=layout_by_id(package.card.layout_id),
        choice=choice,
        sessions=open_sessions(package, choice, threads=threads),
    )


def open_sessions(package: ModelPackage, choice: Choice, *, threads: int) -> tuple[Session, ...]:
    """A session for each of a package's networks.

    Raises:
        ModelPackageError: A file is missing or altered, or does not fit the card.
        EngineError: The backend does not load, or does not get to the GPU.
    """
    card = package.card
    if choice.backend is Backend.ONNXRUNTIME:
        return tuple(
            OnnxSession(package.checked_path(part.onnx), threads=threads, device=choice.device)
            for part in card.networks
        )
    sessions = tuple(
        TorchSession(
            load_network(part.network, package.checked_path(part.weights)),
            threads=threads,
            choice=choice,
        )
        for part in card.networks
    )
    joints = sample_joints(card) if choice.fast else None
    if joints is not None:
        for part, session in zip(card.networks, sessions, strict=True):
            session.settle_precision(feeds_of(card, part, joints))
    return sessions


def batches(total: int, size: int) -> Iterator[slice]:
    """Slices of at most ``size`` that cover ``total``."""
    for first in range(0, total, size):
        yield slice(first, min(first + size, total))


def movement(positions: FloatArray) -> float:
    """How much joints ``(T, V, C)`` move: mean standard deviation over time, recording units."""
    visible = ~missing_joints(positions).any(axis=0)
    if not visible.any():
        return 0.0
    return float(positions[:, visible].std(axis=0).mean())
