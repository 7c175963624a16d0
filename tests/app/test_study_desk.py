"""The study on the desk, with a real one on the disk."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.open_study import NotWritten, Unopened
from app.services.study_keeping import StudyKeeping
from app.study_desk import StudyDesk
from app.study_rows import ShownRecording, state_facts
from engine.labels import Action, LabelError, Segment, StudyRecording
from engine.study.contents import Edit, StudyContents, added, changed, removed
from engine.study.rows import StudyError
from engine.study.store import Study
from tests.app import stand_ins

FULL = "the disk is full; make room and try again"


@dataclass
class Bench:
    """A desk, and what it told."""

    desk: StudyDesk
    keeping: StudyKeeping
    qtbot: QtBot
    folder: Path
    refused: list[str] = field(default_factory=list)
    lost: list[NotWritten] = field(default_factory=list)
    failed: list[Unopened] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)

    def settle(self) -> None:
        """Wait until every wish is fulfilled or refused."""
        self.qtbot.waitUntil(lambda: self.desk.is_settled and self.keeping.is_idle)

    @property
    def names(self) -> list[str]:
        """Actions that the window shows."""
        return [action.name for action in self.desk.contents.offered_actions]

    @property
    def kept(self) -> list[str]:
        """Actions that another process finds on the disk."""
        study = Study.open(self.folder, read_only=True)
        names = [action.name for action in study.contents.offered_actions]
        study.close()
        return names


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    keeping = StudyKeeping()
    desk = StudyDesk(keeping=keeping, find_scratch=lambda: tmp_path / "scratch")
    made = Bench(desk, keeping, qtbot, tmp_path / "gait")
    desk.refused.connect(made.refused.append)
    desk.not_written.connect(made.lost.append)
    desk.could_not_open.connect(made.failed.append)
    desk.edited.connect(made.edits.append)
    yield made
    assert keeping.close(longest_ms=5000)


@pytest.fixture
def gait(bench: Bench) -> Bench:
    """A study of its own that is open."""
    bench.desk.create(bench.folder, "Gait")
    bench.settle()
    return bench


def add(name: str, position: int = 0) -> Edit:
    action = Action(id=name, name=name, colour="#112233", position=position)
    return Edit(name=f"Add {name}", changes=(added(action),))


def test_an_edit_shows_at_once_and_is_on_the_disk_soon(gait: Bench) -> None:
    gait.desk.change(lambda _: add("wave"))
    assert gait.names == ["wave"]
    assert not gait.desk.is_saved
    gait.settle()
    assert gait.desk.is_saved
    assert gait.kept == ["wave"]


def test_edits_are_written_in_order_and_decided_on_what_is_there(gait: Bench) -> None:
    def rename(contents: StudyContents) -> Edit:
        before = contents.actions["wave"]
        return Edit(name="Rename", changes=(changed(before, replace(before, name="greet")),))

    gait.desk.change(lambda _: add("wave"))
    gait.desk.change(rename)
    gait.settle()
    assert gait.kept == ["greet"]
    assert [step.name for step in gait.desk.history.steps] == ["Add wave", "Rename"]


def test_undo_and_redo_after_the_study_was_opened_again(gait: Bench) -> None:
    gait.desk.change(lambda _: add("wave"))
    gait.desk.leave()
    gait.settle()
    assert gait.desk.study is None
    assert gait.names == []
    gait.desk.open(gait.folder)
    gait.desk.undo()
    gait.settle()
    assert gait.names == []
    assert gait.desk.history.position == 0
    gait.desk.redo()
    gait.settle()
    assert gait.names == gait.kept == ["wave"]


def test_wishes_wait_while_an_undo_is_under_way(gait: Bench) -> None:
    gait.desk.change(lambda _: add("wave"))
    gait.settle()
    seen: list[list[str]] = []

    def clap(contents: StudyContents) -> Edit:
        seen.append(list(contents.actions))
        return add("clap")

    gait.desk.undo()
    gait.desk.change(clap)
    assert gait.names == ["wave"]
    gait.settle()
    assert seen == [[]]
    assert gait.names == gait.kept == ["clap"]


def test_going_to_a_step_takes_back_or_does_again_all_between(gait: Bench) -> None:
    for name in ("a", "b", "c"):
        gait.desk.change(lambda _, name=name: add(name))
    gait.desk.go_to(1)
    gait.settle()
    assert gait.names == gait.kept == ["a"]
    gait.desk.go_to(3)
    gait.settle()
    assert gait.names == ["a", "b", "c"]
    assert [edit.name for edit in gait.edits[-2:]] == ["Add b", "Add c"]


def test_a_step_after_an_undo_replaces_what_could_be_done_again(gait: Bench) -> None:
    gait.desk.change(lambda _: add("a"))
    gait.desk.undo()
    gait.desk.change(lambda _: add("b"))
    gait.settle()
    assert [step.name for step in gait.desk.history.steps] == ["Add b"]


def test_an_edit_that_cannot_be_is_refused_with_the_reason(gait: Bench) -> None:
    def refuse(_: StudyContents) -> Edit:
        raise LabelError("segment 3 is in the way")

    gait.desk.change(refuse)
    gait.desk.change(lambda _: Edit(name="x", changes=add("w").inverse.changes))
    assert gait.refused[0] == "segment 3 is in the way"
    assert "look again" in gait.refused[1]
    assert gait.desk.history.steps == ()


def test_on_a_full_disk_edits_are_taken_back_and_can_be_tried_again(
    gait: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    gait.desk.change(lambda _: add("first"))
    gait.settle()
    write = Study.do

    def full(self: Study, edit: Edit) -> None:
        del self, edit
        raise StudyError(FULL)

    monkeypatch.setattr(Study, "do", full)
    gait.desk.change(lambda _: add("second"))
    gait.desk.change(lambda contents: _rename(contents, "second", "third"))
    gait.desk.undo()
    assert gait.names == ["first", "third"]
    gait.settle()
    assert gait.names == gait.kept == ["first"]
    assert gait.lost == [NotWritten(reason=FULL, names=("Add second", "Rename"))]
    assert gait.desk.is_saved
    assert gait.desk.history.position == 1
    monkeypatch.setattr(Study, "do", write)
    gait.desk.try_again()
    gait.settle()
    assert gait.names == gait.kept == ["first", "third"]


def _rename(contents: StudyContents, action: str, name: str) -> Edit:
    before = contents.actions[action]
    return Edit(name="Rename", changes=(changed(before, replace(before, name=name)),))


def test_edits_after_a_failed_one_are_not_written_either(
    gait: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, failures = Study.do, [StudyError(FULL)]

    def fail_once(self: Study, edit: Edit) -> None:
        if failures:
            raise failures.pop()
        write(self, edit)

    monkeypatch.setattr(Study, "do", fail_once)
    gait.desk.change(lambda _: add("lost"))
    gait.desk.change(lambda _: add("behind it"))
    gait.settle()
    assert gait.names == gait.kept == []
    gait.desk.change(lambda _: add("after it was told"))
    gait.settle()
    assert gait.kept == ["after it was told"]


def test_a_step_that_cannot_be_taken_back_leaves_the_study_as_the_disk_has_it(
    gait: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    gait.desk.change(lambda _: add("wave"))

    def full(self: Study) -> Edit:
        del self
        raise StudyError(FULL)

    monkeypatch.setattr(Study, "undo", full)
    gait.desk.undo()
    gait.settle()
    assert gait.refused == [FULL]
    assert gait.names == gait.kept == ["wave"]


def test_a_second_window_may_look_and_is_refused_everything_else(gait: Bench, qtbot: QtBot) -> None:
    gait.desk.change(lambda _: add("wave"))
    gait.settle()
    keeping = StudyKeeping()
    second = Bench(StudyDesk(keeping=keeping), keeping, qtbot, gait.folder)
    second.desk.refused.connect(second.refused.append)
    second.desk.open(gait.folder)
    second.settle()
    study = second.desk.study
    assert study is not None
    assert study.read_only
    assert second.names == ["wave"]
    second.desk.change(lambda _: add("clap"))
    second.desk.undo()
    second.settle()
    assert second.refused == [study.read_only, study.read_only]
    gait.desk.change(lambda _: add("clap", 1))
    gait.desk.leave()
    gait.settle()
    second.desk.refresh()
    second.settle()
    assert second.desk.study is not None
    assert not second.desk.study.read_only
    assert second.names == ["wave", "clap"]
    assert keeping.close(longest_ms=5000)


def test_what_is_no_study_is_told_and_the_open_one_stays(gait: Bench, tmp_path: Path) -> None:
    before = gait.desk.study
    gait.desk.open(tmp_path / "nothing")
    gait.desk.change(lambda _: add("wave"))
    gait.settle()
    assert isinstance(gait.failed[0].error, StudyError)
    assert gait.desk.study == before
    assert gait.kept == ["wave"]


def test_a_study_that_is_there_already_is_not_begun_anew_and_stays_open(gait: Bench) -> None:
    gait.desk.create(gait.folder, "Gait 2")
    gait.desk.change(lambda _: add("wave"))
    gait.settle()
    assert isinstance(gait.failed[0].error, StudyError)
    assert gait.lost == []
    assert gait.kept == ["wave"]


def test_the_open_study_by_another_way_to_its_folder_is_the_open_study(
    gait: Bench, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(gait.folder, target_is_directory=True)
    gait.desk.open(tmp_path / "link")
    gait.desk.change(lambda _: add("wave"))
    gait.settle()
    assert gait.refused == []
    assert gait.desk.study is not None
    assert gait.desk.study.read_only == ""
    assert gait.kept == ["wave"]


def test_a_study_that_cannot_be_opened_again_is_closed_and_told_of(gait: Bench) -> None:
    gait.desk.change(lambda _: add("wave"))
    gait.settle()
    (gait.folder / "study.db").write_bytes(b"no study any more" * 500)
    gait.desk.refresh()
    gait.desk.change(lambda _: add("clap", 1))
    gait.settle()
    (told,) = gait.failed
    assert told.folder == gait.folder
    assert gait.desk.study is None


def test_a_damaged_study_becomes_what_its_backup_has(bench: Bench) -> None:
    from engine.study.backups import make_backup

    with Study.create(bench.folder, "Gait") as study:
        study.do(add("wave"))
    backup = make_backup(bench.folder)
    assert backup is not None
    (bench.folder / "study.db").write_bytes(b"no study any more" * 500)
    bench.desk.open(bench.folder)
    bench.settle()
    assert [each.folder for each in bench.failed] == [bench.folder]
    bench.desk.enter(
        lambda keeping, on_result, on_error: keeping.restore(
            bench.folder, backup, on_result=on_result, on_error=on_error
        )
    )
    bench.settle()
    assert bench.names == bench.kept == ["wave"]


def test_what_follows_an_edit_follows_only_where_it_was_made(gait: Bench) -> None:
    told: list[str] = []

    def refuse(_: StudyContents) -> Edit:
        raise LabelError("segment 3 is in the way")

    gait.desk.change(lambda _: add("wave"), lambda: told.append("made"))
    gait.desk.change(refuse, lambda: told.append("refused"))
    assert told == ["made"]


def test_it_is_told_when_every_wish_is_fulfilled(gait: Bench, qtbot: QtBot) -> None:
    for wish in (lambda: gait.desk.change(lambda _: add("wave")), gait.desk.undo):
        with qtbot.waitSignal(gait.desk.settled):
            wish()
        assert gait.desk.is_settled


def test_labels_without_a_study_begin_the_scratch_study(bench: Bench, tmp_path: Path) -> None:
    bench.desk.change(lambda _: add("wave"))
    bench.desk.change(lambda _: add("clap", 1))
    bench.settle()
    assert bench.desk.study is not None
    assert bench.desk.study.is_scratch
    assert bench.desk.study.folder == tmp_path / "scratch"
    assert bench.names == ["wave", "clap"]
    bench.desk.leave()
    bench.desk.change(lambda _: add("walk", 2))
    bench.settle()
    assert bench.names == ["wave", "clap", "walk"]


def segment_here(contents: StudyContents, row: StudyRecording) -> Edit:
    (tier,) = contents.shown_tiers
    segment = Segment(
        id="s",
        recording_id=row.id,
        person=0,
        tier_id=tier.id,
        start=0,
        stop=5,
        action_id=None,
    )
    return Edit(name="Nothing happens", changes=(added(segment),))


def test_the_first_label_of_a_recording_adds_it_in_the_same_step(gait: Bench) -> None:
    path = Path("/recordings/walk.json").absolute()
    recording = stand_ins.recording(40, path=path)
    gait.desk.show_recording(ShownRecording(recording=recording, title="walk"))
    assert gait.desk.recording_row is None
    gait.desk.with_recording(segment_here)
    row = gait.desk.recording_row
    assert row is not None
    assert row.title == "walk"
    assert gait.desk.contents.num_segments == 1
    gait.desk.undo()
    gait.settle()
    assert gait.desk.recording_row is None
    assert gait.desk.contents.recordings == {}


def test_without_a_recording_there_is_nothing_to_label(gait: Bench) -> None:
    gait.desk.with_recording(segment_here)
    assert "no recording is on show" in gait.refused[0]


def test_a_removed_row_comes_back_with_undo(gait: Bench) -> None:
    gait.desk.change(lambda _: add("wave"))
    gait.desk.change(
        lambda contents: Edit(name="Remove", changes=(removed(contents.actions["wave"]),))
    )
    gait.desk.undo()
    gait.settle()
    assert gait.names == gait.kept == ["wave"]


def test_closing_writes_what_is_still_to_be_written(gait: Bench) -> None:
    for number in range(20):
        gait.desk.change(lambda _, number=number: add(f"a{number}", number))
    assert gait.keeping.close(longest_ms=5000)
    assert len(gait.kept) == 20


def test_a_name_is_an_edit_like_any_other(gait: Bench) -> None:
    gait.desk.change(lambda contents: state_facts(contents, "Gait 2", "Ada"))
    gait.settle()
    assert gait.desk.contents.facts.annotator == "Ada"
    gait.desk.undo()
    gait.settle()
    assert gait.desk.contents.facts.name == "Gait"


def test_a_backup_brings_back_what_was(gait: Bench) -> None:
    from engine.study.backups import list_backups, make_backup

    gait.desk.change(lambda _: add("wave"))
    gait.settle()
    backup = make_backup(gait.folder)
    assert backup is not None
    gait.desk.change(lambda _: add("clap", 1))
    gait.settle()
    gait.desk.enter(
        lambda keeping, on_result, on_error: keeping.restore(
            gait.folder, backup, on_result=on_result, on_error=on_error
        )
    )
    gait.settle()
    assert gait.names == gait.kept == ["wave"]
    assert any(each.was_replaced for each in list_backups(gait.folder))
    gait.desk.change(lambda _: add("walk", 2))
    gait.settle()
    assert gait.kept == ["wave", "walk"]


def test_the_scratch_study_moves_and_the_next_labels_begin_another(
    bench: Bench, tmp_path: Path
) -> None:
    bench.desk.change(lambda _: add("wave"))
    bench.settle()
    bench.desk.enter(
        lambda keeping, on_result, on_error: keeping.copy_to(
            bench.folder, "Gait", is_moved=True, on_result=on_result, on_error=on_error
        )
    )
    bench.settle()
    study = bench.desk.study
    assert study is not None
    assert (study.folder, study.is_scratch) == (bench.folder, False)
    assert bench.desk.contents.facts.name == "Gait"
    assert bench.kept == ["wave"]
    assert (tmp_path / "scratch (saved 1)" / "study.db").is_file()
    bench.desk.leave()
    bench.desk.change(lambda _: add("clap"))
    bench.settle()
    assert bench.names == ["clap"]
