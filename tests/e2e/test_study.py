"""The study in the real window: begun, filled, undone, opened again, read-only, dropped."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QWidget

from app.modes import Mode
from app.providers import Providers
from app.services.study_keeping import StudyKeeping
from app.study_desk import StudyDesk
from engine.formats import write_bytes_atomically
from engine.formats.npz import NpzFormat
from engine.labels import Action, Segment, StudyRecording
from engine.study import importing
from engine.study.actions import add_action
from engine.study.backups import make_backup
from engine.study.contents import Edit, StudyContents, added
from engine.study.rows import StudyError
from engine.study.store import Study
from engine.study.tiers import add_tier
from tests.app import stand_ins
from tests.e2e.conftest import SHORT, Desk, recordings
from tests.e2e.hands import drop, press

pytestmark = pytest.mark.gl

CTRL, NO_KEYS = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
Opener = Callable[..., Desk]


@pytest.fixture
def walks(tmp_path: Path) -> tuple[Path, ...]:
    """A folder of three short recordings of different content."""
    folder = tmp_path / "walks"
    folder.mkdir()
    paths = []
    for number in (1, 2, 10):
        path = folder / f"walk {number}.npz"
        made = stand_ins.recording(20 + number, path=path)
        write_bytes_atomically(path, NpzFormat().write(made))
        paths.append(path)
    return tuple(paths)


@pytest.fixture
def from_disk() -> Providers:
    """Recordings in memory, and those of the disk."""
    recognizer = stand_ins.StandInRecognizer()
    given = stand_ins.providers(recordings(), recognizer, models=(stand_ins.package(),))

    def read(path: Path) -> object:
        from engine.formats import read_recording

        return read_recording(path) if path.is_file() else given.read(path)

    return replace(given, read=read)  # type: ignore[arg-type]


def settle(desk: Desk) -> None:
    """Wait until every wish about the study is fulfilled."""
    desk.qtbot.waitUntil(lambda: desk.workbench.teach.study.is_settled)
    desk.workbench.window.study.refresh()


def begin(desk: Desk, folder: Path, name: str = "Gait") -> None:
    """Begin a study by its dialog."""
    press(desk, Qt.Key.Key_N, CTRL)
    dialog = desk.workbench.teach.study.dialog
    assert dialog is not None
    dialog.where.set_folder(folder)  # type: ignore[attr-defined]
    dialog.name.setText(name)  # type: ignore[attr-defined]
    dialog.go.click()
    settle(desk)


def listed(desk: Desk) -> list[str]:
    """Recordings in the panel of the study."""
    return [line.row.title for line in desk.workbench.window.study.list.lines.lines]


def on_show(widget: QWidget) -> bool:
    """Whether it can be seen: panels behind others are only out of sight for Qt."""
    return not widget.visibleRegion().isEmpty()


def rest(desk: Desk) -> None:
    """Let panels that glide come to rest: frames are drawn meanwhile."""
    for frame in (3, 6, 9, 12):
        desk.go_to(frame)


def label_it(desk: Desk, name: str) -> None:
    """An action more."""
    action = Action(id=name, name=name, colour="#112233", position=len(name))
    edit = Edit(name=f"Add {name}", changes=(added(action),))
    desk.workbench.teach.desk.change(lambda _: edit)


def test_a_study_is_begun_filled_undone_and_opened_again(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    teach, window = desk.workbench.teach, desk.workbench.window
    assert (tmp_path / "Gait" / "study.db").is_file()
    assert "Gait · saved" in window.windowTitle()
    teach.study.adding.add_paths((walks[0].parent,))
    settle(desk)
    assert listed(desk) == ["walk 1", "walk 2", "walk 10"]
    assert window.action_set["study.undo"].text() == "Undo Add 3 recordings"
    label_it(desk, "wave")
    settle(desk)
    press(desk, Qt.Key.Key_Z, CTRL)
    press(desk, Qt.Key.Key_Z, CTRL)
    settle(desk)
    assert listed(desk) == []
    assert not window.action_set["study.undo"].isEnabled()
    press(desk, Qt.Key.Key_Y, CTRL)
    settle(desk)
    again = open_desk(providers=from_disk)
    again.qtbot.waitUntil(lambda: again.shown == walks[0])  # of the study, not a sample
    settle(again)
    assert listed(again) == ["walk 1", "walk 2", "walk 10"]
    assert again.workbench.window.action_set["study.redo"].text() == "Redo Add wave"
    press(again, Qt.Key.Key_Z, CTRL)
    settle(again)
    assert listed(again) == []


def test_a_step_of_the_history_is_a_click_away(desk: Desk, tmp_path: Path) -> None:
    begin(desk, tmp_path)
    for name in ("a", "bb", "ccc"):
        label_it(desk, name)
    press(desk, Qt.Key.Key_H, CTRL)
    panel = desk.workbench.window.history
    desk.qtbot.waitUntil(panel.isVisible)
    settle(desk)
    place = panel.list.visualRect(panel.lines.index(2)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, NO_KEYS, place)
    settle(desk)
    assert list(desk.workbench.teach.desk.contents.actions) == ["a"]
    press(desk, Qt.Key.Key_H, CTRL)
    desk.qtbot.waitUntil(lambda: not panel.isVisible())


def test_a_second_window_reads_only_and_says_why(desk: Desk, tmp_path: Path) -> None:
    keeping = StudyKeeping()
    first = StudyDesk(keeping=keeping)
    first.create(tmp_path / "Gait", "Gait")
    desk.qtbot.waitUntil(lambda: first.is_settled)
    window = desk.workbench.window
    drop(desk, tmp_path / "Gait")
    desk.qtbot.waitUntil(lambda: desk.workbench.teach.desk.study is not None)
    settle(desk)
    assert window.study.banner.isVisible()
    assert "another window has it open" in window.study.banner.text().casefold()
    assert "read-only" in window.windowTitle()
    (tmp_path / "walks").mkdir()
    drop(desk, tmp_path / "walks")
    note = desk.workbench.teach.study.note
    desk.qtbot.waitUntil(lambda: "another window" in note.text.full_text.casefold())
    note.put_aside()
    label_it(desk, "wave")
    assert "another window" in note.text.full_text.casefold()
    assert desk.workbench.teach.desk.contents.actions == {}
    first.leave()
    desk.qtbot.waitUntil(lambda: first.is_settled)
    window.study.again.click()
    settle(desk)
    assert not window.study.banner.isVisible()
    assert keeping.close(longest_ms=5000)


def test_recordings_dropped_while_teaching_join_at_once_and_a_button_takes_that_back(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    desk.workbench.teach.modes.switch(Mode.TEACH)
    drop(desk, *walks[:2])
    desk.qtbot.waitUntil(lambda: listed(desk) == ["walk 1", "walk 2"])
    settle(desk)
    desk.qtbot.waitUntil(lambda: desk.shown == walks[0])
    row = desk.workbench.teach.desk.recording_row
    assert row is not None
    assert row.title == "walk 1"
    note = desk.workbench.teach.study.note
    assert note.text.full_text == "2 recordings added"
    (undo,) = note.buttons
    undo.click()
    desk.qtbot.waitUntil(lambda: listed(desk) == [])


def test_recordings_dropped_while_inspecting_are_offered_to_the_study(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    drop(desk, walks[0])
    note = desk.workbench.teach.study.note
    desk.qtbot.waitUntil(lambda: note.text.full_text == "Add 1 recording to the study “Gait”?")
    assert listed(desk) == []
    note.buttons[0].click()
    desk.qtbot.waitUntil(lambda: listed(desk) == ["walk 1"])


def test_a_folder_without_a_study_offers_to_begin_one(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    drop(desk, walks[0].parent)
    note = desk.workbench.teach.study.note
    desk.qtbot.waitUntil(lambda: bool(note.buttons))
    note.buttons[0].click()
    dialog = desk.workbench.teach.study.dialog
    assert dialog is not None
    assert dialog.name.text() == "walks"  # type: ignore[attr-defined]
    dialog.where.set_folder(tmp_path)  # type: ignore[attr-defined]
    dialog.name.setText("My walks")  # type: ignore[attr-defined]
    dialog.go.click()
    desk.qtbot.waitUntil(lambda: listed(desk) == ["walk 1", "walk 2", "walk 10"])


def test_a_recording_that_was_taken_out_comes_back_with_undo(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    desk.workbench.teach.study.adding.add_paths(walks)
    settle(desk)
    panel = desk.workbench.window.study
    panel.list.mark(panel.list.lines.lines[1].row.id)
    menu = panel.menu_of(panel.list.picked)
    (away,) = [each for each in menu.actions() if each.text() == "Take out of the study"]
    away.trigger()
    menu.close()
    settle(desk)
    assert listed(desk) == ["walk 1", "walk 10"]
    press(desk, Qt.Key.Key_Z, CTRL)
    settle(desk)
    assert listed(desk) == ["walk 1", "walk 2", "walk 10"]


def test_a_moved_recording_is_marked_and_found_again(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path / "studies")
    desk.workbench.teach.study.adding.add_paths(walks)
    settle(desk)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    walks[0].rename(elsewhere / "renamed.npz")
    desk.workbench.teach.study.showing.look_for_missing()
    panel = desk.workbench.window.study
    desk.qtbot.waitUntil(lambda: panel.list.lines.lines[0].is_missing)
    desk.workbench.teach.study.adding.find_in(elsewhere)
    desk.qtbot.waitUntil(lambda: not panel.list.lines.lines[0].is_missing)
    settle(desk)
    row = panel.list.lines.lines[0].row
    desk.workbench.teach.study.open_recording(row.id)
    desk.qtbot.waitUntil(lambda: desk.shown == elsewhere / "renamed.npz")


def test_on_a_full_disk_nothing_is_lost_and_it_can_be_tried_again(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(desk, tmp_path)
    write = Study.do

    def full(self: Study, edit: Edit) -> None:
        del self, edit
        raise StudyError("the disk is full; make room and try again")

    monkeypatch.setattr(Study, "do", full)
    label_it(desk, "wave")
    settle(desk)
    note = desk.workbench.teach.study.note
    assert "“Add wave” could not be written" in note.text.full_text
    monkeypatch.setattr(Study, "do", write)
    note.buttons[0].click()
    settle(desk)
    assert list(desk.workbench.teach.desk.contents.actions) == ["wave"]
    assert desk.workbench.teach.desk.is_saved


def test_each_mode_has_its_panels_and_remembers_them(open_desk: Opener) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    window = desk.workbench.window
    assert on_show(window.answer)
    assert not on_show(window.label)
    press(desk, Qt.Key.Key_2, CTRL)
    desk.qtbot.waitUntil(lambda: on_show(window.label))
    assert not on_show(window.answer)  # behind the labels
    window.docks.library.close()
    press(desk, Qt.Key.Key_1, CTRL)
    desk.qtbot.waitUntil(lambda: on_show(window.answer))
    assert on_show(window.library)
    press(desk, Qt.Key.Key_2, CTRL)
    again = open_desk(SHORT)
    again.wait_for(SHORT)
    assert again.workbench.teach.modes.mode is Mode.TEACH
    docks = again.workbench.window.docks
    assert docks.library.isHidden()
    press(again, Qt.Key.Key_1, CTRL)
    again.qtbot.waitUntil(lambda: on_show(again.workbench.window.answer))
    assert not docks.library.isHidden()


def test_no_bar_of_tabs_stays_over_panels_of_the_other_mode(open_desk: Opener) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    window = desk.workbench.window

    def bars() -> list[list[str]]:
        found = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        there = [bar for bar in found if bar.isVisible()]
        there = [bar for bar in there if bar.geometry().intersects(window.rect())]
        return [[bar.tabText(n) for n in range(bar.count())] for bar in there]

    for _ in range(2):
        press(desk, Qt.Key.Key_2, CTRL)
        desk.qtbot.waitUntil(lambda: on_show(window.label))
        rest(desk)
        assert sorted(bars()) == [["Labels", "Retrain", "Answer"], ["Study", "Library"]]
        press(desk, Qt.Key.Key_1, CTRL)
        desk.qtbot.waitUntil(lambda: on_show(window.answer))
        rest(desk)
        assert bars() == []


def test_the_panel_in_front_is_in_front_in_the_next_run(open_desk: Opener) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    press(desk, Qt.Key.Key_T, CTRL)
    window = desk.workbench.window
    desk.qtbot.waitUntil(lambda: on_show(window.retrain))
    rest(desk)
    assert on_show(window.study)
    again = open_desk(SHORT)
    again.wait_for(SHORT)
    rest(again)
    assert on_show(again.workbench.window.retrain)
    assert on_show(again.workbench.window.study)


def test_keys_of_ones_own_hold_at_once_and_in_the_next_run(open_desk: Opener) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    desk.workbench.keys.open()
    editor = desk.workbench.keys.editor
    assert editor is not None
    editor.pick("view.trails")
    QTest.keyClick(editor.field, Qt.Key.Key_F9)
    editor.set_button.click()
    editor.accept()
    press(desk, Qt.Key.Key_F9)
    assert desk.workbench.scene._contents.has_trails
    again = open_desk(SHORT)
    again.wait_for(SHORT)
    press(again, Qt.Key.Key_F9)
    assert not again.workbench.scene._contents.has_trails  # it was left on


def test_labels_go_out_and_into_another_study_and_it_is_whole(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(walks[0], providers=from_disk)
    desk.qtbot.waitUntil(lambda: desk.shown == walks[0])
    begin(desk, tmp_path)
    study, store = desk.workbench.teach.study, desk.workbench.teach.desk
    label_it(desk, "wave")
    store.with_recording(wave_from_3_to_9)
    settle(desk)
    study.labels.export_to(tmp_path / "labels.csv", "csv")
    settle(desk)
    assert study.note.text.full_text == "1 segment written to labels.csv"
    store.create(tmp_path / "Other", "Other")
    study.adding.add_paths(walks)
    settle(desk)
    study.labels.import_files((tmp_path / "labels.csv",))
    settle(desk)
    row = store.recording_row
    assert row is not None
    (segment,) = store.contents.segments_of(row.id)
    assert (segment.start, segment.stop) == (3, 9)
    assert study.note.text.full_text == "1 segment imported"
    study.labels.import_files((tmp_path / "labels.csv",))
    settle(desk)
    assert study.note.text.full_text == "0 segments imported  ·  1 known already"
    study.adding.check()
    settle(desk)
    assert study.note.text.full_text == "The study is whole"


def wave_from_3_to_9(contents: StudyContents, row: StudyRecording) -> Edit:
    (tier,) = contents.shown_tiers
    segment = Segment(
        id="s",
        recording_id=row.id,
        person=0,
        tier_id=tier.id,
        start=3,
        stop=9,
        action_id="wave",
    )
    return Edit(name="Label wave", changes=(added(segment),))


def test_what_could_not_be_read_is_listed_and_the_rest_is_there(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    broken = tmp_path / "broken.npz"
    broken.write_bytes(walks[0].read_bytes()[:500])
    study = desk.workbench.teach.study
    study.adding.add_paths((*walks, broken))
    settle(desk)
    assert len(listed(desk)) == 3
    assert study.note.text.full_text == "3 recordings added  ·  1 left out"
    study.note.buttons[0].click()
    dialog = desk.workbench.window.dialog
    assert dialog is not None
    assert "broken.npz" in dialog._report
    dialog.accept()


def test_the_window_waits_for_what_is_still_to_be_written(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(desk, tmp_path)
    write, may_go_on = Study.do, Event()

    def slow(self: Study, edit: Edit) -> None:
        assert may_go_on.wait(5)
        write(self, edit)

    monkeypatch.setattr(Study, "do", slow)
    window = desk.workbench.window
    label_it(desk, "wave")
    window.close()
    assert window.isVisible()
    assert "Writing the last changes" in desk.workbench.teach.study.note.text.full_text
    may_go_on.set()
    desk.qtbot.waitUntil(lambda: not window.isVisible())
    with Study.open(tmp_path / "Gait", read_only=True) as kept:
        assert list(kept.contents.actions) == ["wave"]


def test_the_window_that_waits_for_an_undo_closes_once_it_is_done(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(desk, tmp_path)
    label_it(desk, "wave")
    settle(desk)
    undo, may_go_on = Study.undo, Event()

    def slow(self: Study) -> Edit | None:
        assert may_go_on.wait(5)
        return undo(self)

    monkeypatch.setattr(Study, "undo", slow)
    window = desk.workbench.window
    press(desk, Qt.Key.Key_Z, CTRL)
    window.close()
    assert window.isVisible()
    may_go_on.set()
    desk.qtbot.waitUntil(lambda: not window.isVisible(), timeout=3000)
    with Study.open(tmp_path / "Gait", read_only=True) as kept:
        assert kept.contents.actions == {}


def test_the_window_stays_where_the_last_change_cannot_be_written(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(desk, tmp_path)
    may_go_on = Event()

    def full(self: Study, edit: Edit) -> None:
        del self, edit
        assert may_go_on.wait(5)
        raise StudyError("the disk is full; make room and try again")

    monkeypatch.setattr(Study, "do", full)
    window = desk.workbench.window
    label_it(desk, "wave")
    window.close()
    may_go_on.set()
    settle(desk)
    QApplication.processEvents()  # whatever waits to be done has its turn
    assert window.isVisible()
    assert "“Add wave” could not be written" in desk.workbench.teach.study.note.text.full_text


def test_what_is_read_for_a_study_does_not_stop_what_is_being_read(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    broken = tmp_path / "broken.npz"
    broken.write_bytes(walks[0].read_bytes()[:500])
    study = desk.workbench.teach.study
    for path in (broken, *walks):
        study.adding.add_paths((path,))
    desk.qtbot.waitUntil(lambda: len(listed(desk)) == 3)
    settle(desk)
    steps = desk.workbench.teach.desk.history.steps
    assert [step.name for step in steps] == ["Add walk 1", "Add walk 2", "Add walk 10"]
    assert study.note.text.full_text == "1 recording added"
    listed_first, _ = study.note.buttons
    assert listed_first.text() == "What was left out", "of the first one, which nobody had read"


def test_labels_that_came_too_late_are_refused_and_not_told_as_imported(
    open_desk: Opener,
    from_disk: Providers,
    walks: tuple[Path, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from engine.annotations import importing as reading

    desk = open_desk(walks[0], providers=from_disk)
    desk.qtbot.waitUntil(lambda: desk.shown == walks[0])
    begin(desk, tmp_path)
    study, store = desk.workbench.teach.study, desk.workbench.teach.desk
    study.adding.add_paths((walks[0],))
    label_it(desk, "wave")
    settle(desk)
    (tmp_path / "late.csv").write_text(
        "recording,person,action,start_frame,stop_frame\nwalk 1,1,wave,2,6\n"
    )
    read, may_go_on = reading.import_labels, Event()

    def slow(*args: object, **options: object) -> object:
        assert may_go_on.wait(5)
        return read(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "import_labels", slow)
    study.labels.import_files((tmp_path / "late.csv",))
    store.with_recording(wave_from_3_to_9)
    may_go_on.set()
    settle(desk)
    assert "was labelled meanwhile" in study.note.text.full_text


def test_a_damaged_study_offers_its_backups_in_the_window(
    open_desk: Opener, from_disk: Providers, tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    label_it(desk, "wave")
    settle(desk)
    assert make_backup(tmp_path / "Gait") is not None
    desk.workbench.window.close()
    desk.workbench.close()
    (tmp_path / "Gait" / "study.db").write_bytes(b"no study any more" * 500)
    again = open_desk(providers=from_disk)
    copies = again.workbench.teach.study.copies
    again.qtbot.waitUntil(lambda: copies.dialog is not None)
    assert copies.dialog is not None
    assert again.workbench.window.dialog is None
    assert copies.dialog.list.item(0).text().endswith("1 step")
    copies.dialog.go.click()
    again.qtbot.waitUntil(lambda: again.workbench.teach.desk.study is not None)
    settle(again)
    assert list(again.workbench.teach.desk.contents.actions) == ["wave"]


def test_labels_go_by_the_times_of_frames_that_are_not_evenly_apart(
    open_desk: Opener, from_disk: Providers, tmp_path: Path
) -> None:
    made = stand_ins.recording(40)
    times = np.concatenate([np.arange(20) / 30, 10.0 + np.arange(20) / 30])
    path = tmp_path / "pause.npz"
    write_bytes_atomically(path, NpzFormat().write(replace(made, timestamps=times)))
    desk = open_desk(path, providers=from_disk)
    desk.qtbot.waitUntil(lambda: desk.shown == path)
    begin(desk, tmp_path / "studies")
    study, store = desk.workbench.teach.study, desk.workbench.teach.desk
    study.adding.add_paths((path,))
    settle(desk)
    given, out = tmp_path / "given.csv", tmp_path / "out.csv"
    given.write_text("recording,action,start_s,stop_s\npause,wave,10.1,10.3\n")
    study.labels.import_files((given,))
    settle(desk)
    row = store.recording_row
    assert row is not None
    (segment,) = store.contents.segments_of(row.id)
    assert (segment.start, segment.stop) == (23, 29)
    study.labels.export_to(out, "csv")
    settle(desk)
    (line,) = csv.DictReader(out.read_text().splitlines())
    assert (float(line["start_s"]), float(line["stop_s"])) == pytest.approx((10.1, 10.3))


def test_one_broken_label_file_of_several_is_left_out(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    study = desk.workbench.teach.study
    study.adding.add_paths(walks)
    settle(desk)
    good, broken = tmp_path / "good.csv", tmp_path / "broken.csv"
    good.write_text("recording,action,start_frame,stop_frame\nwalk 1,wave,2,6\n")
    broken.write_text("no table of labels at all\n")
    study.labels.import_files((broken, good))
    settle(desk)
    assert study.note.text.full_text == "1 segment imported  ·  1 left out"
    study.labels.import_files((broken,))
    settle(desk)
    assert "broken.csv" in study.note.text.full_text


def test_a_study_named_on_the_command_line_opens_with_one_of_its_recordings(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    desk.workbench.teach.study.adding.add_paths(walks[1:])
    settle(desk)
    desk.workbench.teach.desk.leave()
    settle(desk)
    again = open_desk(tmp_path / "Gait", providers=from_disk)
    again.qtbot.waitUntil(lambda: again.shown == walks[1])
    settle(again)
    assert listed(again) == ["walk 2", "walk 10"]
    assert again.workbench.window.windowTitle() == "walk 2 · Gait · saved · Skelarium"


def test_a_study_that_is_gone_leaves_a_sample_and_a_word(
    open_desk: Opener, from_disk: Providers, tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path)
    desk.workbench.window.close()
    desk.workbench.close()
    (tmp_path / "Gait").rename(tmp_path / "moved")
    again = open_desk(providers=from_disk)
    again.qtbot.waitUntil(lambda: again.shown == SHORT)
    dialog = again.workbench.window.dialog
    assert dialog is not None
    assert "holds no study.db" in dialog.message.text()
    dialog.accept()
    assert open_desk(SHORT, providers=from_disk).workbench.window.dialog is None


def test_a_stopped_import_keeps_what_was_read_and_offers_to_take_it_back(
    open_desk: Opener,
    from_disk: Providers,
    walks: tuple[Path, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path / "gait")
    read, reached, may_go_on = importing.read_recording, Event(), Event()

    def slow(path: Path) -> object:
        reached.set()
        may_go_on.wait(10)
        return read(path)

    monkeypatch.setattr(importing, "read_recording", slow)
    study = desk.workbench.teach.study
    study.adding.add_paths((walks[0].parent,))
    desk.qtbot.waitUntil(lambda: reached.is_set() and study.note.is_working)
    study.note.close_button.click()
    assert study.note.text.full_text == "Stopping…"
    may_go_on.set()
    settle(desk)
    assert len(listed(desk)) == 1
    assert study.note.text.full_text == "1 recording added  ·  stopped"
    assert not study.note._patience.isActive(), "somebody has to say whether it shall hold"
    study.note.buttons[0].click()
    settle(desk)
    assert listed(desk) == []


def test_what_went_well_is_told_until_the_next_step(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    begin(desk, tmp_path / "gait")
    study = desk.workbench.teach.study
    study.adding.add_paths(walks)
    settle(desk)
    assert study.note.text.full_text == "3 recordings added"
    assert study.note.isVisible(), "its own step does not take it away"
    desk.workbench.teach.desk.change(lambda contents: add_action(contents, "walk"))
    assert study.note.isHidden()


def test_arrows_move_in_the_list_that_has_the_focus_and_else_from_tier_to_tier(
    open_desk: Opener, from_disk: Providers, walks: tuple[Path, ...], tmp_path: Path
) -> None:
    desk = open_desk(SHORT, providers=from_disk)
    desk.wait_for(SHORT)
    desk.workbench.teach.modes.switch(Mode.TEACH)
    begin(desk, tmp_path / "gait")
    teach, window = desk.workbench.teach, desk.workbench.window
    teach.study.adding.add_paths(walks)
    settle(desk)
    for name in ("Labels", "Hands"):
        teach.desk.change(lambda contents, name=name: add_tier(contents, name))
    window.docks.show_history(True)
    settle(desk)
    tier = teach.label.labelling.state.tier_id
    for each in (window.study.list, window.history.list):
        each.setFocus()
        desk.qtbot.waitUntil(each.hasFocus)
        each.setCurrentIndex(each.model().index(0, 0))
        first = each.currentIndex().row()
        QTest.keyClick(each, Qt.Key.Key_Down)
        assert each.currentIndex().row() == first + 1
        QTest.keyClick(each, Qt.Key.Key_Up)
        assert each.currentIndex().row() == first
    assert teach.label.labelling.state.tier_id == tier
    window.timeline.setFocus()
    press(desk, Qt.Key.Key_Down)
    assert teach.label.labelling.state.tier_id != tier
