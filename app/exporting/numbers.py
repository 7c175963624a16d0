"""Numbers of the clip on show, through the engine's own writers."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app.exporting.orders import NumbersOrder
from app.services.inference import ClipRecognizer
from app.services.task_runner import TaskControl
from engine.errors import EngineError
from engine.inspection.dossier import Dossier, Inquiry, Part, investigate
from engine.inspection.dossier_files import files_there, write_dossier
from engine.prediction import Answer
from engine.recording import Clip, Recording

KNOWN = frozenset({Part.ANSWERS, Part.JOINTS, Part.LINKS, Part.TIMES, Part.POINTS})
"""Parts that an answer holds."""
MEASURED = (Part.OCCLUSION, Part.DELETION, Part.DELAY)
"""What takes time, in the order in which it is done."""


def dossier_of_answer(answer: Answer, recording: Recording, person: int | None) -> Dossier:
    """What is known without asking more: answers and maps.

    Args:
        answer: With explanations.
        recording: It is about.
        person: Whose; None for the one who moves most.
    """
    predictions = answer.predictions
    about = [number for number, each in enumerate(predictions) if each.person == person]
    first = predictions[answer.main]
    return Dossier(
        clip=Clip(recording=recording, start=first.start, stop=first.stop),
        parts=KNOWN,
        answer=answer,
        about=about[0] if about else answer.main,
    )


def ask_numbers(
    recognizer: ClipRecognizer, clip: Clip, person: int | None, control: TaskControl
) -> Dossier:
    """All there is to know; called in the inference thread.

    Raises:
        EngineError: The model tells nothing about it; says why.
    """
    from engine.runtime.recognizer import Recognizer

    if not isinstance(recognizer, Recognizer):
        raise EngineError("this model can only answer; it cannot be measured")
    inquiry = replace(Inquiry(), person=person)

    def tell(part: Part, share: float) -> None:
        control.checkpoint((MEASURED.index(part) + share) / len(MEASURED))

    return investigate(recognizer, clip, inquiry, tell=tell, should_stop=control.should_stop)


def check_numbers(order: NumbersOrder) -> None:
    """Refuse to write over anything, before any work is done.

    Raises:
        EngineError: A file is there already, or the folder is a file.
    """
    there = files_there(order.out, frozenset(Part) if order.is_full else KNOWN)
    if there and not order.replaces:
        raise EngineError(f"{there[0]} exists already; name another folder")


def write_numbers(dossier: Dossier, order: NumbersOrder, facts: Mapping[str, object]) -> Path:
    """Write the folder.

    Raises:
        EngineError: Such files are there already, or the system refuses.
    """
    check_numbers(order)
    write_dossier(dossier, order.out, facts)
    return order.out
