"""Plain values and numeric arrays out of a pickle, and nothing else: no code, bounded memory.

A pickle is a program for a small stack machine, and Python's own machine can be told to call
anything. This is another machine, of our own, that knows only the operations for numbers, texts,
bytes, lists, tuples, sets and dicts, and three shapes of a call: numpy's array, numpy's type and
numpy's single number. Even these call nothing of numpy's pickling: the described bytes become an
array here, after their size has been checked. Any other name, and any other operation, is an error.

The operations are read with ``pickletools.genops`` (documentation of the standard library), which
decodes their arguments and runs nothing.
"""

import pickletools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import FileFormatError
from engine.formats.reading import reason

MOST_OPERATIONS = 100_000_000
"""NTU RGB+D 120 in PYSKL's form has about twelve million."""
MOST_DIMENSIONS = 8
_LARGEST_KEY = 2**63
_ARRAY_PARTS = 5
_TYPE_PARTS = 3

Array: TypeAlias = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class _Name:
    """Something that the pickle would import; it stays a name."""

    text: str


@dataclass(slots=True, eq=False)
class _Unfinished:
    """An array or type whose description follows; afterwards ``value`` is in its place."""

    what: str
    code: str = ""
    memos: list[int] = field(default_factory=list)


class _Mark:
    """Where a group of values starts on the stack."""


_RECONSTRUCT = "array"
_TYPE = "type"
_SCALAR = "number"
_ENCODE = "bytes"
_BUFFER = "buffer"
_KNOWN = {
    "numpy.core.multiarray _reconstruct": _RECONSTRUCT,
    "numpy._core.multiarray _reconstruct": _RECONSTRUCT,
    "numpy.core.multiarray scalar": _SCALAR,
    "numpy._core.multiarray scalar": _SCALAR,
    "numpy dtype": _TYPE,
    "numpy ndarray": "ndarray",
    "numpy.core.numeric _frombuffer": _BUFFER,
    "numpy._core.numeric _frombuffer": _BUFFER,
    "_codecs encode": _ENCODE,
    "__builtin__ bytes": _ENCODE,
}
"""What may be named: ``encode``, and ``bytes`` for none, are how old protocols write bytes."""
_CONSTANTS: dict[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_LITERALS = (
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4"),
    *("FLOAT", "BINFLOAT", "STRING", "BINSTRING", "SHORT_BINSTRING"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
    *("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
)
_ORDERS = ("<", ">", "|", "=")
_LATIN = ("latin1", "latin-1")
_IGNORED = frozenset({"PROTO", "FRAME"})


def read_pickle(data: bytes, path: Path) -> object:
    """The value of a pickle: numbers, texts, bytes, lists, tuples, sets, dicts, arrays.

    Args:
        data: The file's bytes.
        path: For messages.

    Returns:
        Arrays are read only views into ``data``, of integers, floats or booleans.

    Raises:
        FileFormatError: It is no pickle, is damaged, or holds anything else; names the byte.
    """
    with warnings.catch_warnings():
        # pickletools' opinion on the escapes of old texts
        warnings.simplefilter("ignore", DeprecationWarning)
        return _Machine(data=data, path=path).run()


class _Machine:
    """Stack, memo and the operations on them."""

    def __init__(self, *, data: bytes, path: Path) -> None:
        self.data = data
        self.path = path
        self.stack: list[object] = []
        self.memo: dict[int, object] = {}
        self.encoded = 0
        self.byte = 0
        self.steps: dict[str, Callable[[], None]] = {
            "MARK": lambda: self.stack.append(_Mark()),
            "POP": self.drop,
            "POP_MARK": self.drop_group,
            "DUP": lambda: self.stack.append(self.top()),
            "EMPTY_LIST": lambda: self.stack.append([]),
            "EMPTY_TUPLE": lambda: self.stack.append(()),
            "EMPTY_DICT": lambda: self.stack.append({}),
            "EMPTY_SET": lambda: self.stack.append(set()),
            "LIST": lambda: self.stack.append(self.group()),
            "TUPLE": lambda: self.stack.append(tuple(self.group())),
            "TUPLE1": lambda: self.stack.append(tuple(self.last(1))),
            "TUPLE2": lambda: self.stack.append(tuple(self.last(2))),
            "TUPLE3": lambda: self.stack.append(tuple(self.last(3))),
            "DICT": self.make_dict,
            "FROZENSET": lambda: self.stack.append(frozenset(map(self.key, self.group()))),
            "APPEND": lambda: self.append(self.last(1)),
            "APPENDS": lambda: self.append(self.group()),
            "SETITEM": lambda: self.set_items(self.last(2)),
            "SETITEMS": lambda: self.set_items(self.group()),
            "ADDITEMS": lambda: self.add(self.group()),
            "MEMOIZE": lambda: self.put(len(self.memo)),
            "STACK_GLOBAL": lambda: self.name(" ".join(map(self.text, self.last(2)))),
            "REDUCE": self.call,
            "BUILD": self.finish,
        }

    def run(self) -> object:
        for count, (code, argument, place) in enumerate(self.operations()):
            self.byte = place
            if count > MOST_OPERATIONS:
                raise self.fault(f"at most {MOST_OPERATIONS:,} operations", "more")
            if code == "STOP":
                break
            self.step(code, argument)
        [value] = self.stack if len(self.stack) == 1 else [_Mark()]
        if isinstance(value, _Mark | _Unfinished | _Name):
            raise self.fault("one whole value", "a pickle that is cut short")
        return value

    def operations(self) -> Iterator[tuple[str, object, int]]:
        operations = pickletools.genops(self.data)
        while True:
            try:
                code, argument, place = next(operations)
            except StopIteration:
                return
            except (ValueError, OverflowError, EOFError) as error:
                raise FileFormatError(
                    f"expected a pickle, found {reason(error)}; it is damaged or of another kind",
                    path=self.path,
                    byte=self.byte,
                ) from error
            yield code.name, argument, place or 0

    def step(self, code: str, argument: object) -> None:
        step = self.steps.get(code)
        if step is not None:
            step()
        elif code in _LITERALS:
            self.stack.append(bytes(argument) if isinstance(argument, bytearray) else argument)
        elif code in _CONSTANTS:
            self.stack.append(_CONSTANTS[code])
        elif code in ("BINGET", "GET", "LONG_BINGET"):
            self.get(argument)
        elif code in ("BINPUT", "PUT", "LONG_BINPUT"):
            self.put(argument)
        elif code == "GLOBAL":
            self.name(self.text(argument))
        elif code not in _IGNORED:
            raise self.fault("plain values and arrays", f"the operation {code}")

    def fault(self, expected: str, found: str) -> FileFormatError:
        message = f"expected {expected}, found {found}; the file is not opened"
        return FileFormatError(message, path=self.path, byte=self.byte)

    def pop(self) -> object:
        if not self.stack:
            raise self.fault("a value", "an empty stack")
        return self.stack.pop()

    def drop(self) -> None:
        self.pop()

    def drop_group(self) -> None:
        self.group()

    def top(self) -> object:
        if not self.stack:
            raise self.fault("a value", "an empty stack")
        return self.stack[-1]

    def last(self, count: int) -> list[object]:
        values = [self.pop() for _ in range(count)][::-1]
        if any(isinstance(value, _Mark) for value in values):
            raise self.fault("a value", "a mark")
        return values

    def group(self) -> list[object]:
        for index in range(len(self.stack) - 1, -1, -1):
            if isinstance(self.stack[index], _Mark):
                values = self.stack[index + 1 :]
                del self.stack[index:]
                return values
        raise self.fault("a mark", "none")

    def text(self, value: object) -> str:
        if not isinstance(value, str):
            raise self.fault("a text", _kind(value))
        return value

    def key(self, value: object) -> str | int | bytes | None:
        """A value that may be a key: none whose hash takes for ever, or that many others share."""
        if value is None or isinstance(value, str | bytes):
            return value
        if isinstance(value, int) and abs(value) < _LARGEST_KEY:
            return value
        raise self.fault("a text or number as key", _kind(value))

    def make_dict(self) -> None:
        values = self.group()
        self.stack.append({})
        self.set_items(values)

    def append(self, values: list[object]) -> None:
        target = self.top()
        if not isinstance(target, list):
            raise self.fault("a list", _kind(target))
        target.extend(values)

    def add(self, values: list[object]) -> None:
        target = self.top()
        if not isinstance(target, set):
            raise self.fault("a set", _kind(target))
        target.update(map(self.key, values))

    def set_items(self, values: list[object]) -> None:
        target = self.top()
        if not isinstance(target, dict) or len(values) % 2:
            raise self.fault("a dict and pairs", _kind(target))
        target.update(zip(map(self.key, values[::2]), values[1::2], strict=True))

    def put(self, index: object) -> None:
        value = self.top()
        if not isinstance(index, int) or isinstance(value, _Mark):
            raise self.fault("a value and its number", _kind(value))
        if isinstance(value, _Unfinished):
            value.memos.append(index)
        self.memo[index] = value

    def get(self, index: object) -> None:
        if not isinstance(index, int) or index not in self.memo:
            raise self.fault("a value seen before", f"number {index}")
        self.stack.append(self.memo[index])

    def name(self, text: str) -> None:
        if text not in _KNOWN:
            raise self.fault(
                "plain values and arrays", f"a call of {text.replace(' ', '.')[:60]!r}"
            )
        self.stack.append(_Name(_KNOWN[text]))

    def call(self) -> None:
        function, arguments = self.last(2)
        if not isinstance(function, _Name) or not isinstance(arguments, tuple):
            raise self.fault("a known call", _kind(function))
        self.stack.append(self.called(function.text, arguments))

    def called(self, what: str, arguments: tuple[object, ...]) -> object:
        match what, arguments:
            case "array", (_Name(text="ndarray"), _, _):
                return _Unfinished(_RECONSTRUCT)
            case "type", (str() as code, *_):
                return _Unfinished(_TYPE, code)
            case "number", (np.dtype() as kind, bytes() as content):
                return self.array((), kind, content, order="C").item()
            case "buffer", (
                bytes() as content,
                np.dtype() as kind,
                tuple() as shape,
                str() as order,
            ):
                return self.array(shape, kind, content, order=order)
            case "bytes", ():
                return b""
            case "bytes", (str() as content, str() as encoding) if encoding in _LATIN:
                return self.encode(content)
        raise self.fault(f"the description of a {what}", "other values")

    def encode(self, content: str) -> bytes:
        self.encoded += len(content)
        if self.encoded > len(self.data):  # the same text again and again
            raise self.fault("bytes once each", "the same bytes many times")
        try:
            return content.encode("latin-1")
        except UnicodeEncodeError as error:
            raise self.fault("latin-1 text", "another text") from error

    def finish(self) -> None:
        thing, state = self.last(2)
        if not isinstance(thing, _Unfinished) or not isinstance(state, tuple):
            raise self.fault("an array and its description", _kind(thing))
        value = self.finished_type(thing, state) if thing.what == _TYPE else self.finished(state)
        self.stack.append(value)
        for index in thing.memos:
            if self.memo.get(index) is thing:
                self.memo[index] = value

    def finished_type(self, thing: _Unfinished, state: tuple[object, ...]) -> np.dtype[np.generic]:
        order = state[1] if len(state) >= _TYPE_PARTS else None
        code = thing.code
        plain = all(part is None for part in state[2:5])
        sizes = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}
        if not plain or code not in sizes or not isinstance(order, str) or order not in _ORDERS:
            raise self.fault("a type of numbers", f"the type {code[:20]!r}")
        return np.dtype(f"{order}{code}")

    def finished(self, state: tuple[object, ...]) -> Array:
        if len(state) != _ARRAY_PARTS:
            raise self.fault("an array", f"a description of {len(state)} parts")
        _, shape, kind, is_fortran, content = state
        if isinstance(content, str):  # written by Python 2
            content = self.encode(content)
        if (
            not isinstance(shape, tuple)
            or not isinstance(kind, np.dtype)
            or not isinstance(content, bytes)
        ):
            raise self.fault("an array of numbers", "an array of objects")
        return self.array(shape, kind, content, order="F" if is_fortran else "C")

    def array(
        self, shape: tuple[object, ...], kind: np.dtype[np.generic], content: bytes, *, order: str
    ) -> Array:
        sizes = [size for size in shape if isinstance(size, int) and 0 <= size <= len(self.data)]
        if len(sizes) < len(shape) or len(sizes) > MOST_DIMENSIONS:
            raise self.fault("an array", "sizes that are none")
        if prod(sizes) * kind.itemsize != len(content):
            words = " × ".join(map(str, sizes)) or "one"
            raise self.fault(f"{words} numbers", f"{len(content):,} bytes")
        values = np.frombuffer(content, dtype=kind) if content else np.empty(0, dtype=kind)
        return values.reshape(sizes, order="F" if order == "F" else "C")


def _kind(value: object) -> str:
    """A value in a few words, for messages."""
    names: dict[type, str] = {_Mark: "a mark", _Name: "a name", _Unfinished: "half an array"}
    return names.get(type(value), f"a {type(value).__name__}")
