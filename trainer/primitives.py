"""How many of oneDNN's programs a training keeps in memory.

For every shape of a matrix product in bfloat16 that it meets, oneDNN makes a program of its own and
keeps the last 1024 in one store, and torch 1024 more in each of others. A network over voxels has
new shapes in every batch, of which none comes again: its training grew by 40 MB a step, to 1.5 GB
after twenty, and beyond, for what is kept lies scattered between the tensors. With few programs
kept it stays below 650 MB and is as fast within a few percent. Networks that take clips as they are
have the same 70 to 370 shapes in every step, and would be a sixth slower without oneDNN's store;
torch's own earns them nothing.
"""

from collections.abc import MutableMapping

from engine.architectures.spa_net import KINDS as KINDS_OVER_VOXELS
from trainer.job import TrainingJob

FEW = "16"
STORE_OF_TORCH, STORE_OF_ONEDNN = "LRU_CACHE_CAPACITY", "ONEDNN_PRIMITIVE_CACHE_CAPACITY"


def keep_few(job: TrainingJob, environment: MutableMapping[str, str]) -> None:
    """Bound the stores, where nobody has done so; in time before the first matrix product.

    A job that has a network over voxels among others keeps few for all of them: a sixth of their
    time is less harm than memory that runs out.

    Args:
        job: What is to be trained.
        environment: Of this process.
    """
    environment.setdefault(STORE_OF_TORCH, FEW)
    if any(choice.kind in KINDS_OVER_VOXELS for choice in job.networks):
        environment.setdefault(STORE_OF_ONEDNN, FEW)
