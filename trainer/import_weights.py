"""``skelarium import-weights``: weights by other people, as a model package of ours."""

import pickle
import re
import struct
import sys
import warnings
import zipfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.errors import EngineError, FileFormatError, ModelPackageError

if TYPE_CHECKING:
    from torch import Tensor

    from engine.architectures.base import NetworkConfig
    from engine.models.official import ImportedNetwork
    from engine.preprocess.recipe import Preprocessing
    from engine.preprocess.streams import Stream
    from engine.runtime.cards import ModelCard, NetworkPart
    from engine.skeleton import SkeletonLayout

LAYOUT_OF_JOINTS = {25: "kinect-v2", 18: "openpose-18"}
"""What the official networks were trained on: NTU RGB+D and Kinetics Skeleton."""
CLIPS_COMPARED = 2
"""Clips on which the exported graph has to equal the network."""
PAPER_FRAMES = {"kinect-v2": 300, "openpose-18": 150}
TERMS = (
    "Weights by the authors of the network, imported from a file of the user's. They are theirs, "
    "under their own terms."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A row of the table of architectures whose official weights can be read."""

    id: str
    title: str
    repository: str
    convert: Callable[[dict[str, "Tensor"]], "ImportedNetwork"]


def _from_st_tr(state: dict[str, "Tensor"]) -> "ImportedNetwork":
    from engine.models.official.st_tr import import_st_tr

    return import_st_tr(state)


def _from_ms_g3d(state: dict[str, "Tensor"]) -> "ImportedNetwork":
    from engine.models.official.ms_g3d import import_ms_g3d

    return import_ms_g3d(state)


SOURCES: tuple[Source, ...] = (
    Source(
        id="st-tr",
        title="ST-TR",
        repository="github.com/Chiaraplizz/ST-TR",
        convert=_from_st_tr,
    ),
    Source(
        id="ms-g3d",
        title="MS-G3D",
        repository="github.com/kenziyuliu/MS-G3D",
        convert=_from_ms_g3d,
    ),
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a state dict: .pt or .safetensors")
    parser.add_argument(
        "--architecture", required=True, choices=[row.id for row in SOURCES], help="whose weights"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the package; made new"
    )
    parser.add_argument("--name", help="of the model (default: the file's name)")
    parser.add_argument(
        "--classes", type=Path, metavar="TXT", help="action names, one a line (default: NTU's)"
    )
    parser.add_argument(
        "--stream",
        choices=("joint", "bone", "joint-motion", "bone-motion"),
        default="joint",
        help="what they were trained on (joint); joints and bones together are recognised",
    )
    parser.add_argument(
        "--frames", type=int, metavar="T", help="the network takes (default: 300; Kinetics 150)"
    )


def run(words: Namespace) -> int:
    """Convert, check, write."""
    from engine.rows import row_by_id

    source = row_by_id(SOURCES, words.architecture, "architecture")
    if words.out.exists():
        raise ModelPackageError(f"{words.out} exists; name a folder that does not")
    state = read_state(words.file)
    imported = source.convert(state)
    folder = write_imported(imported, source, words)
    sys.stdout.write(f"{len(state)} tensors of {words.file.name} fit {source.title}\n")
    sys.stdout.write(f"model package: {folder}\n")
    return 0


def read_state(path: Path) -> dict[str, "Tensor"]:
    """A state dict of a file, without running anything that may be in it.

    Args:
        path: ``.safetensors``, or anything that ``torch.save`` wrote.

    Returns:
        Tensors by name; a checkpoint that holds the state dict under ``state_dict`` or ``model`` is
        opened up.

    Raises:
        FileFormatError: It cannot be read, or holds more than tensors.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not path.is_file():
        raise FileFormatError("there is no such file", path=path)
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of unusual pickles, which are refused anyway
            content = torch.load(path, map_location="cpu", weights_only=True)
    except (
        OSError,
        SafetensorError,
        pickle.UnpicklingError,
        zipfile.BadZipFile,
        struct.error,
        # what torch's restricted reader raises on damaged files
        ArithmeticError,
        AssertionError,
        AttributeError,
        EOFError,
        LookupError,
        MemoryError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        reason = str(error).split("\n")[0]
        raise FileFormatError(
            f"is not a state dict that can be read safely ({reason}); save one with "
            "torch.save(network.state_dict(), …)",
            path=path,
        ) from error
    for key in ("state_dict", "model"):
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    if not isinstance(content, dict) or not content:
        raise FileFormatError(
            f"expected a dictionary of tensors, found {type(content).__name__}", path=path
        )
    others = [name for name, value in content.items() if not isinstance(value, torch.Tensor)]
    if others:
        raise FileFormatError(
            f"expected tensors only; {', '.join(map(str, others[:3]))} is something else", path=path
        )
    return {str(name): value for name, value in content.items()}


def write_imported(imported: "ImportedNetwork", source: Source, words: Namespace) -> Path:
    """Write the package; nothing is left behind where that fails.

    Raises:
        EngineError: The layout or the number of names does not fit.
    """
    import shutil
    from dataclasses import replace

    from engine.preprocess.streams import Stream
    from engine.runtime.cards import NetworkPart
    from trainer.export import example_clips, export_files, write_card

    layout = layout_of(imported.config)
    frames = words.frames or PAPER_FRAMES[layout.id]
    config = replace(imported.config, frames=frames)  # type: ignore[type-var]
    stream = stream_of_channels(config.channels, layout, Stream(words.stream))
    names = class_names(config.classes, words.classes)
    network = config.build()
    network.load_state_dict(imported.state)
    partial = words.out.with_name(f"{words.out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        files = export_files(network, config, partial, example_clips(config, CLIPS_COMPARED))
        part = NetworkPart(network=config, stream=stream, weights=files.weights, onnx=files.onnx)
        write_card(card_of(part, names, source, words), partial)
        partial.replace(words.out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Path(words.out)


def card_of(
    part: "NetworkPart", names: tuple[str, ...], source: Source, words: Namespace
) -> "ModelCard":
    """What can be said of the imported network."""
    from engine.runtime.cards import CARD_SCHEMA, Metrics, ModelCard, Provenance

    layout = layout_of(part.network)
    name = words.name or words.file.stem
    return ModelCard(
        schema=CARD_SCHEMA,
        id="-".join(re.findall(r"[a-z0-9]+", name.lower())) or source.id,
        title=f"{name} · {source.title}",
        layout_id=layout.id,
        class_names=names,
        preprocessing=preprocessing_for(layout, part.network.frames),
        networks=(part,),
        metrics=Metrics(summary=metrics_summary(layout)),
        provenance=Provenance(
            data=TERMS,
            clips=0,
            recipe=f"Imported from {words.file.name}: official {source.title} "
            f"({source.repository}).",
            licence="see the authors' repository",
        ),
    )


def layout_of(config: "NetworkConfig") -> "SkeletonLayout":
    """The skeleton of a network's number of joints.

    Raises:
        EngineError: No official network has so many.
    """
    from engine.layouts import layout_by_id

    if config.joints not in LAYOUT_OF_JOINTS:
        known = " or ".join(f"{joints} ({name})" for joints, name in LAYOUT_OF_JOINTS.items())
        raise EngineError(f"the weights are for {config.joints} joints; expected {known}")
    return layout_by_id(LAYOUT_OF_JOINTS[config.joints])


def class_names(classes: int, path: Path | None) -> tuple[str, ...]:
    """Names of the actions: of a file, else NTU's for 60 and 120, else numbers.

    Raises:
        FileFormatError: The file names another number of actions.
    """
    from engine.formats.actions import NTU_RGBD

    if path is not None:
        lines = path.read_text(encoding="utf-8").splitlines()
        names = tuple(line.strip() for line in lines if line.strip())
        if len(names) != classes:
            raise FileFormatError(f"expected {classes} names, found {len(names)}", path=path)
        return names
    if classes in (60, len(NTU_RGBD)):
        return NTU_RGBD[:classes]
    return tuple(f"action {number}" for number in range(1, classes + 1))


def preprocessing_for(layout: "SkeletonLayout", frames: int) -> "Preprocessing":
    """2s-AGCN's for NTU, which both papers take; for pictures the nearest thing there is."""
    from dataclasses import replace

    from engine.preprocess.presets import preset_by_id

    if layout.dimensions == 3:  # noqa: PLR2004
        return preset_by_id("2s-agcn").make(layout, frames)
    # Kinetics Skeleton divides by the picture's size, which recordings do not hold
    plain = preset_by_id("ctr-gcn-nw-ucla").make(layout, frames)
    return replace(plain, visibility=True)


def stream_of_channels(channels: int, layout: "SkeletonLayout", wanted: "Stream") -> "Stream":
    """The stream that has so many channels.

    Raises:
        EngineError: None has.
    """
    from engine.preprocess.streams import Stream, stream_channels

    visible = layout.dimensions != 3  # noqa: PLR2004
    for stream in (wanted, Stream.JOINT_AND_BONE):
        if stream_channels(stream, layout.dimensions, visibility=visible) == channels:
            return stream
    raise EngineError(
        f"the weights take {channels} channels; joints of {layout.id} have "
        f"{stream_channels(Stream.JOINT, layout.dimensions, visibility=visible)}, joints and bones "
        f"{stream_channels(Stream.JOINT_AND_BONE, layout.dimensions, visibility=visible)}"
    )


def metrics_summary(layout: "SkeletonLayout") -> str:
    """What can honestly be said of imported weights."""
    told = "Not measured here; see the paper for what its authors measured."
    if layout.dimensions == 3:  # noqa: PLR2004
        return told
    return (
        f"{told} They were trained on coordinates divided by the picture's size, which a recording "
        "does not hold: the axes are stretched instead, and accuracy will be lower."
    )


IMPORT_WEIGHTS = Command(
    name="import-weights",
    summary="turn official ST-TR or MS-G3D weights into a model package",
    add_arguments=add_arguments,
    run=run,
)
