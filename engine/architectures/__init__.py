"""What networks are built from, torch-free: the table of architectures, a file each."""

import msgspec

from engine.architectures.base import Architecture, NetworkConfig
from engine.architectures.fg_stformer import FG_STFORMER
from engine.architectures.sem_net import SEM_NET
from engine.architectures.spa_net import SPA_3_1D, SPA_4D
from engine.architectures.st_tr import S_TR, T_TR
from engine.architectures.stf import MS_G3D, STF
from engine.errors import EngineError
from engine.rows import row_by_id
from engine.tables import Plain

ARCHITECTURES: tuple[Architecture, ...] = (
    FG_STFORMER,
    S_TR,
    T_TR,
    MS_G3D,
    STF,
    SEM_NET,
    SPA_4D,
    SPA_3_1D,
)


def architecture_by_id(kind: str) -> Architecture:
    """The row with that id.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    return row_by_id(ARCHITECTURES, kind, "network")


def config_from_table(kind: type, table: Plain) -> object:
    """Read a ``NetworkConfig`` of a TOML table: its ``kind`` says of which architecture.

    Raises:
        EngineError: There is no such architecture, or the table does not describe it.
    """
    if kind is not NetworkConfig or not isinstance(table, dict):
        raise EngineError(f"a network was expected, found {type(table).__name__}")
    architecture = architecture_by_id(str(table.get("kind", "")))
    return msgspec.convert(table, architecture.config_type)
