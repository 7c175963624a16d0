"""Where a clip's body stands, which way it faces, how large it is: taken out, and put back."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Placements:
    """Of N clips: from recorded coordinates (+y up) to the network's, and back.

    ``network = (rotation @ (recorded - origin) - shift) * scale``
    """

    origin: FloatArray
    """``(N, T, C)``, or ``(N, 1, C)`` where it is the same in every frame."""
    rotation: FloatArray
    """``(N, C, C)``."""
    shift: FloatArray
    """``(N, C)``, after turning."""
    scale: FloatArray
    """``(N, C)``."""

    def apply(self, positions: FloatArray) -> FloatArray:
        """``(N, T, M, V, C)`` recorded -> the same in network coordinates."""
        result = positions - self.origin[:, :, None, None]
        if not _is_identity(self.rotation):
            result = turned(result, self.rotation)
        if self.shift.any():
            result -= self.shift[:, None, None, None]
        result *= self.scale[:, None, None, None]
        return result

    def restore(self, points: FloatArray, clip: int, frames: IntArray) -> FloatArray:
        """Points of one clip in network coordinates as recorded.

        Args:
            points: ``(Q, C)``.
            clip: Which of the N.
            frames: ``(Q,)`` network frame of each point.

        Returns:
            ``(Q, C)``. An axis without extent, which the network saw as zero, comes back as it was.
        """
        scale = self.scale[clip]
        spread = np.divide(points, scale, out=np.zeros_like(points), where=scale != 0)
        origin = self.origin[clip]
        at = np.minimum(frames, len(origin) - 1)
        result: FloatArray = (spread + self.shift[clip]) @ self.rotation[clip] + origin[at]
        return result.astype(np.float32)


def join_placements(parts: list[Placements]) -> Placements:
    """Those of several clips, one after the other."""
    return Placements(
        origin=np.concatenate([part.origin for part in parts]),
        rotation=np.concatenate([part.rotation for part in parts]),
        shift=np.concatenate([part.shift for part in parts]),
        scale=np.concatenate([part.scale for part in parts]),
    )


def turned(positions: FloatArray, rotation: FloatArray) -> FloatArray:
    """Turn clips ``(N, ..., C)`` by rotations ``(N, C, C)``."""
    flat = positions.reshape(len(positions), -1, positions.shape[-1])
    result: FloatArray = (flat @ rotation.swapaxes(1, 2)).reshape(positions.shape)
    return result


def _is_identity(rotation: FloatArray) -> bool:
    return bool((rotation == np.eye(rotation.shape[-1], dtype=np.float32)).all())
