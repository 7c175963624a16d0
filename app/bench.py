"""``skelarium bench``: how fast this machine runs the program, as rates and ratios of one run."""

import json
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace

from engine.commands.base import Command
from engine.errors import EngineError
from engine.places import SOURCE_ROOT

BENCH_TIMEOUT_S = 1200
CLIP_FRAMES = 60
PARTS = ("networks", "answer", "scene", "window", "timeline", "labels", "startup", "training")
TIMELINE_HOURS = 10.0
TRAINING_WORDS: tuple[str, ...] = ()
"""What else the benchmark of training is told."""
QUICK_CASES = (("fg-stformer", "full", "joint"), ("fg-stformer", "small", "joint"))
SHOWN = ("kind", "size", "stream", "session", "threads", "batch", "parameters", "gmacs")


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--threads", type=int, nargs="+", default=[], metavar="N", help="of the CPU (1; 1 and 2)"
    )
    parser.add_argument(
        "--networks",
        action="store_true",
        help="every network, stream and session, batch 1 and 32: up to an hour",
    )
    parser.add_argument(
        "--size", nargs="+", metavar="SIZE", help="with --networks: such as tiny (full and small)"
    )
    parser.add_argument(
        "--batch", type=int, nargs="+", default=[1, 32], metavar="N", help="with --networks (1 32)"
    )
    parser.add_argument(
        "--kind", nargs="+", metavar="KIND", help="with --networks: only these, such as t-tr"
    )
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
    done = child(*words)
    if done.returncode != 0:
        raise EngineError(f"{words[0]} could not measure: {done.stderr.strip()[-300:]}")
    result: dict[str, object] = json.loads(done.stdout)
    return result


def child(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run a Python module in a process of its own to its end."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=SOURCE_ROOT,
        capture_output=True,
        text=True,
        timeout=BENCH_TIMEOUT_S,
        check=False,
    )


def measure_networks(
    cases: tuple[tuple[str, str, str], ...], threads: list[int], batches: tuple[int, ...]
) -> list[dict[str, object]]:
    """Rates of networks, each in a process of its own; says on stderr which one is measured.

    A process that ends early, for want of memory say, leaves what it measured until then.

    Args:
        cases: Kind, size and stream of each.
        threads: Of the CPU, one round each.
        batches: Clips at once, one round each.
    """
    sizes = [str(batch) for batch in batches]
    rows: list[dict[str, object]] = []
    for number, case in enumerate(cases, start=1):
        sys.stderr.write(f"{number} of {len(cases)}: {' '.join(case)}\n")
        counts = [str(count) for count in threads]
        words = ("--threads", *counts, "--batch", *sizes, "--case", *case)
        done = child("trainer.bench", *words)
        rows.extend(json.loads(line) for line in done.stdout.splitlines())
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["it was stopped"])[-1]
            sys.stderr.write(f"{' '.join(case)} ended early: {reason[-300:]}\n")
    return rows


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
    if words.networks:
        return run_networks(words)
    results = measured_parts(words)
    if words.json:
        print(json.dumps(results, indent=2))
        return 0
    for part, found in results.items():
        print(part)
        if isinstance(found, list):
            print(rates_table(found))
        print_facts(found, "  ")
    return 0


def measured_parts(words: Namespace) -> dict[str, object]:
    """The figures of each part asked for."""
    from app.display import some_display

    results: dict[str, object] = {}
    if "networks" in words.only:
        results["networks"] = measure_networks(QUICK_CASES, words.threads or [1], (1,))
    if "answer" in words.only:
        results["answer"] = measure_answer()
    if "training" in words.only:
        threads = str((words.threads or [1])[0])
        results["training"] = measured_by(
            "trainer.bench_data", "--threads", threads, *TRAINING_WORDS
        )
    with some_display():
        if "startup" in words.only:
            from app.bench_startup import measure_startup

            results["startup"] = measure_startup()
        if "scene" in words.only:
            results["scene"] = measured_by("app.bench_scene", "5")
        if "window" in words.only:
            results["window"] = measured_by("app.bench_window", "2")
        if "timeline" in words.only:
            results["timeline"] = measured_by("app.bench_timeline", f"{TIMELINE_HOURS:g}")
        if "labels" in words.only:
            results["labels"] = measured_by("app.bench_labels", f"{TIMELINE_HOURS:g}")
    return results


def run_networks(words: Namespace) -> int:
    """The whole table of networks."""
    from engine.architectures import ARCHITECTURES

    cases = tuple(
        (row.id, size, stream)
        for row in ARCHITECTURES
        if not words.kind or row.id in words.kind
        for size in (words.size or row.sizes[:2])
        for stream in (row.streams if size == row.sizes[0] else ("joint",))
    )
    if not cases:
        known = ", ".join(row.id for row in ARCHITECTURES)
        raise EngineError(f"no network {' or '.join(words.kind)}; there are {known}")
    rows = measure_networks(cases, words.threads or [1, 2], tuple(words.batch))
    print(json.dumps({"networks": rows}, indent=2) if words.json else rates_table(rows))
    return 0


def rates_table(rows: list[dict[str, object]]) -> str:
    """Rates as a table for people."""
    columns = (*SHOWN, "ms", "clips_per_second", "gflops", "share", "share_of_torch")
    cells = [columns, *(tuple(str(row[name]) for name in columns) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


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
    summary="measure networks, answers, 3D view, window, timeline, start-up and training here",
    add_arguments=add_arguments,
    run=run,
)
