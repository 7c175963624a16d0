"""Explanations as named arrays, for files that other programs read."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.prediction import Explanation
from engine.recording import Recording

NamedArray = tuple[str, NDArray[np.generic]]


def explanation_arrays(
    explanations: tuple[Explanation, ...], recording: Recording
) -> dict[str, NDArray[np.generic]]:
    """Everything the networks of a model said of where they looked, in recording frames.

    Of the first network: ``joint_weights (T, M, V)``, ``joint_maps (J, T, M, V)``,
    ``joint_map_names``, ``strongest (J,)``, ``chosen (T, M, k)``, ``network_frames (S,)``,
    ``start``; of its n-th link map ``links_n (S, M, H, I, J)`` and ``links_n_centres``, named in
    ``link_names``; of its time maps ``times_n (M, V, H, S, S)``, ``times_n_centres``,
    ``time_names``; of its point maps ``points_n_frames``, ``points_n_positions``,
    ``points_n_magnitudes``, ``point_names``. Further networks of a model have the same names after
    ``2.``, ``3.`` and so on. ``joints``, ``parts`` and ``networks`` hold names.
    """
    arrays: dict[str, NDArray[np.generic]] = {
        "joints": np.array(recording.layout.joints),
        "parts": np.array([part.name for part in recording.layout.parts]),
        "networks": np.array([explanation.network for explanation in explanations]),
    }
    for number, explanation in enumerate(explanations, start=1):
        prefix = "" if number == 1 else f"{number}."
        for name, array in _arrays_of(explanation):
            arrays[f"{prefix}{name}"] = array
    return arrays


def _arrays_of(explanation: Explanation) -> Iterator[NamedArray]:
    maps = explanation.joint_maps
    yield "start", np.array(explanation.start)
    yield "joint_weights", explanation.joint_weights
    yield "joint_maps", np.stack([each.weights for each in maps])
    yield "joint_map_names", np.array([each.name for each in maps])
    yield "strongest", np.array([each.strongest for each in maps], dtype=np.float32)
    yield "chosen", explanation.chosen
    yield "network_frames", explanation.network_frames
    yield "link_names", np.array([link.name for link in explanation.links], dtype=np.str_)
    for number, link in enumerate(explanation.links):
        yield f"links_{number}", link.weights
        yield f"links_{number}_centres", link.centres
    yield "time_names", np.array([each.name for each in explanation.times], dtype=np.str_)
    for number, time_map in enumerate(explanation.times):
        yield f"times_{number}", time_map.weights
        yield f"times_{number}_centres", time_map.centres
    yield "point_names", np.array([each.name for each in explanation.points], dtype=np.str_)
    for number, points in enumerate(explanation.points):
        yield f"points_{number}_frames", points.frames
        yield f"points_{number}_positions", points.positions
        yield f"points_{number}_magnitudes", points.magnitudes
