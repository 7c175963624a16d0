import zipfile

import numpy as np
import pytest

from engine.errors import FileFormatError
from engine.formats.npz_members import member_names, open_member


@pytest.mark.parametrize("dtype", ["<f4", "f2", ">f8", "u1", "i8", "?"])
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_come_back_as_they_were(tmp_path, dtype, save):
    path = tmp_path / "a.npz"
    first = (np.arange(24).reshape(2, 3, 4) % 3).astype(dtype)
    save(path, first=first, second=np.zeros((0, 3)), third=np.array(5.0))
    assert member_names(path) == ("first", "second", "third")
    again = open_member(path, "first")
    assert np.array_equal(again, first)
    assert again.dtype == first.dtype
    assert not again.flags.writeable
    assert open_member(path, "second").shape == (0, 3)
    assert open_member(path, "third") == 5


def test_plain_members_are_mapped_and_packed_ones_are_not(tmp_path):
    np.savez(tmp_path / "plain.npz", x=np.arange(9.0))
    np.savez_compressed(tmp_path / "packed.npz", x=np.arange(9.0))
    assert isinstance(open_member(tmp_path / "plain.npz", "x"), np.memmap)
    assert not isinstance(open_member(tmp_path / "packed.npz", "x"), np.memmap)


def test_objects_are_never_unpickled(tmp_path):
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "a.npz", x=np.array([{}], dtype=object))
        with pytest.raises(FileFormatError, match=r"x.*: expected a plain array of numbers"):
            open_member(tmp_path / "a.npz", "x")


def test_what_is_not_there_is_named(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.arange(9.0))
    with pytest.raises(FileFormatError, match="expected an array 'y', found none"):
        open_member(tmp_path / "a.npz", "y")
    with pytest.raises(FileFormatError, match="cannot be read"):
        member_names(tmp_path / "none.npz")


def test_what_is_no_zip_has_no_members(tmp_path):
    path = tmp_path / "a.npz"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert member_names(path) == ()
    with pytest.raises(FileFormatError, match="expected a whole npz"):
        open_member(path, "x")


def test_a_packed_member_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.formats.npz_members.LARGEST_UNPACKED", 100)
    np.savez_compressed(tmp_path / "a.npz", x=np.arange(99.0))
    with pytest.raises(FileFormatError, match=r"save it with numpy\.savez"):
        open_member(tmp_path / "a.npz", "x")


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_shorter_than_it_says_is_refused(tmp_path, kind):
    np.savez(tmp_path / "a.npz", x=np.arange(9.0))
    with zipfile.ZipFile(tmp_path / "a.npz") as whole:
        content = whole.read("x.npy")
    with zipfile.ZipFile(tmp_path / "b.npz", "w", compression=kind) as cut:
        cut.writestr("x.npy", content[:-8])
    with pytest.raises(FileFormatError, match=r"expected numbers of shape \(9,\), found 64 bytes"):
        open_member(tmp_path / "b.npz", "x")
