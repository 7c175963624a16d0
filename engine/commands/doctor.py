"""`skelarium doctor`: what works on this machine, what does not, and what happens instead."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import asdict

from engine.commands.base import Command
from engine.diagnosis import Diagnosis, diagnose, fallbacks


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: Namespace) -> int:
    """Look, and print what was found."""
    diagnosis = diagnose()
    if options.json:
        print(json.dumps({**asdict(diagnosis), "fallbacks": fallbacks(diagnosis)}, indent=2))
    else:
        print("\n".join(report_lines(diagnosis)))
    return 0


def report_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """The report for people."""
    machine = diagnosis.machine
    yield _row("Skelarium", machine.skelarium)
    yield _row("Python", machine.python)
    yield _row("System", machine.system)
    memory = "" if machine.memory_gib is None else f", {machine.memory_gib:.1f} GiB of memory"
    yield _row("Processor", f"{machine.threads} threads{memory}")
    for graphics in diagnosis.graphics:
        yield _row("Graphics", f"OpenGL {graphics.version}, {graphics.renderer}")
    for device in diagnosis.devices:
        yield _row("torch", f"{device.name}: {device.description}")
    for provider in diagnosis.providers:
        state = "works" if provider.is_usable else f"not usable: {provider.reason}"
        yield _row("onnxruntime", f"{provider.name}: {state}")
    for model in diagnosis.models:
        yield _row("Model", f"{model.id} in {model.folder}")
    if not diagnosis.models:
        yield _row("Model", "none found")
    yield _row(
        "Packages",
        ", ".join(
            f"{package.name} {package.version or 'missing'}" for package in diagnosis.packages
        ),
    )
    sentences = fallbacks(diagnosis)
    yield ""
    yield "What falls back, and why:" if sentences else "Nothing falls back: everything works."
    for sentence in sentences:
        yield f"  - {sentence}"


def _row(label: str, text: str) -> str:
    return f"{label:<12} {text}"


DOCTOR = Command(
    name="doctor",
    summary="say what works on this machine, what falls back, and why",
    add_arguments=add_arguments,
    run=run,
)
