"""A study whose process is killed while it edits as fast as it can, again and again.

``python -m tests.engine.study.killed_study 500`` kills 500 times and tells what came of it; the
tests do it a few times. Each time the study is opened afterwards and must be whole, with every step
that was told as done, and at most the one that was being done.
"""

import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen, TimeoutExpired
from tempfile import TemporaryDirectory

from engine.labels import Action, Rejection, Segment, StudyRecording, new_id
from engine.study.backups import damaged_backups, list_backups
from engine.study.checking import check_study
from engine.study.contents import Change, Edit, Row, StudyContents, added, changed, removed
from engine.study.replaying import rows_of
from engine.study.rows import cells_of
from engine.study.store import Study

ROOT = Path(__file__).resolve().parents[3]
FRAMES = 10_000_000
TAKE = "recordings/take.npz"
TAKE_BYTES = b"not looked into"
IMPORTED = 400
STUDY_LIVES = 12
"""Kills after which a new study is begun."""
LONGEST_STEPS = 60
LONGEST_S = 0.012


def signature(rows: Iterator[Row]) -> int:
    """A number for a set of rows, whatever their order."""
    found = 0
    for row in rows:
        found ^= row_signature(row)
    return found


def row_signature(row: Row | None) -> int:
    if row is None:
        return 0
    text = repr((type(row).__name__, cells_of(row))).encode()
    return zlib.crc32(text) << 32 | zlib.adler32(text)


@dataclass(frozen=True)
class State:
    """What must be found again."""

    position: int
    steps: int
    rows: int

    @classmethod
    def of(cls, study: Study) -> "State":
        history = study.history
        return cls(history.position, len(history.steps), signature(rows_of(study.contents)))

    def after(self, edit: Edit, position: int, steps: int) -> "State":
        rows = self.rows
        for change in edit.changes:
            rows ^= row_signature(change.before) ^ row_signature(change.after)
        return State(position, steps, rows)

    def __str__(self) -> str:
        return f"{self.position} {self.steps} {self.rows}"

    @classmethod
    def read(cls, words: list[str]) -> "State":
        return cls(*map(int, words))


# the one that is killed


def edit_for_ever(folder: Path, seed: int) -> None:
    """Create or open the study and edit it, telling each step before and after."""
    random = Random(seed)
    if not (folder / "study.db").exists():
        tell("new", "")
        take = folder / TAKE
        take.parent.mkdir(parents=True, exist_ok=True)
        take.write_bytes(TAKE_BYTES)
        Study.create(folder, "killed").close()
    study = Study.open(folder)
    state = State.of(study)
    tell("did", str(state))
    while True:
        history, kind = study.history, random.random()
        if kind < 0.72 or not history.steps:
            edit = some_edit(study.contents, random)
            position = history.position + 1
            state = state.after(edit, position, position)
            tell("will", str(state))
            study.do(edit)
        else:
            last = len(history.steps)
            if kind < 0.84:
                position = max(history.position - 1, 0)
            elif kind < 0.94:
                position = min(history.position + 1, last)
            else:
                position = random.randint(max(history.position - 30, 0), last)
            state = moved(study, state, position)
            tell("will", str(state))
            study.go_to(position)
        tell("did", str(state))


def moved(study: Study, state: State, position: int) -> State:
    now, steps = study.history.position, len(study.history.steps)
    numbers = range(now, position, -1) if position < now else range(now + 1, position + 1)
    for number in numbers:
        state = state.after(study.step_edit(number), position, steps)
    return replace(state, position=position)


def tell(word: str, more: str) -> None:
    sys.stdout.write(f"{word} {more}\n")
    sys.stdout.flush()


def some_edit(contents: StudyContents, random: Random) -> Edit:
    """An edit of any kind that can be made."""
    kind = random.random()
    segments = [each for rows in contents.segments.values() for each in rows.values()]
    if kind < 0.08 or not contents.actions:
        return import_edit(contents, random)
    if kind < 0.35 or not segments:
        row = next_segment(contents, random, {})
        return Edit(name="Draw", changes=(added(row),))
    return change_of(contents, random, segments)


def change_of(contents: StudyContents, random: Random, segments: list[Segment]) -> Edit:
    """An edit of what is there."""
    one, kind = random.choice(segments), random.random()
    if kind < 0.3:
        note = "".join(random.choices("äbc 漢\n", k=random.randint(0, 3_000)))
        after = replace(one, note=note, is_doubtful=not one.is_doubtful, score=random.random())
        return Edit(name="Note", changes=(changed(one, after),))
    if kind < 0.45:
        some = random.sample(segments, min(len(segments), 40))
        return Edit(name="Remove", changes=tuple(map(removed, some)))
    if kind < 0.7:
        into = random.choice(tuple(contents.actions))
        some = [each for each in segments if each.action_id == one.action_id]
        changes = (changed(each, replace(each, action_id=into)) for each in some)
        return Edit(name="Merge", changes=tuple(changes))
    if kind < 0.85:
        action = random.choice(tuple(contents.actions.values()))
        after_action = replace(action, name=f"act {new_id()}", is_archived=not action.is_archived)
        facts = replace(contents.facts, annotator=new_id())
        changes2 = (changed(action, after_action), changed(contents.facts, facts))
        return Edit(name="Rename", changes=changes2)
    rejection = Rejection(
        id=new_id(),
        recording_id=one.recording_id,
        person=one.person,
        start=one.start,
        stop=one.stop,
        name="sit down",
        model_id="everyday",
    )
    return Edit(name="Reject", changes=(added(rejection),))


def import_edit(contents: StudyContents, random: Random) -> Edit:
    """New recordings and actions with many segments, in one step."""
    recording = StudyRecording(
        id=new_id(),
        path=TAKE,
        sha256=sha256(TAKE_BYTES).hexdigest(),
        title="take",
        format_id="npz",
        layout_id="kinect-v2",
        num_frames=FRAMES,
        num_people=2,
        fps="30000/1001",
        actors=("Ada", ""),
        is_inside=True,
    )
    action = Action(id=new_id(), name=f"act {new_id()}", colour="#5c8ffa")
    changes: list[Change] = [added(recording), added(action)]
    contents = contents.applied(Edit(name="", changes=tuple(changes)))
    ends: dict[tuple[str, int], int] = {}
    number = random.randint(1, IMPORTED)
    changes.extend(added(next_segment(contents, random, ends)) for _ in range(number))
    return Edit(name="Import", changes=tuple(changes))


def next_segment(
    contents: StudyContents, random: Random, ends: dict[tuple[str, int], int]
) -> Segment:
    """One behind all others of its place."""
    recording, person = random.choice(tuple(contents.recordings)), random.randrange(2)
    place = recording, person
    if place not in ends:
        rows = contents.segments_of(recording, person=person)
        ends[place] = max((each.stop for each in rows), default=0)
    start = ends[place]
    ends[place] = start + random.randint(1, 90)
    return Segment(
        id=new_id(),
        recording_id=recording,
        person=person,
        tier_id=next(iter(contents.tiers)),
        start=start,
        stop=ends[place],
        action_id=random.choice((None, *contents.actions)),
    )


# the one that kills


@dataclass(frozen=True)
class Killed:
    """What came of one kill."""

    told: int
    """Steps that were told as done."""
    had_one_more: bool
    """Whether the step that was being done is there, too."""
    was_opening: bool
    """Whether it had not yet told anything of the study."""
    steps: int
    segments: int
    backups: int


def kill(folder: Path, seed: int) -> Killed:
    """Start an editing process, kill it at some moment, and see that the study is whole."""
    random = Random(seed)
    before = None
    if (folder / "study.db").exists():
        with Study.open(folder, read_only=True) as study:
            before = State.of(study)
    lines = run_until_killed(folder, random)
    will = [State.read(words[1:]) for words in lines if words[0] == "will"]
    did = [State.read(words[1:]) for words in lines if words[0] == "did"]
    if not (folder / "study.db").exists():
        assert before is None, "the study is gone"
        assert not did, "the study is gone"
        return Killed(0, False, True, 0, 0, 0)
    findings = check_study(folder)
    assert not findings, findings
    assert not damaged_backups(folder)
    with Study.open(folder) as study:
        assert study.read_only == "", study.read_only
        found = State.of(study)
        if did:
            allowed = {did[-1], will[-1] if len(will) == len(did) else did[-1]}
            assert found in allowed, f"found {found}, told {did[-1]}, at most {will[-1:]}"
        elif before is not None:
            assert found == before, f"found {found}, was {before}"
        steps, segments = len(study.history.steps), study.contents.num_segments
    assert not (folder / "study.db-wal").exists()
    return Killed(
        told=max(len(did) - 1, 0),
        had_one_more=bool(did) and found != did[-1],
        was_opening=not did,
        steps=steps,
        segments=segments,
        backups=len(list_backups(folder)),
    )


def run_until_killed(folder: Path, random: Random) -> list[list[str]]:
    """What the process told until it was killed, line by line."""
    words = (sys.executable, "-m", __name__, "child", str(folder), str(random.randrange(2**31)))
    if __name__ == "__main__":
        words = (*words[:2], "tests.engine.study.killed_study", *words[3:])
    with Popen(words, stdout=PIPE, cwd=ROOT) as child:
        assert child.stdout is not None
        lines = []
        if random.random() < 0.12:
            wait(child, random.random() * 0.4)
        else:
            awaited = random.randint(1, LONGEST_STEPS)
            lines.extend(child.stdout.readline() for _ in range(awaited))
            wait(child, random.random() * LONGEST_S)
        child.kill()
        lines += child.stdout.read().splitlines(keepends=True)
    assert child.returncode != 1, "the process failed by itself"
    return [each.decode().split() for each in lines if each.endswith(b"\n")]


def wait(child: Popen[bytes], seconds: float) -> None:
    try:
        child.wait(seconds)
    except TimeoutExpired:
        return


def main() -> None:
    """Kill as often as the words say, and tell what came of it."""
    if sys.argv[1] == "child":
        edit_for_ever(Path(sys.argv[2]), int(sys.argv[3]))
    times = int(sys.argv[1])
    done: list[Killed] = []
    with TemporaryDirectory() as name:
        for number in range(times):
            done.append(kill(Path(name) / f"study-{number // STUDY_LIVES}", number))
            if number % 25 == 24 or number == times - 1:
                sys.stdout.write(
                    f"{number + 1} kills: steps told as done and found again: "
                    f"{sum(each.told for each in done)}, with the step that was being done: "
                    f"{sum(each.had_one_more for each in done)}, while it opened or began: "
                    f"{sum(each.was_opening for each in done)}, longest history: "
                    f"{max(each.steps for each in done)}, most segments: "
                    f"{max(each.segments for each in done)}, most backups: "
                    f"{max(each.backups for each in done)}; lost: 0\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main()
