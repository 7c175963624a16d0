"""Closing the window while something is under way: the process ends, silently and well."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.gl

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import app.application as program
from PySide6.QtCore import QTimer
from tests.app import stand_ins

moment, gate = sys.argv[1], Event()
LONG = Path("/recordings/long.npz")


class Slow(stand_ins.StandInRecognizer):
    def answer(self, clip, *, explain=True):
        if moment == "asked":
            gate.wait()
        return super().answer(clip, explain=explain)


def read(path):
    if moment == "reading":
        gate.wait()
    return stand_ins.recording(900, people=2, path=path)


def watch(workbench):
    close = partial(QTimer.singleShot, 0, workbench.window.close)
    document = workbench.document
    if moment == "reading":
        workbench.librarian.reading_started.connect(lambda _: close())
    elif moment == "opened":
        document.recording_changed.connect(lambda _: close())
    elif moment == "asked":
        document.answer_changed.connect(lambda state: state.phase.value == "asked" and close())
    else:
        document.track_changed.connect(lambda state: state.progress and close())


program._report_startup = watch
providers = stand_ins.providers({}, Slow(), models=(stand_ins.package(),))
program.shipped_providers = lambda: replace(providers, read=read)
sys.exit(program.main((LONG,)))
"""


@pytest.mark.parametrize("moment", ["reading", "opened", "asked", "lanes"])
def test_the_process_ends_whatever_is_under_way(moment: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM, moment],
        cwd=ROOT,
        env={**os.environ, "SKELARIUM_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,  # threads that wait for the gate would wait forever
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "settings.ini").is_file()
