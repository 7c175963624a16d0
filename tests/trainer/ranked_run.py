"""A program that trains the jobs in some folders, as one of the processes that share them.

``torchrun`` says to it which one it is, by environment variables.
"""

import sys
from pathlib import Path

import torch

from tests.tiny_training import fits_of
from trainer.devices import Compute
from trainer.distributed import joined, ranks_here
from trainer.events import EventLog
from trainer.job import load_job
from trainer.pulse import Pulse
from trainer.workplace import Workplace


def main(folders: list[Path]) -> None:
    """Train, and let the first process write what came of it."""
    torch.set_num_threads(1)
    ranks = ranks_here()
    with joined(ranks, "cpu"):
        for folder in folders:
            events = EventLog(folder, is_silent=not ranks.is_first)
            place = Workplace(
                folder=folder,
                events=events,
                pulse=Pulse(folder, events),
                compute=Compute(),
                ranks=ranks,
            )
            (run,) = fits_of(load_job(folder), folder, place)
            found = run.run(lambda done: None)
            weights = {**found.network.state_dict(), "logits": torch.from_numpy(found.logits)}
            torch.save(weights, folder / f"end-{ranks.rank}.pt")


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]])
