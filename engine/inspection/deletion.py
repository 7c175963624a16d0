"""The deletion curve: do the joints that a map favours matter more than any others?

Joints are made to stand still one after the other, those with most weight first, and the first
answer's probability is followed (the deletion metric of Petsiuk, Das, Saenko: RISE, BMVC 2018, with
joints for pixels and stand-ins of ``engine.inspection.masks`` for grey). The same is done in random
orders. A map that points at what matters makes the probability fall early: the area under its curve
is smaller than that under the random ones.
"""

from collections.abc import Iterator, Sequence
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
from engine.prediction import JointMap
from engine.recording import Clip
from engine.runtime.questions import Question
from engine.runtime.recognizer import Recognizer

RANDOM_ORDERS = 10
MOST_STEPS = 25
"""Points of a curve after the first, at most: of more joints, several go at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionPlan:
    """How a curve is measured.

    Raises:
        EngineError: There is nothing to compare with.
    """

    person: int | None = None
    """Whose joints go, index into M; None for the person who moves most. Does not matter where the
    model sees everybody at once: then everybody's joints go."""
    random_orders: int = RANDOM_ORDERS
    seed: int = 0
    """Of the random orders."""

    def __post_init__(self) -> None:
        if self.random_orders < 1:
            raise EngineError(
                f"at least one random order is needed to compare with, got {self.random_orders}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionCurve:
    """The first answer's probability over the share of joints that stand still."""

    model_id: str
    map_name: str
    """Of the map whose favourites go first."""
    action: str
    """The first answer with everything shown."""
    person: int | None
    """Whom the answer is about; None where the model sees everybody at once."""
    order: IntArray
    """``(J, 2)`` person and joint, the favourites first."""
    shares: DoubleArray
    """``(S,)`` of the joints that stand still, 0 to 1."""
    guided: DoubleArray
    """``(S,)`` probability, the favourites first."""
    random: DoubleArray
    """``(R, S)`` probability in each random order."""

    def __post_init__(self) -> None:
        for name in ("order", "shares", "guided", "random"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def guided_area(self) -> float:
        """Under the curve of the favourites, 0..1."""
        return float(np.trapezoid(self.guided, self.shares))

    @property
    def random_areas(self) -> DoubleArray:
        """``(R,)`` under each random curve."""
        return np.asarray(np.trapezoid(self.random, self.shares, axis=1), dtype=np.float64)

    @property
    def advantage(self) -> float:
        """Mean random area less the guided one: above 0, the favourites matter more than others."""
        return float(self.random_areas.mean()) - self.guided_area

    @property
    def random_spread(self) -> float:
        """Standard deviation of the random areas: an advantage of less says little."""
        return float(self.random_areas.std())

    @property
    def beaten(self) -> float:
        """Share of the random orders in which the probability falls later; half of equal ones."""
        areas = self.random_areas
        return float(np.mean((areas > self.guided_area) + 0.5 * (areas == self.guided_area)))


def deletion_curves(
    recognizer: Recognizer,
    clip: Clip,
    maps: Sequence[JointMap],
    plan: DeletionPlan,
    *,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
) -> tuple[DeletionCurve, ...]:
    """A curve for each of several maps of one clip, beside the same random orders.

    Args:
        recognizer: The model.
        clip: Which the maps are of.
        maps: ``(T, M, V)`` each; joints without weight go last.
        plan: Of whom, and beside how many random orders.
        on_progress: Called with the share done.
        should_stop: Asked between batches.

    Returns:
        In the order of the maps.

    Raises:
        StoppedError: It was stopped.
        LayoutError: The recording's joints cannot be turned into the networks'.
        EngineError: Nobody is visible, or not the person asked for.
    """
    plain = recognizer.question(clip)
    about = people_about(recognizer, plain, plan.person)
    joints = _seen_joints(clip, about)
    chance = np.random.default_rng(plan.seed)
    orders = [joints[_favourites_first(each, joints)] for each in maps]
    orders += [chance.permutation(joints) for _ in range(plan.random_orders)]
    counts = _steps(len(joints))
    between = counts[1:-1]

    def questions() -> Iterator[Question]:
        # every curve begins with nothing standing still, and ends with everything
        yield _without(recognizer, clip, joints[:0], about)
        yield _without(recognizer, clip, joints, about)
        for order in orders:
            for count in between:
                yield _without(recognizer, clip, order[:count], about)

    total = 2 + len(orders) * len(between)
    found = log_probabilities(
        recognizer, questions(), total, on_progress=on_progress, should_stop=should_stop
    )
    rows = np.exp(np.array([answers[0] for answers in found]))  # (2 + D * S', K)
    action = int(rows[0].argmax())
    first, last, *others = rows[:, action]
    curves = np.array([(first, *each, last) for each in np.split(np.array(others), len(orders))])
    return tuple(
        DeletionCurve(
            model_id=recognizer.card.id,
            map_name=each.name,
            action=recognizer.card.class_names[action],
            person=None if recognizer.sees_everybody else about[0],
            order=orders[number],
            shares=counts / len(joints),
            guided=curves[number],
            random=curves[len(maps) :],
        )
        for number, each in enumerate(maps)
    )


def _steps(joints: int) -> IntArray:
    """How many joints stand still at each point of a curve, from none to all."""
    steps = np.linspace(0, joints, min(joints, MOST_STEPS) + 1).round()
    return np.unique(steps).astype(np.int64)


def people_about(recognizer: Recognizer, question: Question, person: int | None) -> tuple[int, ...]:
    """Whose answer is meant: one person's, or all people where the model sees them at once.

    Raises:
        EngineError: The person is not seen in the clip.
    """
    if recognizer.sees_everybody:
        return question.people
    if person is None:
        return (question.people[question.main],)
    if person not in question.people:
        seen = ", ".join(f"P{each + 1}" for each in question.people)
        raise EngineError(f"P{person + 1} is not seen in this clip; seen are {seen}")
    return (person,)


def _seen_joints(clip: Clip, people: tuple[int, ...]) -> IntArray:
    """``(J, 2)`` person and joint, of all that are seen in some frame."""
    seen = joints_seen(clip)
    return np.array(
        [(person, joint) for person in people for joint in np.flatnonzero(seen[person])],
        dtype=np.int64,
    )


def _favourites_first(joint_map: JointMap, joints: IntArray) -> IntArray:
    weights = mean_weights(joint_map.weights)[joints[:, 0], joints[:, 1]]
    order: IntArray = np.argsort(-np.nan_to_num(weights, nan=-np.inf), kind="stable")
    return order


def mean_weights(weights: FloatArray) -> FloatArray:
    """``(T, M, V)`` -> ``(M, V)`` mean over the frames in which there is a weight, else NaN."""
    known = ~np.isnan(weights)
    counts = known.sum(axis=0)
    sums = np.where(known, weights, 0).sum(axis=0)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return means.astype(np.float32)


def _without(
    recognizer: Recognizer, clip: Clip, joints: IntArray, people: tuple[int, ...]
) -> Question:
    hidden = np.zeros(clip.positions.shape[:3], dtype=np.bool_)
    hidden[:, joints[:, 0], joints[:, 1]] = True
    return held_still(recognizer, clip, hidden, people)
