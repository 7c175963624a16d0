"""``skelarium compare``: how one person's movement differs from another's."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command

if TYPE_CHECKING:
    from engine.alignment.alignment import Alignment
    from engine.alignment.pairing import Performer

WAYS = ("movement", "start", "stretched")
"""Values of ``engine.alignment.timing.By``, which is not loaded to print the help."""
PER_CENT = 100
CENTIMETRES = 100
TOP_JOINTS = 5


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a recording")
    parser.add_argument("other", type=Path, metavar="OTHER", help="what it is compared with")
    parser.add_argument(
        "--by",
        choices=WAYS,
        default=WAYS[0],
        help="how they are laid upon each other in time: what is done alike together, from the "
        "start at one speed, or stretched to one length (movement)",
    )
    for name, whose in (("--person", "FILE"), ("--other-person", "OTHER")):
        parser.add_argument(
            name,
            type=int,
            metavar="P",
            help=f"of {whose}, counted from 1 (default: who moves most)",
        )
    parser.add_argument(
        "--free",
        action="store_true",
        help="put OTHER upon FILE once, at the beginning, and not in every frame",
    )
    parser.add_argument(
        "--own-size", action="store_true", help="do not bring OTHER to the size of FILE"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write tables and arrays here")
    parser.add_argument("--force", action="store_true", help="replace what DIR holds of these")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")


def run(words: Namespace) -> int:
    """Align, say in a few lines what came of it, and write it down if that is wanted."""
    from engine.alignment.alignment import align
    from engine.alignment.files import check_folder, summary_of, write_alignment
    from engine.alignment.pairing import pair_of
    from engine.alignment.placing import Place
    from engine.alignment.timing import By
    from engine.commands.progress import Progress

    if words.out is not None:
        check_folder(words.out, replaces=words.force)
    first = _performer(words.file, words.person)
    second = _performer(words.other, words.other_person)
    tell = Progress(PER_CENT, "per cent aligned")
    alignment = align(
        pair_of(first, second),
        By(words.by),
        Place.FREE if words.free else Place.PINNED,
        same_size=not words.own_size,
        on_progress=lambda share: tell(round(share * PER_CENT)),
    )
    facts = {"file": str(words.file), "other": str(words.other)}
    summary: dict[str, object] = {**facts, **summary_of(alignment)}
    files: tuple[Path, ...] = ()
    if words.out is not None:
        written = write_alignment(alignment, words.out, facts)
        summary, files = dict(written.summary), written.files
    if words.json:
        print(json.dumps(summary, indent=2, ensure_ascii=False))
        return 0
    print_alignment(words.file, words.other, alignment)
    if files:
        print(f"{words.out}: {', '.join(path.name for path in files)}")
    return 0


def _performer(path: Path, number: int | None) -> "Performer":
    from engine.alignment.pairing import Performer, main_person
    from engine.formats import read_recording

    recording = read_recording(path)
    person = main_person(recording) if number is None else number - 1
    return Performer(recording=recording, person=person)


def print_alignment(first: Path, second: Path, alignment: "Alignment") -> None:
    """What came of it, in a few lines."""
    import numpy as np

    pair = alignment.pair
    aligned = np.flatnonzero(alignment.aligned)
    met = alignment.frames[aligned]
    people = [body.performer.person + 1 for body in (pair.first, pair.second)]
    print(f"{first}, person {people[0]}, and {second}, person {people[1]}, by {alignment.by.value}")
    print(f"  frames {aligned[0]} to {aligned[-1]} meet {met[0]:.1f} to {met[-1]:.1f}")
    height = pair.first.height
    mean = _length(alignment.mean * height, pair.unit)
    print(f"  apart {alignment.mean:.1%} of the body's height on average, {mean}")
    frame, greatest = alignment.greatest
    most, when = _length(greatest * height, pair.unit), pair.first.performer.seconds[frame]
    worst = ", ".join(
        f"{pair.joint_names[joint]} {_length(apart, pair.unit)}"
        for joint, apart in alignment.worst_joints(frame, TOP_JOINTS)
    )
    print(f"  most {greatest:.1%}, {most}, at {when:.2f} s (frame {frame}): {worst}")
    means = alignment.joint_means
    over_time = ", ".join(
        f"{pair.joint_names[joint]} {_length(means[joint], pair.unit)}"
        for joint in alignment.joints_by_distance[:TOP_JOINTS]
    )
    print(f"  joints over time: {over_time}")


def _length(length: float, unit: str) -> str:
    return f"{length * CENTIMETRES:.1f} cm" if unit == "m" else f"{length:.3g} {unit}"


COMPARE = Command(
    name="compare",
    summary="lay two recordings upon each other and say where their movements differ",
    add_arguments=add_arguments,
    run=run,
)
"""The row of ``engine.cli.COMMANDS``."""
