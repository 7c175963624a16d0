from dataclasses import replace

import numpy as np
import pytest

from app.overlays import OVERLAYS, drawable, overlay_by_id, usual_overlay
from engine.errors import EngineError
from engine.prediction import Explanation
from tests.app.overlays.made import (
    FRAMES,
    JOINTS,
    focus_only,
    link_map,
    with_links,
    with_points,
    with_times,
)

ATTENTION = link_map(np.full((1, 1, 2, JOINTS, JOINTS), 0.5, dtype=np.float32))
MOMENTS = with_times(
    np.full((1, JOINTS, 1, 2, 2), 0.5, dtype=np.float32), np.array([0, 6], dtype=np.float32)
)
ONE = np.ones(1, dtype=np.float32)
EXPLANATIONS: dict[str, Explanation] = {
    "FG-STFormer": replace(with_links(ATTENTION), chosen=np.zeros((FRAMES, 1, 12), dtype=np.int64)),
    "MS-G3D": focus_only(),
    "STF": replace(with_links(ATTENTION), joint_maps=focus_only().joint_maps * 4),
    "SEM-Net": with_links(ATTENTION),
    "T-TR": MOMENTS,
    "SPA-Net": with_points(ONE, ONE),
}


def test_every_overlay_is_found_by_its_id() -> None:
    assert [overlay_by_id(overlay.id) for overlay in OVERLAYS] == list(OVERLAYS)
    assert len({overlay.id for overlay in OVERLAYS}) == len(OVERLAYS)


def test_an_unknown_overlay_is_refused_with_those_there_are() -> None:
    with pytest.raises(EngineError, match="focal"):
        overlay_by_id("halo")


@pytest.mark.parametrize(
    ("network", "usual"),
    [
        ("FG-STFormer", "focal"),
        ("MS-G3D", "focus"),
        ("STF", "focus"),
        ("SEM-Net", "attention"),
        ("T-TR", "time"),
        ("SPA-Net", "voxels"),
    ],
)
def test_each_network_is_drawn_as_its_paper_draws_it(network: str, usual: str) -> None:
    explanation = EXPLANATIONS[network]

    assert usual_overlay(explanation).id == usual
    assert not usual_overlay(explanation).lacking(explanation)


@pytest.mark.parametrize(
    ("network", "ids"),
    [
        ("FG-STFormer", ["focal", "focus", "attention"]),
        ("MS-G3D", ["focus"]),
        ("SEM-Net", ["focus", "attention"]),
        ("T-TR", ["focus", "time"]),
        ("SPA-Net", ["focus", "voxels"]),
    ],
)
def test_only_what_there_is_data_for_can_be_drawn_the_rest_says_why_not(
    network: str, ids: list[str]
) -> None:
    explanation = EXPLANATIONS[network]
    every = tuple(overlay.id for overlay in OVERLAYS)

    assert [overlay.id for overlay in drawable(every, explanation)] == ids
    for overlay in OVERLAYS:
        if overlay.id not in ids:
            assert overlay.lacking(explanation).endswith(".")
