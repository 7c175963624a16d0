"""From a model's answers to segments that it proposes.

Over a long recording a model answers in windows that overlap. A frame belongs to the action that
the windows over it give most probability on average, windows that are too unsure to mean any of
the model's actions giving none.
"""

from dataclasses import dataclass

import numpy as np

from engine.arrays import DoubleArray, IntArray
from engine.labels import NOTHING
from engine.prediction import Prediction, PredictionTrack
from engine.recording import Recording
from engine.study.motion import speeds, still_below

USUAL_THRESHOLD = 0.4
"""With the two below chosen on UTKinect, each person's recordings judged with what the others
chose, for models that were taught without that person."""
JOINED = 0.5
"""Two of one action less than this share of a window apart are one: a real rest of that length
leaves no gap in answers over whole windows."""
SHORTEST = 0.6
"""Shorter than this share of a window is none: too few windows agree."""
NO_ACTION = -1
CHUNK = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A span in which a model sees an action."""

    start: int
    stop: int
    """Half-open span of the recording's frames."""
    name: str
    """The action, as the model calls it."""
    score: float
    """Its mean probability over the frames, 0..1."""
    model_id: str


def proposals_of(
    answers: PredictionTrack | Prediction,
    recording: Recording,
    person: int,
    *,
    threshold: float,
) -> tuple[Proposal, ...]:
    """Cut segments from a model's answers.

    Args:
        answers: Over windows of a long recording, or the single one of a short recording.
        recording: What they are about.
        person: Index into M: whose movement tells where a single answer's action starts and ends.
        threshold: Least mean probability in every frame, 0..1.

    Returns:
        By start; they do not overlap, and none says that nothing happens.
    """
    if isinstance(answers, Prediction):
        return _of_whole(answers, recording, person, threshold)
    if not len(answers.starts):
        return ()
    cover = _cover_of(answers, recording.num_frames)
    votes = answers.probabilities.astype(np.float64) * ~answers.is_none[:, np.newaxis]
    best, most = _best_of(votes, cover)
    named = np.array([name != NOTHING for name in answers.class_names])
    clear = (most >= max(threshold, np.finfo(np.float64).tiny)) & named[best]
    spans = _joined_runs(np.where(clear, best, NO_ACTION), cover.edges, answers)
    return tuple(
        Proposal(
            start=int(cover.edges[first]),
            stop=int(cover.edges[last]),
            name=answers.class_names[action],
            score=score,
            model_id=answers.model_id,
        )
        for (first, last, action), score in zip(
            spans, _scores_of(spans, answers, cover), strict=True
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cover:
    """Which windows lie over which frames: between two edges, the same ones over every frame."""

    edges: IntArray
    """``(I + 1,)`` frames, ascending."""
    first: IntArray
    """``(I,)`` the first window there."""
    last: IntArray
    """``(I,)`` the one after the last; not above ``first`` where there is none."""

    @property
    def number(self) -> IntArray:
        """``(I,)`` how many windows; 1 where there is none, to divide by."""
        return np.maximum(self.last - self.first, 1)


def _cover_of(track: PredictionTrack, num_frames: int) -> _Cover:
    edges = np.unique(np.concatenate([track.starts, track.stops, [0, num_frames]]))
    edges = edges[(edges >= 0) & (edges <= num_frames)].astype(np.int64)
    # starts and stops both ascend: the windows over a frame follow each other
    first = np.searchsorted(track.stops, edges[:-1], side="right")
    last = np.searchsorted(track.starts, edges[:-1], side="right")
    return _Cover(edges=edges, first=first, last=np.maximum(last, first))


def _best_of(votes: DoubleArray, cover: _Cover) -> tuple[IntArray, DoubleArray]:
    """The action with the greatest mean over the windows there, and that mean: ``(I,)`` each.

    Args:
        votes: ``(W, K)`` of each window.
        cover: I spans between edges.
    """
    sums = np.concatenate([np.zeros((1, votes.shape[1])), np.cumsum(votes, axis=0)])
    best = np.zeros(len(cover.first), dtype=np.int64)
    most = np.zeros(len(cover.first))
    for start in range(0, len(best), CHUNK):
        part = slice(start, start + CHUNK)
        there = sums[cover.last[part]] - sums[cover.first[part]]
        best[part] = there.argmax(axis=1)
        most[part] = there.max(axis=1)
    return best, most / cover.number


def _joined_runs(
    best: IntArray, edges: IntArray, track: PredictionTrack
) -> list[tuple[int, int, int]]:
    """Spans ``(first, last, action)`` of one action, in edges; short gaps closed, short ones gone.

    Args:
        best: ``(I,)`` action between two edges.
        edges: ``(I + 1,)`` frames.
        track: Whose windows say what is short.
    """
    window = float(np.median(track.stops - track.starts))
    starts = np.flatnonzero(np.concatenate([[True], best[1:] != best[:-1]]))
    stops = np.concatenate([starts[1:], [len(best)]])
    runs = zip(starts.tolist(), stops.tolist(), best[starts].tolist(), strict=True)
    spans = _joined([run for run in runs if run[2] != NO_ACTION], edges, JOINED * window)
    long = [each for each in spans if edges[each[1]] - edges[each[0]] >= SHORTEST * window]
    return _joined(long, edges, JOINED * window)


def _joined(
    spans: list[tuple[int, int, int]], edges: IntArray, gap: float
) -> list[tuple[int, int, int]]:
    """The same spans, those of one action that follow each other within so many frames as one."""
    joined: list[tuple[int, int, int]] = []
    for first, last, action in spans:
        before = joined[-1] if joined else (0, 0, NO_ACTION)
        if before[2] == action and edges[first] - edges[before[1]] <= gap:
            joined[-1] = (before[0], last, action)
        else:
            joined.append((first, last, action))
    return joined


def _scores_of(
    spans: list[tuple[int, int, int]], track: PredictionTrack, cover: _Cover
) -> list[float]:
    """The mean probability of each span's action over its frames."""
    action = np.full(len(cover.first), NO_ACTION)
    for first, last, name in spans:
        action[first:last] = name
    inside = np.flatnonzero(action != NO_ACTION)
    sums = np.concatenate(
        [
            np.zeros((1, len(track.class_names))),
            np.cumsum(track.probabilities, axis=0, dtype=np.float64),
        ]
    )
    total = np.zeros(len(action))
    total[inside] = (
        sums[cover.last[inside], action[inside]] - sums[cover.first[inside], action[inside]]
    )
    total *= np.diff(cover.edges) / cover.number
    summed = np.concatenate([[0.0], np.cumsum(total)])
    means = (
        (summed[last] - summed[first]) / (cover.edges[last] - cover.edges[first])
        for first, last, _ in spans
    )
    return [float(np.clip(each, 0.0, 1.0)) for each in means]


def _of_whole(
    answer: Prediction, recording: Recording, person: int, threshold: float
) -> tuple[Proposal, ...]:
    """One proposal over the frames in which the person moves; none where the model means none."""
    ((name, score),) = answer.top(1)
    if answer.is_none or score < threshold or name == NOTHING:
        return ()
    speed = speeds(recording, person)
    moving = np.flatnonzero(speed[answer.start : answer.stop] >= still_below(speed))
    start, stop = answer.start, answer.stop
    if len(moving):
        start, stop = answer.start + int(moving[0]), answer.start + int(moving[-1]) + 1
    found = Proposal(
        start=start, stop=stop, name=name, score=min(score, 1.0), model_id=answer.model_id
    )
    return (found,)
