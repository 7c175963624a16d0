"""The panel of labels."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QLocale, QPoint, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.label_clock import LabelClock
from app.label_panel_model import PanelFacts, panel_state
from app.label_state import LabelState, picking
from app.views.label_form import NumberField
from app.views.label_panel import LabelPanel
from engine.labels import Origin
from engine.study import actions
from engine.study.contents import Edit, StudyContents
from engine.study.counts import counts
from tests.app.labels_made import RECORDING, segment, study

pytestmark = pytest.mark.gl
ONE = segment("a", 30, 60, origin=Origin.MODEL, model_id="everyday", score=0.83, annotator="Mia")
HERE = LabelState(recording_id=RECORDING, tier_id="t", action_id="walk")
MakeEdit = Callable[[StudyContents], Edit]


class Table:
    """A panel over contents that follow its wishes."""

    def __init__(self, panel: LabelPanel, contents: StudyContents) -> None:
        self.panel = panel
        self.contents = contents
        self.state = HERE
        self.edits: list[str] = []
        panel.edit_requested.connect(self.take)
        self.show()

    def take(self, make: MakeEdit) -> None:
        edit = make(self.contents)
        self.edits.append(edit.name)
        self.contents = self.contents.applied(edit)
        self.show()

    def show(self, state: LabelState | None = None) -> None:
        self.state = state or self.state
        facts = PanelFacts(
            contents=self.contents,
            state=self.state,
            counts=counts(self.contents),
            clock=LabelClock(num_frames=400),
        )
        self.panel.show_state(panel_state(facts))

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.contents.offered_actions]


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    panel = LabelPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 800)
    made = Table(panel, study(ONE, segment("b", 70, 80), segment("c", 90, 95, "sit", person=1)))
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    return made


def test_actions_show_their_keys_and_counts_and_who_does_them(table: Table) -> None:
    row = table.panel.actions_list.row("walk")
    assert row.accessibleName() == "walk, key 1, 2"
    assert row.isChecked()
    assert row.toolTip() == "walk\n2 segments · 40 frames\nmade P1: 2"
    assert not table.panel.actions_list.row("sit").isChecked()


def test_a_name_and_enter_add_an_action(table: Table) -> None:
    field = table.panel.actions_list.field
    QTest.keyClicks(field, "  pick  up ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert table.names == ["walk", "sit down", "pick up"]
    assert field.text() == ""


def test_a_double_click_renames_in_place_and_escape_does_not(table: Table) -> None:
    row = table.panel.actions_list.row("walk")
    QTest.mouseDClick(row, Qt.MouseButton.LeftButton, pos=QPoint(80, row.height() // 2))
    assert row._field is not None
    row._field.setText("stroll")
    QTest.keyClick(row._field, Qt.Key.Key_Return)
    assert table.names == ["stroll", "sit down"]
    row.rename()
    row._field.setText("march")
    QTest.keyClick(row._field, Qt.Key.Key_Escape)
    assert table.names == ["stroll", "sit down"]
    assert table.edits == ["Rename walk to stroll"]


def test_a_press_picks_and_a_press_on_the_swatch_offers_colours(table: Table) -> None:
    picked: list[str] = []
    table.panel.action_picked.connect(picked.append)
    row = table.panel.actions_list.row("sit")
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(90, row.height() // 2))
    asked: list[bool] = []
    row.colour_wanted.connect(lambda: asked.append(True))
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=row._swatch().center())
    assert picked == ["sit"]
    assert asked == [True]


def entries(table: Table, action_id: str) -> dict[str, object]:
    menu = table.panel.actions_list.menu_of(action_id)
    return {each.text(): each for each in menu.actions() if each.text()}


def test_the_menu_merges_moves_and_archives_and_archived_ones_come_back(table: Table) -> None:
    down = entries(table, "walk")["Move down"]
    down.trigger()
    assert table.names == ["sit down", "walk"]
    entries(table, "walk")["Archive"].trigger()
    assert table.names == ["sit down"]
    assert table.panel.actions_list.archive_button.text() == "Show 1 archived"
    table.panel.actions_list.archive_button.click()
    table.panel.actions_list.row("walk").click()
    assert table.names == ["sit down", "walk"]
    merging = entries(table, "walk")["Merge into"].menu()
    merging.actions()[0].trigger()
    assert table.names == ["sit down"]
    assert {each.action_id for each in table.contents.segments_of(RECORDING)} == {"sit"}


def test_keys_that_others_have_are_not_offered(table: Table) -> None:
    keys = entries(table, "walk")["Key"].menu().actions()
    offered = {each.text(): each.isEnabled() for each in keys if each.text()}
    assert offered["1"]
    assert not offered["2\tsit down"]
    keys[2].trigger()
    assert table.contents.actions["walk"].key == actions.CANDIDATE_KEYS[2]


def test_a_row_is_dragged_to_another_place(table: Table) -> None:
    table.take(lambda contents: actions.add_action(contents, "hop"))
    rows = table.panel.actions_list
    first = rows.row("walk")
    below = rows.row("sit")
    start = QPoint(90, first.height() // 2)
    stop = first.mapFromGlobal(below.mapToGlobal(QPoint(90, below.height() - 3)))
    QTest.mousePress(first, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(first, QPoint(90, start.y() + 10))
    QTest.mouseMove(first, stop)
    QTest.mouseRelease(first, Qt.MouseButton.LeftButton, pos=stop)
    assert table.names == ["sit down", "walk", "hop"]


def test_tiers_are_added_picked_renamed_and_archived(table: Table) -> None:
    tiers = table.panel.tiers_list
    picked: list[str] = []
    table.panel.tier_picked.connect(picked.append)
    tiers.row("u").click()
    QTest.keyClicks(tiers.field, "Kim")
    QTest.keyClick(tiers.field, Qt.Key.Key_Return)
    tiers.row("u").renamed.emit("Arms")
    menu = tiers.menu_of("t")
    next(each for each in menu.actions() if each.text() == "Archive").trigger()
    assert picked == ["u"]
    assert [each.name for each in table.contents.shown_tiers] == ["Arms", "Kim"]
    back = next(each for each in tiers.menu_of("u").actions() if each.text() == "Restore")
    back.menu().actions()[0].trigger()
    assert "Labels" in [each.name for each in table.contents.shown_tiers]


def test_without_a_segment_the_panel_says_how_to_make_one(table: Table) -> None:
    form = table.panel.form
    assert form.hint.isVisible()
    table.show(picking(HERE, ("a",)))
    assert not form.hint.isVisible()
    assert table.panel.form_header.remark.full_text == "P1 · Labels"
    assert form.origin.full_text == "Mia · accepted from everyday, 0.83"
    assert form.summary.full_text == "frames 30 – 59 · 30 frames · 1.00 s"


def test_frames_and_seconds_are_edited_as_numbers(table: Table) -> None:
    table.show(picking(HERE, ("a",)))
    form = table.panel.form
    assert [form.first.text(), form.last.text(), form.to_s.text()] == ["30", "59", "2.00"]
    form.first.setText("40")
    form.first.editingFinished.emit()
    form.to_s.setText("1.5")
    form.to_s.editingFinished.emit()
    QTest.keyClick(form.first, Qt.Key.Key_Up)
    (found, *_) = table.contents.segments_of(RECORDING)
    assert (found.start, found.stop) == (41, 45)
    assert table.edits == ["Trim walk"] * 3


def test_a_comma_is_a_point_wherever_one_lives_and_half_a_number_is_none(
    table: Table, qtbot: QtBot
) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German))
    try:
        field = NumberField("Starts at, in seconds", 0.1)
        qtbot.addWidget(field)
        found: list[float] = []
        field.entered.connect(found.append)
        QTest.keyClicks(field, ",")
        QTest.keyClick(field, Qt.Key.Key_Up)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert found == []
        QTest.keyClicks(field, "5,")
        assert field.text() == ".5"
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert found == [0.5]
    finally:
        QLocale.setDefault(before)


def test_a_note_is_one_edit_when_it_is_left_and_none_when_nothing_was_typed(
    table: Table, qtbot: QtBot
) -> None:
    table.show(picking(HERE, ("a",)))
    form = table.panel.form
    form.note.setFocus()
    qtbot.waitUntil(form.note.hasFocus)
    QTest.keyClicks(form.note, "left arm")
    assert table.edits == []
    form.doubt.setFocus()
    assert table.edits == ["Note on walk"]
    form.note.setFocus()
    form.doubt.setFocus()
    assert table.edits == ["Note on walk"]


def test_only_the_key_for_it_gives_the_keys_back_and_not_a_glance_elsewhere(
    table: Table, qtbot: QtBot
) -> None:
    table.show(picking(HERE, ("a",)))
    form, left = table.panel.form, QSignalSpy(table.panel.left)
    form.note.setFocus()
    qtbot.waitUntil(form.note.hasFocus)
    QTest.keyClicks(form.note, "hm")
    glance = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason)
    QApplication.sendEvent(form.note, glance)
    assert table.edits == ["Note on walk"], "nothing that is typed is lost"
    assert left.count() == 0
    QTest.keyClick(form.note, Qt.Key.Key_Escape)
    assert left.count() == 1


def test_a_note_is_in_sight_however_many_actions_there_are(table: Table, qtbot: QtBot) -> None:
    for number in range(40):
        table.take(lambda contents, name=f"action {number}": actions.add_action(contents, name))
    table.show(picking(HERE, ("a",)))
    note = table.panel.form.note
    qtbot.waitUntil(lambda: note.visibleRegion().isEmpty())
    table.panel.write_note()
    qtbot.waitUntil(lambda: not note.visibleRegion().isEmpty())


def test_a_note_that_is_typed_is_kept_when_another_segment_is_picked(
    table: Table, qtbot: QtBot
) -> None:
    table.show(picking(HERE, ("a",)))
    form = table.panel.form
    form.note.setFocus()
    qtbot.waitUntil(form.note.hasFocus)
    QTest.keyClicks(form.note, "hm")
    table.show(picking(HERE, ("b",)))
    assert table.contents.segment("a") is not None
    assert table.contents.segments[RECORDING]["a"].note == "hm"
    assert form.note.toPlainText() == ""


def test_with_large_letters_the_panel_is_wider_and_nothing_is_cut(table: Table) -> None:
    panel, letters = table.panel, table.panel.font()
    before = panel.minimumSizeHint().width()
    letters.setPixelSize(30)
    panel.setFont(letters)
    table.show(picking(HERE, ("a",)))
    panel.resize(panel.minimumSizeHint().width(), 700)
    assert panel.width() > before
    row = panel.actions_list.row("walk")
    assert row.mapTo(panel, row.rect().topRight()).x() < panel.width()


def test_an_archived_action_and_several_are_said_as_what_they_are(table: Table) -> None:
    form, wished = table.panel.form, QSignalSpy(table.panel.relabel_requested)
    table.show(picking(HERE, ("a", "c")))
    assert form.action.name.full_text == "several"
    table.take(lambda contents: actions.archive_action(contents, "walk"))
    table.show(picking(HERE, ("a",)))
    assert form.action.name.full_text == "walk (archived)"
    form.action.picked.emit(2)
    assert wished.count() == 0, "it stays what it is"
    form.action.picked.emit(0)
    assert wished.at(0) == ["sit"]


def test_doubt_is_for_all_that_are_picked(table: Table) -> None:
    table.show(picking(HERE, ("a", "b")))
    assert table.panel.form.summary.full_text == "2 segments · 40 frames · 1.33 s"
    table.panel.form.doubt.click()
    assert all(table.contents.segments[RECORDING][each].is_doubtful for each in ("a", "b"))


def test_a_study_that_cannot_be_changed_says_so(table: Table) -> None:
    facts = PanelFacts(
        contents=table.contents, state=HERE, counts=counts(table.contents), read_only="open there"
    )
    table.panel.show_state(panel_state(facts))
    assert table.panel.read_only.text() == "open there"
    assert not table.panel.actions_list.field.isEnabled()
    assert not table.panel.form.isEnabled()
