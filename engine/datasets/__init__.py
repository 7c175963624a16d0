"""The table of data sets to train on and evaluate with: one file and one row each."""

from engine.datasets.base import DatasetFormat
from engine.datasets.nw_ucla import NwUcla
from engine.errors import EngineError

DATASETS: tuple[DatasetFormat, ...] = (NwUcla(),)


def dataset_by_id(dataset_id: str) -> DatasetFormat:
    """The data set format with that id.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    for dataset in DATASETS:
        if dataset.id == dataset_id:
            return dataset
    known = ", ".join(dataset.id for dataset in DATASETS)
    raise EngineError(f"no data set format {dataset_id!r}; there are {known}")
