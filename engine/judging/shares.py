"""Shares of clips with the range in which the truth may lie."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959964
"""Standard normal quantile for 95 %, both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval (Wilson, JASA 1927); None of nothing.

        Clips of one person resemble each other: with few people, the truth may well lie outside.
        """
        if not self.of:
            return None
        share, z2 = self.count / self.of, Z_95**2
        middle = (share + z2 / (2 * self.of)) / (1 + z2 / self.of)
        spread = sqrt(share * (1 - share) / self.of + z2 / (4 * self.of**2))
        half = Z_95 * spread / (1 + z2 / self.of)
        # at the ends the bound is exact, but for rounding
        return (
            0.0 if self.count == 0 else max(middle - half, 0.0),
            1.0 if self.count == self.of else min(middle + half, 1.0),
        )
