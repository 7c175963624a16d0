from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.errors import FileFormatError
from engine.formats.rows import first_row, number_rows, read_rows, short_numbers

PATH = Path("clip.txt")


def read(data, columns=3):
    return read_rows(data, PATH, columns, "x y z")


def test_rows_are_read_with_any_white_space_and_semicolons():
    expected = [[1, -2.5, 3e-3], [4, 5, 6]]
    for data in (
        b"1 -2.5 3e-3\n4 5 6\n",
        b"1\t-2.5\t3e-3\r\n4 5 6",
        b"\n  1   -2.5 3e-3  \n\n4 5 6\n\n",
        b"1;-2.5;3e-3;\n4;5;6;\n",
    ):
        assert read(data).tolist() == expected


def test_one_row_is_a_table_too():
    assert read(b"1 2 3").shape == (1, 3)


def test_a_missing_number_is_read_as_nan():
    assert np.isnan(read(b"1 2 NaN\n")[0, 2])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "clip.txt: expected rows of 3 numbers, found none"),
        (b" \n\n", "clip.txt: expected rows of 3 numbers, found none"),
        (b"\x1c", "clip.txt: expected rows of 3 numbers, found none"),
        (
            b"1 2 3\n4 5\n7 8 9\n",
            "clip.txt:2: expected 3 numbers (x y z), found 2; the line is damaged, copy it again",
        ),
        (
            b"1 2 3\n\n4 5 6\n7 8",
            "clip.txt:4: expected 3 numbers (x y z), found 2; the file is cut short, copy it again",
        ),
        (b"1 2 3 4\n" * 3, "clip.txt:1: expected 3 numbers (x y z), found 4; the line is damaged"),
        (b"1 2 3\n4 five 6\n", "clip.txt:2: expected a number, found 'five'; the file is damaged"),
        (b"1 2 3\n4 5 6\x00\n", "clip.txt:2: expected a number, found '6\\x00'"),
        (b"1 2 3\n4 \xff 6\n", "clip.txt:2: expected numbers, found byte 0xff"),
        (b"1 2 3\n4 1_0 6\n", "clip.txt:2: expected a number, found '1_0'"),
        (b"1 2 3\n4 0x1 6\n", "clip.txt:2: expected a number, found '0x1'"),
        (
            b"1 2 3\n" + b"1" * 70000,
            "clip.txt:2: expected a row of numbers, found a line of 70,000",
        ),
    ],
)
def test_the_first_wrong_line_is_named(data, message):
    with pytest.raises(FileFormatError) as caught:
        read(data)
    assert str(caught.value).startswith(message)


def test_the_first_row_of_a_file_is_told_from_prose():
    assert first_row(b"\n 1 2.5;-3e4 nan\nrest") == ["1", "2.5", "-3e4", "nan"]
    assert first_row(b"frame 1 2\n") == []
    assert first_row(b"\x93NUMPY") == []
    assert first_row(b"") == []


@given(
    arrays.arrays(
        np.float32,
        st.integers(1, 20),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_every_float32_survives_being_written(values):
    text = number_rows(values[None])
    back = np.loadtxt(BytesIO(text), ndmin=2)[0].astype(np.float32)
    assert np.array_equal(back, values)


def test_numbers_are_written_as_short_as_they_came():
    values = np.array([[0.304560, -2.0, 0.0, 1e-5]], np.float32)
    assert number_rows(values) == b"0.30456 -2 0 1e-05\n"
    assert short_numbers(np.float32([0.1])).tolist() == [0.1]


def test_whole_numbers_can_lead_the_rows():
    values = np.zeros((2, 2), np.float32)
    assert number_rows(values, np.array([7, 2**53])) == b"7 0 0\n9007199254740992 0 0\n"
