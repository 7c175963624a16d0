"""``skelarium predict``: what a model says of recordings, and where it looked."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.sessions import add_session_arguments, opened
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.prediction import Answer
    from engine.recording import Recording


EXIT_NOT_ANSWERED = 2
"""Some file could not be answered."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="recordings")
    parser.add_argument("--model", metavar="ID", help="model id or package folder (default: first)")
    parser.add_argument("--top", type=int, default=5, metavar="N", help="answers shown (5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--explain", type=Path, metavar="OUT.npz", help="save the explanation of a single FILE"
    )
    add_session_arguments(parser)


def describe(path: Path, recording: "Recording", answer: "Answer", top: int) -> dict[str, object]:
    """An answer with stable keys."""
    return {
        "file": str(path),
        "frames": recording.num_frames,
        "people": [
            {
                "person": prediction.person,
                "main": number == answer.main,
                "start": prediction.start,
                "stop": prediction.stop,
                "is_none": prediction.is_none,
                "none_below": prediction.none_below,
                "top": [
                    {"action": name, "probability": round(share, 6)}
                    for name, share in prediction.top(top)
                ],
            }
            for number, prediction in enumerate(answer.predictions)
        ],
        "ms": round(answer.seconds * 1000, 2),
    }


def save_explanations(answer: "Answer", recording: "Recording", path: Path) -> None:
    """Write where the networks looked as plain arrays; ``engine.explain.arrays`` names them."""
    import io

    import numpy as np

    from engine.explain.arrays import explanation_arrays
    from engine.formats import write_bytes_atomically

    buffer = io.BytesIO()
    arrays = explanation_arrays(answer.explanations, recording)
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    write_bytes_atomically(path, buffer.getvalue())


def run(words: Namespace) -> int:
    """Answer each file; one that cannot be answered is named, and the others are answered."""
    from engine.formats import read_recording
    from engine.recording import Clip
    from engine.runtime.packages import find_model

    if words.top < 1:
        raise EngineError(f"--top must be at least 1, got {words.top}")
    if words.explain is not None and len(words.files) != 1:
        raise EngineError("--explain takes exactly one FILE")
    package = find_model(words.model)
    recognizer = opened(package, words)
    answers: list[dict[str, object]] = []
    failures = 0
    for path in words.files:
        try:
            recording = read_recording(path)
            answer = recognizer.answer(Clip.whole(recording), explain=words.explain is not None)
        except EngineError as error:
            failures += 1
            answers.append({"file": str(path), "error": str(error)})
            sys.stderr.write(f"skelarium: {error}\n")
            continue
        answers.append(describe(path, recording, answer, words.top))
        if answer.explanations:
            save_explanations(answer, recording, words.explain)
        if not words.json:
            print_answer(path, answer, words.top)
    if words.json:
        told = {"model": package.card.id, "runs_on": recognizer.choice.text, "answers": answers}
        print(json.dumps(told, indent=2))
    return EXIT_NOT_ANSWERED if failures else 0


def print_answer(path: Path, answer: "Answer", top: int) -> None:
    """The answers of one file as a table."""
    print(path)
    for number, prediction in enumerate(answer.predictions):
        if len(answer.predictions) > 1:
            moves = ", moves most" if number == answer.main else ""
            print(f"  person {(prediction.person or 0) + 1}{moves}")
        if prediction.is_none:
            print(f"  none of these: no action reaches {prediction.none_below:.3f}")
        for name, share in prediction.top(top):
            print(f"  {share:6.3f}  {name}")


PREDICT = Command(
    name="predict",
    summary="say what happens in recordings, and save where the model looked",
    add_arguments=add_arguments,
    run=run,
)
