from pathlib import Path

from engine.labels import NOTHING
from engine.study.answering import Opinion, disagreements
from engine.study.clips import clips_of
from engine.study.judging import opinions_of_outcome, untouched, verdicts_of
from engine.study.outcome import Outcome, read_outcome, write_outcome
from engine.study.predicting import is_looked_at
from engine.study.proposing import Proposal
from engine.study.selecting import Choice
from tests.tiny_study import tiny_rows

SEGMENTS = clips_of(tiny_rows(Path()), Path(), Choice()).clips.segments


def opinion(name: str, score: float, label_score: float, knows: bool = True) -> Opinion:
    return Opinion(name=name, score=score, label_score=label_score, knows_label=knows)


def verdicts(before, after, **more):
    return verdicts_of(
        SEGMENTS, before, after, trained_on=more.get("trained_on", ()), knew=more.get("knew", ())
    )


def test_an_answer_that_became_right_is_better_and_one_that_was_lost_is_worse():
    found = verdicts(
        {"r0:10": opinion("kick", 0.8, 0.1), "r0:42": opinion("kick", 0.8, 0.8)},
        {"r0:10": opinion("lift", 0.9, 0.9), "r0:42": opinion("lift", 0.6, 0.3)},
    )
    assert [(each.segment_id, each.is_better, each.is_worse) for each in found] == [
        ("r0:10", True, False),
        ("r0:42", False, True),
    ]


def test_clips_that_one_of_both_knows_by_heart_are_not_compared():
    after = {each.segment_id: opinion(each.label, 0.9, 0.9) for each in SEGMENTS}
    outcome = Outcome(
        old_model="old",
        new_model="new",
        class_names=("lift", "kick", NOTHING),
        verdicts=verdicts({}, after, trained_on=("r0:10",), knew=("r0:42",)),
    )
    assert "r0:10" not in {each.segment_id for each in outcome.held_out}
    assert len(outcome.comparable) == len(SEGMENTS) - 2
    assert len(opinions_of_outcome(outcome)) == len(SEGMENTS) - 1


def test_an_outcome_is_read_as_it_was_written(tmp_path):
    after = {each.segment_id: opinion(each.label, 0.9, 0.9) for each in SEGMENTS}
    outcome = Outcome(
        old_model="",
        new_model="new",
        class_names=("lift",),
        verdicts=verdicts({}, after, knew=("r0:42",)),
        note="Said.",
    )
    write_outcome(tmp_path, outcome)
    assert read_outcome(tmp_path) == outcome


def test_recordings_from_which_anything_was_learnt_are_not_searched():
    learnt = {each.segment_id for each in SEGMENTS if each.actor == "Ann"}
    found = untouched(SEGMENTS, learnt)
    assert [each.path.name for each in found] == ["r1.json", "r2.json"]
    assert all(len(each.segments) == 9 for each in found)


def test_what_is_found_where_nobody_has_looked_does_not_count():
    segments = tuple(each for each in SEGMENTS if each.actor == "Ann" and each.stop <= 64)

    def found(start: int, stop: int) -> Proposal:
        return Proposal(start=start, stop=stop, name="lift", score=0.9, model_id="m")

    assert is_looked_at(found(10, 40), segments)
    assert not is_looked_at(found(60, 90), segments)


def test_labels_that_sure_models_contradict_come_first_and_unsure_ones_not_at_all():
    contents = tiny_rows(Path())
    found = disagreements(
        contents,
        {
            "one": {
                "r0:10": opinion("kick", 0.95, 0.02),
                "r0:42": opinion("lift", 0.6, 0.3),
                "r1:10": opinion("kick", 0.4, 0.3),
                "r1:42": opinion("kick", 0.9, 0.9),
            },
            "two": {
                "r0:10": opinion("kick", 0.8, 0.1),
                "r0:42": opinion("kick", 0.9, 0.9),
                "r2:10": opinion("wave", 0.9, 0.0, knows=False),
            },
        },
    )
    assert [(each.segment_id, each.model_ids) for each in found] == [
        ("r0:10", ("one", "two")),
        ("r0:42", ("one",)),
    ]
    assert found[0].suspicion > found[1].suspicion
    assert found[0].text == "lift, or is it kick? (2 of 2 models)"


def test_recordings_in_which_nothing_happens_are_searched_after_those_with_actions():
    quiet = tuple(each for each in SEGMENTS if each.actor == "Ann" and each.label == NOTHING)
    others = tuple(each for each in SEGMENTS if each.actor != "Ann")
    assert [each.path.name for each in untouched((*quiet, *others), ())] == [
        "r1.json",
        "r2.json",
        "r0.json",
    ]
    assert untouched(quiet, ()) == ()
