"""Two recordings of one movement compared in the real window, with the shipped model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from app.lanes.difference import DifferenceLane
from app.library import LibraryEntry
from app.providers import shipped_providers
from app.second_manner import Manner, SecondView
from app.second_state import SecondPhase
from engine.places import assets_folder
from tests.e2e.conftest import BROKEN, HAND, PAIR, SHORT, Desk
from tests.e2e.hands import press

pytestmark = pytest.mark.gl

SHIFT = Qt.KeyboardModifier.ShiftModifier
SAMPLES: Path = assets_folder() / "samples"
LONGEST_MS = 30_000


def wait(desk: Desk, condition: Callable[[], bool]) -> None:
    """Let the window live until a condition holds; models take a while."""
    desk.qtbot.waitUntil(condition, timeout=LONGEST_MS)


def compare(desk: Desk, path: Path) -> None:
    """Compare with another recording, and wait until all is shown."""
    desk.workbench.second.open(path)
    wait(desk, lambda: is_shown(desk))


def is_shown(desk: Desk) -> bool:
    bench = desk.workbench
    return bench.second.state.phase is SecondPhase.READY and bench.is_settled


def drawn_ghost(desk: Desk) -> np.ndarray:
    """``(N, 3)`` joints and bones of the ghost in the 3D view."""
    scene = desk.workbench.scene
    scene._refresh()
    assert scene._drawing is not None
    return scene._drawing.second[:, :3]


def rose_pixels(desk: Desk) -> int:
    """Pixels of the 3D view that are clearly redder than green and not orange: the ghost's."""
    image = desk.workbench.scene.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    red, green, blue = (lines[:, k : 3 * image.width() : 3].astype(int) for k in range(3))
    return int(((red > green + 12) & (blue > green)).sum())


def difference(desk: Desk) -> DifferenceLane | None:
    group = desk.workbench.window.timeline.group
    lanes = group.lanes if group else ()
    return next((lane for lane in lanes if isinstance(lane, DifferenceLane)), None)


def drop(desk: Desk, path: Path) -> None:
    """Drop a file with Shift held."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window = desk.workbench.window
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(300, 300), copy, data, left, SHIFT))
    QApplication.sendEvent(window, QDropEvent(QPointF(300, 300), copy, data, left, SHIFT))


@pytest.fixture(params=["samples", "nw-ucla"])
def two_clips(request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """One action of two people: shipped ones made by a generator, and real ones."""
    if request.param == "samples":
        return SAMPLES / "pick-up.npz", SAMPLES / "pick-up-one-hand.npz"
    folder: Path = request.getfixturevalue("shared_data") / "nw-ucla"
    clips = folder / "a09_s01_e00_v01.json", folder / "a09_s03_e00_v01.json"
    if not all(clip.is_file() for clip in clips):
        pytest.skip("no NW-UCLA beside the checkout (../shared/data/nw-ucla)")
    return clips


def test_a_coach_compares_two_people_doing_the_same(
    open_desk: Callable[..., Desk], two_clips: tuple[Path, Path]
) -> None:
    first, second = two_clips
    desk = open_desk(first, providers=shipped_providers())
    bench, strip = desk.workbench, desk.workbench.window.second
    wait(desk, lambda: bench.is_settled)
    bench.player.pause()
    assert not strip.isVisible()
    assert rose_pixels(desk) < 20

    compare(desk, second)  # the ghost
    assert strip.isVisible()
    assert strip.second.name.full_text == second.stem
    assert strip.second.said.full_text.startswith("ghost  ·  "), "with the model's answer"
    laid = bench.second.state.laid
    assert laid is not None
    middle = int(np.flatnonzero(laid.alignment.aligned).mean())
    desk.go_to(middle)
    ghost = drawn_ghost(desk)
    assert len(ghost) > 30
    assert "of its height" in strip.moment.full_text
    assert rose_pixels(desk) > 300

    desk.go_to(middle + 10)  # it moves in step
    assert not np.allclose(ghost, drawn_ghost(desk))
    points = laid.ghost.points(middle + 10)
    assert drawn_ghost(desk)[-1] == pytest.approx(points[np.isfinite(points[:, 0])][-1])

    lane = difference(desk)  # the lane
    assert lane is not None
    assert second.stem in lane.text_at(middle + 0.5, 0.5, bench.window.timeline._view)

    press(desk, Qt.Key.Key_G, SHIFT)  # side by side
    wait(desk, lambda: is_shown(desk))
    panes = bench.window.stage.panes
    assert len(panes.views) == 2
    beside = panes.views[1].contents
    assert beside.model is not None
    assert beside.model.recording is bench.second.state.recording
    assert beside.frame == laid.partners[middle + 10]
    assert beside.explanation is not None, "its own overlay"
    assert panes.bars[1].caption.answer
    assert not len(drawn_ghost(desk))
    desk.go_to(middle)
    assert panes.views[1].contents.frame == laid.partners[middle]

    strip.swap.click()  # both change places, at the same moment
    wait(desk, lambda: desk.shown == second and is_shown(desk))
    assert bench.second.state.path == first
    assert bench.player.frame == laid.partners[middle]
    assert panes.views[1].contents.model is not None
    assert panes.views[1].contents.model.recording.source.path == first

    press(desk, Qt.Key.Key_Escape)  # closed
    wait(desk, lambda: bench.is_settled)
    assert not strip.isVisible()
    assert len(panes.views) == 1
    assert difference(desk) is None


def test_opening_another_recording_ends_the_comparison(desk: Desk) -> None:
    bench = desk.workbench
    compare(desk, PAIR)
    assert len(drawn_ghost(desk))

    bench.librarian.open_path(PAIR)
    desk.wait_for(PAIR)

    assert not bench.second.state.is_there
    assert bench.scene.contents.second is None
    assert difference(desk) is None


def test_how_it_is_laid_is_chosen_in_the_strip_and_remembered(
    desk: Desk, open_desk: Callable[..., Desk]
) -> None:
    compare(desk, PAIR)
    strip = desk.workbench.window.second
    for button in (strip.by.group.buttons()[0], strip.place.group.buttons()[1], strip.size_button):
        button.click()
    wait(desk, lambda: is_shown(desk))
    laid = desk.workbench.second.state.laid
    assert laid is not None
    alignment = laid.alignment
    assert (alignment.by.value, alignment.place.value, alignment.same_size) == (
        "start",
        "free",
        False,
    )

    again = open_desk(SHORT)
    again.wait_for(SHORT)
    manner = again.workbench.second.state.manner
    assert (manner.by.value, manner.place.value, manner.same_size) == ("start", "free", False)


def test_another_person_of_the_other_recording_can_be_picked(desk: Desk) -> None:
    compare(desk, PAIR)
    strip = desk.workbench.window.second
    before = strip.person.text()

    strip.person.click()
    wait(desk, lambda: is_shown(desk))

    assert {before, strip.person.text()} == {"Their P1", "Their P2"}


def test_the_library_and_a_drop_with_shift_compare_with_what_is_shown(desk: Desk) -> None:
    bench = desk.workbench
    entry = LibraryEntry(title="pair", path=PAIR)
    menu = bench.window.library.menu_of(entry)
    opened, compared = menu.actions()
    assert (opened.text(), compared.text()) == ("Open", "Compare with what is shown")
    compared.trigger()
    wait(desk, lambda: is_shown(desk))
    assert bench.second.state.path == PAIR
    assert desk.shown == SHORT

    bench.second.put_aside()
    drop(desk, PAIR)
    wait(desk, lambda: is_shown(desk))
    assert desk.shown == SHORT


def test_a_file_that_cannot_be_read_leaves_everything_as_it_was(desk: Desk) -> None:
    bench = desk.workbench

    bench.second.open(BROKEN)
    wait(desk, lambda: bench.window.dialog is not None)

    assert bench.window.dialog is not None
    assert not bench.second.state.is_there
    assert desk.shown == SHORT
    bench.window.dialog.close()


def test_a_hand_cannot_be_laid_upon_a_body_and_the_strip_says_so(desk: Desk) -> None:
    bench = desk.workbench
    bench.second.open(HAND)
    wait(desk, lambda: bench.second.state.phase is SecondPhase.REFUSED)

    assert "hand layout" in bench.window.second.moment.full_text
    assert bench.scene.contents.second is None
    press(desk, Qt.Key.Key_Escape)
    assert not bench.second.state.is_there


def test_models_and_recordings_are_not_compared_at_once(desk: Desk) -> None:
    bench = desk.workbench
    panes = bench.window.stage.panes
    compare(desk, PAIR)
    bench.second.set_manner(Manner(view=SecondView.SIDE))
    assert len(panes.views) == 2

    press(desk, Qt.Key.Key_C, SHIFT)  # models side by side
    wait(desk, lambda: bench.is_settled and not bench.second.state.is_there)
    assert len(panes.views) == 2
    assert panes.views[1].contents.model is bench.document.scene

    compare(desk, PAIR)  # recordings again
    assert not bench.actions["compare.side-by-side"].isChecked()
    beside = panes.views[1].contents.model
    assert beside is not None
    assert beside.recording is bench.second.state.recording


def test_of_several_wishes_only_the_newest_is_fulfilled(desk: Desk) -> None:
    bench = desk.workbench
    bench.second.open(PAIR)
    bench.second.put_aside()
    bench.second.open(PAIR)
    bench.second.open(SHORT)
    wait(desk, lambda: is_shown(desk))

    assert bench.second.state.path == SHORT
    laid = bench.second.state.laid
    assert laid is not None
    assert laid.alignment.pair.second.performer.recording.source.path == SHORT
