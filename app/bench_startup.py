"""Measuring the start-up in a process of its own."""

import json
import os
import sys
import time
from pathlib import Path
from subprocess import TimeoutExpired, run
from tempfile import TemporaryDirectory

from app.display import some_display
from app.services.startup_report import REPORT_VARIABLE, STARTED_VARIABLE
from engine.errors import EngineError

LONGEST_S = 60.0


def measure_startup(*, runs: int = 2) -> dict[str, float]:
    """Start the program on a sample and take the times of the last run: files are warm then.

    Args:
        runs: How often to start it.

    Returns:
        Milliseconds from the start of the process: ``window_ms`` (something is drawn),
        ``first_frame_ms`` (the recording is drawn), ``answer_ms`` (the model has answered),
        ``answer_shown_ms`` (the answer is drawn).

    Raises:
        EngineError: It does not come up; says what it wrote last.
    """
    with some_display(), TemporaryDirectory(prefix="skelarium-bench-") as folder:
        times: dict[str, float] = {}
        for _ in range(max(runs, 1)):
            times = _start_once(Path(folder))
    return times


def _start_once(folder: Path) -> dict[str, float]:
    report = folder / "startup.json"
    report.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "SKELARIUM_HOME": str(folder / "home"),
        REPORT_VARIABLE: str(report),
        STARTED_VARIABLE: str(time.time_ns()),
    }
    try:
        done = run(
            [sys.executable, "-m", "app"],
            env=environment,
            cwd=Path(__file__).resolve().parent.parent,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except TimeoutExpired as late:
        raise EngineError(
            f"the window did not show a recording with its answer within {LONGEST_S:.0f} s; "
            "is a model installed? run skelarium doctor"
        ) from late
    if not report.is_file():
        raise EngineError(
            f"the window did not come up: {done.stderr.strip()[-400:] or 'it said nothing'}; "
            "run skelarium doctor"
        )
    found = json.loads(report.read_text(encoding="utf-8"))
    return {str(name): float(value) for name, value in found.items()}
