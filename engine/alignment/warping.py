"""Dynamic time warping of two sequences of bodies.

Source: H. Sakoe and S. Chiba, "Dynamic programming algorithm optimization for spoken word
recognition", IEEE Transactions on Acoustics, Speech and Signal Processing 26(1), 1978: the
symmetric form (a step that goes on in both sequences counts twice) without slope constraint, in an
adjustment window. Here either end of a sequence may stay without a partner, at a price a step, so
that one clip may lie inside the other.

How far two bodies are apart is measured after the best turn about the vertical, which has a closed
form: L. Kovar, M. Gleicher and F. Pighin, "Motion graphs", ACM Transactions on Graphics 21(3),
2002. All of it is sums of products of one body's numbers with the other's: matrix products.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.alignment.pairing import FEWEST_JOINTS
from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray, missing_joints

OnProgress = Callable[[float], None]
"""Called with the share done, 0..1."""
ShouldStop = Callable[[], bool]
"""Asked again and again."""
ROWS = 64
"""Steps of the first sequence whose distances are worked out at a time."""
DIAGONALS = 64
"""Of so many the progress is told once: a few milliseconds."""
BOTH, FIRST, SECOND, START = 0, 1, 2, 3
"""How a path came to a pair: by a step in both sequences, in one, or it begins there."""


class StoppedError(Exception):
    """Nobody wants the alignment any more. Not for people to see."""


def nothing_to_tell(_: float) -> None:
    """For who does not want to know how far it is."""


def never() -> bool:
    """For who waits till the end."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Poses:
    """Bodies in comparable coordinates, ready for products."""

    points: FloatArray
    """``(N, J, 3)`` in body sizes; 0 where a joint is missing."""
    known: FloatArray
    """``(N, J)`` 1 where a joint is there, else 0."""

    @classmethod
    def of(cls, points: FloatArray) -> "Poses":
        """Of ``(N, J, 3)`` with NaN where a joint is missing."""
        known = ~missing_joints(points)
        return cls(
            points=np.where(known[..., None], points, np.float32(0.0)).astype(np.float32),
            known=known.astype(np.float32),
        )

    def __len__(self) -> int:
        """N."""
        return len(self.points)

    def part(self, start: int, stop: int) -> "Poses":
        """Some of them, half-open."""
        return Poses(points=self.points[start:stop], known=self.known[start:stop])


def distances(first: Poses, second: Poses, *, turns: bool) -> FloatArray:
    """How far each body of one sequence is from each of another.

    Args:
        first: N bodies.
        second: M bodies.
        turns: Each pair is turned to each other about the vertical as well as can be.

    Returns:
        ``(N, M)`` float32: root mean square distance of the joints seen in both; NaN where those
        are too few.
    """
    (x1, y1, z1), (x2, y2, z2) = (np.moveaxis(each.points, -1, 0) for each in (first, second))
    counts = first.known @ second.known.T
    squares = np.square(first.points).sum(axis=-1) @ second.known.T
    squares += first.known @ np.square(second.points).sum(axis=-1).T
    squares -= 2.0 * (y1 @ y2.T)
    along = x1 @ x2.T + z1 @ z2.T
    if turns:
        along = np.hypot(along, x1 @ z2.T - z1 @ x2.T)
    squares -= 2.0 * along
    few = counts < FEWEST_JOINTS
    mean = np.maximum(squares, 0.0) / np.maximum(counts, 1.0)
    found: FloatArray = np.where(few, np.float32(np.nan), np.sqrt(mean)).astype(np.float32)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """Which steps of the second sequence each step of the first may meet."""

    low: IntArray
    """``(N,)`` ascending or level."""
    high: IntArray
    """``(N,)`` one after the last; ascending or level, above ``low``."""

    @property
    def offsets(self) -> IntArray:
        """``(N + 1,)`` where the row of each step begins when all pairs stand one after another."""
        return np.concatenate([[0], np.cumsum(self.high - self.low)]).astype(np.int64)

    @classmethod
    def around(cls, centre: DoubleArray, reach: float, length: int) -> "Corridor":
        """Steps near a path.

        Args:
            centre: ``(N,)`` fractional steps of the second sequence, ascending or level.
            reach: How far on either side.
            length: M.
        """
        ahead = np.concatenate([centre[1:], centre[-1:]])  # neighbours must be able to meet
        low = np.clip(np.floor(centre - reach), 0, length - 1).astype(np.int64)
        high = np.clip(np.ceil(ahead + reach) + 1, 1, length).astype(np.int64)
        return cls(low=low, high=np.maximum(high, low + 1))

    @classmethod
    def band(cls, num_first: int, num_second: int, reach: float) -> "Corridor":
        """Sakoe and Chiba's adjustment window, widened by as much as one is longer.

        Args:
            num_first: N.
            num_second: M.
            reach: Steps by which one may be ahead of or behind the other.
        """
        steps = np.arange(num_first, dtype=np.float64)
        longer = num_second - num_first
        low = steps + min(longer, 0) - reach
        high = steps + max(longer, 0) + reach
        return cls(
            low=np.clip(np.floor(low), 0, num_second - 1).astype(np.int64),
            high=np.clip(np.ceil(high) + 1, 1, num_second).astype(np.int64),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What it costs to leave steps at the ends without a partner, and how many may be."""

    price_first: float
    """For each step of the first sequence, in the unit of the distances."""
    price_second: float
    most_first: int
    """Of the first sequence, at each end."""
    most_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Pairs of steps, ascending in both."""

    first: IntArray
    second: IntArray


def corridor_costs(first: Poses, second: Poses, corridor: Corridor, *, turns: bool) -> FloatArray:
    """Distances of all pairs in a corridor, row after row; NaN where unknown."""
    offsets = corridor.offsets
    costs = np.empty(int(offsets[-1]), dtype=np.float32)
    for start in range(0, len(first), ROWS):
        stop = min(start + ROWS, len(first))
        left, right = int(corridor.low[start]), int(corridor.high[stop - 1])
        block = distances(first.part(start, stop), second.part(left, right), turns=turns)
        for row in range(start, stop):
            low, high = corridor.low[row] - left, corridor.high[row] - left
            costs[offsets[row] : offsets[row + 1]] = block[row - start, low:high]
    return costs


def cheapest_path(
    costs: FloatArray,
    corridor: Corridor,
    num_second: int,
    ends: Ends,
    *,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
) -> Path:
    """The path of least cost through a corridor, diagonal after diagonal.

    All pairs (i, j) with the same i + j are worked out at once, from those of the two diagonals
    before: O(N M) in N + M vector steps.

    Args:
        costs: Of all pairs in the corridor, row after row, without NaN.
        corridor: Which pairs those are.
        num_second: M.
        ends: What may stay without a partner.
        on_progress: Told now and then.
        should_stop: Asked as often.

    Raises:
        StoppedError: It was stopped.
    """
    low, high = corridor.low, corridor.high
    num_first = len(low)
    rows = np.arange(num_first, dtype=np.int64)
    base = corridor.offsets[:-1] - low - rows  # of pair (i, d - i): base[i] + d
    first_row = np.searchsorted(rows + high, np.arange(num_first + num_second - 1), side="right")
    last_row = np.searchsorted(rows + low, np.arange(num_first + num_second - 1), side="right")
    before, last, now = (np.full(num_first + 1, np.inf) for _ in range(3))  # [i + 1]; [0] no row
    came = np.empty(len(costs), dtype=np.int8)
    best, best_end = np.inf, (-1, -1)
    for diagonal in range(num_first + num_second - 1):
        if diagonal % DIAGONALS == 0:
            if should_stop():
                raise StoppedError
            on_progress(diagonal / (num_first + num_second - 1))
        a, b = int(first_row[diagonal]), int(last_row[diagonal])
        if a >= b:
            now[:] = np.inf
            before, last, now = last, now, before
            continue
        at = base[a:b] + diagonal
        cost = costs[at].astype(np.float64)
        options = np.full((4, b - a), np.inf)
        options[BOTH] = before[a:b] + 2.0 * cost
        options[FIRST] = last[a:b] + cost
        options[SECOND] = last[a + 1 : b + 1] + cost
        _begin(options[START], cost, (a, b, diagonal), ends)
        way = options.argmin(axis=0)
        total = options[way, np.arange(b - a)]
        came[at] = way
        now[a] = np.inf  # the row before the first of this diagonal
        now[a + 1 : b + 1] = total
        if b < num_first:
            now[b + 1] = np.inf
        for row in _last_pairs((a, b, diagonal), num_first, num_second):
            left = num_first - 1 - row, num_second - 1 - (diagonal - row)
            if left[0] > ends.most_first or left[1] > ends.most_second:
                continue
            whole = total[row - a] + ends.price_first * left[0] + ends.price_second * left[1]
            if whole < best:
                best, best_end = float(whole), (row, diagonal - row)
        before, last, now = last, now, before
    return _traced(came, base, best_end)


def _begin(starts: DoubleArray, cost: DoubleArray, place: tuple[int, int, int], ends: Ends) -> None:
    """Fill in what it costs to begin at the pairs of a diagonal: only at an edge."""
    a, b, diagonal = place
    if a == 0 and diagonal <= ends.most_second:  # the pair (0, d)
        starts[0] = 2.0 * cost[0] + ends.price_second * diagonal
    if b - 1 == diagonal and diagonal <= ends.most_first:  # the pair (d, 0)
        starts[-1] = min(starts[-1], 2.0 * cost[-1] + ends.price_first * diagonal)


def _last_pairs(place: tuple[int, int, int], num_first: int, num_second: int) -> tuple[int, ...]:
    """Rows of the pairs of a diagonal at which a path may end: at the far edges."""
    a, b, diagonal = place
    found = []
    if b == num_first:
        found.append(num_first - 1)
    row = diagonal - (num_second - 1)
    if a <= row < b and row != num_first - 1:
        found.append(row)
    return tuple(found)


def _traced(came: NDArray[np.int8], base: IntArray, end: tuple[int, int]) -> Path:
    """The way back from the last pair."""
    first, second = end
    rows = np.empty(first + second + 2, dtype=np.int64)  # as many pairs as there may be
    columns = np.empty_like(rows)
    count = 0
    while first >= 0 and second >= 0:
        rows[count], columns[count] = first, second
        count += 1
        way = came[base[first] + first + second]
        if way == START:
            break
        first -= way in (BOTH, FIRST)
        second -= way in (BOTH, SECOND)
    return Path(first=rows[:count][::-1].copy(), second=columns[:count][::-1].copy())


def met_steps(path: Path, num_first: int) -> DoubleArray:
    """For each step of the first sequence the step of the second that it meets.

    Returns:
        ``(N,)`` fractional, ascending or level; NaN for steps without a partner. A step that meets
        several stands in their middle; the first and the last stand at the near end of theirs.
    """
    met = np.full(num_first, np.nan)
    if not len(path.first):
        return met
    rows, begins, counts = np.unique(path.first, return_index=True, return_counts=True)
    low, high = path.second[begins], path.second[begins + counts - 1]
    met[rows] = (low + high) / 2.0
    if len(rows) > 1:
        met[rows[0]], met[rows[-1]] = high[0], low[-1]
    return met


def known_or(costs: FloatArray, instead: float) -> FloatArray:
    """Costs with something in place of those that are not known."""
    missing: BoolArray = np.isnan(costs)
    return np.where(missing, np.float32(instead), costs).astype(np.float32)
