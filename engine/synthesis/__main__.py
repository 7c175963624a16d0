"""``python -m engine.synthesis OUT_FOLDER`` makes the shipped samples again, value for value."""

import logging
from argparse import ArgumentParser
from pathlib import Path

from engine.errors import EngineError
from engine.formats import write_recording
from engine.synthesis.capture import record
from engine.synthesis.scenes import SCENES

logger = logging.getLogger(__name__)


def main() -> None:
    """Write every sample into a folder."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = ArgumentParser(prog="python -m engine.synthesis", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUT_FOLDER")
    folder: Path = parser.parse_args().folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for sample_id, scene in SCENES:
            path = folder / f"{sample_id}.npz"
            write_recording(record(scene()), path, "npz")
            logger.info("%s", path)
    except (EngineError, OSError) as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
