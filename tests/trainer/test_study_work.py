import pytest

from trainer.control import Ask
from trainer.pulse import EndAskedError
from trainer.study_work import set_aside


@pytest.fixture
def run(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "card.toml").write_text("old")
    (tmp_path / "outcome.json").write_text("old")
    return tmp_path


def begin(run) -> None:
    """What a start has made before it ends."""
    assert not (run / "model").exists()
    assert not (run / "outcome.json").exists()
    (run / "model").mkdir()
    (run / "model" / "card.toml").write_text("new")


def broken_off(run, error: Exception) -> None:
    with set_aside(run):
        begin(run)
        raise error


def left(run) -> dict[str, str]:
    return {
        path.relative_to(run).as_posix(): path.read_text()
        for path in run.rglob("*")
        if path.is_file()
    }


def test_a_run_done_again_replaces_what_it_had_made(run):
    with set_aside(run):
        begin(run)
        (run / "outcome.json").write_text("new")
    assert left(run) == {"model/card.toml": "new", "outcome.json": "new"}


def test_a_run_cancelled_while_done_again_leaves_the_model_that_may_be_in_use(run):
    with pytest.raises(EndAskedError):
        broken_off(run, EndAskedError(Ask.CANCEL, is_clean=True))
    assert left(run) == {"model/card.toml": "old", "outcome.json": "old"}


def test_a_new_model_that_cannot_be_judged_stays_without_the_old_outcome(run):
    with pytest.raises(OSError, match="full"):
        broken_off(run, OSError("full"))
    assert left(run) == {"model/card.toml": "new"}


def test_after_a_start_that_was_killed_the_model_before_it_is_still_there(run):
    (run / "model").rename(run / "model.before")
    (run / "outcome.json").rename(run / "outcome.json.before")
    with pytest.raises(OSError, match="full"), set_aside(run):
        raise OSError("full")
    assert left(run) == {"model/card.toml": "old", "outcome.json": "old"}
