"""Results sorted for looking at."""

from app.retrain_result_model import (
    OTHER,
    ClipChoice,
    MatrixCell,
    Side,
    Sieve,
    chosen_clips,
    confusion_of,
    num_flipped,
    share_of,
)
from engine.judging.shares import Share
from engine.labels import NOTHING
from engine.study.outcome import Outcome
from tests.app.retrain_made import CARRY, WALK, outcome, verdict


def ids(found: Outcome, choice: ClipChoice) -> list[str]:
    return [each.segment_id for each in chosen_clips(found, choice)]


def test_clips_that_were_learnt_from_do_not_count() -> None:
    assert share_of(outcome(), Side.BEFORE) == Share(count=2, of=4)
    assert share_of(outcome(), Side.AFTER) == Share(count=3, of=4)
    assert num_flipped(outcome()) == (2, 1)


def test_a_model_that_was_never_asked_has_no_share() -> None:
    clips = (verdict("a", WALK, ("", WALK)), verdict("b", WALK, ("", CARRY)))
    alone = outcome(verdicts=clips, old_model="")
    assert share_of(alone, Side.BEFORE) is None
    assert share_of(alone, Side.AFTER) == Share(count=1, of=2)
    assert share_of(outcome(verdicts=()), Side.AFTER) is None


def test_models_are_compared_on_clips_that_are_new_to_both() -> None:
    clips = (
        verdict("a", WALK, (WALK, CARRY), was_trained_on=True),
        verdict("b", WALK, (CARRY, WALK)),
    )
    found = outcome(verdicts=clips)
    assert share_of(found, Side.BEFORE) == Share(count=0, of=1)
    assert num_flipped(found) == (1, 0)
    known = outcome(verdicts=clips[:1])
    assert share_of(known, Side.BEFORE) is None, "it knew them by heart"
    assert share_of(known, Side.AFTER) == Share(count=0, of=1)


def test_the_clips_that_changed_most_come_first() -> None:
    assert ids(outcome(), ClipChoice(sieve=Sieve.BETTER)) == ["b", "a"]
    assert ids(outcome(), ClipChoice(sieve=Sieve.WORSE)) == ["c"]
    assert ids(outcome(), ClipChoice(sieve=Sieve.WRONG)) == ["c"]
    assert len(ids(outcome(), ClipChoice(sieve=Sieve.ALL))) == 4


def test_clips_that_were_learnt_from_can_be_looked_at() -> None:
    choice = ClipChoice(sieve=Sieve.BETTER, with_trained=True)
    assert set(ids(outcome(), choice)) == {"a", "b", "e"}


def test_the_matrix_counts_what_each_model_says() -> None:
    now = confusion_of(outcome(), Side.AFTER)
    assert now.rows == (WALK, CARRY, NOTHING)
    assert now.columns == (WALK, CARRY, NOTHING)
    assert now.counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    before = confusion_of(outcome(), Side.BEFORE)
    assert before.columns[-1] == OTHER, "it knows an action that the new one does not"
    assert before.counts[1, -1] == 1
    assert int(before.counts.sum()) == 4


def test_a_cell_lists_its_clips() -> None:
    now = confusion_of(outcome(), Side.AFTER)
    assert ids(outcome(), ClipChoice(cell=now.cell(0, 1))) == ["c"]
    other = MatrixCell(side=Side.BEFORE, label=CARRY, said=OTHER)
    assert ids(outcome(), ClipChoice(cell=other)) == ["b"]
    assert now.text_at(0, 1) == "1 of 2 clips of “walk” called “carry”"
    assert now.text_at(1, 1) == "1 of 1 clip of “carry” named right"


def test_a_label_that_the_new_model_does_not_know_has_a_row_all_the_same() -> None:
    found = outcome(verdicts=(verdict("a", "jump", (WALK, WALK)),))
    now = confusion_of(found, Side.AFTER)
    assert now.rows == ("jump",)
    assert not any(now.is_diagonal(0, column) for column in range(len(now.columns)))
