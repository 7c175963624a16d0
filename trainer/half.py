"""Packages of half the size: weights in half precision, where nobody would notice."""

import copy
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from engine.arrays import FloatArray
from engine.datasets import dataset_by_id
from engine.datasets.base import DatasetFormat, LabelledFile
from engine.errors import EngineError, ModelPackageError, TrainingError
from engine.formats.reading import plural
from engine.layouts import layout_by_id
from engine.preprocess.streams import stream_of
from engine.runtime.backends import Backend, Device
from engine.runtime.cards import ModelCard, NetworkPart, PackageFile, read_card
from engine.runtime.fusion import fused_logarithms
from engine.runtime.inputs import feeds_of, sample_joints
from engine.runtime.packages import ModelPackage, file_sha256
from engine.runtime.recognizer import Recognizer, open_recognizer
from engine.runtime.session import LOGITS_ONLY
from engine.runtime.torch_session import LARGEST_CHANGE, Change, change_between
from trainer.combine import Combination, combine, refuse_filled
from trainer.export import (
    READABLE,
    export_onnx,
    onnx_differences,
    too_different,
    write_card,
)
from trainer.few_clips import network_of
from trainer.few_clips_export import usable_plan
from trainer.few_clips_graph import plan_graph
from trainer.half_graph import narrowed
from trainer.inputs import tensors_of

LEAST = 1024
"""Numbers of the smallest matrix that is worth it."""
MOST_FIXED = 0.1
"""Of the numbers, that a graph holds in another form than the network, for which it is not traced
anew, which takes long: they stay in full precision."""
LARGEST = 65504.0
"""Half precision knows none that is larger."""
MATRIX = 2
"""Axes from which on something is no vector."""
CLIPS_COMPARED = 8
"""On which graph and network have to agree; also invented ones, where nothing better is there."""
NOTE = " Large matrices of weights rounded to half precision."


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What the answers are compared on."""

    title: str
    """For people."""
    joints: FloatArray
    """``(N, C, T, V, M)`` prepared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halved:
    """What came of it."""

    folder: Path
    change: Change
    compared_on: str
    bytes_before: int
    """Of weights, graphs and features."""
    bytes_after: int

    @property
    def text(self) -> str:
        """One line for people."""
        before, after = (size / 1e6 for size in (self.bytes_before, self.bytes_after))
        return (
            f"{before:.1f} MB became {after:.1f} MB; on {self.compared_on} no first answer "
            f"changed, and no probability by more than {self.change.largest:.4f}"
        )


def combine_halved(
    folders: Sequence[Path], out: Path, wanted: Combination, source: tuple[Path, str] | None
) -> Halved:
    """Put packages into one of half the size.

    Args:
        folders: As for ``combine``.
        out: As for ``combine``.
        wanted: As for ``combine``.
        source: A data set's folder and format, to compare the answers on; None for what is shipped.

    Raises:
        ModelPackageError: A package is not what its card says, or there is something in ``out``.
        TrainingError: The answers are not the same any more.
        EngineError: The clips cannot be read.
    """
    refuse_filled(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f"{out.name}.full.") as scratch:
        whole = combine(folders, Path(scratch) / "model", wanted)
        package = ModelPackage(folder=whole, card=read_card(whole))
        if source is None:
            movement = usual_movement(package.card)
        else:
            dataset = dataset_by_id(source[1])
            movement = movement_of(package, dataset, dataset.contents(source[0]).files)
        return halve(package, out, movement)


def halve(package: ModelPackage, out: Path, movement: Movement, threads: int = 1) -> Halved:
    """Write a package again with its large matrices in half precision.

    Computation stays in full precision; vectors and the statistics of normalisations are kept as
    they are. What the package remembers of its actions is in half precision already.

    Args:
        package: Any, also one that has been halved.
        out: The new package's folder; must not exist, or be empty.
        movement: To compare the answers on.
        threads: Of the CPU.

    Raises:
        ModelPackageError: The package is not what its card says.
        TrainingError: The answers are not the same any more.
    """
    torch.set_num_threads(threads)
    partial = out.with_name(f"{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        parts = tuple(
            halved_part(package, part, partial, movement) for part in package.card.networks
        )
        card = replace(package.card, networks=parts)
        if NOTE not in card.provenance.recipe:
            recipe = card.provenance.recipe + NOTE
            card = replace(card, provenance=replace(card.provenance, recipe=recipe))
        write_card(card, partial)
        halved = ModelPackage(folder=partial, card=card)
        change = change_between(
            *(answers(each, movement.joints, threads) for each in (package, halved))
        )
        refuse_noticed(change, package.card, movement)
        if out.exists():
            out.rmdir()
        partial.replace(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Halved(
        folder=out,
        change=change,
        compared_on=movement.title,
        bytes_before=size_of(package),
        bytes_after=size_of(ModelPackage(folder=out, card=card)),
    )


def halved_part(
    package: ModelPackage, part: NetworkPart, folder: Path, movement: Movement
) -> NetworkPart:
    """Write the files of a network.

    Raises:
        ModelPackageError: They are not what the card says.
        TrainingError: The new graph does not say what the network says.
    """
    network = network_of(package, part)
    plan = plan_graph(package.checked_path(part.onnx), network)
    halves = large_matrices(network)
    is_traced = numbers_in(network, halves & plan.fixed) > MOST_FIXED * numbers_in(network, halves)
    if not is_traced:
        halves -= plan.fixed
    rounded = rounded_to_half(network, halves)
    weights, onnx = folder / part.weights.name, folder / part.onnx.name
    state = {
        name: (tensor.half() if name in halves else tensor).contiguous()
        for name, tensor in rounded.state_dict().items()
    }
    save_file(state, weights)
    weights.chmod(READABLE)  # safetensors writes for the owner alone
    clips = stream_of(
        movement.joints[:CLIPS_COMPARED],
        part.stream,
        layout_by_id(package.card.layout_id),
        visibility=package.card.preprocessing.visibility,
    )
    if is_traced or not usable_plan(plan, rounded, part.network, clips, onnx):
        export_onnx(rounded, part.network, onnx)
    onnx.write_bytes(narrowed(plan_graph(onnx, rounded), rounded, halves))
    differences = onnx_differences(rounded, part.network, onnx, clips)
    wrong = too_different(differences, rounded, tensors_of(part.network, clips))
    if wrong:
        raise TrainingError(f"the graph in half precision differs from the network: {wrong}")
    features = part.features
    if features is not None:
        shutil.copyfile(package.checked_path(features), folder / features.name)
    return replace(
        part,
        weights=PackageFile(name=part.weights.name, sha256=file_sha256(weights)),
        onnx=PackageFile(name=part.onnx.name, sha256=file_sha256(onnx)),
    )


def large_matrices(network: nn.Module) -> frozenset[str]:
    """Names of the parameters worth halving, of those that half precision can hold."""
    return frozenset(
        name
        for name, each in network.named_parameters()
        if each.dim() >= MATRIX
        and each.numel() >= LEAST
        and bool(each.detach().abs().max() < LARGEST)
    )


def numbers_in(network: nn.Module, names: frozenset[str]) -> int:
    """How many numbers the parameters of those names are."""
    return sum(each.numel() for name, each in network.named_parameters() if name in names)


def rounded_to_half(network: nn.Module, names: frozenset[str]) -> nn.Module:
    """A copy whose parameters of those names have values that half precision holds exactly."""
    rounded = copy.deepcopy(network).eval()
    with torch.no_grad():
        for name, each in rounded.named_parameters():
            if name in names:
                each.copy_(each.half())
    return rounded


def answers(package: ModelPackage, joints: FloatArray, threads: int) -> FloatArray:
    """What a package says on onnxruntime, as logits ``(N, K)`` of its probabilities.

    Raises:
        ModelPackageError: A file is not what the card says.
    """
    recognizer = opened(package, threads)
    rows = []
    for start in range(0, len(joints), recognizer.batch):
        batch = joints[start : start + recognizer.batch]
        logits = [
            np.asarray(
                session.run(feeds_of(package.card, part, batch), LOGITS_ONLY)["logits"],
                dtype=np.float32,
            )
            for part, session in zip(package.card.networks, recognizer.sessions, strict=True)
        ]
        rows.append(fused_logarithms(logits, package.card) / package.card.temperature)
    return np.concatenate(rows).astype(np.float32)


def opened(package: ModelPackage, threads: int) -> Recognizer:
    """A package on onnxruntime and the processor."""
    return open_recognizer(package, threads=threads, backend=Backend.ONNXRUNTIME, device=Device.CPU)


def refuse_noticed(change: Change, card: ModelCard, movement: Movement) -> None:
    """Only answers that stay as they are are worth half the size.

    Raises:
        TrainingError: They do not.
    """
    if change.is_small:
        return
    raise TrainingError(
        f"{card.id} does not answer the same with weights in half precision: on {movement.title}, "
        f"{plural(change.answers, 'first answer')} changed (expected 0) and a probability moved by "
        f"{change.largest:.4f} (expected at most {LARGEST_CHANGE:g}); leave it in full precision"
    )


def size_of(package: ModelPackage) -> int:
    """Bytes of a package's files beside its card."""
    files = [
        file.name
        for part in package.card.networks
        for file in (part.weights, part.onnx, part.features)
        if file is not None
    ]
    return sum((package.folder / name).stat().st_size for name in files)


def usual_movement(card: ModelCard) -> Movement:
    """The shipped samples, or invented numbers for a model that is about other joints."""
    joints = sample_joints(card)
    if joints is not None:
        return Movement(title=f"{plural(len(joints), 'window')} of the samples", joints=joints)
    layout = layout_by_id(card.layout_id)
    channels = layout.dimensions + card.preprocessing.visibility
    shape = (CLIPS_COMPARED, channels, card.frames, layout.num_joints, card.people)
    invented = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    return Movement(title=f"{CLIPS_COMPARED} invented clips", joints=invented)


def movement_of(
    package: ModelPackage, dataset: DatasetFormat, files: Sequence[LabelledFile]
) -> Movement:
    """Clips of a data set, as the model is asked about them.

    Raises:
        ModelPackageError: None of them can be answered.
        EngineError: A file cannot be read.
    """
    recognizer = opened(package, 1)
    joints = list(_answerable(recognizer, dataset, files))
    if not joints:
        raise ModelPackageError(f"{package.card.id} can answer none of those clips")
    return Movement(
        title=f"{plural(len(joints), 'clip')} of {dataset.name}", joints=np.concatenate(joints)
    )


def _answerable(
    recognizer: Recognizer, dataset: DatasetFormat, files: Sequence[LabelledFile]
) -> Iterator[FloatArray]:
    for file in files:
        clip = dataset.read_clip(file)
        try:
            question = recognizer.question(clip)
        except EngineError:
            continue  # nobody is seen in it
        yield question.prepared[question.main].inputs
