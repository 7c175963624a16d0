"""A small study, its runs and their results, made without a disk."""

from dataclasses import replace
from pathlib import Path

from engine.labels import NOTHING, Action, Segment, StudyFacts, StudyRecording, Tier
from engine.study.contents import StudyContents
from engine.study.forecast import RetrainMode
from engine.study.outcome import ClipVerdict, Outcome, SegmentScore
from engine.study.selecting import Choice
from trainer.receipts import GivenSegment, Receipt, write_receipt
from trainer.retraining import CurvePoint, NetworkCurve, Run, RunPhase, RunState

WALK, CARRY = "walk", "carry"
COLOURS = {WALK: "#5c8ffa", CARRY: "#9b7be8"}


def contents(
    *, people: int = 4, per_action: int = 3, folder: Path = Path("/recordings")
) -> StudyContents:
    """Each person walks and carries in a recording of their own, and then nothing happens."""
    actions = {
        name: Action(id=name, name=name, colour=colour, position=place)
        for place, (name, colour) in enumerate(COLOURS.items())
    }
    recordings, segments = {}, {}
    for person in range(1, people + 1):
        key = f"r{person}"
        recordings[key] = StudyRecording(
            id=key,
            path=str(folder / f"{key}.npz"),
            sha256=key,
            title=f"day {person}",
            format_id="npz",
            layout_id="kinect-v1",
            num_frames=2000,
            num_people=1,
            fps="30",
            actors=(f"s{person}",),
        )
        names = [*([WALK] * per_action), *([CARRY] * per_action), None]
        segments[key] = {
            f"{key}-{place}": Segment(
                id=f"{key}-{place}",
                recording_id=key,
                person=0,
                tier_id="t",
                start=100 * place,
                stop=100 * place + 80,
                action_id=name,
            )
            for place, name in enumerate(names)
        }
    return StudyContents(
        facts=StudyFacts(name="kitchen"),
        actions=actions,
        tiers={"t": Tier(id="t", name="labels")},
        recordings=recordings,
        segments=segments,
    )


def verdict(
    segment_id: str,
    label: str,
    said: tuple[str, str],
    *,
    is_trained_on: bool = False,
    was_trained_on: bool = False,
    score: float = 0.8,
) -> ClipVerdict:
    """What two models, the old one first, call a clip of the first recording."""
    before, after = said
    return ClipVerdict(
        segment_id=segment_id,
        recording_id="r1",
        person=0,
        start=100,
        stop=180,
        label=label,
        before=before,
        before_score=0.6,
        before_label_score=0.6 if before == label else 0.1,
        after=after,
        after_score=score,
        after_label_score=score if after == label else 0.1,
        is_trained_on=is_trained_on,
        was_trained_on=was_trained_on,
    )


def outcome(**changes: object) -> Outcome:
    """Two clips are better now, one is worse, one is right in both; one was learnt from."""
    made = Outcome(
        old_model="stand-in",
        new_model="kitchen-1",
        class_names=(WALK, CARRY, NOTHING),
        verdicts=(
            verdict("a", WALK, (CARRY, WALK), score=0.7),
            verdict("b", CARRY, ("drink", CARRY), score=0.9),
            verdict("c", WALK, (WALK, CARRY)),
            verdict("d", NOTHING, (NOTHING, NOTHING)),
            verdict("e", CARRY, (WALK, CARRY), is_trained_on=True),
        ),
        old_segments=SegmentScore(
            f1=0.31, precision=0.4, recall=0.25, num_recordings=2, num_segments=14
        ),
        new_segments=SegmentScore(
            f1=0.72, precision=0.75, recall=0.69, num_recordings=2, num_segments=14
        ),
        seconds=41.0,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def receipt(number: int = 1, mode: RetrainMode = RetrainMode.QUICK) -> Receipt:
    """What a run was given."""
    return Receipt(
        number=number,
        title=f"Run {number} · {mode.value} · stand-in",
        model_id=f"kitchen-{number}",
        mode=mode,
        base="",
        base_id="stand-in",
        base_title="Stand-in",
        old_model="",
        old_model_id="stand-in",
        choice=Choice(),
        class_names=(WALK, CARRY, NOTHING),
        num_clips=28,
        division="By person.",
        left_out=(),
        doubts=(),
        seconds=40.0,
        segments=(),
        time=1_700_000_000.0,
        program="0",
    )


def run(number: int = 1, mode: RetrainMode = RetrainMode.QUICK) -> Run:
    """A run that lies nowhere."""
    return Run(folder=Path(f"/nowhere/{number:03}"), receipt=receipt(number, mode))


def run_folder(study: Path, number: int = 1, *, trained: tuple[GivenSegment, ...] = ()) -> Path:
    """A run's folder as the program prepares it."""
    folder = study / "jobs" / f"{number:03}-quick-stand-in"
    folder.mkdir(parents=True)
    write_receipt(folder, replace(receipt(number), segments=trained))
    return folder


def curve(name: str = "fg-stformer-joint", done: int = 6, passes: int = 10) -> NetworkCurve:
    """The loss falls from 2, half the clips are named right from the start."""
    points = tuple(
        CurvePoint(
            number=number,
            loss=2.0 / number,
            train_accuracy=0.5 + 0.05 * number,
            accuracy=0.5 if number % 3 == 0 else None,
        )
        for number in range(1, done + 1)
    )
    return NetworkCurve(name=name, points=points, passes=passes, recall={WALK: 0.75, CARRY: 0.5})


def training(**changes: object) -> RunState:
    """A run at work on its only network."""
    made = RunState(
        phase=RunPhase.TRAINING,
        doing="training",
        networks=("fg-stformer-joint",),
        curves=(curve(),),
        share_done=0.6,
        seconds_left=240.0,
        device="cpu",
        memory_mb=812.0,
        clips_per_second=36.0,
    )
    return replace(made, **changes)  # type: ignore[arg-type]
