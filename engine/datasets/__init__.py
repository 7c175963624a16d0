"""The table of data sets to train on and evaluate with: one file and one row each."""

from engine.datasets.base import DatasetFormat
from engine.datasets.ctr_gcn import CTR_GCN
from engine.datasets.everyday import EVERYDAY
from engine.datasets.folders import FOLDERS
from engine.datasets.hand_gestures import HAND_DATASETS
from engine.datasets.msr_action3d import MSR_ACTION3D
from engine.datasets.ntu import NTU_DATASETS
from engine.datasets.nw_ucla import NW_UCLA
from engine.datasets.pku_mmd import PKU_MMD
from engine.datasets.pyskl import PYSKL
from engine.datasets.sfinge3d import SFINGE3D
from engine.datasets.study import STUDY
from engine.datasets.utd_mhad import UTD_MHAD
from engine.datasets.utkinect import UTKINECT
from engine.rows import row_by_id

DATASETS: tuple[DatasetFormat, ...] = (
    NW_UCLA,
    UTD_MHAD,
    UTKINECT,
    *MSR_ACTION3D,
    SFINGE3D,
    *HAND_DATASETS,
    *NTU_DATASETS,
    PKU_MMD,
    PYSKL,
    CTR_GCN,
    EVERYDAY,
    FOLDERS,
    STUDY,
)


def dataset_by_id(dataset_id: str) -> DatasetFormat:
    """The data set format with that id.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    return row_by_id(DATASETS, dataset_id, "data set format")
