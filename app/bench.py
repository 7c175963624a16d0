"""``skelarium bench``: how fast this machine runs the program, as rates and ratios of one run."""

import json
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace

from engine.commands.base import Command
from engine.errors import EngineError
from engine.places import SOURCE_ROOT

BENCH_TIMEOUT_S = 600
CLIP_FRAMES = 60
PARTS = ("networks", "answer", "scene", "startup")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="of the CPU (1)")
    parser.add_argument(
        "--only", choices=PARTS, nargs="+", default=list(PARTS), help="parts to run"
    )


def measured_by(*words: str) -> dict[str, object]:
    """What a Python module measures in a process of its own, printed as JSON.

    The networks need torch, which never enters this process; the 3D view needs an application
    that is gone before a private display is.

    Raises:
        EngineError: The child fails; says what it wrote last.
    """
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=SOURCE_ROOT,
        capture_output=True,
        text=True,
        timeout=BENCH_TIMEOUT_S,
        check=False,
    )
    if done.returncode != 0:
        raise EngineError(f"{words[0]} could not measure: {done.stderr.strip()[-300:]}")
    result: dict[str, object] = json.loads(done.stdout)
    return result


def measure_answer() -> dict[str, object]:
    """Milliseconds the default model takes for a clip of 60 frames, explanation included."""
    from dataclasses import replace

    from engine.formats import read_recording
    from engine.recording import Clip
    from engine.runtime.packages import find_model
    from engine.runtime.recognizer import open_recognizer
    from engine.samples import SAMPLES

    package = find_model(None)
    recording = read_recording(SAMPLES[0].path)
    clip = Clip(recording=recording, start=0, stop=min(CLIP_FRAMES, recording.num_frames))
    began = time.perf_counter()
    recognizer = open_recognizer(package)
    opened = time.perf_counter() - began
    times = [recognizer.answer(replace(clip)).seconds for _ in range(20)]
    return {
        "model": package.card.id,
        "open_ms": round(opened * 1000, 1),
        "clip_frames": clip.num_frames,
        "answer_ms": round(min(times) * 1000, 2),
    }


def run(words: Namespace) -> int:
    """Measure the parts asked for, one after the other."""
    from app.display import some_display

    results: dict[str, object] = {}
    if "networks" in words.only:
        results["networks"] = measured_by("trainer.bench", str(words.threads))
    if "answer" in words.only:
        results["answer"] = measure_answer()
    with some_display():
        if "startup" in words.only:
            from app.bench_startup import measure_startup

            results["startup"] = measure_startup()
        if "scene" in words.only:
            results["scene"] = measured_by("app.bench_scene", "5")
    if words.json:
        print(json.dumps(results, indent=2))
        return 0
    for part, found in results.items():
        print(part)
        print_facts(found, "  ")
    return 0


def print_facts(facts: object, indent: str) -> None:
    """A nested table of names and values, one a line."""
    if not isinstance(facts, dict):
        return
    for name, value in facts.items():
        if isinstance(value, dict):
            print(f"{indent}{name}")
            print_facts(value, indent + "  ")
        else:
            print(f"{indent}{name:<28} {value}")


BENCH = Command(
    name="bench",
    summary="measure networks, answers, 3D view and start-up on this machine",
    add_arguments=add_arguments,
    run=run,
)
