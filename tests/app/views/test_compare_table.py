"""The table of models side by side."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.compare_state import Cell, Column, Row
from app.views.compare_table import CompareTable


def row(name: str, *, is_shown: bool = False, frame: int | None = None) -> Row:
    texts = {
        Column.MODEL: Cell(text=name),
        Column.ANSWER: Cell(text="draw circle clockwise", number="0.80", colour="#5c8ffa"),
        Column.AGREES: Cell(text="83%", frame=frame),
        Column.DIFFERS_AT: Cell(text="00:01.00", frame=frame, hint="Go to frame 30"),
    }
    cells = tuple(texts.get(each, Cell(text="12 ms")) for each in Column)
    return Row(cells=cells, is_shown=is_shown)


@pytest.fixture
def table(qtbot: QtBot) -> CompareTable:
    made = CompareTable()
    qtbot.addWidget(made)
    made.show_rows((row("one", is_shown=True), row("two", frame=30), row("three")))
    made.resize(1100, made.sizeHint().height())
    made.show()
    return made


@pytest.mark.parametrize("column", [Column.AGREES, Column.DIFFERS_AT])
def test_a_press_on_agreement_leads_to_the_first_difference(
    table: CompareTable, column: Column, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(table.seek_requested) as told:
        QTest.mouseClick(table.cell(1, column), Qt.MouseButton.LeftButton)
    assert told.args == [30]
    with qtbot.assertNotEmitted(table.seek_requested):
        QTest.mouseClick(table.cell(2, column), Qt.MouseButton.LeftButton)


def test_a_press_on_a_name_asks_for_that_model(table: CompareTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.model_pressed) as told:
        QTest.mouseClick(table.cell(2, Column.MODEL), Qt.MouseButton.LeftButton)
    assert told.args == [2]
    assert not table.cell(0, Column.MODEL).leads, "it is shown already"


def test_what_leads_somewhere_can_be_reached_and_pressed_with_keys(
    table: CompareTable, qtbot: QtBot
) -> None:
    cell = table.cell(1, Column.DIFFERS_AT)
    assert cell.focusPolicy() is Qt.FocusPolicy.TabFocus
    assert table.cell(2, Column.DIFFERS_AT).focusPolicy() is Qt.FocusPolicy.NoFocus
    with qtbot.waitSignal(table.seek_requested):
        QTest.keyClick(cell, Qt.Key.Key_Space)
    assert cell.accessibleName() == "00:01.00: Go to frame 30"


def test_rows_come_and_go(table: CompareTable) -> None:
    height = table.sizeHint().height()
    table.show_rows((row("one", is_shown=True), row("four", frame=7)))
    assert table.cell(1, Column.MODEL).text() == "four"
    assert table.sizeHint().height() < height
    table.show_rows(tuple(row(str(number)) for number in range(4)))
    assert table.sizeHint().height() > height


def test_where_there_is_no_room_names_stay_whole_and_columns_go(table: CompareTable) -> None:
    def seen() -> set[Column]:
        return {each for each in Column if not table.cell(0, each).isHidden()}

    assert seen() == set(Column)
    table.resize(620, table.height())
    assert Column.SIZE not in seen()
    assert {Column.MODEL, Column.ANSWER, Column.NEXT, Column.AGREES} <= seen()
    answer = table.cell(0, Column.ANSWER)
    table.grab()  # lays it out
    assert answer.width() >= answer.whole_width
    table.resize(1100, table.height())
    assert seen() == set(Column)
