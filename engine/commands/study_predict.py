"""``skelarium study predict``: segments that a model proposes for recordings of a study."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.sessions import add_session_arguments, opened
from engine.commands.studies import (
    add_study_argument,
    opened_study,
    recordings_named,
    tier_wanted,
)
from engine.commands.study_export_labels import check_target
from engine.commands.study_import_labels import FORMATS
from engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.annotations.exporting import Exported
    from engine.judging.segment_f1 import FoundCounts, SegmentF1
    from engine.labels import StudyRecording
    from engine.runtime.packages import ModelPackage
    from engine.runtime.recognizer import Recognizer
    from engine.study.contents import Edit, StudyContents
    from engine.study.predicting import Said, Scores
    from engine.study.store import Study

EXIT_NOT_ANSWERED = 2
PER_MILLE = 1000


def renaming(text: str) -> tuple[str, str]:
    """Two names with an equals sign between them."""
    theirs, _, ours = text.partition("=")
    if not theirs.strip() or not ours.strip():
        raise ArgumentTypeError(f"expected names such as 'wave=wave hands', got {text!r}")
    return " ".join(theirs.split()), " ".join(ours.split())


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    add_study_argument(parser)
    parser.add_argument(
        "recordings",
        nargs="*",
        metavar="RECORDING",
        help="of the study, by name (default: those without labels; with --score, those with)",
    )
    parser.add_argument("--all", action="store_true", help="all recordings of the study")
    parser.add_argument("--model", metavar="ID", help="model id or package folder (the study's)")
    parser.add_argument(
        "--threshold", type=float, metavar="P", help="least mean probability, 0 to 1"
    )
    parser.add_argument(
        "--rename",
        type=renaming,
        nargs="+",
        default=[],
        metavar="MODEL=STUDY",
        help="what the study calls an action of the model, e.g. 'wave=wave hands'",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the proposals as labels")
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0], help="of FILE")
    parser.add_argument("--force", action="store_true", help="replace FILE")
    parser.add_argument(
        "--accept-above",
        type=float,
        metavar="P",
        help="make segments of the proposals from this score on; labels stay as they are",
    )
    parser.add_argument("--tier", metavar="NAME", help="whose labels count (the first tier's)")
    parser.add_argument(
        "--score", action="store_true", help="compare with the labels: segment F1 at half overlap"
    )
    add_session_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(words: Namespace) -> int:
    """Ask about each recording; one that cannot be answered is named, and the others are."""
    from engine.study.predicting import accept_everywhere, renamed
    from engine.study.proposing import USUAL_THRESHOLD

    threshold = USUAL_THRESHOLD if words.threshold is None else words.threshold
    check_words(words, threshold)
    with opened_study(words, writes=words.accept_above is not None) as study:
        contents = study.contents
        tier = tier_wanted(contents, words.tier) or next(iter(contents.shown_tiers), None)
        tier_id = "" if tier is None else tier.id
        rows = wanted(words, contents, tier_id)
        package = package_for(words, study)
        recognizer = opened(package, words)
        said = ask_all(recognizer, study.folder, rows, threshold)
        said = [renamed(each, dict(words.rename)) for each in said]
        exported = None if words.out is None else export(words, study, said)
        scores = scored(study, package, tier_id, said) if words.score else None
        accepted = None
        if words.accept_above is not None:
            accepted = accept_everywhere(contents, tier_id, said, words.accept_above)
            if accepted.changes:
                study.do(accepted)
    if words.json:
        told: dict[str, object] = {
            "study": str(words.study),
            "model": package.card.id,
            "runs_on": recognizer.choice.text,
            "threshold": threshold,
        }
        told |= describe(said, scores, accepted, exported)
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print(package.card.id)
        print_said(said)
        print_results(scores, accepted, exported)
    return EXIT_NOT_ANSWERED if any(each.error for each in said) else 0


def check_words(words: Namespace, threshold: float) -> None:
    """Check what can be checked before anything is opened.

    Raises:
        EngineError: A share is none, or a file would be replaced unasked.
    """
    for name, share in (("--threshold", threshold), ("--accept-above", words.accept_above)):
        if share is not None and not 0 <= share <= 1:
            raise EngineError(f"{name} must be from 0 to 1, got {share:g}")
    if words.all and words.recordings:
        raise EngineError("give names of recordings or --all, not both")
    if words.out is not None:
        check_target(words.out, force=words.force)


def wanted(
    words: Namespace, contents: "StudyContents", tier_id: str
) -> "tuple[StudyRecording, ...]":
    """The recordings that the words ask for.

    Raises:
        EngineError: There are none.
    """
    rows = recordings_named(contents, words.recordings)
    if not words.all and not words.recordings:
        rows = tuple(
            each
            for each in rows
            if bool(contents.segments_of(each.id, tier_id=tier_id)) == words.score
        )
    if not rows:
        what = "with labels to compare with" if words.score else "without labels"
        raise EngineError(f"the study has no recordings {what}; name some, or ask for --all")
    return rows


def package_for(words: Namespace, study: "Study") -> "ModelPackage":
    """The model that the words name, else the one that the study uses.

    Raises:
        EngineError: There is none.
    """
    from engine.study.models import model_in_use, named_model

    if words.model is not None:
        return named_model(study.folder, words.model)
    package = model_in_use(study.folder, study.contents)
    if package is None:
        raise EngineError("there is no model; install one, or name a package with --model")
    return package


def ask_all(
    recognizer: "Recognizer", folder: Path, rows: "Sequence[StudyRecording]", threshold: float
) -> "list[Said]":
    """What the model says of each recording; progress goes to standard error."""
    from engine.commands.progress import Progress
    from engine.formats import read_recording
    from engine.study.predicting import Said, propose
    from engine.study.whereabouts import path_of

    tell = Progress(PER_MILLE * len(rows), "thousandths of a recording")
    found: list[Said] = []
    for number, row in enumerate(rows):

        def tell_share(share: float, done: int = number) -> None:
            tell(round(PER_MILLE * (done + share)))

        try:
            proposals = propose(
                recognizer,
                read_recording(path_of(folder, row)),
                threshold=threshold,
                on_progress=tell_share,
                should_stop=lambda: False,
            )
            found.append(Said(recording=row, proposals=proposals))
        except EngineError as error:
            sys.stderr.write(f"skelarium: {row.title}: {error}\n")
            found.append(Said(recording=row, error=str(error)))
    return found


def scored(
    study: "Study", package: "ModelPackage", tier_id: str, said: "Sequence[Said]"
) -> "Scores":
    """What the model says beside the labels, told apart by whether it has learnt from there."""
    from dataclasses import replace

    from engine.study.learning import data_words, known_recordings
    from engine.study.predicting import compare

    known = known_recordings(study.contents, package.folder)
    scores = compare(study.contents, tier_id, said, known)
    return replace(scores, caution=data_words([package.card], study.contents))


def export(words: Namespace, study: "Study", said: "Sequence[Said]") -> "Exported":
    """Write what the model proposes as a label file."""
    from engine.annotations.clocks import times_in_files
    from engine.annotations.exporting import export_proposals

    found = [
        (each.recording, person, some) for each in said for person, some in each.proposals.items()
    ]
    times = times_in_files(study.folder)
    return export_proposals(study.contents, words.out, words.format, found, times_of=times)


def describe(
    said: "Sequence[Said]",
    scores: "Scores | None",
    accepted: "Edit | None",
    exported: "Exported | None",
) -> dict[str, object]:
    """Everything, with stable keys; people are counted from 0, as in ``skelarium predict``."""
    told: dict[str, object] = {
        "recordings": [
            {
                "recording": each.recording.title,
                "id": each.recording.id,
                "file": each.recording.path,
                "error": each.error or None,
                "proposals": [
                    {
                        "person": person,
                        "start": one.start,
                        "stop": one.stop,
                        "action": one.name,
                        "score": round(one.score, 6),
                    }
                    for person, some in each.proposals.items()
                    for one in some
                ],
            }
            for each in said
        ]
    }
    if scores is not None:
        told["score"] = {
            "looked_at": describe_score(scores.looked_at),
            "everywhere": describe_score(scores.everywhere),
            "known_recordings": scores.num_known,
            "new": None if scores.new is None else describe_score(scores.new),
            "caution": scores.caution,
        }
    if accepted is not None:
        told["accepted"] = num_segments(accepted)
    if exported is not None:
        told["files"] = [str(path) for path in exported.files]
        told["left_out"] = list(exported.left_out)
    return told


def describe_score(score: "SegmentF1") -> dict[str, object]:
    """Segment F1 with stable keys."""

    def counted(counts: "FoundCounts") -> dict[str, object]:
        return {
            "f1": round(counts.f1, 6),
            "precision": round(counts.precision, 6),
            "recall": round(counts.recall, 6),
            "labelled": counts.labelled,
            "found": counts.found,
            "right": counts.right,
        }

    actions = {name: counted(counts) for name, counts in score.by_action}
    return {"overlap": score.overlap, **counted(score.total), "actions": actions}


def num_segments(edit: "Edit") -> int:
    """How many segments an edit makes."""
    from engine.labels import Segment

    return sum(
        change.before is None and isinstance(change.after, Segment) for change in edit.changes
    )


def print_said(said: "Sequence[Said]") -> None:
    """Each recording's proposals, a line each."""
    for each in said:
        print(each.recording.title)
        if each.error:
            print(f"  not answered: {each.error}")
        for person, some in each.proposals.items():
            who = f"P{person + 1}  " if len(each.proposals) > 1 else ""
            for one in some:
                span = f"{one.start:>7}–{one.stop - 1:<7}"
                print(f"  {who}{span} {one.score:6.3f}  {one.name}")


def print_results(
    scores: "Scores | None", accepted: "Edit | None", exported: "Exported | None"
) -> None:
    """What came of the proposals."""
    from engine.formats.reading import plural

    if scores is not None:
        judged, all_of_it = scores.looked_at, scores.everywhere
        print(
            f"segment F1@{judged.overlap:g}  {judged.f1:.3f} (precision {judged.precision:.3f}, "
            f"recall {judged.recall:.3f}) where people have looked; {all_of_it.f1:.3f} with all "
            "that is unlabelled taken for nothing happens"
        )
        if scores.num_known:
            known = plural(scores.num_known, "recording")
            print(f"  it has learnt from {known} of these, or from people in them, which flatters")
        if scores.new is not None:
            print(f"  {scores.new.f1:.3f} in the others, which are new to it")
        if scores.caution:
            print(f"  {scores.caution}")
        for name, counts in judged.by_action:
            print(f"  {counts.f1:6.3f}  {counts.right} of {counts.labelled} found  {name}")
    if accepted is not None:
        print(f"{plural(num_segments(accepted), 'segment')} accepted")
    if exported is not None:
        print(f"{', '.join(str(path) for path in exported.files)} written")
        for line in exported.left_out:
            print(f"  {line}")


STUDY_PREDICT = Command(
    name="predict",
    summary="propose segments for recordings of a study, and compare them with its labels",
    add_arguments=add_arguments,
    run=run,
)
"""A row of ``skelarium study``."""
