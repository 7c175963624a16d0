"""From end to end with the shipped models: what a newcomer does in the first minutes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.overlays import OVERLAYS, drawable
from app.providers import shipped_providers
from app.scene_contents import overlay_frame
from engine.layouts.kinect_v1 import KINECT_V1
from engine.places import assets_folder
from engine.prediction import PredictionTrack
from tests.e2e.conftest import Desk
from tests.e2e.hands import press

pytestmark = pytest.mark.gl

SAMPLES: Path = assets_folder() / "samples"
SHIFT = Qt.KeyboardModifier.ShiftModifier
RIGHT_ARM = {KINECT_V1.index(f"right {name}") for name in ("shoulder", "elbow", "wrist", "hand")}
LONGEST_MS = 60_000
ONE_NETWORK_EACH = "everyday-"


def wait(desk: Desk, condition: Callable[[], bool]) -> None:
    desk.qtbot.waitUntil(condition, timeout=LONGEST_MS)


def opened(open_desk: Callable[..., Desk], sample: str) -> Desk:
    desk = open_desk(SAMPLES / sample, providers=shipped_providers())
    wait(desk, lambda: desk.workbench.is_settled)
    return desk


def turn_to(desk: Desk, model_id: str) -> None:
    """Pick a model and wait for its answer."""
    bench = desk.workbench
    (model,) = (each for each in bench.document.models if each.card.id == model_id)
    bench.window.top_bar.picker.model_requested.emit(model)
    wait(desk, lambda: bench.document.model is model and bench.is_settled)


def test_all_models_and_all_their_overlays_while_it_plays(open_desk: Callable[..., Desk]) -> None:
    desk = opened(open_desk, "throw.npz")
    bench = desk.workbench
    drawn: set[str] = set()
    for model in bench.document.models:
        if not model.card.id.startswith(ONE_NETWORK_EACH):
            continue
        turn_to(desk, model.card.id)
        assert bench.document.prediction is not None
        explanation = bench.document.explanation
        assert explanation is not None
        every = tuple(overlay.id for overlay in OVERLAYS)
        possible = {overlay.id for overlay in drawable(every, explanation)}
        bench.player.play()
        seen = set()
        for _ in possible:
            seen |= set(bench.document.overlay.drawn)
            before = desk.frame_in_view
            wait(desk, lambda before=before: desk.frame_in_view != before)
            press(desk, Qt.Key.Key_O, SHIFT)
        bench.player.pause()
        assert seen == possible, f"{model.card.id}: the key goes through all of them"
        drawn |= seen
        desk.go_to(40)
        assert overlay_frame(bench.scene._contents) is not None
    assert drawn == {overlay.id for overlay in OVERLAYS}, "the shipped models show every overlay"


def test_a_wave_without_its_right_arm_is_hardly_a_wave(open_desk: Callable[..., Desk]) -> None:
    desk = opened(open_desk, "wave.npz")
    turn_to(desk, "everyday-sem-net")
    bench = desk.workbench
    prediction = bench.document.prediction
    assert prediction is not None
    action, before = prediction.top(1)[0]
    assert action == "wave"
    press(desk, Qt.Key.Key_M)
    tool = bench.window.why.hide_tool
    tool.groups.chips["Right arm"].click()
    assert {joint for _, joint in bench.why.questions.state.hidden.joints} == RIGHT_ARM

    def wave_after() -> float | None:
        rows = (row.shift for row in tool.bars.rows)
        found = [shift.after for shift in rows if shift is not None and shift.action == "wave"]
        return found[0] if found else None

    wait(desk, lambda: wave_after() is not None)
    after = wave_after()
    assert after is not None
    assert after < before / 2


def test_the_key_goes_to_where_two_models_really_differ(open_desk: Callable[..., Desk]) -> None:
    desk = opened(open_desk, "errand.npz")
    turn_to(desk, "everyday-sem-net")
    bench = desk.workbench
    (other,) = (each for each in bench.document.models if each.card.id == "everyday-spa-net")
    bench.lanes.compare((other,))
    wait(desk, lambda: bench.is_settled)
    bench.player.pause()
    desk.go_to(0)
    frames = []
    for _ in range(2):
        press(desk, Qt.Key.Key_D)
        desk.wait_for_frame(bench.player.frame)
        frames.append(bench.player.frame)
    assert 0 <= frames[0] < frames[1]
    person = bench.document.person or 0
    for frame in frames:
        said = set()
        for model in (bench.document.model, other):
            assert model is not None
            track = bench.overview.answers_of(model, person)
            assert isinstance(track, PredictionTrack)
            said.add(answer_at(track, frame))
        assert len(said) == 2, f"at frame {frame} they say something else"


def answer_at(track: PredictionTrack, frame: int) -> str:
    """The first answer of the window whose middle is nearest to a frame."""
    middles = (track.starts + track.stops - 1) / 2
    nearest = abs(middles - frame).argmin()
    return track.class_names[int(track.probabilities[nearest].argmax())]
