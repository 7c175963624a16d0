"""A screen for commands that draw where there is none."""

import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import EngineError

SCREEN = "3840x2400x24"
"""Larger than any picture asked for is likely to be."""
WAIT_S = 20.0
SCREENLESS_PLATFORMS = ("offscreen", "minimal")
"""Qt's platforms without a screen, which cannot draw in 3D."""


def has_display() -> bool:
    """Whether windows can be shown here."""
    if os.environ.get("QT_QPA_PLATFORM") in SCREENLESS_PLATFORMS:
        return False
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def some_display() -> Iterator[None]:
    """The display there is, or a private one (Xvfb) for as long as the block runs.

    Raises:
        EngineError: There is none and none can be made; says what to install.
    """
    if has_display():
        yield
        return
    program = shutil.which("Xvfb")
    if program is None:
        raise EngineError(
            "there is no display, and Xvfb, which makes one, is not installed; "
            "run: sudo apt-get install xvfb"
        )
    with _private_server(program) as number:
        changes = {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        before = {name: os.environ.get(name) for name in changes}
        os.environ.update(changes)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


@contextmanager
def _private_server(program: str) -> Iterator[int]:
    """Run Xvfb on a display number of its own choice."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        yield _display_number(reading)
    finally:
        os.close(reading)
        server.terminate()
        server.wait()


def _display_number(reading: int) -> int:
    ready, _, _ = select.select([reading], [], [], WAIT_S)
    text = os.read(reading, 64).decode() if ready else ""
    if not text.strip().isdigit():
        raise EngineError("Xvfb did not start; run it by hand to see why: Xvfb :99")
    return int(text)
