"""A dossier as named arrays, for programs."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.explain.arrays import NamedArray, explanation_arrays
from engine.inspection.dossier import Dossier, Part

MAPS = frozenset({Part.JOINTS, Part.LINKS, Part.TIMES, Part.POINTS})


def dossier_arrays(dossier: Dossier) -> dict[str, NDArray[np.generic]]:
    """All that was asked for.

    Always: ``start``, ``stop`` of the clip, ``joints``, ``class_names``. Frames and people are
    counted from 0, and -1 stands for everybody.

    * answers: ``probabilities (A, K)``, ``persons (A,)``, ``about`` (row of what follows)
    * joints, links, times, points: as ``engine.explain.arrays.explanation_arrays`` names them
    * deletion: ``deletion_maps (D,)`` names, ``deletion_shares (S,)``, ``deletion_guided (D, S)``,
      ``deletion_random (R, S)``, ``deletion_order (D, J, 2)`` person and joint, and, each ``(D,)``,
      ``deletion_advantage``, ``deletion_beaten``
    * delay: ``delay_stops (P,)``, ``delay_seconds (P,)``, ``delay_probabilities (P, K)``
    * occlusion: ``occlusion_edges (B + 1,)``, ``occlusion_before (M, K)``, ``occlusion_after
      (B, M, V, K)`` probabilities
    * contrast: ``contrast_names (D,)``, ``contrast_actions (D, 2)``, ``contrast_weights
      (D, T, M, V)``, ``contrast_strongest (D,)``
    * seen: ``seen_names``, and of the n-th stage ``seen_n_positions (T, M, V, C)``,
      ``seen_n_frames (T,)``, ``seen_n_dropped``, ``seen_n_repeated (T,)``, ``seen_n_seen (T, M,
      V)``, where it has any ``seen_n_vectors (T, M, V, C)``, and of voxels ``seen_n_centres
      (Q, C)``, ``seen_n_edges (C,)``, ``seen_n_starts (Q,)``, ``seen_n_stops (Q,)``,
      ``seen_n_joints (Q,)``
    """
    arrays: dict[str, NDArray[np.generic]] = {}
    if dossier.parts & MAPS:
        arrays |= explanation_arrays(dossier.answer.explanations, dossier.clip.recording)
    predictions = dossier.answer.predictions
    arrays |= {
        "start": np.array(dossier.clip.start),
        "stop": np.array(dossier.clip.stop),
        "joints": np.array(dossier.clip.recording.layout.joints),
        "class_names": np.array(predictions[0].class_names),
    }
    if Part.ANSWERS in dossier.parts:
        arrays["probabilities"] = np.stack([each.probabilities for each in predictions])
        arrays["persons"] = np.array(
            [-1 if each.person is None else each.person for each in predictions]
        )
        arrays["about"] = np.array(dossier.about)
    for measured in (_deletion, _delay, _occlusion, _contrast, _seen):
        arrays |= dict(measured(dossier))
    return arrays


def _deletion(dossier: Dossier) -> Iterator[NamedArray]:
    curves = dossier.curves
    if not curves:
        return
    yield "deletion_maps", np.array([each.map_name for each in curves])
    yield "deletion_shares", curves[0].shares
    yield "deletion_guided", np.stack([each.guided for each in curves])
    yield "deletion_random", curves[0].random
    yield "deletion_order", np.stack([each.order for each in curves])
    yield "deletion_advantage", np.array([each.advantage for each in curves])
    yield "deletion_beaten", np.array([each.beaten for each in curves])


def _delay(dossier: Dossier) -> Iterator[NamedArray]:
    if dossier.delay is not None:
        yield "delay_stops", dossier.delay.stops
        yield "delay_seconds", dossier.delay.seconds
        yield "delay_probabilities", dossier.delay.probabilities


def _occlusion(dossier: Dossier) -> Iterator[NamedArray]:
    found = dossier.occlusion
    if found is not None and Part.OCCLUSION in dossier.parts:
        yield "occlusion_edges", found.edges
        yield "occlusion_before", np.exp(found.baseline)
        yield "occlusion_after", np.exp(found.log_probabilities)


def _contrast(dossier: Dossier) -> Iterator[NamedArray]:
    maps = dossier.contrasts
    if maps:
        yield "contrast_names", np.array([each.name for each in maps])
        yield "contrast_actions", np.array([(each.first, each.second) for each in maps])
        yield "contrast_weights", np.stack([each.weights for each in maps])
        yield "contrast_strongest", np.array([each.strongest for each in maps])


def _seen(dossier: Dossier) -> Iterator[NamedArray]:
    if dossier.stages:
        yield "seen_names", np.array([stage.name for stage in dossier.stages])
    for number, stage in enumerate(dossier.stages):
        prefix = f"seen_{number}_"
        for name in ("positions", "frames", "dropped", "repeated", "seen"):
            yield f"{prefix}{name}", getattr(stage, name)
        if stage.vectors is not None:
            yield f"{prefix}vectors", stage.vectors
        if stage.voxels is not None:
            for name in ("centres", "edges", "starts", "stops", "joints"):
                yield f"{prefix}{name}", getattr(stage.voxels, name)
