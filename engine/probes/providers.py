"""Probe: what onnxruntime can really compute with.

Its list of providers names those it was built for; where the libraries of one are missing it
complains and computes on the processor without an exception. Only a session tells.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from re import MULTILINE, search
from tempfile import TemporaryFile

from engine.probes.facts import ProviderFact, send

STDERR = 2
ONE_NODE_MODEL = (
    b'\x08\n\x12\x00:7\n\x10\n\x01x\x12\x01y"\x08Identity\x12\x01gZ\x0f\n\x01x\x12\n\n\x08\x08\x01'
    b"\x12\x04\n\x02\x08\x01b\x0f\n\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01B\x04\n\x00\x10\x14"
)
"""The smallest ONNX graph: ``y = Identity(x)``, ``(1,)`` float32, opset 20."""


def provider_facts() -> tuple[ProviderFact, ...]:
    """Try every provider that onnxruntime lists."""
    import onnxruntime

    facts = []
    for name in onnxruntime.get_available_providers():
        with _complaints() as complaint, redirect_stdout(sys.stderr):
            onnxruntime.preload_dlls()
            session = onnxruntime.InferenceSession(ONE_NODE_MODEL, providers=[name])
        is_usable = name in session.get_providers()
        why = "" if is_usable else reason("".join(complaint))
        facts.append(ProviderFact(name=name, is_usable=is_usable, reason=why))
    return tuple(facts)


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Catch what C++ writes to stderr; the list is filled on leaving."""
    caught: list[str] = []
    kept = os.dup(STDERR)
    with TemporaryFile() as file:
        os.dup2(file.fileno(), STDERR)
        try:
            yield caught
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
            file.seek(0)
            caught.append(file.read().decode(errors="replace"))


def reason(complaint: str) -> str:
    """The useful part of onnxruntime's complaint: the missing library, or its requirements."""
    for pattern in (r"with error: (.+)$", r"(Require .+?)\. Please", r"(\S.+)$"):
        found = search(pattern, complaint, MULTILINE)
        if found is not None:
            return found[1].strip()
    return "it gave no reason"


if __name__ == "__main__":
    send(provider_facts())
