"""The study at the window's side, its history, its note."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS
from app.views.action_set import ActionSet
from app.views.history_panel import HistoryPanel
from app.views.study_panel import StudyPanel, StudyState
from engine.labels import Segment, StudyRecording, Tier
from engine.study.contents import Edit, StudyContents, added, changed
from engine.study.history import History, Step

NAMED = StudyState(name="Gait")


def recording(number: int) -> StudyRecording:
    return StudyRecording(
        id=f"r{number}",
        path=f"/walk {number}.json",
        sha256=str(number),
        title=f"walk {number}",
        format_id="f",
        layout_id="l",
        num_frames=100,
        num_people=1,
        fps="30",
    )


def study(count: int) -> StudyContents:
    rows = (recording(number) for number in range(count))
    changes = (*(added(row) for row in rows), added(Tier(id="t", name="Labels")))
    return StudyContents().applied(Edit(name="make", changes=changes))


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[StudyPanel]:
    window = QWidget()
    qtbot.addWidget(window)
    made = StudyPanel(ActionSet(ACTIONS, window), window)
    window.resize(240, 500)
    made.resize(240, 500)
    window.show()
    qtbot.waitExposed(window)
    yield made
    window.close()


def buttons(panel: StudyPanel) -> list[str]:
    found = panel.findChildren(QPushButton)
    return [each.text() for each in found if each.isVisible()]


def test_without_a_study_it_says_what_to_do(panel: StudyPanel) -> None:
    assert buttons(panel) == ["New study…", "Open study…"]


def test_a_study_without_recordings_says_how_to_add_some(panel: StudyPanel) -> None:
    panel.show_state(NAMED)
    assert buttons(panel) == ["Add recordings…", "Add folder…", "Add data set…"]
    assert panel.name.full_text == "Gait"
    assert panel.saved.text() == "saved"


def test_a_study_that_cannot_be_changed_says_why_and_offers_to_try(panel: StudyPanel) -> None:
    panel.show_state(replace(NAMED, read_only="another window has it open"))
    assert panel.banner.text() == "Another window has it open"
    assert panel.again.isVisible()
    assert panel.saved.text() == "read-only"


def test_a_click_opens_a_recording_and_with_ctrl_it_is_only_picked(
    panel: StudyPanel, qtbot: QtBot
) -> None:
    panel.show_state(NAMED)
    panel.show_contents(study(3))
    panel.refresh()
    opened: list[str] = []
    panel.open_requested.connect(opened.append)
    places = [panel.list.visualRect(panel.list.lines.index(row)).center() for row in range(3)]
    left, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier
    QTest.mouseClick(panel.list.viewport(), left, keys.NoModifier, places[1])
    QTest.mouseClick(panel.list.viewport(), left, keys.ControlModifier, places[2])
    qtbot.waitUntil(lambda: len(panel.list.picked) == 2)
    assert opened == ["r1"]


def test_what_is_picked_stays_while_figures_change(panel: StudyPanel) -> None:
    contents = study(3)
    panel.show_state(NAMED)
    panel.show_contents(contents)
    panel.refresh()
    panel.list.mark("r1")
    segment = Segment(
        id="s", recording_id="r1", person=0, tier_id="t", start=0, stop=50, action_id=None
    )
    panel.show_contents(contents.applied(Edit(name="label", changes=(added(segment),))))
    panel.refresh()
    (line,) = panel.list.picked
    assert line.row.id == "r1"
    assert line.labelled.reviewed == 0.5


def test_recordings_taken_out_are_listed_on_demand(panel: StudyPanel) -> None:
    contents = study(2)
    out = replace(contents.recordings["r0"], is_archived=True)
    change = changed(contents.recordings["r0"], out)
    panel.show_state(NAMED)
    panel.show_contents(contents.applied(Edit(name="out", changes=(change,))))
    panel.refresh()
    assert [line.row.id for line in panel.list.lines.lines] == ["r1"]
    assert panel.archived.text() == "1 taken out"
    panel.archived.click()
    assert [line.row.id for line in panel.list.lines.lines] == ["r1", "r0"]
    names = [action.text() for action in panel.menu_of(panel.list.lines.lines).actions()]
    assert names == ["Who acts…", "Take out of the study", "Put back into the study"]


def test_thousands_of_recordings_are_listed_without_a_widget_each(panel: StudyPanel) -> None:
    panel.show_state(NAMED)
    panel.show_contents(study(3000))
    panel.refresh()
    assert panel.list.lines.rowCount() == 3000
    assert len(panel.list.findChildren(QWidget)) < 20


def test_a_search_narrows_the_list_and_escape_ends_it(panel: StudyPanel) -> None:
    panel.show_state(NAMED)
    panel.show_contents(study(12))
    panel.refresh()
    panel.search.setText("walk 1")
    assert [line.row.title for line in panel.list.lines.lines] == ["walk 1", "walk 10", "walk 11"]
    panel.search.setText("nobody")
    assert panel.nothing.text() == "Nothing matches “nobody”."
    assert panel.end_search()
    assert panel.list.lines.rowCount() == 12
    panel.search.clearFocus()
    assert not panel.end_search()


def test_pressing_a_step_asks_for_the_state_after_it(qtbot: QtBot) -> None:
    steps = tuple(Step(number=number, name=f"Step {number}", time=0.0) for number in (1, 2, 3))
    panel = HistoryPanel()
    qtbot.addWidget(panel)
    panel.show_history(History(steps=steps, position=2))
    panel.resize(240, 300)
    panel.show()
    qtbot.waitExposed(panel)
    asked: list[int] = []
    panel.position_requested.connect(asked.append)
    for row in range(4):
        place: QPoint = panel.list.visualRect(panel.lines.index(row)).center()
        no_keys = Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, no_keys, place)
    assert asked == [3, 1, 0]  # nothing for the one where the study stands
