"""A private X server, for drawing where there is no screen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from select import select
from subprocess import DEVNULL, Popen, TimeoutExpired
from tempfile import TemporaryDirectory

from bootstrap.report import SetupError

START_LIMIT_S = 30.0
SCREEN = ("-screen", "0", "1920x1200x24")


@contextmanager
def private_display() -> Iterator[dict[str, str]]:
    """Run an X server in memory on a display number that is free.

    Yields:
        The environment variables that send Qt and Mesa there.

    Raises:
        SetupError: The server does not start.
    """
    reader, writer = os.pipe()
    with TemporaryDirectory(prefix="skelarium-runtime-") as runtime_folder:
        server = Popen(
            [
                "Xvfb",
                "-displayfd",
                str(writer),
                *SCREEN,
                "+extension",
                "GLX",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=[writer],
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        os.close(writer)
        try:
            yield {
                "DISPLAY": f":{_display_number(reader)}",
                "QT_QPA_PLATFORM": "xcb",
                "LIBGL_ALWAYS_SOFTWARE": "1",
                "WAYLAND_DISPLAY": "",
                "XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR") or runtime_folder,
            }
        finally:
            os.close(reader)
            _stop(server)


def _display_number(reader: int) -> int:
    """Wait until the server says which number it took; a closed pipe means that it gave up."""
    ready, _, _ = select([reader], [], [], START_LIMIT_S)
    text = os.read(reader, 16).decode().strip() if ready else ""
    if not text.isdigit():
        raise SetupError(
            "The private X server (Xvfb) did not start. Run `Xvfb :99` to see why, "
            "or set DISPLAY to a display that works."
        )
    return int(text)


def _stop(server: Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=10.0)
    except TimeoutExpired:
        server.kill()
        server.wait()
