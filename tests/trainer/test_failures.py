"""Why a run ended badly, in one line for the person who started it."""

import errno

import pytest
import torch
from safetensors import SafetensorError

from engine.errors import EngineError, TrainingError
from trainer.failures import reason_of


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


FULL = OSError(errno.ENOSPC, "No space left on device", "run/events.jsonl")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TrainingError("the loss became nan"), "the loss became nan"),
        (MemoryError(), "not enough memory for this batch"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "not enough mem"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "not enough mem"),
        (FULL, r"the disk is full .run/events.jsonl.; free some space"),
        (SafetensorError("I/O error: No space left on device (os error 28)"), "the disk is full"),
        (EngineError("split.toml: cannot be written (No space left on device)"), "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "run/a.pt"), "run/a.pt cannot be used"),
        (RuntimeError("CUDA error: device-side assert\nCompile with"), "the GPU does not answer"),
        (torch.AcceleratorError("CUDA error: unspecified launch failure"), "the GPU does not ans"),
        (RuntimeError("[gloo/transport/tcp] Connection closed by peer"), "another process of this"),
        (caused(ValueError("a wrapper"), MemoryError()), "not enough memory"),
    ],
)
def test_what_a_person_can_mend_is_said_in_one_line(error, words):
    reason = reason_of(error)
    assert "\n" not in reason
    with pytest.raises(TrainingError, match=words):
        raise TrainingError(reason)


@pytest.mark.parametrize("error", [ValueError("shapes differ"), KeyError("x"), IndexError()])
def test_a_defect_of_the_program_has_no_reason(error):
    assert reason_of(error) is None


def test_an_allocation_that_cannot_be_is_recognised_as_it_really_is():
    with pytest.raises(RuntimeError) as failed:
        torch.empty(2**60, dtype=torch.uint8)
    assert "not enough memory" in reason_of(failed.value)
