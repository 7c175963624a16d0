"""Locks on files that the system frees when a process ends, however it ends."""

import sys

if sys.platform == "win32":
    import msvcrt

    def lock_file(handle: int) -> None:
        """Lock an open file, or raise OSError at once where another process has it."""
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def lock_file(handle: int) -> None:
        """Lock an open file, or raise OSError at once where another process has it."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
