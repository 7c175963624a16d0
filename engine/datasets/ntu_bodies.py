"""Which bodies of an NTU RGB+D recording are its actors, by the rules of CTR-GCN's data recipe.

The rules (its ``get_raw_denoised_data``, by which nearly all later papers prepare their data): a
body seen in no more than 11 frames goes; then one that is wide (width over 0.8 of its height) in at
least 69.754 % of its frames goes, and of others only frames that are not wide count for how much
they move; the rest are ordered by motion, the summed variances of x, y and z. The one that moves
most is the first actor. The others, in order, continue the first actor where the two are not seen
at the same time, else the second one likewise, else go: the tracker gives a new id to somebody it
has lost. The last body is never dropped.

Where this differs: a body seen with interruptions keeps its own frames (the recipe joins them and
so moves the later ones forward); frames with nobody stay, as missing, so that times stay true; and
a recording whose bodies are all short keeps the longest (the recipe stops with an error). Moving
the origin and filling up to 300 frames belong to preprocessing.
"""

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, missing_joints
from engine.datasets.base import LabelledFile, read_clip
from engine.recording import Clip, Finding, FindingKind, Recording

SHORT = 11
"""A body seen in no more frames than this is dropped."""
WIDE = 0.8
"""Width over height from which a frame is doubtful."""
WIDE_SHARE = 0.69754
"""Share of doubtful frames from which a body is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """One body id of a recording."""

    index: int
    first: int
    last: int
    """First and last frame in which it is seen."""
    motion: float


def denoise_bodies(recording: Recording, most: int = 2) -> Recording:
    """The actors of a recording, the one who moves most first.

    Args:
        recording: Of any number of people, +y up.
        most: How many actors there may be.

    Returns:
        The same frames of 1 to ``most`` people, with a finding about those left out. A recording in
        which nobody is seen comes back with its first body.
    """
    positions = recording.positions
    there = _there(positions)
    counts = there.sum(axis=0)
    seen = [int(body) for body in np.flatnonzero(counts)]
    long = [body for body in seen if counts[body] > SHORT]
    kept = long or [int(counts.argmax())]
    motions = {body: _motion(positions[there[:, body], body]) for body in kept}
    for body in tuple(kept):
        if len(kept) == 1:
            break
        frames = positions[there[:, body], body]
        narrow = ~_wide(frames)
        if 1 - narrow.mean() >= WIDE_SHARE:
            kept = [other for other in kept if other != body]
        elif not narrow.all():
            motions[body] = min(motions[body], _motion(frames[narrow]))
    bodies = [
        _Body(index=body, first=int(span[0]), last=int(span[-1]), motion=motions[body])
        for body in kept
        for span in (np.flatnonzero(there[:, body]) if seen else np.zeros(1, dtype=np.int64),)
    ]
    actors = _actors(sorted(bodies, key=lambda body: -body.motion), most)
    return _merged(recording, actors, max(len(seen) - sum(len(actor) for actor in actors), 0))


def read_actors(file: LabelledFile) -> Clip:
    """Read a clip of NTU RGB+D: its actors alone."""
    clip = read_clip(file)
    return replace(clip, recording=denoise_bodies(clip.recording))


def _there(positions: FloatArray) -> BoolArray:
    """``(T, M)`` where a body has a joint, of positions ``(T, M, V, 3)``."""
    there: BoolArray = np.any(~missing_joints(positions), axis=-1)
    return there


def _motion(frames: FloatArray) -> float:
    """Summed variances of the coordinates of a body's joints ``(T', V, 3)``."""
    if not frames.size:
        return 0.0
    points = frames.reshape(-1, frames.shape[-1])
    return float(np.nanvar(points, axis=0, dtype=np.float64).sum())


def _wide(frames: FloatArray) -> BoolArray:
    """``(T',)`` where a body ``(T', V, 3)``, seen in every frame, is too wide for a person."""
    spread = np.nanmax(frames, axis=1) - np.nanmin(frames, axis=1)
    wide: BoolArray = spread[:, 0] > WIDE * spread[:, 1]
    return wide


def _actors(bodies: list[_Body], most: int) -> list[list[_Body]]:
    """Bodies put together to actors; no two of an actor are seen at the same time."""
    actors: list[list[_Body]] = [[bodies[0]]]
    for body in bodies[1:]:
        for actor in actors:
            first, last = min(b.first for b in actor), max(b.last for b in actor)
            # the recipe compares whole intervals, and lets them share a frame
            if min(last, body.last) - max(first, body.first) <= 0:
                actor.append(body)
                break
        else:
            if len(actors) < most:
                actors.append([body])
    return actors


def _merged(recording: Recording, actors: list[list[_Body]], dropped: int) -> Recording:
    shape = (recording.num_frames, len(actors), *recording.positions.shape[2:])
    positions = np.full(shape, np.nan, dtype=np.float32)
    confidence = np.zeros(shape[:3], dtype=np.float32)
    turns = recording.orientations
    orientations = None if turns is None else np.full((*shape[:3], 4), np.nan, dtype=np.float32)
    for slot, actor in enumerate(actors):
        for body in reversed(actor):  # whoever moves most has the frame that two share
            there = _there(recording.positions)[:, body.index]
            positions[there, slot] = recording.positions[there, body.index]
            confidence[there, slot] = recording.confidence[there, body.index]
            if orientations is not None and turns is not None:
                orientations[there, slot] = turns[there, body.index]
    names = recording.person_ids
    message = f"{dropped} of the bodies are no actors (short, wide or seen beside two others)."
    finding = Finding(kind=FindingKind.GHOST_BODY, message=message, count=dropped)
    return replace(
        recording,
        positions=positions,
        confidence=confidence,
        orientations=orientations,
        person_ids=tuple(names[actor[0].index] for actor in actors) if names else (),
        findings=(*recording.findings, finding) if dropped else recording.findings,
    )
