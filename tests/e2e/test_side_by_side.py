"""Models side by side in the real window."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import CompletedProcess, run

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.compare_state import Column
from app.document import AnswerPhase
from app.overlays import OVERLAYS
from app.pane_caption import Standing
from app.providers import Providers, shipped_providers
from app.settings import COMPARED_MODELS, SIDE_BY_SIDE
from app.views.scene.scene_view import SceneView
from app.views.stage_panes import StagePanes
from engine.errors import LayoutError
from engine.prediction import Answer, PredictionTrack
from engine.recording import Clip, Recording
from engine.runtime.packages import ModelPackage, installed_models
from engine.samples import SAMPLES
from tests.app import stand_ins
from tests.e2e.conftest import LONG, PAIR, SHORT, Desk, recordings
from tests.e2e.hands import NO_KEYS, press

pytestmark = pytest.mark.gl
SHIFT = Qt.KeyboardModifier.ShiftModifier
MODELS = tuple(
    stand_ins.package(name, f"Tried · {name}") for name in ("one", "two", "three", "four")
)
LONGEST_MS = 30_000


class Contrarian(stand_ins.StandInRecognizer):
    """Says something else of clips, and of the second half of a long recording."""

    def answer(self, clip: Clip, *, explain: bool = True) -> Answer:
        made = super().answer(clip, explain=explain)
        odd = tuple(
            replace(each, probabilities=np.roll(each.probabilities, 1)) for each in made.predictions
        )
        return replace(made, predictions=odd)

    def track(self, recording: Recording, **wishes: object) -> PredictionTrack:
        made = super().track(recording, **wishes)  # type: ignore[arg-type]  # handed on
        odd = np.roll(made.probabilities, 1, axis=1)
        late = ((made.starts + made.stops) / 2 > 450)[:, None]
        return replace(made, probabilities=np.where(late, odd, made.probabilities))


@dataclass
class Bench:
    """The window with four models, of which ``two`` says other things."""

    desk: Desk
    recognizers: dict[str, stand_ins.StandInRecognizer]

    @property
    def panes(self) -> StagePanes:
        return self.desk.workbench.window.stage.panes

    @property
    def titles(self) -> list[str]:
        return [bar.caption.title for bar in self.panes.bars]

    def wait(self) -> None:
        self.desk.qtbot.waitUntil(lambda: self.desk.workbench.is_settled, timeout=LONGEST_MS)

    def tick(self, *numbers: int) -> None:
        """Tick models in the picker."""
        for number in numbers:
            menu = self.desk.workbench.window.timeline.compare.menu_of_models()
            menu.actions()[number].trigger()


def make_bench(open_desk: Callable[..., Desk], path: object = SHORT) -> Bench:
    recognizers = {model.card.id: stand_ins.StandInRecognizer() for model in MODELS}
    recognizers["two"] = Contrarian()

    def open_model(package: ModelPackage) -> stand_ins.StandInRecognizer:
        return recognizers[package.card.id]

    given = stand_ins.providers(recordings(), recognizers["one"], models=MODELS)
    desk = open_desk(path, providers=replace(given, open_model=open_model))
    made = Bench(desk, recognizers)
    made.wait()
    desk.workbench.player.pause()
    return made


@pytest.fixture
def bench(open_desk: Callable[..., Desk]) -> Bench:
    return make_bench(open_desk)


def test_the_key_puts_another_model_beside_and_the_picker_adds_more(bench: Bench) -> None:
    press(bench.desk, Qt.Key.Key_C, SHIFT)
    bench.wait()
    assert bench.titles == ["one", "two"]
    bench.tick(2, 3)
    bench.wait()
    assert bench.titles == ["one", "two", "three", "four"]
    assert [bar.caption.standing for bar in bench.panes.bars] == [
        Standing.SHOWN,
        Standing.DIFFERS,
        Standing.AGREES,
        Standing.AGREES,
    ]
    assert [bar.caption.answer for bar in bench.panes.bars] == ["wave", "clap", "wave", "wave"]
    assert all(view.isVisible() for view in bench.panes.views)
    table = bench.desk.workbench.window.stage.table
    assert table.isVisible()
    assert [row.cell(Column.AGREES).text for row in table.rows] == ["shown", "0%", "100%", "100%"]
    assert [row.cell(Column.AGAIN).text for row in table.rows] == ["7 ms"] * 4


def test_all_panes_show_one_frame_person_and_camera(open_desk: Callable[..., Desk]) -> None:
    bench = make_bench(open_desk, PAIR)
    bench.tick(1, 2)
    press(bench.desk, Qt.Key.Key_C, SHIFT)
    bench.wait()
    views = bench.panes.views
    press(bench.desk, Qt.Key.Key_T)
    bench.desk.go_to(17)
    QTest.mousePress(views[2], Qt.MouseButton.LeftButton, NO_KEYS, QPoint(10, 10))
    for x in (20, 40):
        QTest.mouseMove(views[2], QPoint(x, 14))
        QApplication.processEvents()
    QTest.mouseRelease(views[2], Qt.MouseButton.LeftButton, NO_KEYS, QPoint(40, 14))
    assert {view.camera for view in views} == {bench.desk.workbench.scene.camera}
    for number in (1, 0):
        place = views[1].joint_place(number, 3)
        assert place is not None
        QTest.mouseClick(views[1], Qt.MouseButton.LeftButton, NO_KEYS, place.toPoint())
        assert bench.desk.workbench.document.person == number
    shown = {
        (view.contents.frame, view.contents.selected, view.contents.has_trails) for view in views
    }
    assert shown == {(17, 0, True)}


def test_a_caption_turns_the_panels_to_its_model_at_once(bench: Bench) -> None:
    bench.tick(1, 2)
    press(bench.desk, Qt.Key.Key_C, SHIFT)
    bench.wait()
    document = bench.desk.workbench.document
    gate = bench.recognizers["two"].gate
    assert gate is None
    asked = len(bench.recognizers["one"].clips)
    QTest.mouseClick(bench.panes.bars[1], Qt.MouseButton.LeftButton)
    bench.desk.qtbot.waitUntil(lambda: bench.titles == ["two", "one", "three"])
    assert document.model is MODELS[1]
    assert document.answer_state.answer is not None, "what it said when it stood beside"
    bench.wait()
    assert document.answer_state.phase is AnswerPhase.ANSWERED
    assert len(bench.recognizers["one"].clips) == asked, "kept"
    assert bench.panes.bars[1].caption.standing is Standing.DIFFERS


def test_a_press_on_agreement_goes_to_the_first_disagreement(
    open_desk: Callable[..., Desk],
) -> None:
    bench = make_bench(open_desk, LONG)
    press(bench.desk, Qt.Key.Key_C, SHIFT)
    bench.wait()
    bench.desk.workbench.player.play()
    table = bench.desk.workbench.window.stage.table
    assert 30 < float(table.rows[1].cell(Column.AGREES).text.rstrip("%")) < 70
    QTest.mouseClick(table.cell(1, Column.DIFFERS_AT), Qt.MouseButton.LeftButton)
    player = bench.desk.workbench.player
    assert not player.is_playing
    assert 440 < player.frame < 470


def test_a_model_that_cannot_answer_says_so_in_its_pane(open_desk: Callable[..., Desk]) -> None:
    bench = make_bench(open_desk)
    bench.recognizers["three"].refusal = LayoutError("expected 20 joints, found 22")
    bench.tick(1, 2)
    press(bench.desk, Qt.Key.Key_C, SHIFT)
    bench.wait()
    captions = [bar.caption for bar in bench.panes.bars]
    assert captions[2].message == "Expected 20 joints, found 22"
    assert captions[1].answer == "clap"


def test_side_by_side_is_remembered(bench: Bench, open_desk: Callable[..., Desk]) -> None:
    press(bench.desk, Qt.Key.Key_C, SHIFT)
    bench.wait()
    settings = bench.desk.workbench._settings
    assert (settings.get(SIDE_BY_SIDE), settings.get(COMPARED_MODELS)) == (True, ("two",))
    again = make_bench(open_desk)
    assert again.titles == ["one", "two"]
    assert again.desk.workbench.actions["compare.side-by-side"].isChecked()


def test_who_else_has_the_views_is_told_before_they_change(bench: Bench) -> None:
    told: list[tuple[bool, bool]] = []
    bench.desk.workbench.compare.switched.connect(
        lambda is_on: told.append((is_on, bench.panes.is_split))
    )
    for _ in range(2):
        press(bench.desk, Qt.Key.Key_C, SHIFT)
        bench.wait()
    assert told == [(True, False), (False, True)]


def test_the_table_can_be_put_away(bench: Bench) -> None:
    press(bench.desk, Qt.Key.Key_C, SHIFT)
    bench.wait()
    table, height = bench.desk.workbench.window.stage.table, bench.panes.height()
    press(bench.desk, Qt.Key.Key_T, SHIFT)
    assert not table.isVisible()
    assert bench.panes.height() > height
    press(bench.desk, Qt.Key.Key_T, SHIFT)
    assert table.isVisible()
    assert bench.panes.height() == height


def test_when_the_last_model_beside_goes_the_single_view_is_back(bench: Bench) -> None:
    press(bench.desk, Qt.Key.Key_C, SHIFT)
    bench.wait()
    bench.tick(1)
    bench.wait()
    assert not bench.panes.is_split
    assert not bench.desk.workbench.actions["compare.side-by-side"].isChecked()


def test_off_leaves_nothing_behind_and_nothing_running(bench: Bench) -> None:
    bench.tick(1, 2, 3)
    for _ in range(2):
        press(bench.desk, Qt.Key.Key_C, SHIFT)
        bench.wait()
        press(bench.desk, Qt.Key.Key_C, SHIFT)
        bench.wait()
    workbench = bench.desk.workbench
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert workbench.window.findChildren(SceneView) == [workbench.scene]
    assert not workbench.window.stage.table.isVisible()
    assert not workbench.compare.comparing.is_busy
    assert not workbench.compare.comparing.is_measuring
    asked = len(bench.recognizers["three"].clips)
    bench.desk.go_to(12)
    bench.wait()
    assert len(bench.recognizers["three"].clips) == asked


def test_real_models_on_a_real_recording_while_it_plays(
    open_desk: Callable[..., Desk],
) -> None:
    sample = next(sample for sample in SAMPLES if sample.id == "throw")
    providers: Providers = replace(shipped_providers(), samples=())
    desk = open_desk(sample.path, providers=providers)
    desk.qtbot.waitUntil(lambda: desk.workbench.is_settled, timeout=LONGEST_MS)
    bench = Bench(desk, {})
    count = min(len(desk.workbench.document.models), 4)
    for number in range(1, count):
        bench.tick(number)
        if number == 1:
            press(desk, Qt.Key.Key_C, SHIFT)
        bench.wait()
        assert len(bench.panes.views) == number + 1
    frames: list[int] = []
    bench.panes.views[-1].frameSwapped.connect(
        lambda: frames.append(bench.panes.views[-1].contents.frame)
    )
    desk.workbench.player.play()
    desk.qtbot.waitUntil(lambda: len(set(frames)) >= 10, timeout=LONGEST_MS)
    desk.workbench.player.pause()
    ids = {overlay.id for overlay in OVERLAYS}
    for view in bench.panes.views[1:]:
        assert view.contents.explanation is not None
        assert set(view.contents.overlay_ids) <= ids
    drawn = {view.contents.overlay_ids for view in bench.panes.views}
    assert len(drawn) >= 3, "each network as its paper draws it"
    for row in desk.workbench.window.stage.table.rows:
        assert row.cell(Column.PARAMETERS).text.endswith(" M")
        assert row.cell(Column.AGAIN).text.endswith("ms")


def snapshot(out: Path, *words: str) -> CompletedProcess[str]:
    """Run the command as a user does."""
    sample = next(sample for sample in SAMPLES if sample.id == "sit-down")
    command = [sys.executable, "-m", "app", "snapshot", str(sample.path), "--out", str(out), *words]
    return run(
        command,
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "SKELARIUM_HOME": str(out.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_picture_of_models_side_by_side_needs_no_click(tmp_path: Path) -> None:
    ids = [model.card.id for model in installed_models()][1:3]
    out = tmp_path / "beside.png"
    done = snapshot(out, "--beside", *ids, "--size", "1200x800")
    assert done.returncode == 0, done.stderr
    picture = QImage(str(out))
    panes = [picture.copy(240 + 240 * number, 120, 230, 200) for number in range(3)]
    for number, pane in enumerate(panes):
        colours = {pane.pixel(x, y) for x in range(0, 230, 3) for y in range(0, 200, 3)}
        assert len(colours) > 100, f"pane {number} is empty"
    assert panes[0] != panes[1] != panes[2]


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        (("nobody",), "no model nobody"),
        (("a", "b", "c", "d"), "--beside: expected at most 3 models, got 4"),
        (("everyday-fg-stformer",), "expected different models to compare"),
    ],
    ids=["nobody", "many", "itself"],
)
def test_models_that_cannot_stand_beside_are_told_in_one_line(
    ids: tuple[str, ...], reason: str, tmp_path: Path
) -> None:
    done = snapshot(tmp_path / "beside.png", "--beside", *ids, "--model", "everyday-fg-stformer")
    assert done.returncode == 2
    assert reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
