import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.claims import lock_file

ROOT = Path(__file__).resolve().parents[2]
HOLDS = """
import os, sys
from engine.claims import lock_file
lock_file(os.open(sys.argv[1], os.O_RDWR))
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "lock"
    path.touch()
    return path


def test_a_locked_file_cannot_be_locked_a_second_time(path):
    first, second = os.open(path, os.O_RDWR), os.open(path, os.O_RDWR)
    lock_file(first)
    with pytest.raises((BlockingIOError, PermissionError)):
        lock_file(second)
    os.close(first)
    lock_file(second)
    os.close(second)


def test_a_lock_ends_with_its_process_however_that_ends(path):
    words = (sys.executable, "-c", HOLDS, str(path))
    with subprocess.Popen(words, cwd=ROOT, stdin=-1, stdout=-1) as holder:
        assert holder.stdout.readline() == b"locked\n"
        handle = os.open(path, os.O_RDWR)
        with pytest.raises((BlockingIOError, PermissionError)):
            lock_file(handle)
        holder.kill()
    lock_file(handle)
    os.close(handle)
