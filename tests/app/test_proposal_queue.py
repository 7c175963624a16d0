"""Going through proposals."""

from app.proposal_queue import next_of
from engine.study.proposals import Proposal

SURE, ODD, FAR = (
    Proposal(start=start, stop=start + 5, name="wave", score=score, model_id="m")
    for start, score in ((10, 0.9), (30, 0.5), (60, 0.4))
)
ALL = (SURE, ODD, FAR)


def test_the_next_uncertain_one_leaves_out_those_the_model_is_sure_of() -> None:
    assert next_of(ALL, 0, 1, is_picked=False) == ODD
    assert next_of(ALL, ODD.start, 1, is_picked=True) == FAR
    assert next_of(ALL, ODD.start, 1, is_picked=False) == ODD


def test_after_the_last_it_begins_anew_both_ways() -> None:
    assert next_of(ALL, FAR.start, 1, is_picked=True) == ODD
    assert next_of(ALL, FAR.start, -1, is_picked=True) == ODD
    assert next_of(ALL, ODD.start, -1, is_picked=True) == FAR


def test_where_all_are_sure_each_is_next_and_none_is_none() -> None:
    assert next_of((SURE,), 0, 1, is_picked=False) == SURE
    assert next_of((SURE,), 0, -1, is_picked=False) == SURE
    assert next_of((), 0, 1, is_picked=False) is None
    assert next_of((), 0, -1, is_picked=False) is None
