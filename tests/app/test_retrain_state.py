"""States of the panel about training."""

from dataclasses import replace

from app.retrain_result_model import MatrixCell, Side, Sieve
from app.retrain_state import Checking, Judgement, Looking, Preparing, Suspect
from engine.study.forecast import RetrainMode, forecast
from tests.app.retrain_made import CARRY, WALK, contents


def suspect(segment_id: str) -> Suspect:
    return Suspect(
        segment_id=segment_id,
        recording_id="r1",
        person=0,
        start=0,
        stop=80,
        label=WALK,
        word=CARRY,
        said=(("Stand-in", CARRY, 0.9),),
    )


def test_retrain_says_why_it_cannot_start() -> None:
    assert "study" in Preparing().why_not
    there = Preparing(has_study=True)
    assert not there.can_start, "nothing is counted yet"
    counted = forecast(contents(), base=None, mode=RetrainMode.FULL)
    assert replace(there, forecast=counted).can_start
    quick = forecast(contents(), base=None, mode=RetrainMode.QUICK)
    assert replace(there, forecast=quick).why_not == quick.refusal != ""
    assert not replace(there, forecast=counted, read_only="another window has it").can_start
    assert not replace(there, forecast=counted, is_starting=True).can_start


def test_another_list_forgets_the_cell_and_the_clip_on_show() -> None:
    cell = MatrixCell(side=Side.AFTER, label=WALK, said=CARRY)
    looking = replace(Looking(is_matrix=True).in_cell(cell), current=3)
    assert looking.choice.cell == cell
    assert looking.through(Sieve.WORSE).choice.cell is None
    assert looking.turned_to_matrix(False).choice.cell is None
    assert looking.through(Sieve.WORSE).current == -1


def test_a_cell_pressed_twice_is_let_go_and_follows_the_side() -> None:
    cell = MatrixCell(side=Side.AFTER, label=WALK, said=CARRY)
    looking = Looking(is_matrix=True).in_cell(cell)
    assert looking.in_cell(cell).choice.cell is None
    turned = looking.at_side(Side.BEFORE)
    assert turned.choice.cell == replace(cell, side=Side.BEFORE)


def test_the_next_label_to_check_is_the_next_one_that_nobody_judged() -> None:
    three = tuple(suspect(each) for each in "abc")
    checking = Checking(suspects=three, current=0, judged={"b": Judgement.KEPT})
    assert checking.next_open == 2
    assert checking.num_open == 2
    assert replace(checking, current=2).next_open == 0, "from the start again"
    judged = dict.fromkeys("abc", Judgement.KEPT)
    assert replace(checking, judged=judged).next_open == -1
    assert Checking().next_open == -1
    assert Checking().suspect is None
