import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.overlays import prepared
from app.overlays.colour_scale import scale_table
from app.views.time_map_panel import TimeMapPanel
from tests.app import stand_ins
from tests.app.overlays.made import JOINTS, with_times

CENTRES = np.array([0, 10, 20, 30], dtype=np.float32)


@pytest.fixture
def panel(qtbot: QtBot) -> TimeMapPanel:
    """Joint 2 of the first person: the first moment looks at the third one."""
    weights = np.zeros((1, JOINTS, 1, 4, 4), dtype=np.float32)
    weights[0, 2, 0, 0, 2] = 0.5
    made = TimeMapPanel()
    qtbot.addWidget(made)
    made.set_recording(stand_ins.recording(40))
    made.show_explanation(prepared(with_times(weights, CENTRES)))
    made.resize(280, 400)
    made.view.show_frame(30)  # the cursor at the end
    made.show()
    qtbot.waitExposed(made)
    return made


def place(panel: TimeMapPanel, row: int, column: int) -> QPoint:
    """The middle of a pair of steps in the view."""
    area = panel.view.area()
    x, y = (column + 0.5) / 4 * area.width(), (row + 0.5) / 4 * area.height()
    return QPoint(round(area.left() + x), round(area.top() + y))


def test_without_a_joint_it_says_what_to_do(panel: TimeMapPanel) -> None:
    assert panel.view.square is None
    assert not panel.has_joint
    assert panel.joint.name.full_text == "none"


def test_a_joint_brings_its_map_and_its_name(panel: TimeMapPanel) -> None:
    panel.show_joint(2)

    assert panel.joint.name.full_text == "shoulder centre"
    assert panel.remark.full_text == "TSA of unit 9, max 0.5"
    image = panel.view.grab().toImage()
    strong, weak = (image.pixelColor(place(panel, row, 2)) for row in (0, 2))
    table = scale_table(on_dark=True)
    assert strong.getRgbF()[:3] == pytest.approx(table[-1], abs=0.02)
    assert weak.getRgbF()[:3] == pytest.approx(table[0], abs=0.02)


def test_hover_reads_the_exact_weight_and_leaving_ends_it(
    panel: TimeMapPanel, qtbot: QtBot
) -> None:
    panel.show_joint(2)
    QTest.mouseMove(panel.view, place(panel, 0, 2))
    qtbot.waitUntil(lambda: panel.remark.full_text == "0.00 s looks at 0.67 s: 0.5")
    QTest.mouseMove(panel.view, QPoint(3, 3))
    qtbot.waitUntil(lambda: panel.remark.full_text == "TSA of unit 9, max 0.5")


def test_a_click_goes_to_the_moment_looked_at(panel: TimeMapPanel) -> None:
    asked: list[int] = []
    panel.seek_requested.connect(asked.append)
    panel.show_joint(2)

    QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=place(panel, 0, 3))
    QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    panel.show_joint(None)
    QTest.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=place(panel, 0, 3))

    assert asked == [30]


def test_the_cursor_goes_with_the_frame(panel: TimeMapPanel) -> None:
    panel.show_joint(2)
    pictures = []
    for frame in (0, 20):
        panel.view.show_frame(frame)
        pictures.append(panel.view.grab().toImage())

    column = place(panel, 3, 2)
    assert pictures[0].pixelColor(column) != pictures[1].pixelColor(column)


def test_the_scale_turns_with_the_theme(panel: TimeMapPanel) -> None:
    panel.show_joint(2)
    panel.view.set_on_dark(False)

    strong = panel.view.grab().toImage().pixelColor(place(panel, 0, 2))

    assert strong.getRgbF()[:3] == pytest.approx(scale_table(on_dark=False)[-1], abs=0.02)
