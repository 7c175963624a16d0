"""``python -m trainer JOB_FOLDER``: run one training job to its end."""

import os
import sys
from pathlib import Path

from engine.errors import EngineError

# torch's threads must not spin while they wait: on a busy machine that is many times slower
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def main(folder: Path) -> int:
    """Train, evaluate and export the job in ``folder``; returns the exit status."""
    import torch

    from engine.runtime.cards import read_card
    from trainer.data import load_split
    from trainer.events import EventLog
    from trainer.fit import Fit
    from trainer.job import load_job
    from trainer.package import write_package
    from trainer.plan import plan_of

    events = EventLog(folder)
    try:
        job = load_job(folder)
        torch.set_num_threads(job.threads)
        split = load_split(job)
        networks = plan_of(job, split.layout, len(split.actions))
        held_out = 0 if split.test is None else len(split.test)
        events.write(
            "started",
            pid=os.getpid(),
            clips=len(split.train),
            held_out=held_out,
            networks=[planned.name for planned in networks],
        )
        fitted = tuple(
            Fit(job, planned, split, folder).run(lambda done: None) for planned in networks
        )
        package = write_package(job, split, fitted, folder)
        top1 = read_card(package).metrics.top1
        events.write("finished", accuracy=top1, package=str(package))
    except EngineError as error:
        events.write("failed", reason=str(error))
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
