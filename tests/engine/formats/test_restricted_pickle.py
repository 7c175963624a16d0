import os
import pickle
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FileFormatError
from engine.formats.restricted_pickle import read_pickle

PATH = Path("clips.pkl")

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.integers(-(2**62), 2**62), inner)
        | st.tuples(inner, inner)
        | st.sets(st.text())
    ),
    max_leaves=12,
)


def read(data):
    return read_pickle(data, PATH)


@given(plain, st.integers(2, 5))
@settings(max_examples=80, deadline=None)
def test_plain_values_come_back_from_every_protocol_that_needs_no_calls(value, protocol):
    if protocol < 4 and not _without_sets(value):
        return  # old protocols write sets and bytes as calls of their classes
    assert read(pickle.dumps(value, protocol=protocol)) == value


def _without_sets(value):
    if isinstance(value, set | bytes):
        return False
    if isinstance(value, dict):
        return all(map(_without_sets, value.values()))
    return not isinstance(value, list | tuple) or all(map(_without_sets, value))


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("dtype", ["f2", "<f4", ">f8", "i1", "u2", "i8", "b1"])
def test_arrays_come_back_from_every_protocol(protocol, dtype):
    array = (np.arange(24).reshape(2, 3, 4) % 5).astype(dtype)
    for written in (array, np.asfortranarray(array), array[:, :0], array[0, 0, 0]):
        again = read(pickle.dumps({"x": written, "n": 1}, protocol=protocol))["x"]
        assert np.array_equal(again, written)
        if isinstance(again, np.ndarray):
            assert again.dtype == written.dtype


def test_an_array_that_is_there_twice_comes_back_twice():
    array = np.arange(6.0)
    first, second = read(pickle.dumps([array, array]))
    assert first is second
    assert np.array_equal(first, array)


def test_a_list_in_itself_comes_back():
    value = []
    value.append(value)
    again = read(pickle.dumps(value))
    assert again[0] is again


class Attack:
    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize(
    "value",
    [
        Attack(os.system, "false"),
        Attack(eval, "1"),
        Attack(getattr, "x", "upper"),
        Attack(np.load, "x.npy"),
        Attack(np.zeros, 9),
        date(2024, 1, 1),
        PATH,
        3j,
        object(),
        np.array([{}], dtype=object),
        np.array(["text"]),
        np.zeros(2, dtype=[("a", "f4")]),
        np.datetime64("2024-01-01"),
        {("a", 1): 2},
        {2**70: 1},
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_everything_else_is_refused(value, protocol):
    with pytest.raises(FileFormatError, match=r"^clips\.pkl at byte \d+: expected"):
        read(pickle.dumps(value, protocol=protocol))


def test_nothing_named_is_ever_called(tmp_path):
    mark = tmp_path / "called"
    data = pickle.dumps(Attack(os.mkdir, str(mark)))
    with pytest.raises(FileFormatError, match=r"a call of '(posix|nt)\.mkdir'"):
        read(data)
    assert not mark.exists()


ARRAY = pickle.dumps(np.arange(4, dtype="f4"), protocol=2)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"K\x04\x85", b"K\x05\x85"),  # one number more than there is
        (b"f4", b"O8"),
        (b"f4", b"V4"),
        (b"_reconstruct", b"scalar"),
        (b"ndarray", b"recarray"),
    ],
)
def test_a_false_description_of_an_array_is_refused(old, new):
    assert old in ARRAY
    with pytest.raises(FileFormatError):
        read(ARRAY.replace(old, new))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no pickle",
        b".",
        b"(.",
        b"N",
        b"NN.",
        b"0.",
        b"]t.",
        b"(t0.",
        b"h\x05.",
        b"]K\x01s.",
        b"}(K\x01u.",
        b"(K\x01d.",
        b"NR.",
        b"K\x01K\x02b.",
        b"NNb.",
        b"K\x01a.",
        b"\x8f(]\x90.",
        b"((l2.",
        b"cnumpy\nndarray\n.",
        b"cnumpy\ndtype\n(tR.",
        b"cnumpy\ndtype\n(S'f4'\ntR.",
        b"cnumpy\ndtype\n(S'f4'\ntR(I3\nI1\nNNNtb.",
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\ntb.",
        b"c_codecs\nencode\n(V\\u1234\nS'latin1'\ntR.",
        b"\x80\x04\x98.",
        b"I" + b"9" * 5000 + b"\n.",
    ],
)
def test_damage_and_nonsense_are_named(data):
    with pytest.raises(FileFormatError, match=r"^clips\.pkl at byte \d+: expected"):
        read(data)


def test_a_little_file_cannot_ask_for_much_memory():
    many = b"V" + b"x" * 1000 + b"\nq\x000" + b"(" + b"c_codecs\nencode\n(h\x00S'latin1'\ntR" * 50
    with pytest.raises(FileFormatError, match="the same bytes many times"):
        read(many + b"t.")
    huge = ARRAY.replace(b"K\x04\x85", b"\x8a\x08" + b"\xff" * 7 + b"\x0f\x85")
    with pytest.raises(FileFormatError, match="sizes that are none"):
        read(huge)
    with pytest.raises(FileFormatError):
        read(b"\x80\x04\x8e" + b"\xff" * 7 + b"\x0f" + b"x.")


def test_too_many_operations_are_refused(monkeypatch):
    monkeypatch.setattr("engine.formats.restricted_pickle.MOST_OPERATIONS", 50)
    with pytest.raises(FileFormatError, match="at most 50 operations, found more"):
        read(b"N0" * 30 + b"N.")


@given(st.binary(max_size=200), st.integers(0, 150))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(noise, place):
    data = pickle.dumps({"a": [1, 2.5, "x"], "b": np.arange(3.0)}, protocol=2)
    for broken in (noise, data[:place] + noise, data[:place] + noise + data[place:]):
        try:
            read(broken)
        except FileFormatError:
            continue


def test_the_real_pickle_is_read(shared_data):
    path = shared_data / "formats" / "example_UCF101_skeleton.pkl"
    content = read_pickle(path.read_bytes(), path)
    assert content["frame_dir"] == "v_ApplyEyeMakeup_g01_c01"
    assert content["keypoint"].shape == (2, 163, 17, 2)
    assert content["keypoint"].dtype == np.float16
    assert content["keypoint_score"].shape == (2, 163, 17)
