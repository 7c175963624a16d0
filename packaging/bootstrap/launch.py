"""From the words after start.py to a running program."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bootstrap.environment import Environment, Extent

TEST = "test"
TOUR = "tour"
"""The command that does without a window what the app shows first."""
DRAWING_COMMANDS = ("snapshot", TOUR, "bench")
"""Commands that draw with OpenGL, and so need a display, if only one in memory."""


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


def has_display(variables: Mapping[str, str]) -> bool:
    """Whether windows can be shown: always off Linux, else when a display server is named."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY"))


def _run_program(environment: Environment, words: Sequence[str]) -> int:
    is_window = opens_window(words)
    needs_display = is_window or words[0] in DRAWING_COMMANDS
    if not needs_display:
        _make_ready(environment, Extent.PROGRAM)
        return _become(environment, ["app", *words])
    if has_display(os.environ):
        _make_ready(environment, Extent.PROGRAM, draws=True)
        return _become(environment, ["app", *words])
    return _run_unseen(environment, [TOUR, *words] if is_window else list(words), is_window)


def _run_unseen(environment: Environment, words: Sequence[str], is_window: bool) -> int:
    """Do without a screen what can be done without."""
    from bootstrap.report import SetupError, say

    if is_window:
        say("there is no display here, so no window can open: answers and a picture instead")
    try:
        _make_ready(environment, Extent.PROGRAM, draws=True, unseen=True)
    except SetupError as error:
        if not is_window:
            raise
        print(f"{error}\nWithout them there is no picture, only the answers.", file=sys.stderr)
        _make_ready(environment, Extent.PROGRAM)
        return _become(environment, ["app", *words])
    return _run(environment, ["app", *words], unseen=True)


def _run_tests(environment: Environment, words: Sequence[str]) -> int:
    """Run pytest, on Linux in a private display wherever that can be had."""
    from shutil import which

    unseen = sys.platform.startswith("linux") and (
        which("Xvfb") is not None or not has_display(os.environ)
    )
    _make_ready(environment, Extent.TESTS, draws=True, unseen=unseen)
    os.chdir(environment.root)
    return _run(environment, ["pytest", *words], unseen=unseen)


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
        return _run(environment, words, unseen=False)
    command = _command(environment, words)
    sys.stdout.flush()
    return os.execv(command[0], command)


def _run(environment: Environment, words: Sequence[str], *, unseen: bool) -> int:
    """Run a module with the environment's Python, in a private display or as it is."""
    from contextlib import AbstractContextManager, nullcontext
    from subprocess import Popen

    from bootstrap.display import private_display

    display: AbstractContextManager[dict[str, str]] = (
        private_display() if unseen else nullcontext({})
    )
    with display as variables:
        child = Popen(_command(environment, words), env={**os.environ, **variables})
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
