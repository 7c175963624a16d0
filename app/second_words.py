"""What is written about a second recording: in the strip, under the views."""

from dataclasses import replace

from app.action_colours import NO_STUDY_PALETTE, ActionPalette
from app.alignment_words import bend_text, overall_text, worst_text
from app.document import AnswerPhase, AnswerState, prediction_for
from app.lanes.answers import NONE_OF_THESE
from app.pane_caption import PaneCaption, Standing
from app.second_state import SecondPhase, SecondState
from app.time_left import time_left_text
from engine.prediction import Prediction


def moment_text(state: SecondState, frame: int) -> str:
    """What the strip says of a frame."""
    if state.phase is SecondPhase.READING:
        return f"Reading {state.name}…"
    if state.phase is SecondPhase.REFUSED:
        return state.message
    laid = state.laid
    if laid is None or state.left_s is not None or frame >= len(laid.partners):
        return _progress_text(state)
    alignment = laid.alignment
    overall = overall_text(alignment, frame)
    if not overall:
        return f"Nothing of {state.name} belongs to this moment."
    parts = (f"Apart {overall}", worst_text(alignment, frame), bend_text(alignment, frame))
    return "   ·   ".join(part for part in parts if part)


def _progress_text(state: SecondState) -> str:
    """How far it is, and how long it will take; no more than is known."""
    text = "Laying one upon the other…"
    if state.fraction is not None:
        text += f"  {state.fraction * 100:.0f} %"
    return text if state.left_s is None else f"{text}  ·  {time_left_text(state.left_s)}"


def said_text(prediction: Prediction | None) -> str:
    """``wave 0.93``; empty for no answer."""
    if prediction is None:
        return ""
    (name, share), *_ = prediction.top(1)
    return f"{NONE_OF_THESE if prediction.is_none else name} {share:.2f}"


def second_prediction(state: SecondState) -> Prediction | None:
    """What the model shown says of the second recording's person."""
    answer = state.answer.answer
    person = None
    if state.laid is not None:
        person = state.laid.alignment.pair.second.performer.person
    return None if answer is None else prediction_for(answer, person)


def captions(
    first_name: str,
    first: tuple[AnswerState, Prediction | None],
    state: SecondState,
    palette: ActionPalette = NO_STUDY_PALETTE,
) -> tuple[PaneCaption, PaneCaption]:
    """Under the two views.

    Args:
        first_name: Of the recording on show.
        first: What is known of the model's answer about it, and about the person picked.
        state: Of the second recording.
        palette: Which colour an action has.
    """
    ours, theirs = first[1], second_prediction(state)
    left = _caption(PaneCaption(title=first_name, standing=Standing.SHOWN), first[0], ours, palette)
    right = _caption(PaneCaption(title=state.name), state.answer, theirs, palette)
    if ours is not None and theirs is not None:
        is_same = (left.answer, ours.is_none) == (right.answer, theirs.is_none)
        standing = Standing.AGREES if is_same else Standing.DIFFERS
        right = replace(right, standing=standing, remark=standing.value)
    return left, right


def _caption(
    bare: PaneCaption, known: AnswerState, said: Prediction | None, palette: ActionPalette
) -> PaneCaption:
    if said is None:
        words = {
            AnswerPhase.REFUSED: known.message,
            AnswerPhase.ASKED: "Asking the model…",
            AnswerPhase.ANSWERED: "This person is not visible in these frames.",
        }
        return replace(bare, message=words.get(known.phase, "No model is asked."))
    (name, share), *_ = said.top(1)
    return replace(
        bare,
        answer=NONE_OF_THESE if said.is_none else name,
        number=f"{name} {share:.2f}" if said.is_none else f"{share:.2f}",
        colour="" if said.is_none else palette.colour(name, said.class_names),
    )
