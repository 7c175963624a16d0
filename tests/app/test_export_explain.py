"""``explain`` with pictures: numbers first, and whatever becomes of the rest."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.__main__ import main
from app.export_explain import DRAWN, EXPLAIN
from app.exporting.headless import Made
from app.snapshot import SnapshotJob
from engine.commands.explain import PARTS
from engine.errors import EngineError
from engine.places import assets_folder


def parsed(folder: Path, *words: str) -> Namespace:
    parser = ArgumentParser(exit_on_error=False)
    EXPLAIN.add_arguments(parser)
    return parser.parse_args(["clip.json", "--out", str(folder), *words])


class Calls:
    """What was asked for, in order."""

    def __init__(self) -> None:
        self.made: list[tuple[str, ...]] = []
        self.error: Exception | None = None

    def numbers(self, words: Namespace) -> int:
        self.made.append(tuple(words.only))
        return 0

    def draw(self, _: Namespace, drawn: tuple[str, ...], made: list[Path]) -> None:
        assert made == []
        self.made.append(drawn)
        if self.error is not None:
            raise self.error


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    made = Calls()
    monkeypatch.setattr("app.export_explain.run", made.numbers)
    monkeypatch.setattr("app.export_explain._draw", made.draw)
    return made


def test_all_is_written_numbers_first(calls: Calls, tmp_path: Path) -> None:
    assert EXPLAIN.run(parsed(tmp_path)) == 0
    assert calls.made == [PARTS, DRAWN]


def test_only_what_is_asked_for_is_made(calls: Calls, tmp_path: Path) -> None:
    assert EXPLAIN.run(parsed(tmp_path, "--only", "answers", "clip")) == 0
    assert calls.made == [("answers",), ("clip",)]
    calls.made.clear()
    EXPLAIN.run(parsed(tmp_path, "--only", "joints"))
    EXPLAIN.run(parsed(tmp_path, "--only", "lanes"))
    assert calls.made == [("joints",), ("lanes",)]


@pytest.mark.parametrize("error", [EngineError("there is no display"), ImportError("libEGL")])
def test_without_a_display_the_numbers_are_there_and_a_line_says_the_rest(
    calls: Calls, tmp_path: Path, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    calls.error = error
    assert EXPLAIN.run(parsed(tmp_path)) == 0
    assert calls.made[0] == PARTS
    told = capsys.readouterr().err
    assert told == f"skelarium: view.png, lanes.svg, clip.mp4 missing: {error}\n"


def test_what_was_asked_for_by_name_and_is_missing_is_no_success(
    calls: Calls, tmp_path: Path
) -> None:
    calls.error = EngineError("there is no display")
    assert EXPLAIN.run(parsed(tmp_path, "--only", "answers", "view")) == 1
    with pytest.raises(EngineError, match="there is no display"):
        EXPLAIN.run(parsed(tmp_path, "--only", "view"))


def test_nothing_is_written_over_unless_asked(calls: Calls, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").touch()
    with pytest.raises(EngineError, match=r"clip\.mp4 exists already"):
        EXPLAIN.run(parsed(tmp_path))
    assert calls.made == [], "before any work"
    EXPLAIN.run(parsed(tmp_path, "--only", "answers"))
    EXPLAIN.run(parsed(tmp_path, "--force"))
    assert len(calls.made) == 3
    with pytest.raises(EngineError, match="is a file; name a folder"):
        EXPLAIN.run(parsed(tmp_path / "clip.mp4"))


def test_the_command_line_has_one_row_of_that_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["explain", "--help"])
    assert "clip" in capsys.readouterr().out


def test_what_is_there_is_not_told_as_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def export(job: SnapshotJob, _: object) -> Iterator[Made]:
        yield Made(path=job.out / "view.png", remark="", refusal="")
        raise EngineError("no codec")

    monkeypatch.setattr("app.exporting.headless.export", export)
    assert EXPLAIN.run(parsed(tmp_path, "--only", "view", "lanes", "clip")) == 1
    assert capsys.readouterr().err == "skelarium: lanes.svg, clip.mp4 missing: no codec\n"


@pytest.mark.parametrize(("frames", "frame"), [("60:", 73), (":20", 10), ("5:6", 5)])
def test_the_picture_is_of_the_frames_asked_about(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, frames: str, frame: int
) -> None:
    asked: list[SnapshotJob] = []

    def export(job: SnapshotJob, _: object) -> Iterator[Made]:
        asked.append(job)
        yield Made(path=job.out / "view.png", remark="", refusal="")

    monkeypatch.setattr("app.exporting.headless.export", export)
    words = parsed(tmp_path, "--only", "view", "--frames", frames)
    words.file = assets_folder() / "samples" / "throw.npz"
    assert EXPLAIN.run(words) == 0
    assert [job.frame for job in asked] == [frame]
    words.frames = (80, 900)
    with pytest.raises(EngineError, match=r"clip 80\.\.900 does not lie in a recording of 87"):
        EXPLAIN.run(words)
