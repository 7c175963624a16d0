"""Opening recordings for the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.librarian import Complaint, Librarian
from app.library import Library
from app.services.opening import OpeningService
from app.services.task_runner import TaskRunner
from engine.errors import FileFormatError
from engine.recording import Recording
from tests.app import stand_ins

GOOD, OTHER, BROKEN, ODD = (
    Path(f"/recordings/{name}.json").absolute() for name in ("good", "other", "broken", "odd")
)
FILES: dict[Path, Recording | Exception] = {
    GOOD: stand_ins.recording(40, path=GOOD),
    OTHER: stand_ins.recording(50, path=OTHER),
    BROKEN: FileFormatError("expected 60 numbers, got 59; copy it again", path=BROKEN, line=7),
    ODD: KeyError("a defect"),
}


@dataclass
class Desk:
    document: Document
    librarian: Librarian
    complaints: list[Complaint]

    @property
    def listed(self) -> list[str]:
        return [entry.title for entry in self.document.library.recordings]


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    del qtbot
    runner = TaskRunner("io")
    overlay = stand_ins.overlay_state()
    document = Document(overlay=overlay, library=Library())
    service = OpeningService(runner, stand_ins.providers(FILES, stand_ins.StandInRecognizer()).read)
    librarian = Librarian(document, service)
    service.opened.connect(librarian.take_opened)
    service.failed.connect(librarian.take_failure)
    complaints: list[Complaint] = []
    librarian.complained.connect(complaints.append)
    yield Desk(document, librarian, complaints)
    runner.close()


def test_a_recording_comes_on_show_and_into_the_library(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.librarian.settled):
        desk.librarian.open_path(GOOD)
    assert desk.document.recording is FILES[GOOD]
    assert desk.listed == ["good"]


def test_the_first_of_several_opens_and_the_others_join(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.librarian.settled):
        desk.librarian.open_paths((GOOD, OTHER, BROKEN))
    assert desk.document.recording is FILES[GOOD]
    assert desk.listed == ["good", "other", "broken"]


def test_a_broken_file_is_complained_of_once_and_the_recording_stays(
    desk: Desk, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(desk.librarian.settled):
        desk.librarian.open_path(GOOD)
    with qtbot.waitSignal(desk.librarian.complained):
        desk.librarian.open_path(BROKEN)
    assert desk.document.recording is FILES[GOOD]
    (complaint,) = desk.complaints
    assert complaint.message == "broken.json:7: expected 60 numbers, got 59; copy it again"
    assert "stays" in complaint.hint


def test_without_a_recording_the_hint_says_what_to_do(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.librarian.complained):
        desk.librarian.open_path(BROKEN)
    assert "Pick another" in desk.complaints[0].hint


def test_a_file_that_cannot_be_opened_leaves_the_library(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.librarian.settled):
        desk.librarian.open_paths((GOOD, BROKEN))
    with qtbot.waitSignal(desk.librarian.complained):
        desk.librarian.open_path(BROKEN)
    assert desk.listed == ["good"]


def test_a_defect_of_a_reader_is_not_blamed_on_the_file(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.captureExceptions() as raised:
        desk.librarian.open_path(ODD)
        qtbot.waitUntil(lambda: bool(raised))
    assert raised[0][0] is KeyError
    assert desk.complaints == []


def test_a_relative_path_is_the_same_recording(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    FILES[tmp_path / "here.json"] = stand_ins.recording(10)
    with qtbot.waitSignal(desk.librarian.settled):
        desk.librarian.open_path(Path("here.json"))
    assert desk.document.library.recordings[0].path == tmp_path / "here.json"
