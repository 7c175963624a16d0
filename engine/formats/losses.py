"""What a recording loses on its way through a file format, found by comparing before and after."""

from fractions import Fraction

import numpy as np

from engine.arrays import FloatArray
from engine.formats.reading import plural
from engine.recording import Recording


def losses(before: Recording, after: Recording) -> tuple[str, ...]:
    """What changed between a recording and the same one read back from a file.

    Args:
        before: What was written.
        after: What the file gives back. Its source and findings are its own and not compared.

    Returns:
        One plain sentence for each thing that changed; empty where nothing did.
    """
    found = [*_changed_motion(before, after), *_changed_times(before, after)]
    if before.person_ids != after.person_ids:
        found.append(_changed("Person ids", _listed(before.person_ids), _listed(after.person_ids)))
    if before.label != after.label:
        found.append(_changed("The action", before.label, after.label))
    if before.orientations is not None and after.orientations is None:
        found.append("Orientations are lost.")
    elif not _same(before.orientations, after.orientations):
        found.append("Orientations change.")
    return tuple(found)


def _changed_motion(before: Recording, after: Recording) -> list[str]:
    if before.positions.shape != after.positions.shape:
        return [_changed("Frames, people, joints", _size(before), _size(after))]
    found: list[str] = []
    lost = int((_seen(before) & ~_seen(after)).sum())
    if lost:
        found.append(f"{plural(lost, 'joint position')} at the origin will read as missing.")
    both = _seen(before) & _seen(after)
    moved = int((before.positions != after.positions)[both].any(axis=-1).sum())
    if moved:
        found.append(f"{plural(moved, 'joint position')} will differ.")
    uncertain = int((before.confidence != after.confidence).sum())
    if uncertain:
        found.append(f"Confidence is lost or changed for {plural(uncertain, 'joint position')}.")
    return found


def _changed_times(before: Recording, after: Recording) -> list[str]:
    found: list[str] = []
    if before.fps != after.fps:
        found.append(_changed("The frame rate", _rate(before.fps), _rate(after.fps)))
    if before.shown_fps != after.shown_fps:
        old, new = _rate(before.shown_fps), _rate(after.shown_fps)
        found.append(f"Shown at {new} frames a second instead of {old}.")
    if before.timestamps is None:
        if after.timestamps is not None:
            found.append("The frame numbers will be taken for times of their own.")
    elif after.timestamps is None:
        found.append("The times of single frames are lost.")
    elif not np.array_equal(before.timestamps, after.timestamps):
        found.append("The times of single frames change.")
    if before.frame_ids is not None and after.frame_ids is None:
        found.append("The source's frame numbers are lost.")
    return found


def _changed(what: str, old: str | None, new: str | None) -> str:
    if new is None:
        return f"{what} {old} will be lost."
    if old is None:
        return f"{what} will read {new}, where the recording says nothing."
    return f"{what} {old} will read {new}."


def _listed(person_ids: tuple[str, ...]) -> str | None:
    return ", ".join(person_ids) or None


def _rate(fps: Fraction | None) -> str | None:
    return None if fps is None else f"{float(fps):g}"


def _size(recording: Recording) -> str:
    return " × ".join(str(size) for size in recording.positions.shape[:3])


def _seen(recording: Recording) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return ~np.any(np.isnan(recording.positions), axis=-1)


def _same(first: FloatArray | None, second: FloatArray | None) -> bool:
    if first is None or second is None:
        return first is second
    return first.shape == second.shape and np.array_equal(first, second, equal_nan=True)
