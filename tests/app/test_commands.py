"""The words of the commands that draw."""

from argparse import ArgumentError, ArgumentParser, Namespace
from pathlib import Path

import pytest

from app.commands import APP_COMMANDS, EXIT_REFUSED, SNAPSHOT
from app.export_commands import picture_order
from app.snapshot import Snapshot, SnapshotJob
from engine.errors import EngineError


def parsed(*words: str) -> Namespace:
    parser = ArgumentParser(exit_on_error=False)
    SNAPSHOT.add_arguments(parser)
    return parser.parse_args(["clip.json", "--out", "shot.png", *words])


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[SnapshotJob]:
    """Jobs that were to be done; no picture is taken."""
    asked: list[SnapshotJob] = []

    def take(job: SnapshotJob) -> Snapshot:
        asked.append(job)
        refusal = "hands are not bodies" if job.model_id == "refuses" else ""
        return Snapshot(path=Path("/somewhere/shot.png"), refusal=refusal)

    monkeypatch.setattr("app.snapshot.take_snapshot", take)
    return asked


def test_the_table_has_the_commands() -> None:
    assert {"snapshot", "tour"} <= {command.name for command in APP_COMMANDS}


def test_overlay_words_become_a_job(jobs: list[SnapshotJob]) -> None:
    words = ("--overlay", "attention,focus", "--network", "2", "--map", "3", "--head", "1")
    assert SNAPSHOT.run(parsed(*words, "--joint", "right hand")) == 0
    assert SNAPSHOT.run(parsed()) == 0
    asked, plain = jobs
    assert asked.overlays == ("attention", "focus")
    assert (asked.network, asked.map_number, asked.head) == (1, 2, 0)
    assert asked.joint == "right hand"
    assert (plain.overlays, plain.network, plain.head, plain.joint) == (None, 0, None, None)


@pytest.mark.parametrize("word", ["0", "-1", "two"])
def test_what_is_counted_is_counted_from_one(word: str) -> None:
    with pytest.raises(ArgumentError, match="from 1 on"):
        parsed("--head", word)


def test_words_become_a_job(jobs: list[SnapshotJob], capsys: pytest.CaptureFixture[str]) -> None:
    words = (
        "--model m --frame 12 --overlay none --person 2 --view side --size 800x600 --scale 2 "
        "--theme light"
    )
    assert SNAPSHOT.run(parsed(*words.split())) == 0
    assert jobs == [
        SnapshotJob(
            recording=Path("clip.json"),
            out=Path("shot.png"),
            model_id="m",
            frame=12,
            overlays=(),
            person=1,
            preset="side",
            size=(800, 600),
            scale=2.0,
            is_dark=False,
        )
    ]
    assert capsys.readouterr().out == "/somewhere/shot.png\n"


def test_without_words_the_window_is_as_at_first(jobs: list[SnapshotJob]) -> None:
    SNAPSHOT.run(parsed())
    assert jobs == [SnapshotJob(recording=Path("clip.json"), out=Path("shot.png"))]


def test_a_picture_without_an_answer_is_no_success(
    jobs: list[SnapshotJob], capsys: pytest.CaptureFixture[str]
) -> None:
    del jobs
    assert SNAPSHOT.run(parsed("--model", "refuses")) == EXIT_REFUSED
    assert "hands are not bodies" in capsys.readouterr().err


@pytest.mark.parametrize("size", ["800", "800x", "axb", "-5x600"])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    with pytest.raises(Exception, match="WIDTHxHEIGHT"):
        parsed(f"--size={size}")


@pytest.mark.parametrize("scale", ["0", "9", "big", "nan"])
def test_a_scale_that_is_none_is_refused(scale: str) -> None:
    with pytest.raises(Exception, match="expected a"):
        parsed(f"--scale={scale}")


@pytest.mark.parametrize("size", ["10x10", "800x99999"])
def test_a_window_has_a_size_that_windows_have(jobs: list[SnapshotJob], size: str) -> None:
    with pytest.raises(EngineError, match="sides must be 200 to 16000 pixels"):
        SNAPSHOT.run(parsed("--size", size))
    assert jobs == []


def test_one_view_alone_may_be_smaller_than_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[int, int]] = []

    def draw(words: Namespace, job: SnapshotJob) -> int:
        del job
        drawn.append(picture_order(words).pixels)
        return 0

    monkeypatch.setattr("app.commands.draw_view", draw)
    SNAPSHOT.run(parsed("--view-only", "--size", "90x40"))
    assert drawn == [(90, 40)]


def test_models_beside_are_jobs_of_the_window(jobs: list[SnapshotJob]) -> None:
    SNAPSHOT.run(parsed("--beside", "a", "b,c"))
    SNAPSHOT.run(parsed("--compare", "a,b"))
    assert [(job.compared, job.is_side_by_side) for job in jobs] == [
        (("a", "b", "c"), True),
        (("a", "b"), False),
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--compare", "a"), "leave --compare out"),
        (("--view-only",), "one view alone is asked for"),
        (("--transparent",), "one view alone is asked for"),
    ],
)
def test_words_that_models_beside_have_no_use_for_are_refused(
    jobs: list[SnapshotJob], words: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(EngineError, match=reason):
        SNAPSHOT.run(parsed("--beside", "b", *words))
    assert jobs == []
