"""``skelarium explain``: all that a model tells of one clip, written into a folder."""

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.sessions import add_session_arguments, opened
from engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.inspection.dossier import Dossier, Part
    from engine.recording import Clip, Recording

PARTS = (
    "answers",
    "joints",
    "links",
    "times",
    "points",
    "deletion",
    "delay",
    "occlusion",
    "contrast",
    "seen",
)
"""Values of ``engine.inspection.dossier.Part``, which is not loaded to print the help."""
WORDS = {"occlusion": "joints standing still", "deletion": "deletion curves", "delay": "delay"}
PER_CENT = 100


def _span(text: str) -> tuple[int | None, int | None]:
    """``A:B``, either of which may be left out."""
    first, colon, last = text.partition(":")
    try:
        if not colon:
            raise ValueError
        return (int(first) if first else None, int(last) if last else None)
    except ValueError:
        raise ArgumentTypeError(f"expected FIRST:STOP such as 30:120, got {text!r}") from None


def add_arguments(parser: ArgumentParser, parts: tuple[str, ...] = PARTS) -> None:
    """Declare the command's words.

    Args:
        parser: Gets them.
        parts: What may be asked for; a program that also draws has more.
    """
    parser.add_argument("file", type=Path, metavar="FILE", help="a recording")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.add_argument("--model", metavar="ID", help="model id or package folder (default: first)")
    parser.add_argument(
        "--only", nargs="+", choices=parts, metavar="PART", help=f"of {', '.join(parts)}"
    )
    parser.add_argument(
        "--frames", type=_span, metavar="A:B", help="from A up to before B (default: all)"
    )
    parser.add_argument(
        "--person",
        type=int,
        metavar="P",
        help="counted from 1, as in the window (default: who moves most)",
    )
    parser.add_argument(
        "--orders", type=int, default=10, metavar="N", help="random orders for deletion (10)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of those orders (0)")
    parser.add_argument(
        "--prefixes", type=int, default=24, metavar="N", help="beginnings for the delay (24)"
    )
    parser.add_argument(
        "--blocks", type=int, default=1, metavar="N", help="stretches of time for occlusion (1)"
    )
    parser.add_argument("--force", action="store_true", help="replace what DIR holds of these")
    parser.add_argument("--json", action="store_true", help="print explain.json")
    add_session_arguments(parser)


def run(words: Namespace) -> int:
    """Ask, write, and say in a few lines what came of it; progress goes to standard error."""
    from engine.formats import read_recording
    from engine.inspection.dossier import Inquiry, Part, investigate
    from engine.inspection.dossier_files import check_folder, write_dossier
    from engine.runtime.packages import find_model

    parts = frozenset(Part(name) for name in words.only or PARTS)
    check_folder(words.out, parts, replaces=words.force)
    recording = read_recording(words.file)
    clip = clip_of(recording, words)
    if words.person is not None and not 1 <= words.person <= recording.num_people:
        raise EngineError(
            f"{words.file.name} has people 1 to {recording.num_people}, and no {words.person}"
        )
    inquiry = Inquiry(
        parts=parts,
        person=None if words.person is None else words.person - 1,
        random_orders=words.orders,
        seed=words.seed,
        prefixes=words.prefixes,
        blocks=words.blocks,
    )
    package = find_model(words.model)
    recognizer = opened(package, words)
    dossier = investigate(recognizer, clip, inquiry, tell=teller())
    facts = {
        "file": str(words.file),
        "model": package.card.id,
        "title": package.card.title,
        "runs_on": recognizer.choice.text,
    }
    written = write_dossier(dossier, words.out, facts)
    if words.json:
        print(json.dumps(written.summary, indent=2, ensure_ascii=False))
    else:
        print_dossier(words.file, dossier)
        print(f"{words.out}: {', '.join(path.name for path in written.files)}")
    return 0


def clip_of(recording: "Recording", words: Namespace) -> "Clip":
    """The frames that the words ask for.

    Raises:
        EngineError: The recording does not have them.
    """
    from engine.recording import Clip

    start, stop = words.frames or (None, None)
    return Clip(
        recording=recording,
        start=0 if start is None else start,
        stop=recording.num_frames if stop is None else stop,
    )


def teller() -> "Callable[[Part, float], None]":
    """Says on standard error how far each part is."""
    from engine.commands.progress import Progress

    begun: dict[Part, Progress] = {}

    def tell(part: "Part", share: float) -> None:
        if part not in begun:
            begun[part] = Progress(PER_CENT, f"per cent of {WORDS[part.value]}")
        begun[part](round(share * PER_CENT))

    return tell


def print_dossier(path: Path, dossier: "Dossier") -> None:
    """What came of it, in a few lines."""
    prediction = dossier.answer.predictions[dossier.about]
    about = "" if prediction.person is None else f", person {prediction.person + 1}"
    print(f"{path}{about}, frames {dossier.clip.start} to {dossier.clip.stop - 1}")
    for name, share in prediction.top(2):
        print(f"  {share:6.3f}  {name}")
    for curve in dossier.curves:
        print(
            f"  deletion: {curve.advantage:+.3f} against random orders "
            f"(spread {curve.random_spread:.3f}), better than {curve.beaten:.0%}: {curve.map_name}"
        )
    if dossier.delay is not None:
        settled = dossier.delay.settled
        print(f"  settled after {settled.seconds:.2f} s, {settled.share:.0%} of the clip")
    for note in dossier.notes:
        print(f"  {note}")


EXPLAIN = Command(
    name="explain",
    summary="write down where a model looked, what its answer hangs on and when it was settled",
    add_arguments=add_arguments,
    run=run,
)
