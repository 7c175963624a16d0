"""Edits of segments, on values; nothing here touches a disk."""

import random
import time
from functools import partial
from itertools import pairwise

import pytest

from engine.labels import LabelError, Origin
from engine.study.segments import (
    Place,
    copy,
    draw,
    merge,
    move,
    relabel,
    remove,
    review_rest,
    set_doubt,
    set_note,
    split,
    trim,
)
from tests.engine.study.making_labels import (
    ALSO_P1,
    FRAMES,
    OTHER,
    P1,
    P2,
    segment,
    spans,
    study,
)


def test_drawing_adds_a_segment_that_bears_the_annotators_name():
    contents = study()
    edit = draw(contents, P1, 10, 20, "wave")
    (made,) = contents.applied(edit).segments_of("walk")
    assert edit.name == "Draw wave"
    assert (made.start, made.stop, made.action_id, made.annotator) == (10, 20, "wave", "Ada")
    assert made.origin is Origin.HUMAN


def test_drawing_over_a_segment_is_refused_and_says_which_one_is_in_the_way():
    contents = study(segment("a", 10, 20, "clap"))
    with pytest.raises(LabelError, match=r"clap \(frames 10–19\) of P1 .*Labels is in the way"):
        draw(contents, P1, 19, 30, "wave")


@pytest.mark.parametrize("place", [P2, ALSO_P1, OTHER])
def test_segments_of_other_people_tiers_and_recordings_are_not_in_the_way(place):
    contents = study(segment("a", 10, 20))
    assert spans(contents.applied(draw(contents, place, 10, 20, "wave")), place)


def test_touching_segments_do_not_overlap():
    contents = study(segment("a", 10, 20))
    assert draw(contents, P1, 20, 30, "clap").changes
    assert draw(contents, P1, 0, 10, "clap").changes


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (FRAMES - 1, FRAMES + 1), (5, 5), (9, 3)])
def test_a_segment_that_leaves_the_recording_or_has_no_frames_is_refused(start, stop):
    with pytest.raises(LabelError, match=r"leave the recording|at least one frame"):
        draw(study(), P1, start, stop, "wave")


def test_drawing_for_somebody_who_is_not_there_is_refused():
    with pytest.raises(LabelError, match="has no P3, it shows 2"):
        draw(study(), Place(recording_id="walk", person=2, tier_id="mine"), 1, 2, "wave")


def test_drawing_an_action_over_a_reviewed_span_leaves_the_rest_of_it_reviewed():
    contents = study(segment("r", 0, 100, None))
    drawn = contents.applied(draw(contents, P1, 40, 60, "wave"))
    assert spans(drawn) == [(0, 40, None), (40, 60, "wave"), (60, 100, None)]


def test_drawing_over_a_whole_reviewed_span_takes_it_away_and_undo_brings_it_back():
    contents = study(segment("r", 40, 50, None), segment("q", 55, 70, None))
    edit = draw(contents, P1, 30, 60, "wave")
    drawn = contents.applied(edit)
    assert spans(drawn) == [(30, 60, "wave"), (60, 70, None)]
    assert drawn.applied(edit.inverse) == contents


def test_a_reviewed_span_does_not_push_actions_aside():
    contents = study(segment("a", 10, 20))
    with pytest.raises(LabelError, match="in the way"):
        draw(contents, P1, 0, 30, None)


def test_drawing_what_is_there_already_changes_nothing():
    contents = study(segment("a", 10, 20), segment("r", 30, 60, None))
    assert draw(contents, P1, 10, 20, "wave").changes == ()
    assert draw(contents, P1, 35, 50, None).changes == ()


def test_an_archived_action_cannot_be_drawn():
    from engine.study.actions import archive_action

    contents = study()
    contents = contents.applied(archive_action(contents, "clap"))
    with pytest.raises(LabelError, match="clap is archived"):
        draw(contents, P1, 10, 20, "clap")


def test_segments_that_move_together_are_not_in_each_others_way():
    contents = study(segment("a", 10, 20), segment("b", 20, 30, "clap"), segment("c", 30, 40))
    edit = move(contents, ["a", "b", "c"], 5, num_frames=FRAMES)
    assert edit.name == "Move 3 segments"
    assert spans(contents.applied(edit)) == [(15, 25, "wave"), (25, 35, "clap"), (35, 45, "wave")]


def test_moving_onto_a_segment_that_stays_is_refused():
    contents = study(segment("a", 10, 20), segment("b", 25, 30, "clap"))
    with pytest.raises(LabelError, match="clap"):
        move(contents, ["a"], 6, num_frames=FRAMES)
    assert spans(contents.applied(move(contents, ["a"], 5, num_frames=FRAMES)))[0] == (
        15,
        25,
        "wave",
    )


@pytest.mark.parametrize(("frames", "first"), [(-1000, 0), (1000, FRAMES - 30)])
def test_moving_stops_at_the_ends_of_the_recording_with_distances_kept(frames, first):
    contents = study(segment("a", 10, 20), segment("b", 30, 40))
    moved = contents.applied(move(contents, ["a", "b"], frames, num_frames=FRAMES))
    assert [start for start, _, _ in spans(moved)] == [first, first + 20]


def test_a_move_that_cannot_go_further_changes_nothing():
    contents = study(segment("a", 0, 20))
    assert move(contents, ["a"], -3, num_frames=FRAMES).changes == ()


def test_moving_pushes_reviewed_spans_aside():
    contents = study(segment("a", 10, 20), segment("r", 20, 40, None))
    moved = contents.applied(move(contents, ["a"], 5, num_frames=FRAMES))
    assert spans(moved) == [(15, 25, "wave"), (25, 40, None)]


def test_segments_move_to_another_tier_or_person_and_not_onto_others_there():
    contents = study(segment("a", 10, 20), segment("b", 15, 25, "clap", ALSO_P1))
    edit = move(contents, ["a"], 15, tier_id="yours")
    assert contents.applied(edit).segment("a") == segment("a", 25, 35, place=ALSO_P1)
    with pytest.raises(LabelError, match=r"clap .* is in the way"):
        move(contents, ["a"], 0, tier_id="yours")
    edit = move(contents, ["a"], 0, person=1)
    assert contents.applied(edit).segment("a") == segment("a", 10, 20, place=P2)
    with pytest.raises(LabelError, match="tier is no longer there"):
        move(contents, ["a"], 0, tier_id="gone")
    with pytest.raises(LabelError, match="no P9"):
        move(contents, ["a"], 0, person=8)


def test_trimming_moves_one_edge_and_pushes_reviewed_spans_aside():
    contents = study(segment("a", 10, 20), segment("r", 20, 40, None))
    edit = trim(contents, "a", stop=30)
    assert edit.name == "Trim wave"
    assert spans(contents.applied(edit)) == [(10, 30, "wave"), (30, 40, None)]


def test_trimming_to_nothing_or_over_a_neighbour_is_refused():
    contents = study(segment("a", 10, 20), segment("b", 20, 30, "clap"))
    with pytest.raises(LabelError, match="no frames left; remove it"):
        trim(contents, "a", start=20)
    with pytest.raises(LabelError, match="clap"):
        trim(contents, "a", stop=21)
    with pytest.raises(LabelError, match="leave the recording"):
        trim(contents, "b", stop=FRAMES + 1)


def test_split_keeps_action_note_and_doubt_on_both_halves():
    contents = study(segment("a", 10, 20, is_doubtful=True, note="left hand"))
    halves = contents.applied(split(contents, "a", 14)).segments_of("walk")
    assert [(each.start, each.stop) for each in halves] == [(10, 14), (14, 20)]
    assert {(each.action_id, each.note, each.is_doubtful) for each in halves} == {
        ("wave", "left hand", True)
    }
    assert halves[0].id == "a"


@pytest.mark.parametrize("frame", [10, 20, 5])
def test_splitting_outside_a_segment_is_refused(frame):
    with pytest.raises(LabelError, match="cannot be split"):
        split(study(segment("a", 10, 20)), "a", frame)


def test_merging_fills_the_gap_joins_notes_and_keeps_a_doubt():
    contents = study(
        segment("a", 10, 20, note="one"), segment("b", 25, 30, note="two", is_doubtful=True)
    )
    merged = contents.applied(merge(contents, ["b", "a"])).segments_of("walk")
    assert [(each.id, each.start, each.stop) for each in merged] == [("a", 10, 30)]
    assert (merged[0].note, merged[0].is_doubtful) == ("one; two", True)


def test_merging_a_models_with_a_persons_makes_it_a_persons():
    model = {"origin": Origin.MODEL, "model_id": "m", "score": 0.9}
    contents = study(segment("a", 10, 20, **model), segment("b", 20, 30))
    (merged,) = contents.applied(merge(contents, ["a", "b"])).segments_of("walk")
    assert (merged.origin, merged.model_id, merged.score) == (Origin.HUMAN, "", None)


def test_merging_two_of_one_model_weighs_their_scores_by_their_frames():
    model = {"origin": Origin.MODEL, "model_id": "m"}
    contents = study(
        segment("a", 0, 10, score=0.6, **model), segment("b", 10, 40, score=1.0, **model)
    )
    (merged,) = contents.applied(merge(contents, ["a", "b"])).segments_of("walk")
    assert merged.score == pytest.approx(0.9)
    assert merged.origin is Origin.MODEL


def test_merging_different_actions_is_refused():
    contents = study(segment("a", 10, 20), segment("b", 20, 30, "clap"))
    with pytest.raises(LabelError, match="different actions"):
        merge(contents, ["a", "b"])


@pytest.mark.parametrize("between", ["clap", None])
def test_merging_over_another_segment_is_refused(between):
    contents = study(segment("a", 10, 20), segment("x", 22, 24, between), segment("b", 30, 40))
    with pytest.raises(LabelError, match="lies between"):
        merge(contents, ["a", "b"])


def test_merging_across_people_or_alone_is_refused():
    contents = study(segment("a", 10, 20), segment("b", 20, 30, place=P2))
    with pytest.raises(LabelError, match="one person on one tier"):
        merge(contents, ["a", "b"])
    with pytest.raises(LabelError, match="at least two"):
        merge(contents, ["a", "a"])


def test_relabelling_makes_a_models_word_a_persons():
    model = {"origin": Origin.MODEL, "model_id": "m", "score": 0.9}
    contents = study(segment("a", 10, 20, **model), segment("b", 30, 40, "clap"))
    edit = relabel(contents, ["a", "b"], "clap")
    relabelled = contents.applied(edit).segment("a")
    assert edit.name == "Relabel 2 segments as clap"
    assert len(edit.changes) == 1  # the other one was so already
    assert (relabelled.origin, relabelled.score) == (Origin.HUMAN, None)


def test_relabelling_as_nothing_makes_a_reviewed_span():
    contents = study(segment("a", 10, 20))
    edit = relabel(contents, ["a"], None)
    assert edit.name == "Relabel wave as reviewed"
    assert spans(contents.applied(edit)) == [(10, 20, None)]


def test_removing_leaves_frames_unlabelled():
    contents = study(segment("a", 10, 20), segment("b", 30, 40))
    edit = remove(contents, ["a", "b"])
    assert edit.name == "Remove 2 segments"
    assert contents.applied(edit).segments == {}


def test_removing_what_is_gone_is_refused():
    with pytest.raises(LabelError, match="no longer there"):
        remove(study(), ["a"])
    with pytest.raises(LabelError, match="no segment is chosen"):
        remove(study(), [])


def test_copying_keeps_distances_and_what_is_known():
    contents = study(segment("a", 10, 20, note="n"), segment("b", 30, 40, "clap"))
    copied = contents.applied(copy(contents, ["b", "a"], to_frame=100, person=1))
    assert spans(copied, P2) == [(100, 110, "wave"), (120, 130, "clap")]
    assert copied.segments_of("walk", person=1)[0].note == "n"
    assert spans(copied) == spans(contents)


def test_copying_to_another_tier_in_place_and_onto_itself():
    contents = study(segment("a", 10, 20))
    assert spans(
        contents.applied(copy(contents, ["a"], to_frame=10, tier_id="yours")), ALSO_P1
    ) == [(10, 20, "wave")]
    assert copy(contents, ["a"], to_frame=10).changes == ()
    with pytest.raises(LabelError, match="in the way"):
        copy(contents, ["a"], to_frame=15)
    with pytest.raises(LabelError, match="leave the recording"):
        copy(contents, ["a"], to_frame=FRAMES - 3)


def test_copies_that_would_overlap_each_other_are_refused():
    contents = study(segment("a", 10, 20), segment("b", 15, 25, place=ALSO_P1))
    with pytest.raises(LabelError, match="would overlap"):
        copy(contents, ["a", "b"], to_frame=100, tier_id="mine")


def test_doubt_and_note_are_set_and_cleared():
    contents = study(segment("a", 10, 20), segment("b", 30, 40))
    edit = set_doubt(contents, ["a", "b"], is_doubtful=True)
    contents = contents.applied(edit)
    assert edit.name == "Mark 2 segments as doubtful"
    assert contents.segment("a").is_doubtful
    assert set_doubt(contents, ["a"], is_doubtful=True).changes == ()
    contents = contents.applied(set_note(contents, "a", " look again "))
    assert contents.segment("a").note == "look again"


def test_the_rest_is_reviewed_between_segments_and_only_there():
    contents = study(segment("a", 10, 20), segment("b", 20, 40), segment("z", 0, 5, place=P2))
    edit = review_rest(contents, P1, FRAMES)
    reviewed = contents.applied(edit)
    assert edit.name == "Mark the rest as reviewed"
    assert spans(reviewed) == [
        (0, 10, None),
        (10, 20, "wave"),
        (20, 40, "wave"),
        (40, FRAMES, None),
    ]
    assert review_rest(reviewed, P1, FRAMES).changes == ()


def test_the_rest_is_reviewed_within_a_span():
    contents = study(segment("a", 10, 20))
    reviewed = contents.applied(review_rest(contents, P1, FRAMES, within=(15, 30)))
    assert spans(reviewed) == [(10, 20, "wave"), (20, 30, None)]


def test_five_thousand_segments_move_together_quickly():
    rows = [segment(f"s{n}", 20 * n, 20 * n + 10) for n in range(5000)]
    contents = study(*rows)
    began = time.perf_counter()
    edit = move(contents, [each.id for each in rows], 5, num_frames=200_000)
    contents.applied(edit)
    assert len(edit.changes) == 5000
    assert time.perf_counter() - began < 2


def test_no_series_of_edits_makes_segments_overlap_or_cannot_be_undone():
    chance = random.Random(6)
    contents = start = study()
    done = []
    for _ in range(600):
        ids = [each.id for each in contents.segments_of("walk")]
        some = chance.sample(ids, min(len(ids), chance.randint(1, 3)))
        first = chance.randrange(FRAMES)
        last = chance.randint(first, min(first + 60, FRAMES))
        wishes = [
            partial(draw, contents, P1, first, last, chance.choice(["wave", "clap", None])),
            partial(move, contents, some, chance.randint(-40, 40), num_frames=FRAMES),
            partial(trim, contents, "".join(some[:1]), start=first, stop=last),
            partial(split, contents, "".join(some[:1]), first),
            partial(merge, contents, some),
            partial(relabel, contents, some, "wave"),
            partial(copy, contents, some, to_frame=first, person=chance.randint(0, 1)),
            partial(remove, contents, some[:1]),
            partial(review_rest, contents, P1, FRAMES, within=(first, last)),
        ]
        try:
            edit = chance.choice(wishes)()
        except LabelError:
            continue
        contents = contents.applied(edit)
        done.append(edit)
        for place in (P1, P2):
            ordered = spans(contents, place)
            assert all(one[1] <= two[0] for one, two in pairwise(ordered))
            assert all(0 <= low < high <= FRAMES for low, high, _ in ordered)
    assert len(done) > 200
    for edit in reversed(done):
        contents = contents.applied(edit.inverse)
    assert contents == start
