"""``python -m trainer JOB_FOLDER``: run one training job to its end, alone or under torchrun."""

import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from engine.errors import EngineError

# torch's threads must not spin while they wait: on a busy machine that is many times slower
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads spin against torch's


def main(words: Sequence[str] | None = None) -> int:
    """Run the job that the words name; returns the exit status."""
    parser = ArgumentParser(prog="python -m trainer", description="Run a training job to its end.")
    parser.add_argument("folder", type=Path, help="the job's, with job.toml")
    parser.add_argument(
        "--since",
        type=float,
        default=time.time(),
        metavar="SECONDS",
        help="commands given before then (since 1970) are another run's (default: now)",
    )
    options = parser.parse_args(words)
    from trainer.job import load_job
    from trainer.primitives import keep_few

    with suppress(EngineError, OSError):  # the run itself tells of a job that cannot be read
        keep_few(load_job(options.folder), os.environ)
    from trainer.run import run_job

    return run_job(options.folder, options.since)


if __name__ == "__main__":
    sys.exit(main())
