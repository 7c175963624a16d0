"""``skelarium convert``: a recording into another file format or another skeleton layout."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine.commands.base import Command
from engine.errors import EngineError


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("source", type=Path, metavar="IN", help="a recording")
    parser.add_argument("target", type=Path, metavar="OUT", help="the file to write")
    parser.add_argument("--to", metavar="FORMAT", help="file format (default: by OUT's ending)")
    parser.add_argument("--layout", metavar="ID", help="skeleton layout (default: as it is)")
    parser.add_argument("--force", action="store_true", help="replace OUT where it exists")


def run(words: Namespace) -> int:
    """Convert, and say what was made up and what is lost."""
    from engine.formats import format_by_id, read_recording, write_bytes_atomically
    from engine.formats.losses import losses
    from engine.layouts import layout_by_id
    from engine.layouts.maps import map_between, map_findings, map_recording

    target: Path = words.target
    if target.is_dir():
        raise EngineError(f"{target} is a folder; name the file to write")
    if target.exists() and not words.force:
        raise EngineError(f"{target} exists already; give another name, or --force to replace it")
    recording = read_recording(words.source)
    lines: list[str] = []
    if words.layout is not None:
        layout = layout_by_id(words.layout)
        mapping = map_between(recording.layout, layout)
        lines += [finding.message for finding in map_findings(mapping)]
        if recording.orientations is not None and layout != recording.layout:
            lines.append("Orientations are lost.")
        recording = map_recording(recording, layout)
    row = format_by_id(words.to or format_for(target, recording.source.format_id))
    if not row.can_write:
        raise EngineError(f"{row.name} can be read but not written; choose another format")
    data = row.write(recording)
    lines += losses(recording, row.read(target, data))
    write_bytes_atomically(target, data)
    print(
        f"{target}: {row.name}, {recording.layout.id}, frames: {recording.num_frames:,}, "
        f"people: {recording.num_people}, bytes: {len(data):,}"
    )
    print("\n".join(f"  {line}" for line in lines) if lines else "  Nothing is lost or made up.")
    return 0


def format_for(target: Path, source_format: str) -> str:
    """Id of the format that a file name's ending means.

    Args:
        target: The file to write.
        source_format: Decides where several formats share the ending.

    Raises:
        EngineError: No format or several formats have that ending.
    """
    from engine.formats import FORMATS

    writable = [row for row in FORMATS if row.can_write]
    fitting = [row.id for row in writable if target.suffix.lower() in row.suffixes]
    if source_format in fitting:
        return source_format
    if len(fitting) == 1:
        return fitting[0]
    ids = ", ".join(fitting or [row.id for row in writable])
    what = "several formats have" if fitting else "no format has"
    raise EngineError(f"{what} the ending {target.suffix!r}; say which with --to: {ids}")


CONVERT = Command(
    name="convert",
    summary="turn a recording into another file format or skeleton layout",
    add_arguments=add_arguments,
    run=run,
)
