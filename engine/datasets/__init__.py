"""The table of data sets to train on and evaluate with: one file and one row each."""

from engine.datasets.base import DatasetFormat
from engine.datasets.nw_ucla import NwUcla
from engine.rows import row_by_id

DATASETS: tuple[DatasetFormat, ...] = (NwUcla(),)


def dataset_by_id(dataset_id: str) -> DatasetFormat:
    """The data set format with that id.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    return row_by_id(DATASETS, dataset_id, "data set format")
