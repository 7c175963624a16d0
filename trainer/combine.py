"""One package of several finished ones, whose networks then answer together."""

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.architectures import architecture_by_id
from engine.errors import EngineError, ModelPackageError
from engine.runtime.cards import (
    CARD_SCHEMA,
    Fusion,
    Metrics,
    ModelCard,
    NetworkPart,
    PackageFile,
    Provenance,
    read_card,
)
from engine.runtime.packages import ModelPackage
from trainer.export import FileNames, file_names, write_card
from trainer.package import model_id
from trainer.plan import network_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """What is made of the packages."""

    name: str
    """Becomes the name of the model; empty for a single package's own."""
    fusion: Fusion | None = None
    """None for that of the packages where they agree, else of probabilities."""
    weights: tuple[float, ...] = ()
    """One for each network, in the order of the packages; empty for those of the cards."""


def combine(folders: Sequence[Path], out: Path, wanted: Combination) -> Path:
    """Put the networks of several packages into one.

    A single package that counts and fuses its networks as before stays the model that it was, with
    its figures and its calibration.

    Args:
        folders: Of packages with the same layout, actions and preprocessing.
        out: The new package's folder; must not exist, or be empty.
        wanted: Its name, and how it answers.

    Returns:
        ``out``.

    Raises:
        ModelPackageError: A package cannot be read, does not go with the first, or is not what its
            card says; or there is something in ``out`` already.
    """
    refuse_filled(out)
    packages = [ModelPackage(folder=folder, card=read_card(folder)) for folder in folders]
    for package in packages[1:]:
        refuse_strangers(packages[0].card, package.card)
    held = [(package, part) for package in packages for part in package.card.networks]
    names = file_names(network_names([(part.network.kind, part.stream) for _, part in held]))
    weights = weights_for(wanted, [part for _, part in held])
    partial = out.with_name(f"{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    parts = tuple(
        replace(copied(package, part, partial, name), weight=weight)
        for (package, part), name, weight in zip(held, names, weights, strict=True)
    )
    write_card(combined_card([package.card for package in packages], parts, wanted), partial)
    if out.exists():
        out.rmdir()
    partial.replace(out)
    return out


def refuse_filled(out: Path) -> None:
    """A package goes into a folder of its own.

    Raises:
        ModelPackageError: There is something in it already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ModelPackageError(f"{out} is not empty; choose another folder")


def refuse_strangers(first: ModelCard, other: ModelCard) -> None:
    """Networks answer together only about the same thing.

    Raises:
        ModelPackageError: They do not; the message says in what they differ.
    """
    differing = [
        words
        for words, is_same in (
            ("skeleton layouts", first.layout_id == other.layout_id),
            ("actions", first.class_names == other.class_names),
            ("preprocessing", first.preprocessing == other.preprocessing),
            ("numbers of people seen together", first.people == other.people),
        )
        if not is_same
    ]
    if differing:
        raise ModelPackageError(
            f"{first.id} and {other.id} cannot answer together: they differ in their "
            f"{' and '.join(differing)}"
        )


def weights_for(wanted: Combination, parts: Sequence[NetworkPart]) -> tuple[float, ...]:
    """How much each network counts.

    Raises:
        ModelPackageError: There are more or fewer weights than networks, or a negative one.
    """
    if not wanted.weights:
        return tuple(part.weight for part in parts)
    if len(wanted.weights) != len(parts):
        raise ModelPackageError(
            f"{len(wanted.weights)} weights for {len(parts)} networks: "
            f"{', '.join(part.title for part in parts)}"
        )
    if min(wanted.weights) < 0:
        raise ModelPackageError(f"weights must not be negative, got {min(wanted.weights):g}")
    return wanted.weights


def copied(package: ModelPackage, part: NetworkPart, folder: Path, names: FileNames) -> NetworkPart:
    """A network with its files, and what it remembers, copied under new names.

    Raises:
        ModelPackageError: They are not what the card says.
    """

    def copy(file: PackageFile, name: str) -> PackageFile:
        shutil.copyfile(package.checked_path(file), folder / name)
        return PackageFile(name=name, sha256=file.sha256)

    remembered = part.features
    return replace(
        part,
        weights=copy(part.weights, names.weights),
        onnx=copy(part.onnx, names.onnx),
        features=None if remembered is None else copy(remembered, names.features),
    )


def combined_card(
    cards: Sequence[ModelCard], parts: tuple[NetworkPart, ...], wanted: Combination
) -> ModelCard:
    """What can be said of the combination, of what its parts say.

    Raises:
        ModelPackageError: The weights are no weights.
    """
    first = cards[0]
    fusion = wanted.fusion or fusion_of(cards)
    name = wanted.name or "Combined"
    try:
        if len(cards) == 1 and answers_alike(first, parts, fusion):
            same = replace(first, networks=parts)
            return named(same, wanted.name) if wanted.name else same
        return ModelCard(
            schema=CARD_SCHEMA,
            id=model_id(name, parts),
            title=f"{name} · {described(parts)}",
            layout_id=first.layout_id,
            class_names=first.class_names,
            preprocessing=first.preprocessing,
            networks=parts,
            fusion=fusion,
            metrics=Metrics(
                summary="The networks were not measured together. "
                + " ".join(f"{card.title}: {card.metrics.summary}" for card in cards)
            ),
            provenance=joined_provenance(cards),
            windows=first.windows,
        )
    except EngineError as error:
        raise ModelPackageError(f"{name}: {error}") from error


def fusion_of(cards: Sequence[ModelCard]) -> Fusion:
    """How packages fuse that have something to fuse, where they agree; else probabilities."""
    found = {card.fusion for card in cards if len(card.networks) > 1}
    return found.pop() if len(found) == 1 else Fusion.SOFTMAX


def answers_alike(card: ModelCard, parts: tuple[NetworkPart, ...], fusion: Fusion) -> bool:
    """Whether networks that count and fuse like that are the model of the card."""
    if len(parts) == 1:
        return True
    return fusion is card.fusion and all(
        part.weight == before.weight for part, before in zip(parts, card.networks, strict=True)
    )


def named(card: ModelCard, name: str) -> ModelCard:
    """The same model under another name."""
    parts = card.networks
    return replace(card, id=model_id(name, parts), title=f"{name} · {described(parts)}")


def described(parts: tuple[NetworkPart, ...]) -> str:
    """Networks in a few words, e.g. ``S-TR + T-TR`` or ``4 FG-STFormer``."""
    counts = Counter(architecture_by_id(part.network.kind).title for part in parts)
    return " + ".join(
        title if count == 1 else f"{count} {title}" for title, count in counts.items()
    )


def joined_provenance(cards: Sequence[ModelCard]) -> Provenance:
    """Where the parts come from: what they share once, what differs one after the other."""
    provenances = [card.provenance for card in cards]
    data = tuple(dict.fromkeys(each.data for each in provenances))
    recipes = dict.fromkeys(f"{card.title}: {card.provenance.recipe}" for card in cards)
    return Provenance(
        data=" ".join(data),
        clips=sum(max(each.clips for each in provenances if each.data == one) for one in data),
        recipe=" ".join(recipes),
        licence=", ".join(dict.fromkeys(each.licence for each in provenances)),
    )
