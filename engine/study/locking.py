"""Who may change a study: one process at a time, by a lock that ends with it."""

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Self

from engine.claims import lock_file

_HELD = (errno.EAGAIN, errno.EACCES, errno.EDEADLK, errno.EWOULDBLOCK)
"""What systems say where another process has a lock."""
_LONGEST = 200
"""Characters of what is read of a holder."""


class FolderLock:
    """The right to change what lies in a folder, until it is closed or the process ends."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def taken(cls, path: Path) -> tuple[Self | None, str]:
        """Take a lock, if nobody has it.

        Args:
            path: The lock's file, which stays; beside it stands who has it.

        Returns:
            The lock and no words, or no lock and why.
        """
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            return None, f"its folder cannot be written ({error.strerror})"
        try:
            lock_file(handle)
        except OSError as error:
            os.close(handle)
            if error.errno in _HELD:
                return None, f"another window has it open{_who(_holder(path))}"
            return None, f"its drive cannot lock files ({error.strerror}); copy it to another drive"
        with suppress(OSError):  # on a full disk others are told without a name
            _holder(path).write_text(f"{os.getpid()} {socket.gethostname()}", encoding="utf-8")
        return cls(handle), ""

    def close(self) -> None:
        """Let others have it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _holder(path: Path) -> Path:
    return path.with_name(f"{path.name}-holder")


def _who(holder: Path) -> str:
    try:
        with holder.open(encoding="utf-8") as file:
            process, _, computer = file.read(_LONGEST).partition(" ")
    except (OSError, UnicodeDecodeError):
        return ""
    if not process.isdecimal() or not computer or not computer.isprintable():
        return ""
    if computer == socket.gethostname():
        return f" (process {process})"
    return f" (process {process} on {computer})"
