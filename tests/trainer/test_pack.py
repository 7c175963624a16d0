"""Packs of clips: what goes in comes out, damage is noticed, nothing is in memory unasked."""

import errno
import os
import time
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.datasets.base import LabelledFile
from engine.errors import FileFormatError, TrainingError
from engine.preprocess.temporal import fill_gaps
from trainer.pack import (
    KEPT_DAYS,
    PACK_SUFFIX,
    open_pack,
    pack_in_folder,
    pack_in_memory,
    wish_for,
    write_pack,
)

DAY_S = 86400


def clips(count=3, people=2, joints=5, channels=3):
    """Clips of 4, 5, 6 … frames with some joints missing, and nobody in the last place."""
    random = np.random.default_rng(count)
    for number in range(count):
        shape = (4 + number, people, joints, channels)
        clip = random.standard_normal(shape, dtype=np.float32)
        clip[1, 0, number % joints] = np.nan
        clip[:, people - 1] = np.nan
        yield clip


def unread():
    raise AssertionError("the clips were read again")
    yield


def wish(count=3, facts=("test",)):
    files = tuple(
        LabelledFile(path=Path(f"{number}.json"), action=number % 2, person=1, view=1)
        for number in range(count)
    )
    return wish_for(files, "kinect-v1", facts)


def test_what_is_packed_comes_back_with_gaps_filled_and_what_was_seen(tmp_path):
    pack = pack_in_folder(tmp_path, wish(), clips())

    np.testing.assert_array_equal(pack.starts, [0, 4, 9])
    np.testing.assert_array_equal(pack.lengths, [4, 5, 6])
    assert pack.positions.dtype == np.float32
    for clip, start in zip(clips(), pack.starts, strict=True):
        span = slice(start, start + len(clip))
        np.testing.assert_array_equal(pack.positions[span], fill_gaps(clip))
        seen = np.unpackbits(pack.seen[span], axis=1, count=10).reshape(-1, 2, 5)
        np.testing.assert_array_equal(seen == 1, ~np.isnan(clip).any(-1))


def test_a_pack_in_memory_is_the_one_on_disk(tmp_path):
    kept, held = pack_in_folder(tmp_path, wish(), clips()), pack_in_memory(clips())
    for name in ("positions", "seen", "starts", "lengths"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(held, name))


def test_clips_are_read_once_and_cannot_be_written_through(tmp_path):
    pack_in_folder(tmp_path, wish(), clips())
    again = pack_in_folder(tmp_path, wish(), unread())

    assert len(again.lengths) == 3
    with pytest.raises(ValueError, match="read-only"):
        again.positions[0] = 0
    assert [path.suffix for path in tmp_path.iterdir()] == [PACK_SUFFIX]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"clips",
        lambda data: data[:-1],
        lambda data: data[4:],
        lambda data: bytes([data[0] ^ 1]) + data[1:],
        lambda data: data[:-60] + bytes([data[-60] ^ 1]) + data[-59:],
        lambda data: data[: len(data) // 2] + data[len(data) // 2 + 4 :],
        lambda data: data + data[-24:],
        lambda data: b"x" * len(data),
    ],
)
def test_a_damaged_pack_is_made_anew(tmp_path, damage):
    pack_in_folder(tmp_path, wish(), clips())
    path = wish().path(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))

    assert open_pack(path, wish().key) is None
    pack_in_folder(tmp_path, wish(), clips())
    assert path.read_bytes() == whole


def test_a_pack_of_something_else_under_the_same_name_is_not_taken(tmp_path):
    path = wish().path(tmp_path)
    write_pack(path, wish(facts=("other",)), clips())
    assert open_pack(path, wish().key) is None


def test_what_decides_the_clips_decides_the_pack(tmp_path):
    path = tmp_path / "clip.json"
    path.write_text("one")
    file = LabelledFile(path=path, action=0, person=1, view=1)
    key = wish_for((file,), "kinect-v1", ("a",)).key

    assert wish_for((file,), "kinect-v1", ("a",)).key == key
    others = [
        wish_for((file,), "kinect-v1", ("b",)),
        wish_for((file, file), "kinect-v1", ("a",)),
        wish_for((replace(file, action=1),), "kinect-v1", ("a",)),
        wish_for((replace(file, start=1),), "kinect-v1", ("a",)),
        wish_for((replace(file, item=3),), "kinect-v1", ("a",)),
    ]
    path.write_text("three")
    others.append(wish_for((file,), "kinect-v1", ("a",)))
    assert len({key, *(other.key for other in others)}) == 7


def test_a_clip_that_cannot_be_read_leaves_nothing_behind(tmp_path):
    def broken():
        yield from clips(1)
        raise FileFormatError("is broken", path=Path("second.json"))

    with pytest.raises(FileFormatError, match=r"second\.json"):
        pack_in_folder(tmp_path, wish(), broken())
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_named_and_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrainingError, match=r"cannot be written \(No space left on device\)"):
        pack_in_folder(tmp_path, wish(), clips())
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_none_is_named(tmp_path):
    folder = tmp_path / "file"
    folder.write_text("")
    with pytest.raises(TrainingError, match="file cannot be written"):
        pack_in_folder(folder, wish(), clips())


def test_a_run_that_was_quicker_and_holds_the_pack_open_is_no_failure(tmp_path, monkeypatch):
    path = wish().path(tmp_path)
    write_pack(path, wish(), clips())

    def held(_self, _target):
        raise PermissionError(errno.EACCES, "used by another process")

    monkeypatch.setattr(Path, "replace", held)
    write_pack(path, wish(), clips())
    assert list(tmp_path.iterdir()) == [path]


def test_packs_that_nobody_opened_for_long_are_forgotten(tmp_path):
    old, used, dead = wish(facts=("old",)), wish(facts=("used",)), tmp_path / "x.partial"
    for each in (old, used):
        pack_in_folder(tmp_path, each, clips())
    dead.write_bytes(b"half")
    past = time.time() - (KEPT_DAYS + 1) * DAY_S
    for path in (old.path(tmp_path), used.path(tmp_path), dead):
        os.utime(path, (past, past))
    pack_in_folder(tmp_path, used, unread())

    pack_in_folder(tmp_path, wish(), clips())

    assert set(tmp_path.iterdir()) == {used.path(tmp_path), wish().path(tmp_path)}


def test_ten_thousand_clips_do_not_need_their_memory(tmp_path):
    count, frames = 10_000, 12
    clip = np.random.default_rng(0).standard_normal((frames, 1, 20, 3), dtype=np.float32)
    many = wish(count)
    tracemalloc.start()
    pack = pack_in_folder(tmp_path, many, (clip for _ in range(count)))
    written = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    open_pack(many.path(tmp_path), many.key)
    opened = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    size = count * clip.nbytes
    assert pack.positions.nbytes == size
    assert written < size / 4
    assert opened < size / 4
    np.testing.assert_array_equal(pack.positions[pack.starts[9_876]], clip[0])
