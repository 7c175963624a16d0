"""Giving a finished package features of its own actions, so that they survive new ones."""

import copy
from dataclasses import replace

import numpy as np
import torch

from engine.arrays import IntArray
from engine.errors import TrainingError
from engine.layouts import layout_by_id
from engine.models.layers import fold_for_inference
from engine.runtime.cards import NetworkPart
from engine.runtime.packages import ModelPackage
from trainer.data import ClipSet, plain_input
from trainer.export import FileNames, write_card
from trainer.few_clips import network_of
from trainer.few_clips_bank import write_bank
from trainer.few_clips_features import Eyes, pooled
from trainer.few_clips_head import head_of


def remember(package: ModelPackage, clips: ClipSet, actions: IntArray) -> ModelPackage:
    """Write what each network pools of clips of its actions into the package, and its card anew.

    Args:
        package: Finished; its other files stay as they are.
        clips: On its layout, with as many places for people as it sees: those it was trained on.
        actions: ``(N,)`` the card's numbers of their actions.

    Returns:
        The package with its new card.

    Raises:
        TrainingError: An action has no clip.
    """
    card = package.card
    missing = sorted(set(range(len(card.class_names))) - set(actions.tolist()))
    if missing:
        names = ", ".join(card.class_names[number] for number in missing)
        raise TrainingError(f"no clip of {names}: a model has to remember all of its actions")
    parts = tuple(_with_features(package, part, clips, actions) for part in card.networks)
    changed = replace(card, networks=parts)
    write_card(changed, package.folder)
    return ModelPackage(folder=package.folder, card=changed)


def _with_features(
    package: ModelPackage, part: NetworkPart, clips: ClipSet, actions: IntArray
) -> NetworkPart:
    card = package.card
    network = copy.deepcopy(network_of(package, part))
    fold_for_inference(network)
    eyes = Eyes(
        config=part.network,
        stream=part.stream,
        preprocessing=card.preprocessing,
        layout=layout_by_id(card.layout_id),
    )
    joints = plain_input(clips, card.preprocessing)
    features = pooled(network, head_of(network), eyes, joints)
    numbers = torch.from_numpy(actions.astype(np.int64))
    names = FileNames(weights=part.weights.name, onnx=part.onnx.name)
    return replace(part, features=write_bank(features, numbers, package.folder / names.features))
