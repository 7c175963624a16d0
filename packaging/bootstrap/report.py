"""What the set-up tells the person who waits for it."""

import sys
from collections.abc import Callable, Mapping, Sequence
from subprocess import PIPE, STDOUT, Popen
from time import monotonic

STARTED_S = monotonic()


class SetupError(Exception):
    """The set-up cannot go on; the message says what to do."""


def say(message: str) -> None:
    """One line of progress with the seconds since the start, on stderr: stdout is the program's."""
    print(f"[{monotonic() - STARTED_S:4.0f} s] {message}", file=sys.stderr, flush=True)


def run_quietly(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    on_line: Callable[[str], None] | None = None,
) -> str | None:
    """Run a program and keep what it writes for the case that it fails.

    Args:
        command: The program and its arguments.
        environment: Its environment variables.
        on_line: Called with each line as it is written.

    Returns:
        None if all went well, else the command and everything it wrote.
    """
    lines = [f"$ {' '.join(command)}"]
    try:
        with Popen(
            command,
            stdout=PIPE,
            stderr=STDOUT,
            env=environment,
            text=True,
            errors="replace",
            close_fds=False,  # the lock on the checkout lasts as long as what works on it
        ) as process:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                if on_line is not None:
                    on_line(lines[-1])
    except OSError as error:
        return f"{lines[0]}\n{error}"
    return None if process.returncode == 0 else "\n".join(lines)
