"""Why a run ended badly, in one line for the person who started it."""

import errno

import torch

from engine.errors import EngineError

FULL = {errno.ENOSPC, errno.EDQUOT}
NO_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory")
NO_SPACE = ("no space left", "os error 28", "disk quota")
LOST_GPU = ("cuda error", "cudnn error", "nccl error", "acceleratorerror")
LOST_PEER = ("connection closed by peer", "connection reset by peer", "gloo")
GO_ON = "start the job again and it goes on from its last checkpoint"


def reason_of(error: BaseException) -> str | None:
    """What happened and what to do; None for a defect of the program.

    Args:
        error: That ended the run. What caused it is looked at too.
    """
    current: BaseException | None = error
    while current is not None:
        reason = _reason(current)
        if reason is not None:
            return " ".join(reason.split())
        current = current.__cause__
    return None


def _reason(error: BaseException) -> str | None:
    if isinstance(error, EngineError):
        return _of_text(str(error)) or str(error)
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return _no_memory()
    if isinstance(error, OSError):
        if error.errno in FULL:
            return _full(str(error.filename or ""))
        what = error.filename or "a file"
        return f"{what} cannot be used ({error.strerror or error}); {GO_ON}"
    return _of_text(f"{type(error).__name__}: {error}") if isinstance(error, Exception) else None


def _of_text(text: str) -> str | None:
    """Of what libraries say in words alone."""
    words = text.lower()
    if any(each in words for each in NO_MEMORY):
        return _no_memory()
    if any(each in words for each in NO_SPACE):
        return _full("")
    if any(each in words for each in LOST_GPU):
        first = text.strip().splitlines()[0]
        return f"the GPU does not answer any more ({first}); see to it, then {GO_ON}"
    if any(each in words for each in LOST_PEER):
        return f"another process of this job has ended; see why in its log, then {GO_ON}"
    return None


def _no_memory() -> str:
    return (
        "there is not enough memory for this batch; start a new job with a smaller batch, or with "
        "more parts (schedule.parts) for the same one"
    )


def _full(path: str) -> str:
    where = f" ({path})" if path else ""
    return f"the disk is full{where}; free some space, then {GO_ON}"
