import errno
import os

import pytest

from engine.study import locking
from engine.study.locking import FolderLock


def test_a_lock_is_had_once_and_given_back(tmp_path):
    path = tmp_path / "lock"
    first, words = FolderLock.taken(path)
    assert words == ""
    second, words = FolderLock.taken(path)
    assert second is None
    assert words == f"another window has it open (process {os.getpid()})"
    first.close()
    first.close()
    third, _ = FolderLock.taken(path)
    third.close()


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        (b"77 lab-pc", " (process 77 on lab-pc)"),
        (b"77", ""),
        (b"rm -rf", ""),
        (b"77 a\x1b[2Jb", ""),
        (b"\xff\xfe", ""),
        (b"", ""),
        (b"1 " + b"x" * 5_000, f" (process 1 on {'x' * 198})"),
    ],
)
def test_what_a_holder_left_is_not_trusted(tmp_path, holder, words):
    path = tmp_path / "lock"
    lock, _ = FolderLock.taken(path)
    (tmp_path / "lock-holder").write_bytes(holder)
    assert FolderLock.taken(path) == (None, f"another window has it open{words}")
    (tmp_path / "lock-holder").unlink()
    assert FolderLock.taken(path) == (None, "another window has it open")
    lock.close()


def test_a_folder_that_is_not_there_cannot_be_locked(tmp_path):
    lock, words = FolderLock.taken(tmp_path / "gone" / "lock")
    assert lock is None
    assert words.startswith("its folder cannot be written (")


def test_a_drive_without_locks_is_told_from_another_window(tmp_path, monkeypatch):
    def refuse(_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locking, "lock_file", refuse)
    lock, words = FolderLock.taken(tmp_path / "lock")
    assert lock is None
    assert words == "its drive cannot lock files (No locks available); copy it to another drive"


def test_a_lock_is_had_although_nothing_can_be_written_beside_it(tmp_path):
    (tmp_path / "lock-holder").mkdir()
    lock, words = FolderLock.taken(tmp_path / "lock")
    assert words == ""
    lock.close()
