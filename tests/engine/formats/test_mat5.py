from io import BytesIO
from pathlib import Path
from struct import pack
from zlib import compress

import numpy as np
import pytest
from scipy.io import savemat

from engine.errors import FileFormatError
from engine.formats.mat5 import read_array

PATH = Path("clip.mat")


def saved(**arrays):
    stream = BytesIO()
    compressed = arrays.pop("do_compression", False)
    savemat(stream, arrays, do_compression=compressed)
    return stream.getvalue()


def header(order="<"):
    magic = b"IM" if order == "<" else b"MI"
    return b"MATLAB 5.0 MAT-file".ljust(124) + pack(f"{order}H", 0x0100) + magic


@pytest.mark.parametrize("do_compression", [False, True])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
def test_real_numbers_of_every_type_are_read(dtype, do_compression):
    values = np.arange(24).reshape(2, 3, 4).astype(dtype)
    data = saved(x=np.ones(2), d_skel=values, do_compression=do_compression)
    found = read_array(data, "d_skel", PATH)
    assert found.dtype == np.float64
    assert np.array_equal(found, values)


def test_the_other_byte_order_is_read():
    def element(kind, content):
        return pack(">II", kind, len(content)) + content + b"\0" * (-len(content) % 8)

    parts = (
        element(6, pack(">II", 6, 0))
        + element(5, pack(">ii", 1, 2))
        + element(1, b"x")
        + element(9, pack(">dd", 1.5, -2))
    )
    data = header(">") + element(14, parts)
    assert read_array(data, "x", PATH).tolist() == [[1.5, -2]]


def test_another_name_is_an_error_that_lists_what_there_is():
    with pytest.raises(FileFormatError, match="expected an array 'd_skel', found depth, d;"):
        read_array(saved(depth=np.ones(3), d=np.ones(2)), "d_skel", PATH)


@pytest.mark.parametrize(
    "value",
    ["text", {"field": 1.0}, np.array([1 + 2j]), np.array([1.0, "x"], dtype=object)],
    ids=["text", "struct", "complex", "cell"],
)
@pytest.mark.parametrize("do_compression", [False, True])
def test_anything_but_real_numbers_is_refused(value, do_compression):
    data = saved(d_skel=value, do_compression=do_compression)
    with pytest.raises(FileFormatError, match=r"clip.mat at byte 1..: expected "):
        read_array(data, "d_skel", PATH)


def test_a_newer_file_says_how_to_save_it():
    data = b"MATLAB 7.3 MAT-file".ljust(124) + pack("<H", 0x0200) + b"IM" + b"\0" * 600
    with pytest.raises(FileFormatError, match=r"at byte 124: .* with the option -v7"):
        read_array(data, "d_skel", PATH)


def test_a_file_cut_in_its_header_is_named():
    with pytest.raises(FileFormatError, match="at byte 19: expected a MATLAB header"):
        read_array(b"MATLAB 5.0 MAT-file", "d_skel", PATH)


def test_a_file_cut_in_its_numbers_names_the_byte():
    with pytest.raises(FileFormatError, match=r"at byte 128: expected .* cut short"):
        read_array(saved(d_skel=np.ones(99))[:-9], "d_skel", PATH)


def test_packed_data_that_ends_early_is_named():
    packed = compress(b"\0" * 500)[:-6]
    data = header() + pack("<II", 15, len(packed)) + packed
    with pytest.raises(FileFormatError, match="at byte 136: expected packed data, found its end"):
        read_array(data, "d_skel", PATH)


def test_packed_data_that_is_none_is_named():
    data = header() + pack("<II", 15, 8) + b"notpacked"[:8]
    with pytest.raises(FileFormatError, match="at byte 136: expected packed data, found error"):
        read_array(data, "d_skel", PATH)


def test_data_that_unpacks_to_much_more_than_a_recording_is_refused():
    packed = compress(b"\0" * (80 * 2**20), 1)
    data = header() + pack("<II", 15, len(packed)) + packed
    assert len(data) < 2**20
    with pytest.raises(FileFormatError, match="expected at most 64 MiB, found more"):
        read_array(data, "d_skel", PATH)


def test_dimensions_that_do_not_fit_the_numbers_are_refused():
    data = saved(d_skel=np.ones((2, 3)))
    place = data.index(pack("<ii", 2, 3))
    for dims in ((2**30, 2**30), (-2, -3), (2, 4)):
        wrong = data[:place] + pack("<ii", *dims) + data[place + 8 :]
        with pytest.raises(FileFormatError, match="the file is damaged or of another kind"):
            read_array(wrong, "d_skel", PATH)


def element(kind, content):
    return pack("<II", kind, len(content)) + content + b"\0" * (-len(content) % 8)


FLAGS = element(6, pack("<II", 6, 0))
NAME = element(1, b"d_skel")
ONES = element(9, pack("<dd", 1, 1))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (FLAGS + element(5, pack("<ii", 1, 2)) + NAME, "found 3 parts"),
        (element(6, b"") + element(5, pack("<ii", 1, 2)) + NAME + ONES, "found 0 and 8 bytes"),
        (FLAGS + element(5, b"12345") + NAME + ONES, "found 8 and 5 bytes"),
        (FLAGS + element(5, pack("<ii", 1, 2)) + NAME + element(16, b"text"), "data of type 16"),
        (FLAGS + element(5, pack("<ii", 1, 2) * 9) + NAME + ONES, "found 16 bytes"),
        (FLAGS + element(5, pack("<ii", 1, 1) * 9) + NAME + element(9, b"1" * 8), "found 18;"),
    ],
)
def test_an_array_of_wrong_parts_is_refused(parts, message):
    data = header() + element(14, parts)
    with pytest.raises(FileFormatError, match=message):
        read_array(data, "d_skel", PATH)


def test_elements_that_are_no_arrays_are_passed_over():
    array = element(14, FLAGS + element(5, pack("<ii", 1, 2)) + NAME + ONES)
    assert read_array(header() + element(1, b"note") + array, "d_skel", PATH).tolist() == [[1, 1]]
