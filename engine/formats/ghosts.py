"""Bodies that a depth camera saw where nobody was: chairs, walls, reflections.

The two signs are those by which research code drops bodies of NTU RGB+D (CTR-GCN's denoising): seen
only for a moment, or wider than tall. Here they are reported and kept.
"""

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.recording import Finding, FindingKind

_FEW_FRAMES = 11
"""A body seen in no more frames than this, beside one seen longer, is doubtful."""
_WIDE = 0.8
"""Width over height from which a standing body is doubtful."""
_WIDE_SHARE = 0.7
"""Share of its frames in which a body must be wide."""


def ghost_findings(positions: FloatArray, person_ids: tuple[str, ...]) -> tuple[Finding, ...]:
    """Findings about bodies that may be no people. A body on its own is never doubted.

    Args:
        positions: ``(T, M, V, 3)`` with Y up, NaN where missing.
        person_ids: M names.
    """
    seen: BoolArray = ~np.any(np.isnan(positions), axis=-1)  # (T, M, V)
    there: BoolArray = np.any(seen, axis=-1)  # (T, M)
    counts = there.sum(axis=0).tolist()
    if sum(count > 0 for count in counts) <= 1:
        return ()
    found: list[Finding] = []
    for person, count in enumerate(counts):
        if not count:
            continue
        reason = None
        wide = _wide_frames(positions[there[:, person], person])
        if count <= _FEW_FRAMES and max(counts) > 2 * _FEW_FRAMES:
            reason = f"it is seen in only {count} of {len(positions):,} frames"
        elif wide > _WIDE_SHARE * count:
            reason = f"it is wider than tall in {wide:,} of its {count:,} frames"
        if reason is not None:
            message = f"Body {person_ids[person]} may be a ghost (a chair, a wall): {reason}."
            found.append(Finding(kind=FindingKind.GHOST_BODY, message=message, count=count))
    return tuple(found)


def _wide_frames(body: FloatArray) -> int:
    """In how many frames a body is nearly as wide as tall.

    Args:
        body: ``(T', V, 3)``, somebody there in every frame; T' at least 1.
    """
    spread = np.nanmax(body, axis=1) - np.nanmin(body, axis=1)  # (T', 3)
    return int((spread[:, 0] > _WIDE * spread[:, 1]).sum())
