"""Batches made ahead in threads, while the network learns from those before.

A batch is all that the network is fed with: also the rulebooks of one over voxels. numpy and the
networks both compute without Python's lock, so that a thread is enough: the data need no process of
their own, nothing is sent from one to another, and clips that lie in a file mapped into memory are
read only once.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import count
from types import TracebackType
from typing import NamedTuple

from trainer.sampling import Making, Part

AHEAD = 3
"""Batches that are ready, or being made, while the network learns from one."""

Batch = tuple[Part, ...]


class _Coming(NamedTuple):
    number: int
    step: int
    batch: "Future[Batch]"


class Feeder:
    """Makes the batches of a network's training before they are asked for.

    They are those that ``making`` makes, whatever the number of threads: each is a function of its
    place alone. The first batches of the next pass are made during the last steps of this one.

    Args:
        making: What they are made of.
        workers: Threads that make them.
        ahead: How many are ready, or being made, while one is used.
    """

    def __init__(self, making: Making, *, workers: int = 1, ahead: int = AHEAD) -> None:
        self._making = making
        self._ahead = ahead
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="batches")
        self._coming: deque[_Coming] = deque()
        self._makers: Iterator[tuple[int, int, Callable[[], Batch]]] = iter(())

    def __enter__(self) -> "Feeder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Make no more batches; waits for those being made, which takes some milliseconds."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._coming.clear()

    def batches(self, number: int, first: int) -> Iterator[Batch]:
        """The batches of a pass from a step on; may be left at any time.

        Args:
            number: Of the pass, from 0.
            first: Step, from 0.

        Raises:
            Exception: What making a batch has raised, when its turn comes.
        """
        if not self._coming or self._coming[0][:2] != (number, first):
            for stale in self._coming:
                stale.batch.cancel()
            self._coming.clear()
            self._makers = self._from(number, first)
        for _ in range(first, self._making.steps):
            self._fill()
            yield self._coming.popleft().batch.result()

    def _fill(self) -> None:
        while len(self._coming) <= self._ahead:
            number, step, make = next(self._makers)
            self._coming.append(_Coming(number, step, self._pool.submit(make)))

    def _from(self, number: int, first: int) -> Iterator[tuple[int, int, Callable[[], Batch]]]:
        """What makes each batch from a place on, without end."""
        making, size = self._making, self._making.schedule.batch
        for each in count(number):
            order = making.order(each)
            for step in range(first if each == number else 0, making.steps):
                chosen = order[step * size : (step + 1) * size]
                yield each, step, partial(making.batch, making.place(each, step), chosen)
