from dataclasses import replace
from pathlib import Path

from app.action_colours import ActionPalette
from app.alignment_words import bend_text, length_text, overall_text, worst_text
from app.document import AnswerPhase, AnswerState
from app.pane_caption import Standing
from app.second_state import NO_SECOND, SecondPhase, SecondState
from app.second_words import captions, moment_text
from engine.prediction import Prediction
from engine.recording import Clip
from tests.app import stand_ins
from tests.app.figures import recording_of
from tests.app.laid_pairs import FRAMES, aligned, laid, raising, two


def ready() -> SecondState:
    first, second = two()
    return replace(
        NO_SECOND,
        phase=SecondPhase.READY,
        path=Path("other.npz"),
        recording=second,
        laid=laid(first, second),
    )


def said(best: int) -> Prediction:
    return Prediction(
        model_id="m",
        class_names=stand_ins.ACTIONS,
        probabilities=stand_ins.probabilities(best),
        start=0,
        stop=FRAMES,
        person=0,
    )


def test_lengths_are_told_in_centimetres_and_pixels_as_they_are() -> None:
    assert length_text(0.234, "m") == "23 cm"
    assert length_text(12.34, "px") == "12.3 px"


def test_the_joint_that_is_farthest_apart_is_named_first() -> None:
    alignment = aligned(*two())

    assert worst_text(alignment, FRAMES - 1).startswith("right hand 30 cm, ")
    assert "of its height" in overall_text(alignment, FRAMES - 1)


def test_a_clear_difference_of_a_bend_is_told_and_a_small_one_is_not() -> None:
    first = recording_of(raising())
    bent = raising()
    bent[:, 0, 10] = bent[:, 0, 8] + (0.05, 0.0, -0.3)  # the right wrist before the shoulder
    alignment = aligned(first, recording_of(bent))

    assert "right elbow" in bend_text(alignment, 5)
    assert "more bent" in bend_text(alignment, 5)
    assert bend_text(aligned(first, first), 5) == ""


def test_the_strip_says_what_is_going_on() -> None:
    state = ready()

    assert moment_text(replace(state, phase=SecondPhase.READING), 0) == "Reading other…"
    waiting = replace(state, phase=SecondPhase.ALIGNING, laid=None, fraction=0.4)
    assert moment_text(waiting, 0) == "Laying one upon the other…  40 %"
    told = "Laying one upon the other…  40 %  ·  12 s left"
    assert moment_text(replace(waiting, left_s=12.0), 0) == told
    again = replace(waiting, left_s=12.0, laid=state.laid)
    assert moment_text(again, 0) == told, "what was found before is of no use then"
    refused = replace(state, phase=SecondPhase.REFUSED, laid=None, message="No.")
    assert moment_text(refused, 0) == "No."
    assert "right hand" in moment_text(state, FRAMES - 1)


def test_a_moment_without_a_partner_says_so() -> None:
    first, short = recording_of(raising()), recording_of(raising()[:20])
    state = replace(ready(), laid=laid(first, short))

    assert moment_text(state, 30) == "Nothing of other belongs to this moment."


def test_both_views_tell_their_answers_and_whether_they_agree() -> None:
    first, second = two()
    answer = stand_ins.answer(Clip.whole(second))
    state = replace(
        ready(),
        answer=AnswerState(phase=AnswerPhase.ANSWERED, answer=answer),
    )
    known = AnswerState(phase=AnswerPhase.ANSWERED, answer=stand_ins.answer(Clip.whole(first)))

    left, right = captions("this", (known, said(0)), state)
    _, other = captions("this", (known, said(1)), state)

    assert (left.title, left.answer, left.standing) == ("this", "wave", Standing.SHOWN)
    assert (right.title, right.answer, right.standing) == ("other", "wave", Standing.AGREES)
    assert (other.standing, other.remark) == (Standing.DIFFERS, "differs")
    assert right.colour == left.colour

    palette = ActionPalette(named=(("wave", "#112233"),), offered=("#112233",))
    assert [each.colour for each in captions("this", (known, said(0)), state, palette)] == [
        "#112233",
        "#112233",
    ]


def test_a_view_without_an_answer_says_why() -> None:
    state = replace(ready(), answer=AnswerState(phase=AnswerPhase.REFUSED, message="Too small."))

    _, right = captions("this", (AnswerState(phase=AnswerPhase.ASKED), None), state)

    assert right.message == "Too small."
