"""Several 3D views with one camera."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.camera import Preset
from app.pane_caption import PaneCaption
from app.scene_model import build_scene
from app.scene_theme import SceneTheme
from app.views.scene.scene_view import SceneView
from app.views.stage_panes import StagePanes, columns_for
from tests.app.figures import recording_of, standing

NO_KEYS = Qt.KeyboardModifier.NoModifier


def named(count: int) -> tuple[PaneCaption, ...]:
    return tuple(PaneCaption(title=f"pane {number}") for number in range(count))


@pytest.mark.parametrize(
    ("count", "scales", "columns"),
    [
        (1, {1: 1.0}, 1),
        (2, {2: 1.0, 1: 1.02}, 2),
        (2, {2: 1.0, 1: 1.5}, 1),
        (3, {3: 1.0, 1: 0.5}, 3),
        (4, {4: 1.0, 2: 1.2, 1: 1.1}, 2),
        (4, {4: 1.0, 2: 0.9, 1: 0.7}, 4),
    ],
)
def test_rows_are_full_and_bodies_are_as_large_as_they_can_be(
    count: int, scales: dict[int, float], columns: int
) -> None:
    assert columns_for(count, lambda number: scales[number]) == columns


@pytest.fixture
def panes(qtbot: QtBot) -> StagePanes:
    made = StagePanes(SceneView(SceneTheme.dark()))
    qtbot.addWidget(made)
    made.resize(800, 400)
    made.first.set_model(build_scene(recording_of(standing(30, ((0, 0, 3), (1, 0, 3))))))
    made.show()
    qtbot.waitExposed(made)
    return made


def split(panes: StagePanes, count: int, qtbot: QtBot) -> tuple[SceneView, ...]:
    views = panes.show_panes(named(count))
    qtbot.waitUntil(lambda: panes.is_settled)
    return views


pytestmark = pytest.mark.gl


@pytest.mark.parametrize("count", [2, 3, 4])
def test_there_are_as_many_views_as_captions_and_none_covers_another(
    panes: StagePanes, count: int, qtbot: QtBot
) -> None:
    views = split(panes, count, qtbot)
    assert len(views) == len(panes.bars) == count
    assert views[0] is panes.first
    assert all(view.isVisible() for view in views)
    areas = [each.geometry() for each in (*views, *panes.bars)]
    assert all(panes.rect().contains(area) for area in areas)
    assert not any(
        area.intersects(other) for place, area in enumerate(areas) for other in areas[:place]
    )
    for sides in ([view.width() for view in views], [view.height() for view in views]):
        assert max(sides) - min(sides) <= 1


def test_one_caption_or_none_is_the_single_view_again(panes: StagePanes, qtbot: QtBot) -> None:
    split(panes, 4, qtbot)
    with qtbot.waitSignal(panes.split_changed) as told:
        views = panes.show_panes(named(1))
    assert told.args == [False]
    assert views == (panes.first,)
    assert panes.bars == ()
    assert panes.first.geometry() == panes.rect()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert panes.findChildren(SceneView) == [panes.first]


def test_views_that_stay_are_the_same_widgets(panes: StagePanes, qtbot: QtBot) -> None:
    first = split(panes, 4, qtbot)
    assert split(panes, 2, qtbot) == first[:2]
    assert split(panes, 3, qtbot)[:2] == first[:2]


def drag(view: SceneView, way: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    start = QPoint(20, 20)
    QTest.mousePress(view, button, NO_KEYS, start)
    for part in (0.5, 1.0):
        QTest.mouseMove(view, start + way * part)
        QApplication.processEvents()
    QTest.mouseRelease(view, button, NO_KEYS, start + way)


@pytest.mark.parametrize("number", [0, 1, 3])
@pytest.mark.parametrize("button", [Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton])
def test_a_drag_in_any_pane_moves_all_cameras(
    panes: StagePanes, number: int, button: Qt.MouseButton, qtbot: QtBot
) -> None:
    views = split(panes, 4, qtbot)
    before = panes.first.camera
    drag(views[number], QPoint(40, 12), button)
    assert panes.first.camera != before
    assert {view.camera for view in views} == {panes.first.camera}


def test_a_look_from_the_side_and_following_move_all(panes: StagePanes, qtbot: QtBot) -> None:
    views = split(panes, 3, qtbot)
    before = panes.first.camera
    panes.first.set_preset(Preset.SIDE)
    qtbot.waitUntil(lambda: abs(panes.first.camera.azimuth - before.azimuth) > 0.5)
    panes.first.set_following(True)
    panes.first.set_frame(20)
    assert {view.camera for view in views} == {panes.first.camera}


def test_a_new_view_looks_from_where_the_first_one_does(panes: StagePanes, qtbot: QtBot) -> None:
    panes.first.touch(replace(panes.first.camera, azimuth=1.25))
    (_, view) = split(panes, 2, qtbot)
    assert view.camera == panes.first.camera
    panes.resize(500, 480)
    assert view.camera == panes.first.camera


def test_what_the_first_view_shows_the_others_show_with_their_own_change(
    panes: StagePanes, qtbot: QtBot
) -> None:
    _, plain, changed = split(panes, 3, qtbot)
    panes.set_change(changed, lambda contents: replace(contents, has_trails=False, joint=5))
    panes.first.set_frame(12)
    panes.first.set_selected_person(1)
    panes.first.set_trails(True)
    panes.first.set_labels(True)
    panes.first.set_theme(SceneTheme.light())
    for view in (plain, changed):
        shown = view.contents
        assert (shown.frame, shown.selected, shown.has_labels) == (12, 1, True)
        assert not shown.theme.is_dark
    assert (plain.contents.has_trails, plain.contents.joint) == (True, None)
    assert (changed.contents.has_trails, changed.contents.joint) == (False, 5)


def test_the_pointer_belongs_to_one_view_alone(panes: StagePanes, qtbot: QtBot) -> None:
    first, second = split(panes, 2, qtbot)
    place = second.joint_place(0, 3)
    assert place is not None
    QTest.mouseMove(second, place.toPoint())
    qtbot.waitUntil(lambda: second.contents.hovered is not None)
    panes.first.set_frame(9)
    assert second.contents.hovered == (0, 3)
    assert first.contents.hovered is None


def test_another_recording_is_shown_in_all(panes: StagePanes, qtbot: QtBot) -> None:
    views = split(panes, 2, qtbot)
    model = build_scene(recording_of(standing(10)))
    panes.first.set_model(model)
    assert all(view.contents.model is model for view in views)
    assert {view.camera for view in views} == {panes.first.camera}


def test_a_pressed_caption_tells_its_number(panes: StagePanes, qtbot: QtBot) -> None:
    split(panes, 3, qtbot)
    with qtbot.waitSignal(panes.caption_clicked) as told:
        QTest.mouseClick(panes.bars[2], Qt.MouseButton.LeftButton)
    assert told.args == [2]


def test_a_long_message_makes_room_for_itself_under_every_pane(
    panes: StagePanes, qtbot: QtBot
) -> None:
    split(panes, 3, qtbot)
    low = panes.bars[0].height()
    message = "This recording has 22 joints and the model takes 20; map the layout first. " * 2
    panes.set_captions((named(1)[0], PaneCaption(title="two", message=message), named(1)[0]))
    heights = {bar.height() for bar in panes.bars}
    assert len(heights) == 1
    assert heights.pop() > low
    assert panes.bars[1].geometry().bottom() < panes.height()
