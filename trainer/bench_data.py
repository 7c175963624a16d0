"""Clips a second of training against a plain loop; ``python -m trainer.bench_data`` prints JSON.

The plain loop decodes each file of a batch when its turn comes, varies clip by clip, and then goes
forward and backward, all one after the other. Training as the program does it takes the same clips
out of a pack, varies them together and ahead in a thread, and may compute in bfloat16. Both have
the same network, batch and optimiser, and take turns in one process.
"""

import json
import os
import sys
import tempfile
import time
import tracemalloc
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

if TYPE_CHECKING:
    from engine.arrays import FloatArray, IntArray
    from trainer.data import ClipSet, Reading
    from trainer.feeding import Batch
    from trainer.job import Precision, TrainingJob
    from trainer.plan import PlannedNetwork
    from trainer.sampling import Making

KINDS = ("fg-stformer", "sem-net")
FRAMES = 56
DATA_ROUNDS = 15
MANY_FRAMES, HOP = 40, 12
"""Of the clips that samples are cut into, and from one to the next."""
FILE_ACTIONS = (1, 2, 3, 4, 5, 6, 8, 9, 11, 12)
"""NW-UCLA's numbers of actions."""


def write_clips(folder: Path) -> None:
    """The shipped samples cut into clips, as a folder of NW-UCLA's files."""
    from engine.formats import read_recording, write_recording
    from engine.samples import SAMPLES

    for number, sample in enumerate(SAMPLES):
        recording = read_recording(sample.path)
        starts = range(0, recording.num_frames - MANY_FRAMES, HOP)
        for take, start in enumerate(starts):
            action = FILE_ACTIONS[number % len(FILE_ACTIONS)]
            span = slice(start, start + MANY_FRAMES)
            cut = replace(
                recording,
                positions=recording.positions[span, :1],
                confidence=recording.confidence[span, :1],
            )
            name = f"a{action:02}_s{1 + take % 4:02}_e{take % 100:02}_v{1 + number // 10:02}.json"
            write_recording(cut, folder / name, "nw-ucla")


class PlainLoop:
    """What one writes first: decode, vary, forward, backward, one after the other."""

    def __init__(self, job: "TrainingJob", planned: "PlannedNetwork", reading: "Reading") -> None:
        import torch

        torch.manual_seed(0)
        self.job, self.planned, self.reading = job, planned, reading
        self.network = planned.config.build().train()
        self.optimiser = torch.optim.SGD(self.network.parameters(), job.schedule.learning_rate)

    def data(self, clips: "ClipSet", chosen: "IntArray", seed: int) -> "FloatArray":
        """Decoded and varied one by one: the network's stream ``(B, C, T, V, M)``."""
        import numpy as np

        from trainer.data import load_clips, training_batch

        random = np.random.default_rng(seed)
        varied = [
            training_batch(
                load_clips((clips.files[number],), self.reading),
                np.array([0]),
                self.reading.layout,
                self.planned.preprocessing,
                self.job.augmentation,
                random,
            ).joints
            for number in chosen
        ]
        return self.planned.stream_of(np.concatenate(varied))

    def step(self, clips: "ClipSet", chosen: "IntArray", seed: int, at_once: int) -> None:
        """One step of the optimiser.

        Args:
            clips: Of the data set.
            chosen: ``(B,)`` indices of clips.
            seed: Of the variations.
            at_once: How many clips go through the network together.
        """
        import torch
        from torch.nn import functional

        from trainer.inputs import tensors_of

        inputs = self.data(clips, chosen, seed)
        self.optimiser.zero_grad()
        for first in range(0, len(chosen), at_once):
            part = slice(first, first + at_once)
            tensors = tensors_of(self.planned.config, inputs[part])
            actions = torch.from_numpy(clips.actions[chosen[part]])
            loss = functional.cross_entropy(self.network(*tensors).logits, actions)
            (loss * len(actions) / len(chosen)).backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()


class Trainer:
    """Steps as the program trains: batches from a feeder, everything that a step does."""

    def __init__(
        self,
        job: "TrainingJob",
        planned: "PlannedNetwork",
        making: "Making",
        precision: "Precision",
    ) -> None:
        import torch

        from trainer.devices import Compute
        from trainer.distributed import Ranks
        from trainer.feeding import Feeder
        from trainer.learner import Learner

        torch.manual_seed(0)
        network = planned.config.build()
        self.learner = Learner(job, planned, network, Compute(precision=precision), Ranks())
        self.making = making
        self.feeder = Feeder(making)
        self.batches = self._endless()
        self.moves = 0
        self.waited_s = 0.0

    def close(self) -> None:
        """Let go of the thread."""
        self.feeder.close()

    def _endless(self) -> "Iterator[Batch]":
        for number in count():
            yield from self.feeder.batches(number, 0)

    def step(self) -> None:
        """One step on the next batch."""
        began = time.perf_counter()
        parts = next(self.batches)
        self.waited_s += time.perf_counter() - began
        self.learn(parts)

    def learn(self, parts: "Batch") -> None:
        """One step on a batch."""
        self.learner.step(parts, self.making.place(0, self.moves), 1e-3)
        self.moves += 1
        self.learner.update_average(self.moves)


def in_turns(steps: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each kind of step; all take turns, so that a busy machine is fair."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(rounds + 1):
        for name, step in steps.items():
            began = time.perf_counter()
            step()
            if turn > 0:  # the first one is to warm up
                times[name].append(time.perf_counter() - began)
    return {name: median(each) for name, each in times.items()}


def measure(kind: str, words: Namespace, data: tuple[Path, str]) -> dict[str, object]:
    """One network.

    Args:
        kind: Which.
        words: Of the command line.
        data: Folder and format of the data set.
    """
    import numpy as np
    import torch

    from trainer.job import (
        DataChoice,
        NetworkChoice,
        Precision,
        PreprocessingChoice,
        Schedule,
        TrainingJob,
    )
    from trainer.plan import plan_of
    from trainer.sampling import Share, making_of

    torch.set_num_threads(words.threads)
    job = TrainingJob(
        name="Rates",
        data=DataChoice(folder=str(data[0]), format=data[1]),
        preprocessing=PreprocessingChoice(frames=FRAMES),
        networks=(NetworkChoice(kind=kind, size=words.size),),
        schedule=Schedule(batch=words.batch),
    )
    # the pack stays open: on Windows its file stays until the process ends
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as packs:
        clips, reading, actions = packed_clips(job, Path(packs))
        (planned,) = plan_of(job, reading.layout, actions)
        making = making_of(job, planned, clips, reading.layout, Share())
        plain = PlainLoop(job, planned, reading)
        random = np.random.default_rng(0)

        def chosen() -> "IntArray":
            return random.permutation(len(clips))[: words.batch]

        found = data_rates(making, plain, chosen)
        with (
            closing(Trainer(job, planned, making, Precision.FLOAT32)) as narrow,
            closing(Trainer(job, planned, making, Precision.BFLOAT16)) as wide,
        ):
            ready = next(making.batches(0, 0))
            seconds = in_turns(
                {
                    "plain": lambda: plain.step(clips, chosen(), 1, words.batch),
                    "one_by_one": lambda: plain.step(clips, chosen(), 1, 1),
                    "float32": narrow.step,
                    "bfloat16": wide.step,
                    "ready": lambda: wide.learn(ready),
                },
                words.rounds,
            )
            waited = wide.waited_s / (words.rounds + 1)
        found["pack_mb"] = round(sum(p.stat().st_size for p in Path(packs).iterdir()) / 1e6, 1)
    return {
        "size": job.networks[0].size,
        "frames": FRAMES,
        "batch": words.batch,
        "threads": words.threads,
        **told(seconds, waited, words.batch),
        **found,
    }


def packed_clips(job: "TrainingJob", packs: Path) -> "tuple[ClipSet, Reading, int]":
    """All clips of a data set out of a pack, how files are read, how many actions there are."""
    from engine.datasets import dataset_by_id
    from engine.layouts import layout_by_id
    from trainer.data import Reading, load_clips

    dataset = dataset_by_id(job.data.format)
    contents = dataset.contents(Path(job.data.folder))
    reading = Reading(dataset=dataset, layout=layout_by_id(contents.layout_id))
    return load_clips(contents.files, reading, packs), reading, len(contents.actions)


def told(seconds: dict[str, float], waited: float, batch: int) -> dict[str, object]:
    """Seconds of each kind of step as rates and ratios.

    Args:
        seconds: Medians, by name.
        waited: Seconds of a step of the trainer that it waits for its batch, on average.
        batch: Clips of a step.
    """
    rates = {f"{name}_clips_per_second": round(batch / each, 1) for name, each in seconds.items()}
    used = min(("float32", "bfloat16"), key=seconds.__getitem__)
    return {
        "ratio": round(seconds["plain"] / seconds[used], 2),
        "ratio_with": used,
        "ratio_float32": round(seconds["plain"] / seconds["float32"], 2),
        "ratio_to_one_by_one": round(seconds["one_by_one"] / seconds[used], 2),
        **rates,
        "waiting_share": round(waited / seconds["bfloat16"], 4),
        "lost_to_data_share": round(1 - seconds["ready"] / seconds["bfloat16"], 4),
    }


def data_rates(
    making: "Making", plain: PlainLoop, chosen: "Callable[[], IntArray]"
) -> dict[str, object]:
    """The data alone, without a network: clips a second and memory."""
    clips, batch = making.clips, making.schedule.batch
    seconds = in_turns(
        {
            "plain": lambda: plain.data(clips, chosen(), 1),
            "packed": lambda: making.batch(making.place(0), chosen()),
        },
        DATA_ROUNDS,
    )
    tracemalloc.start()
    making.batch(making.place(0), chosen())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "files": len(clips),
        "data_ratio": round(seconds["plain"] / seconds["packed"], 1),
        "data_plain_clips_per_second": round(batch / seconds["plain"]),
        "data_clips_per_second": round(batch / seconds["packed"]),
        "data_peak_mb": round(peak / 1e6, 1),
    }


def main(words: Namespace) -> None:
    """Measure the networks asked for and print one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        if words.data is None:
            write_clips(Path(folder))
        data = (Path(folder), "nw-ucla") if words.data is None else (words.data, words.format)
        found = {kind: measure(kind, words, data) for kind in words.kind}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--data", type=Path, metavar="DIR", help="data set (the shipped samples)")
    parser.add_argument("--format", default="nw-ucla", metavar="FORMAT", help="of the data set")
    parser.add_argument("--kind", nargs="+", default=list(KINDS))
    parser.add_argument("--size", default="small")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    main(parser.parse_args())
