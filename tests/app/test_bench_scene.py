import pytest
from PySide6.QtWidgets import QApplication

from app.bench_scene import FRAMES, full_explanation, measure_scene_fps, moving_people
from app.overlays import OverlaySettings, prepared
from app.overlays.focal import draw_focal


def test_the_measured_scene_has_two_people_and_a_hundred_links_in_every_frame() -> None:
    recording = moving_people()
    explanation = prepared(full_explanation(recording))
    wish = OverlaySettings(focal_joints=10, link_threshold=0.5)

    assert recording.num_people == 2
    for frame in range(0, FRAMES, 40):
        assert len(draw_focal(explanation, recording, frame, wish).links.person) == 100


@pytest.mark.gl
def test_a_measurement_says_how_fast_and_on_what(qapp: QApplication) -> None:
    bench = measure_scene_fps(0.2)

    assert bench["frames_per_second"] > 1
    assert 0 < bench["main_thread_ms"] < 1000
    assert (bench["width"], bench["height"]) == (1280, 720)
    assert bench["renderer"]
