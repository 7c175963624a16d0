"""Model packages made for tests, of networks hardly trained or not at all."""

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from engine.architectures.base import NetworkConfig
from engine.architectures.fg_stformer import FGSTFormerConfig
from engine.arrays import FloatArray, IntArray
from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.recipe import Preprocessing, Scaling
from engine.preprocess.streams import Stream, stream_channels
from engine.runtime.cards import (
    CARD_SCHEMA,
    Fusion,
    Metrics,
    ModelCard,
    NetworkPart,
    PackageFile,
    Provenance,
)
from engine.runtime.packages import ModelPackage, file_sha256

FRAMES = 16
ACTIONS = ("sit", "stand", "walk")
PLAIN = Preprocessing(frames=FRAMES, centre_joint=1, scaling=Scaling.BODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One network of a package."""

    stream: Stream = Stream.JOINT
    weight: float = 1.0
    seed: int = 0


def random_config(people: int, channels: int, classes: int = len(ACTIONS)) -> FGSTFormerConfig:
    """The smallest FG-STFormer there is: a layer a stage."""
    return FGSTFormerConfig(
        joints=KINECT_V1.num_joints,
        parts=tuple(part.joints for part in KINECT_V1.parts),
        people=people,
        classes=classes,
        frames=FRAMES,
        channels=channels,
        widths=(8, 8),
        halving_layers=(0,),
        focal_layers=1,
        focal_joints=12,
    )


def random_network(config: FGSTFormerConfig, seed: int) -> torch.nn.Module:
    """Fresh weights, and running statistics as if it had seen some data."""
    torch.manual_seed(seed)
    network = config.build()
    clips = torch.randn(8, config.channels, config.frames, config.joints, config.people)
    with torch.no_grad():
        for _ in range(3):
            network.train()(clips)
        # fresh classifiers hardly tell clips apart
        for name, weight in network.named_parameters():
            if name.endswith("linear.weight") or "classif" in name:
                weight.mul_(4)
    return network.eval()


def network_for(config: FGSTFormerConfig, clips: FloatArray, actions: IntArray) -> torch.nn.Module:
    """A network that tells a few clips apart, trained in seconds.

    Args:
        config: Of the network.
        clips: ``(N, C, T, V, M)`` prepared, of its stream.
        actions: ``(N,)`` what they show.
    """
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = config.build().train()
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    inputs, wanted = torch.from_numpy(clips), torch.from_numpy(actions)
    for _ in range(60):
        optimiser.zero_grad()
        functional.cross_entropy(network(inputs).logits, wanted).backward()
        optimiser.step()
    return network.eval()


def make_package(
    folder: Path,
    wanted: tuple[Wanted, ...],
    *,
    people: int = 1,
    fusion: Fusion = Fusion.SOFTMAX,
    preprocessing: Preprocessing = PLAIN,
) -> ModelPackage:
    """A package for torch alone: its graphs are named and are not there."""
    parts = []
    for number, each in enumerate(wanted):
        channels = stream_channels(each.stream, 3, visibility=preprocessing.visibility)
        config = random_config(people, channels)
        network = random_network(config, each.seed)
        part = part_of(folder / f"{number}.safetensors", config, network)
        parts.append(replace(part, stream=each.stream, weight=each.weight))
    card = card_of(tuple(parts), preprocessing)
    return ModelPackage(folder=folder, card=replace(card, fusion=fusion))


def package_of(folder: Path, config: NetworkConfig) -> ModelPackage:
    """A package for torch alone, of one fresh network."""
    torch.manual_seed(0)
    part = part_of(folder / "0.safetensors", config, config.build())
    return ModelPackage(folder=folder, card=card_of((part,), PLAIN))


def part_of(path: Path, config: NetworkConfig, network: torch.nn.Module) -> NetworkPart:
    """A network with its weights written to a file."""
    state = network.state_dict()
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, path)
    return NetworkPart(
        network=config,
        weights=PackageFile(name=path.name, sha256=file_sha256(path)),
        onnx=PackageFile(name=path.with_suffix(".onnx").name, sha256=""),
    )


def card_of(
    parts: tuple[NetworkPart, ...],
    preprocessing: Preprocessing,
    actions: tuple[str, ...] = ACTIONS,
) -> ModelCard:
    """A card that says the least."""
    return ModelCard(
        schema=CARD_SCHEMA,
        id="made-for-tests",
        title="Made for tests",
        layout_id=KINECT_V1.id,
        class_names=actions,
        preprocessing=preprocessing,
        networks=parts,
        metrics=Metrics(summary="None."),
        provenance=Provenance(data="None.", clips=0, recipe="None.", licence="Apache-2.0"),
    )


def with_graphs(package: ModelPackage) -> ModelPackage:
    """The same package with its graphs; networks of equal weights share theirs."""
    from trainer.export import export_onnx

    made: dict[str, PackageFile] = {}
    parts = []
    for part in package.card.networks:
        weights = part.weights.sha256
        if weights not in made:
            path = package.folder / part.onnx.name
            network = part.network.build()
            network.load_state_dict(load_file(package.folder / part.weights.name))
            export_onnx(network, part.network, path)
            made[weights] = PackageFile(name=path.name, sha256=file_sha256(path))
        parts.append(replace(part, onnx=made[weights]))
    return ModelPackage(folder=package.folder, card=replace(package.card, networks=tuple(parts)))
