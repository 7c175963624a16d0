"""PKU-MMD text: a file for each recording, named like it, with ``action,start,end,confidence``.

Frames are rows of the recording counted from 0, the end not included, as the public loaders take
them. Actions are numbers from 1 on: of ``actions.txt`` in the same folder, a name in each line,
where there is one, else of the 51 of PKU-MMD (Liu et al., 2017). A confidence that is a whole
number is the data set's own grade and not read; one with decimals is a model's score.

The format has no people, tiers, notes or reviewed spans.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath

from engine.annotations.base import LabelFile, LabelRow, Written, text_of
from engine.errors import FileFormatError
from engine.formats.actions import PKU_MMD
from engine.formats.reading import plural

ACTIONS_FILE = "actions.txt"
_SPACE = r"[ \t]*"
_ROW = re.compile(
    rf"{_SPACE}(?P<action>\d{{1,6}}){_SPACE},{_SPACE}(?P<start>\d{{1,15}}){_SPACE},"
    rf"{_SPACE}(?P<stop>\d{{1,15}}){_SPACE}(?:,{_SPACE}(?P<confidence>\d*\.?\d+){_SPACE})?,?\s*"
)
LONGEST_LINE = 1000
"""Characters."""


class PkuMmdLabels:
    """The label files of PKU-MMD."""

    id = "pku-mmd"
    name = "PKU-MMD text"
    suffixes: tuple[str, ...] = (".txt",)
    is_folder = True

    def sniff(self, head: bytes) -> bool:
        """Whether the first line is three or four numbers between commas."""
        first = head.decode("utf-8-sig", errors="replace").lstrip()[:LONGEST_LINE].split("\n", 1)[0]
        return _ROW.fullmatch(first) is not None

    def read(self, path: Path, data: bytes) -> LabelFile:
        """Read one recording's labels; see :class:`engine.annotations.base.LabelFormat`."""
        actions, listed = _actions_beside(path)
        rows = []
        for number, line in enumerate(text_of(path, data).split("\n"), start=1):
            if not line.strip():
                continue
            match = _ROW.fullmatch(line[:LONGEST_LINE])
            if match is None:
                raise FileFormatError(
                    "expected action,start,end,confidence in whole numbers, found "
                    f"{line.strip()[:40]!r}",
                    path=path,
                    line=number,
                )
            action, start, stop = int(match["action"]), int(match["start"]), int(match["stop"])
            if not 1 <= action <= len(actions):
                raise FileFormatError(
                    f"expected an action from 1 to {len(actions)} ({listed}), found {action}; "
                    f"put a list of the actions beside it, as {ACTIONS_FILE}",
                    path=path,
                    line=number,
                )
            if stop <= start:
                raise FileFormatError(
                    f"expected an end after frame {start}, found {stop}", path=path, line=number
                )
            rows.append(
                LabelRow(
                    recording=path.stem,
                    action=actions[action - 1],
                    start=start,
                    stop=stop,
                    score=_score(match["confidence"], path, number),
                    file=path.name,
                    line=number,
                )
            )
        return LabelFile(path=path, format_id=self.id, rows=tuple(rows))

    def write(self, rows: Sequence[LabelRow], actions: tuple[str, ...]) -> Written:
        """A file for each recording, and the list of actions where it is not PKU-MMD's.

        Segments of other people than the first, and of other tiers than the first row's, are left
        out, and reviewed spans.
        """
        tier = rows[0].tier if rows else ""
        kept = [
            row for row in rows if row.action is not None and not row.person and row.tier == tier
        ]
        numbers = {name.casefold(): place for place, name in enumerate(PKU_MMD, start=1)}
        files: list[tuple[str, bytes]] = []
        if not all(name.casefold() in numbers for name in actions):
            numbers = {name.casefold(): place for place, name in enumerate(actions, start=1)}
            files.append((ACTIONS_FILE, "".join(f"{name}\n" for name in actions).encode()))
        for recording, some in groupby(kept, key=lambda row: row.recording):
            lines = (
                f"{numbers[(row.action or '').casefold()]},{row.start},{row.stop},"
                f"{'1' if row.score is None else f'{row.score:.6f}'}\n"
                for row in some
            )
            files.append((f"{_stem(recording)}.txt", "".join(lines).encode()))
        return Written(files=tuple(files), num_rows=len(kept), left_out=_left_out(rows, tier))


def _stem(recording: str) -> str:
    return PurePosixPath(recording).stem


def _left_out(rows: Sequence[LabelRow], tier: str) -> tuple[str, ...]:
    reviewed = sum(row.action is None for row in rows)
    people = sum(row.action is not None and bool(row.person) for row in rows)
    tiers = sum(row.action is not None and not row.person and row.tier != tier for row in rows)
    found = (
        (reviewed, "reviewed span", "PKU-MMD text has actions only"),
        (people, "segment", "PKU-MMD text does not say whose they are, P1's are written"),
        (tiers, "segment", f"PKU-MMD text has no tiers, {tier}'s are written"),
    )
    return tuple(f"{plural(count, what)} left out: {why}." for count, what, why in found if count)


def _score(text: str | None, path: Path, line: int) -> float | None:
    if text is None or "." not in text:
        return None
    score = float(text)
    if score > 1:
        raise FileFormatError(
            f"expected a confidence up to 1, found {text[:40]}", path=path, line=line
        )
    return score


def _actions_beside(path: Path) -> tuple[tuple[str, ...], str]:
    """The names that a file's numbers mean, and whose list that is."""
    beside = path.with_name(ACTIONS_FILE)
    try:
        data = beside.read_bytes()
    except FileNotFoundError:
        return PKU_MMD, "the list of PKU-MMD"
    except OSError as error:
        raise FileFormatError(f"cannot be read ({error.strerror or error})", path=beside) from error
    names = tuple(" ".join(line.split()) for line in text_of(beside, data).splitlines())
    while names and not names[-1]:
        names = names[:-1]
    if not names or not all(names):
        raise FileFormatError("expected the name of an action in every line", path=beside)
    return names, f"{ACTIONS_FILE} beside it"
