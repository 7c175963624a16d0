"""A model asked about whole recordings, and compared with what people say."""

import pytest

from engine.formats import read_recording
from engine.judging.segment_f1 import FoundCounts
from engine.runtime.packages import find_model
from engine.runtime.recognizer import open_recognizer
from engine.samples import SAMPLES
from engine.study.predicting import Said, accept_everywhere, compare, propose, renamed
from engine.study.proposing import Proposal
from tests.engine.study.making_labels import ALSO_P1, OTHER, P2, segment, spans, study


def proposal(start, stop, name="wave", score=0.9):
    return Proposal(start=start, stop=stop, name=name, score=score, model_id="m")


def said(contents, recording_id, **by_person):
    people = {int(key[1:]) - 1: tuple(some) for key, some in by_person.items()}
    return Said(recording=contents.recordings[recording_id], proposals=people)


def test_what_a_model_sees_where_nobody_has_looked_counts_only_where_that_is_wanted():
    contents = study(
        segment("a", 0, 20),
        segment("r", 20, 60, None),
        segment("b", 0, 20, "clap", place=P2),
        segment("other tier", 100, 200, place=ALSO_P1),
    )
    found = said(
        contents,
        "walk",
        P1=[proposal(0, 20), proposal(30, 50, "clap"), proposal(100, 200)],
        P2=[proposal(5, 20, "clap")],
    )
    scores = compare(contents, "mine", [found])
    assert scores.looked_at.total == FoundCounts(right=2, invented=1)
    assert scores.everywhere.total == FoundCounts(right=2, invented=2)


def test_recordings_that_the_model_has_learnt_from_are_told_from_those_new_to_it():
    contents = study(segment("a", 0, 20), segment("b", 0, 20, place=OTHER))
    found = [
        said(contents, "walk", P1=[proposal(0, 20)]),
        said(contents, "sit", P1=[proposal(0, 20, "clap")]),
    ]
    scores = compare(contents, "mine", found, known={"walk"})
    assert scores.num_known == 1
    assert scores.new is not None
    assert scores.new.total == FoundCounts(invented=1, missed=1)
    assert scores.looked_at.total == FoundCounts(right=1, invented=1, missed=1)
    assert compare(contents, "mine", found).new is None


def test_recordings_that_could_not_be_answered_are_not_held_against_the_model():
    contents = study(segment("a", 0, 20), segment("b", 0, 20, place=OTHER))
    lost = Said(recording=contents.recordings["sit"], error="gone")
    scores = compare(contents, "mine", [said(contents, "walk", P1=[proposal(0, 20)]), lost])
    assert scores.everywhere.total == FoundCounts(right=1)


def test_accepting_everywhere_is_one_step_and_adds_an_action_once():
    contents = study(segment("a", 0, 20))
    edit = accept_everywhere(
        contents,
        "mine",
        [
            said(contents, "walk", P1=[proposal(0, 20), proposal(30, 40, "jump")]),
            said(contents, "sit", P1=[proposal(5, 9, "jump"), proposal(50, 60, score=0.3)]),
        ],
        0.5,
    )
    accepted = contents.applied(edit)
    jump = accepted.action_named("jump").id
    assert edit.name == "Accept 2 proposals"
    assert spans(accepted) == [(0, 20, "wave"), (30, 40, jump)]
    assert spans(accepted, OTHER) == [(5, 9, jump)]
    assert accepted.applied(edit.inverse) == contents


def test_a_models_words_can_be_turned_into_the_studys():
    contents = study()
    found = said(contents, "walk", P1=[proposal(0, 20, "wave hands"), proposal(30, 40, "jump")])
    names = [each.name for each in renamed(found, {"wave hands": "wave"}).proposals[0]]
    assert names == ["wave", "jump"]


@pytest.fixture(scope="module")
def recognizer(tiny_package):
    return open_recognizer(find_model(str(tiny_package)))


def asked(recognizer, sample_id, should_stop=lambda: False):
    (path,) = (each.path for each in SAMPLES if each.id == sample_id)
    recording = read_recording(path)
    shares = []
    found = propose(
        recognizer, recording, threshold=0.0, on_progress=shares.append, should_stop=should_stop
    )
    return recording, found, shares


def test_a_short_recording_gets_one_proposal_a_person(recognizer):
    recording, found, shares = asked(recognizer, "two-people")
    assert list(found) == [0, 1]
    for (one,) in found.values():
        assert 0 <= one.start < one.stop <= recording.num_frames
    assert shares[-1] == 1


def test_a_long_recording_gets_proposals_that_do_not_overlap(recognizer):
    recording, found, shares = asked(recognizer, "errand")
    edges = [edge for one in found[0] for edge in (one.start, one.stop)]
    assert len(edges) >= 2
    assert edges == sorted(edges)
    assert edges[-1] <= recording.num_frames
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_asking_can_be_stopped(recognizer):
    _, found, _ = asked(recognizer, "errand", should_stop=lambda: True)
    assert found == {}
