"""Evidence made of outputs that a test wrote down itself."""

import numpy as np
from numpy.typing import ArrayLike

from engine.explain.base import Evidence, Outputs
from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.placement import Placements
from engine.skeleton import Axis

ACTIONS = ("sit", "stand", "walk")


def evidence_of(
    outputs: Outputs,
    frames: ArrayLike,
    span: tuple[int, int],
    people: tuple[int, ...] = (0,),
    num_people: int | None = None,
) -> Evidence:
    """One batch row of a network with as many people as there are in ``people``."""
    return Evidence(
        model_id="m",
        network="n",
        layout=KINECT_V1,
        class_names=ACTIONS,
        outputs=outputs,
        feeds={},
        frames=np.asarray(frames, dtype=np.float64),
        placements=Placements(
            origin=np.zeros((1, 1, 3), dtype=np.float32),
            rotation=np.eye(3, dtype=np.float32)[None],
            shift=np.zeros((1, 3), dtype=np.float32),
            scale=np.ones((1, 3), dtype=np.float32),
        ),
        up=Axis.PLUS_Y,
        people=people,
        num_people=num_people or max(people) + 1,
        start=span[0],
        stop=span[1],
    )
