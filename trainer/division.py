"""Which clips of a data set train, which watch and which judge; decided once and kept.

The split lies beside the job: a run that is taken up again has the same clips on the same sides, or
an error that says what is different.
"""

from collections.abc import Iterable
from pathlib import Path

from engine.datasets.base import UNKNOWN, Aspect, Contents, Protocol
from engine.datasets.splits import (
    Files,
    SplitFiles,
    StoredSplit,
    hold_out,
    read_split,
    stored,
    without,
    write_split,
)
from engine.errors import EngineError, TrainingError
from trainer.job import SPLIT_FILE, DataChoice

USUAL_SHARE = 0.2
"""Of the people watches where the job says nothing."""
LEAST_PEOPLE = 3
"""With fewer, the job has to say so itself."""


def kept_split(
    choice: DataChoice, contents: Contents, seed: int, folder: Path | None
) -> tuple[SplitFiles, StoredSplit]:
    """The clips on their sides: as stored beside the job, or decided now.

    Args:
        choice: What the job says of its data.
        contents: Of the data set's folder.
        seed: Of the job.
        folder: The job's, to read the split from or store it in; None to do neither.

    Raises:
        TrainingError: The job's choice is another one than that of the split, or its clips are not
            all there.
        EngineError: The choice cannot be.
    """
    path = None if folder is None else folder / SPLIT_FILE
    if path is None or not path.is_file():
        files = divide(choice, contents, seed)
        kept = stored(choice.format, files)
        if path is not None:
            write_split(kept, path)
        return files, kept
    kept = read_split(path)
    if (kept.dataset, kept.rule) != (choice.format, rule_of(choice, contents, seed)):
        raise TrainingError(
            f"{path.name} was made for other data ({kept.dataset}: {kept.rule}) than job.toml "
            "names now; put job.toml back, or start a new job in another folder"
        )
    return kept.files(contents.files), kept


def divide(choice: DataChoice, contents: Contents, seed: int) -> SplitFiles:
    """The clips on their sides, as a job wants them.

    Args:
        choice: What the job says of its data.
        contents: Of the data set's folder.
        seed: Of the draw of those who watch.

    Raises:
        TrainingError: Nothing is left to train on, or nothing is there of what is to be held out.
        EngineError: There is no such protocol, or the clips cannot be divided like that.
    """
    if choice.split:
        return given_split(choice, contents)
    files = without(contents.files, choice.leave_out)
    train, test, by = sides(choice, contents, files)
    train = tuple(
        file
        for file in train
        if (not choice.train_views or file.view in choice.train_views)
        and (not choice.train_people or file.person in choice.train_people)
    )
    if not train:
        raise TrainingError(f"no clip of {choice.folder} is left to train on; widen the choice")
    train, watch = watched(choice, train, test, seed)
    return SplitFiles(
        train=train,
        validation=watch,
        test=test,
        by=by,
        validation_by=choice.validation_by,
        rule=rule_of(choice, contents, seed),
    )


def given_split(choice: DataChoice, contents: Contents) -> SplitFiles:
    """The clips on the sides on which another run has them.

    Raises:
        TrainingError: The split is one of another data set.
        EngineError: It cannot be read, or its clips are not there.
    """
    given = read_split(Path(choice.split))
    if given.dataset != choice.format:
        raise TrainingError(
            f"{choice.split} divides {given.dataset}, and the job trains on {choice.format}"
        )
    return given.files(contents.files)


def sides(choice: DataChoice, contents: Contents, files: Files) -> tuple[Files, Files, Aspect]:
    """Clips to train on, clips that judge, and what those have not in common.

    Raises:
        TrainingError: No clip is there to judge by.
        EngineError: There is no such protocol.
    """
    if choice.protocol:
        protocol = round_of(contents, choice.protocol)
        train = tuple(file for file in files if protocol.is_train(file))
        test = tuple(file for file in files if protocol.is_test(file))
        by = protocol.by
    else:
        test = tuple(
            f for f in files if f.view in choice.test_views or f.person in choice.test_people
        )
        held_out = set(test)
        train = tuple(file for file in files if file not in held_out)
        by = Aspect.RECORDING  # of views and people at once, each alone may be on both sides
        if not choice.test_views or not choice.test_people:
            by = Aspect.VIEW if choice.test_views else Aspect.PERSON
    if not test and (choice.protocol or choice.test_views or choice.test_people):
        raise TrainingError(
            f"no clip of {choice.folder} is there to judge by ({held_out_words(choice)})"
        )
    return train, test, by


def round_of(contents: Contents, protocol_id: str) -> Protocol:
    """A protocol of a data set, or one round of a protocol that has several.

    Raises:
        EngineError: There is none of that name; the message lists those there are.
    """
    for row in contents.protocols:
        if row.id == protocol_id and not row.leave_one_out:
            return row
        if row.leave_one_out and protocol_id.startswith(row.id):
            rounds = row.folds(contents.files)
            for each in rounds:
                if each.id == protocol_id:
                    return each
            raise TrainingError(
                f"{row.id} has a round for each {row.by.value}; choose one of "
                f"{', '.join(each.id for each in rounds)}"
            )
    return contents.protocol(protocol_id)


def watched(choice: DataChoice, train: Files, test: Files, seed: int) -> tuple[Files, Files]:
    """The training side without those who watch, and those.

    Raises:
        EngineError: The clips cannot be divided as the job wants.
    """
    if choice.validation == 0:
        return train, ()
    if choice.validation is not None:
        return hold_out(train, choice.validation_by, choice.validation, seed)
    people = {file.person for file in train}
    if test or UNKNOWN in people or len(people) < LEAST_PEOPLE:
        return train, ()
    try:
        return hold_out(train, Aspect.PERSON, USUAL_SHARE, seed)
    except EngineError:
        return train, ()  # nobody can be spared: some action has one person alone


def rule_of(choice: DataChoice, contents: Contents, seed: int) -> str:
    """How the clips are divided, for people; it differs wherever the choice does."""
    if choice.split:
        return read_split(Path(choice.split)).rule
    words = [held_out_words(choice) or "nothing held out to judge by"]
    if choice.protocol:
        words = [f"{choice.protocol}: {round_of(contents, choice.protocol).title}"]
    if choice.train_views or choice.train_people:
        views = f"views {listed(choice.train_views)} " * bool(choice.train_views)
        people = f"people {listed(choice.train_people)} " * bool(choice.train_people)
        words.append(f"only {views}{people}trained on")
    if choice.leave_out:
        words.append(f"without {' '.join(choice.leave_out)}")
    share = choice.validation
    if share is None and not held_out_words(choice):
        words.append(f"a fifth of the people watches if there are enough of them, seed {seed}")
    elif share:
        words.append(
            f"{share:.0%} of the training side by {choice.validation_by.value} watches, seed {seed}"
        )
    return "; ".join(words)


def held_out_words(choice: DataChoice) -> str:
    """What a job holds out to judge by, e.g. ``people 2 held out``; empty for nothing."""
    if choice.protocol:
        return choice.protocol
    which = [f"views {listed(choice.test_views)}"] if choice.test_views else []
    which += [f"people {listed(choice.test_people)}"] if choice.test_people else []
    return f"{' and '.join(which)} held out" if which else ""


def listed(numbers: Iterable[int]) -> str:
    """Numbers with commas between them."""
    return ", ".join(str(number) for number in numbers)
