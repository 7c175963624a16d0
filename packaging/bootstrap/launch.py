"""From the words after start.py to a running program."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

from bootstrap.environment import Environment, Extent

TEST = "test"
TOUR = "tour"
"""The command that does without a window what the app shows first."""
DRAWING_COMMANDS = ("snapshot", "lanes", "film", TOUR, "bench")
"""Commands that draw with OpenGL, and so need a display, if only one in memory."""

MOST_TEST_PROCESSES = 4
"""Each loads torch: about a gigabyte."""


def launch(root: Path, words: Sequence[str]) -> int:
    """Set up what is missing, then run what the words ask for.

    Args:
        root: The checkout.
        words: The command line after start.py.

    Returns:
        The exit status.
    """
    from bootstrap.report import SetupError

    signal.signal(signal.SIGTERM, _stop)
    environment = Environment(root=root)
    try:
        if words[:1] == [TEST]:
            return _run_tests(environment, words[1:])
        return _run_program(environment, words)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def opens_window(words: Sequence[str]) -> bool:
    """Whether the words are for the window: none, or recordings to open."""
    return all(Path(word).is_file() for word in words)


def _run_program(environment: Environment, words: Sequence[str]) -> int:
    from app.display import has_display

    is_window = opens_window(words)
    needs_display = is_window or words[0] in DRAWING_COMMANDS
    if needs_display and not has_display():
        return _run_unseen(environment, words, is_window)
    _make_ready(environment, Extent.PROGRAM, draws=needs_display)
    return _become(environment, ["app", *words])


def _run_unseen(environment: Environment, words: Sequence[str], is_window: bool) -> int:
    """Do without a screen what can be done without; the app draws in a display of its own."""
    from bootstrap.report import SetupError, say

    if is_window:
        say("there is no display here, so no window can open: answers and a picture instead")
    try:
        _make_ready(environment, Extent.PROGRAM, draws=True, unseen=True)
    except SetupError as error:
        if not is_window:
            raise
        print(f"{error}\nUntil then there is no picture, only the answers.", file=sys.stderr)
        _make_ready(environment, Extent.PROGRAM)
        return _become(environment, ["app", "predict", *(words or _samples(environment))])
    if not is_window:
        return _become(environment, ["app", *words])
    if not words:
        return _become(environment, ["app", TOUR])
    status = _run(environment, ["app", "predict", *words])
    if status != 0:
        return status
    picture = ["--out", str(Path(gettempdir()) / "skelarium-window.png")]
    return _become(environment, ["app", "snapshot", words[0], *picture])


def _samples(environment: Environment) -> list[str]:
    return [str(path) for path in sorted((environment.root / "assets/samples").glob("*.npz"))]


def _run_tests(environment: Environment, words: Sequence[str]) -> int:
    """Run pytest, on Linux in a private display wherever that can be had."""
    from shutil import which

    from app.display import has_display, some_display
    from engine.errors import EngineError

    unseen = sys.platform.startswith("linux") and (which("Xvfb") is not None or not has_display())
    _make_ready(environment, Extent.TESTS, draws=True, unseen=unseen)
    os.chdir(environment.root)
    if unseen:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            os.environ.pop(name, None)
    if not words:
        words = side_by_side(os.cpu_count() or 1)
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # each process has its core
    try:
        with some_display():
            return _run(environment, ["pytest", *words])
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1


def side_by_side(cores: int) -> tuple[str, ...]:
    """What pytest is told so that all tests run in as many processes as there are cores."""
    processes = min(cores, MOST_TEST_PROCESSES)
    return ("-n", str(processes), "--dist", "loadfile") if processes > 1 else ()


def _make_ready(
    environment: Environment, extent: Extent, *, draws: bool = False, unseen: bool = False
) -> None:
    """See that the system's libraries and the environment are there.

    Args:
        environment: The environment.
        extent: What it has to contain.
        draws: Whether Qt and OpenGL are needed.
        unseen: Whether a display in memory is needed.

    Raises:
        SetupError: Something is missing that cannot be installed here.
    """
    is_ready = environment.is_ready(extent)
    if is_ready and (not draws or environment.libraries_stamp.exists()) and not unseen:
        return
    from bootstrap import libraries
    from bootstrap.report import SetupError

    packages: list[str] = []
    if draws:
        packages += [library.package for library in libraries.missing_libraries()]
    if unseen:
        packages += libraries.missing_xvfb_package()
    if not is_ready:
        packages += libraries.missing_venv_package()
    libraries.install(packages)
    try:
        if not is_ready:
            from bootstrap.installation import install

            install(environment, extent)
        if draws:
            environment.libraries_stamp.touch()
    except OSError as error:
        raise SetupError(f"{environment.root} cannot be set up: {error}") from error


def _become(environment: Environment, words: Sequence[str]) -> int:
    """Replace this process by the environment's Python running a module."""
    if os.name == "nt":  # there the parent's console would not wait
        return _run(environment, words)
    command = _command(environment, words)
    sys.stdout.flush()
    return os.execv(command[0], command)


def _run(environment: Environment, words: Sequence[str]) -> int:
    """Run a module with the environment's Python and wait for it."""
    from subprocess import Popen

    child = Popen(_command(environment, words))
    try:
        return child.wait()
    except KeyboardInterrupt:  # the child has it too, and ends in its own way
        return child.wait()
    finally:
        child.terminate()


def _command(environment: Environment, words: Sequence[str]) -> list[str]:
    return [str(environment.python), "-P", "-m", *words]


def _stop(number: int, frame: object) -> None:
    """Leave by way of all `finally` clauses."""
    sys.exit(128 + number)
