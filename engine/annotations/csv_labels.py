"""CSV with a row for each segment; the only format that holds everything that a study says.

The first line names the columns, in any order; comma, semicolon, tab or ``|`` divides them. Needed
are ``recording``, ``action``, and either frames or seconds.

* ``recording``: the file's name, with or without its ending, an id of the study, or the file's
  SHA-256.
* ``person``: counted from 1; without it the first one. ``tier``: its name.
* ``action``: empty where ``reviewed`` says yes: somebody looked, and nothing happens.
* ``start_frame``, ``stop_frame``: counted from 0; the stop frame is the first one *after* the
  segment, so that stop less start is its length. Files of others that count the last frame in can
  call it ``last_frame``.
* ``start_s``, ``stop_s``: seconds since the first frame; the stop is when the segment is over.
  Where a row has both, frames count.
* ``annotator``, ``origin`` (human, model, import), ``model``, ``score`` (0 to 1), ``doubt`` and
  ``reviewed`` (yes, no), ``note``.

Other columns are not read, and mentioned.
"""

import csv
import math
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from engine.annotations.base import LabelFile, LabelRow, Written, text_of
from engine.errors import FileFormatError
from engine.labels import NOTHING, Origin

COLUMNS = (
    "recording",
    "person",
    "tier",
    "action",
    "reviewed",
    "start_frame",
    "stop_frame",
    "start_s",
    "stop_s",
    "annotator",
    "origin",
    "model",
    "score",
    "doubt",
    "note",
)
"""In the order in which they are written."""
LAST_FRAME = "last_frame"
OTHER_NAMES = {"label": "action", "file": "recording", "filename": "recording", "comment": "note"}
"""What others call these columns."""
DELIMITERS = ",;\t|"
TRUE = ("yes", "true", "1", "x", "y")
FALSE = ("no", "false", "0", "", "n")
LARGEST_FRAME = 1 << 53
LONGEST_HEAD = 10_000
"""Characters in which the columns are named."""
LINE_END = re.compile(r"[\r\n]")


class CsvLabels:
    """Skelarium's own label table."""

    id = "csv"
    name = "CSV table"
    suffixes: tuple[str, ...] = (".csv", ".tsv")
    is_folder = False

    def sniff(self, head: bytes) -> bool:
        """Whether the first line names an action and where it starts."""
        encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        first = _first_line(head.decode(encoding, errors="replace"))
        names = _column_names(first, _delimiter(first))
        return "action" in names and bool({"start_frame", "start_s"} & set(names))

    def read(self, path: Path, data: bytes) -> LabelFile:
        """Read the table; see :class:`engine.annotations.base.LabelFormat`."""
        text = text_of(path, data)
        first = _first_line(text)
        delimiter = _delimiter(first)
        table = _Table(path, _column_names(first, delimiter), has_comma=delimiter == ",")
        rows = tuple(
            table.row(cells, line) for line, cells in _records(path, text, delimiter) if any(cells)
        )
        notes: tuple[str, ...] = ()
        if table.unknown:
            notes = (f"Columns that are not read: {', '.join(table.unknown)}.",)
        return LabelFile(path=path, format_id=self.id, rows=rows, notes=notes)

    def write(self, rows: Sequence[LabelRow], actions: tuple[str, ...]) -> Written:
        """The table as UTF-8."""
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_cells(row) for row in rows)
        return Written(files=(("", text.getvalue().encode()),), num_rows=len(rows))


def _first_line(text: str) -> str:
    return LINE_END.split(text[:LONGEST_HEAD], maxsplit=1)[0]


def _delimiter(first: str) -> str:
    """What divides the columns of a table with that first line: what makes most known names."""
    known = {*COLUMNS, LAST_FRAME}
    return max(DELIMITERS, key=lambda each: len(known & set(_column_names(first, each))))


def _column_names(first: str, delimiter: str) -> list[str]:
    parts = first.replace('"', "").split(delimiter)
    names = ["_".join(part.split()).casefold() for part in parts]
    return [OTHER_NAMES.get(name, name) for name in names]


def _records(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows after the first, each with the line on which it starts.

    Raises:
        FileFormatError: Quotes that do not end, or a cell that is far too long.
    """
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for cells in reader:
            if line:
                yield line + 1, cells
            line = reader.line_num
    except csv.Error as error:
        raise FileFormatError(
            f"expected a table with a row for each segment, found a row that is none ({error})",
            path=path,
            line=line + 1,
        ) from error


class _Table:
    """Reads rows of a table whose columns have those names."""

    def __init__(self, path: Path, names: list[str], *, has_comma: bool) -> None:
        """Begin.

        Args:
            path: For messages.
            names: Of the columns, in their order.
            has_comma: Whether commas divide the columns, so that none is in a number.

        Raises:
            FileFormatError: A column is missing, or is there twice.
        """
        self._path = path
        self._width = len(names)
        self._has_comma = has_comma
        known = {*COLUMNS, LAST_FRAME}
        self._place = {name: place for place, name in enumerate(names) if name in known}
        self.unknown = tuple(name for name in names if name not in known and name)
        twice = {name for name in self._place if names.count(name) > 1}
        if twice:
            raise self._wrong(f"the column {min(twice)} is there twice", 1)
        missing = [name for name in ("recording", "action") if name not in self._place]
        starts = ("start_frame", "start_s")
        stops = ("stop_frame", LAST_FRAME, "stop_s")
        missing += [
            " or ".join(some) for some in (starts, stops) if not any(n in self._place for n in some)
        ]
        if missing:
            found = ", ".join(name[:40] for name in names[:20] if name) or "none"
            raise self._wrong(f"expected columns {', '.join(missing)}; found {found}", 1)

    def row(self, cells: list[str], line: int) -> LabelRow:
        """One segment.

        Raises:
            FileFormatError: A cell is not what its column says.
        """
        if len(cells) != self._width:
            raise self._wrong(f"expected {self._width} columns, found {len(cells)}", line)
        place = self._place

        def cell(name: str) -> str:
            where = place.get(name)
            return "" if where is None else cells[where].strip()

        start = self._frame(cell("start_frame"), "start_frame", line)
        stop = self._frame(cell("stop_frame"), "stop_frame", line)
        if stop is None and LAST_FRAME in place:
            last = self._frame(cell(LAST_FRAME), LAST_FRAME, line)
            stop = None if last is None else last + 1
        start_s = self._number(cell("start_s"), "start_s", line)
        stop_s = self._number(cell("stop_s"), "stop_s", line)
        for low, high in ((start, stop), (start_s, stop_s)):
            if low is not None and high is not None and high <= low:
                raise self._wrong(f"expected a stop after {low:g}, found {high:g}", line)
        if (start is None or stop is None) and (start_s is None or stop_s is None):
            raise self._wrong("expected a start and a stop, in frames or in seconds", line)
        if not cell("recording"):
            raise self._wrong("expected the name of a recording, found nothing", line)
        score = self._number(cell("score"), "score", line)
        if score is not None and score > 1:
            raise self._wrong(f"expected a score from 0 to 1, found {score:g}", line)
        return LabelRow(
            recording=cell("recording"),
            action=self._action(cell("action"), cell("reviewed"), line),
            start=start if stop is not None else None,
            stop=stop if start is not None else None,
            start_s=start_s,
            stop_s=stop_s,
            person=self._person(cell("person"), line),
            tier=" ".join(cell("tier").split()),
            annotator=cell("annotator"),
            origin=self._origin(cell("origin"), line),
            model=cell("model"),
            score=score,
            is_doubtful=self._flag(cell("doubt"), "doubt", line),
            note=cell("note"),
            file=self._path.name,
            line=line,
        )

    def _action(self, name: str, reviewed: str, line: int) -> str | None:
        is_reviewed = self._flag(reviewed, "reviewed", line)
        name = " ".join(name.split())
        if name and name.casefold() != NOTHING:
            if is_reviewed:
                raise self._wrong(
                    f"expected no action where reviewed says yes, found {name[:40]!r}", line
                )
            return name
        if not name and not is_reviewed:
            raise self._wrong(
                "expected an action, found nothing; a span in which nothing happens has yes in the "
                "column reviewed",
                line,
            )
        return None

    def _frame(self, text: str, column: str, line: int) -> int | None:
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 16:  # noqa: PLR2004
            return int(text)
        number = self._number(text, column, line)
        if number is None or number != math.floor(number) or number > LARGEST_FRAME:
            raise self._wrong(
                f"expected a whole frame number in {column}, found {text[:40]!r}", line
            )
        return int(number)

    def _number(self, text: str, column: str, line: int) -> float | None:
        if not text:
            return None
        try:
            number = float(text if self._has_comma else text.replace(",", "."))
        except ValueError as error:
            raise self._wrong(
                f"expected a number in {column}, found {text[:40]!r}", line
            ) from error
        if not (math.isfinite(number) and number >= 0):
            raise self._wrong(f"expected a number from 0 in {column}, found {text[:40]!r}", line)
        return number

    def _person(self, text: str, line: int) -> int:
        digits = text[1:] if text[:1] in "Pp" and text else text
        if not digits:
            return 0
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 4 or int(digits) < 1:  # noqa: PLR2004
            raise self._wrong(f"expected a person, counted from 1, found {text[:40]!r}", line)
        return int(digits) - 1

    def _origin(self, text: str, line: int) -> Origin:
        if not text:
            return Origin.IMPORT
        try:
            return Origin(text.casefold())
        except ValueError as error:
            known = ", ".join(each.value for each in Origin)
            raise self._wrong(f"expected one of {known}, found {text[:40]!r}", line) from error

    def _flag(self, text: str, column: str, line: int) -> bool:
        word = text.casefold()
        if word in TRUE:
            return True
        if word in FALSE:
            return False
        raise self._wrong(f"expected yes or no in {column}, found {text[:40]!r}", line)

    def _wrong(self, message: str, line: int) -> FileFormatError:
        return FileFormatError(message, path=self._path, line=line)


def _cells(row: LabelRow) -> tuple[str, ...]:
    """A row as text, in the order of ``COLUMNS``."""
    return (
        row.recording,
        str(row.person + 1),
        row.tier,
        row.action or "",
        "yes" if row.action is None else "no",
        *(_shown(each) for each in (row.start, row.stop)),
        *(_seconds(each) for each in (row.start_s, row.stop_s)),
        row.annotator,
        row.origin.value,
        row.model,
        _shown(row.score),
        "yes" if row.is_doubtful else "no",
        row.note,
    )


def _shown(number: float | None) -> str:
    return "" if number is None else repr(number)


def _seconds(time: float | None) -> str:
    return "" if time is None else f"{time:.6f}"
