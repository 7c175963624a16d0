"""Wishes that are fulfilled one after the other, while some of them take their time."""

from collections import deque
from collections.abc import Callable

Wish = Callable[[], None]


class Turns:
    """A queue that moves on by itself, and stands still between ``begin`` and ``end``."""

    def __init__(self, on_idle: Wish | None = None) -> None:
        """Have nothing to do.

        Args:
            on_idle: Called whenever what took its time is done and nobody waits.
        """
        self._on_idle = on_idle
        self._waiting: deque[Wish] = deque()
        self._is_busy = False

    @property
    def is_busy(self) -> bool:
        """Whether a wish takes its time."""
        return self._is_busy

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way and nobody waits."""
        return not self._is_busy and not self._waiting

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits."""
        return bool(self._waiting)

    def take(self, wish: Wish) -> None:
        """Fulfil a wish now, or when its turn comes."""
        if self._is_busy:
            self._waiting.append(wish)
        else:
            wish()

    def put_first(self, wish: Wish) -> None:
        """Let a wish be the next, once what is under way is done."""
        self._waiting.appendleft(wish)

    def begin(self) -> None:
        """From here on wishes wait."""
        self._is_busy = True

    def end(self) -> None:
        """What took its time is done: the next ones have their turn."""
        self._is_busy = False
        while self._waiting and not self._is_busy:
            self._waiting.popleft()()
        if self.is_idle and self._on_idle is not None:
            self._on_idle()

    def forget(self) -> None:
        """Drop the wishes that wait."""
        self._waiting.clear()
