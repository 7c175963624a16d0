"""New actions from a few clips each, within a minute: a model that is there learns on.

1. The network, frozen, looks once at every clip and at variations of it.
2. Its last layers are fitted to what it saw, and to what it remembers of the actions that stay.
3. Later layers move too, if there is time and one held-out clip of each action says that it helps.
4. The new weights go into the old graph; what it says is compared with torch.
"""

import copy
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.architectures.base import NetworkConfig
from engine.arrays import FloatArray, IntArray
from engine.errors import ModelPackageError, TrainingError
from engine.layouts import layout_by_id
from engine.models.layers import fold_for_inference
from engine.runtime.cards import NetworkPart
from engine.runtime.inputs import sample_joints
from engine.runtime.packages import ModelPackage
from trainer.data import ClipSet
from trainer.export import file_names, write_card
from trainer.few_clips_bank import read_bank, replayed
from trainer.few_clips_card import Told, card_of
from trainer.few_clips_export import (
    PATCHING_S,
    TRACING_S,
    Taught,
    usable_plan,
    write_taught,
)
from trainer.few_clips_features import Eyes, Views, features_until, pooled, views_of
from trainer.few_clips_graph import GraphPlan, plan_graph
from trainer.few_clips_head import Examples, Head, head_of, renewed
from trainer.few_clips_learn import Learnt, learn
from trainer.few_clips_plan import ClassPlan, Lesson, class_plan, folds_of, never
from trainer.few_clips_thaw import Pupil
from trainer.plan import network_names

VARIATIONS = 11
"""Of each clip, at most."""
LOOKING_SHARE = 0.25
"""Of the time, for looking at variations."""
CLIPS_COMPARED = 4
"""On which graph and network have to agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The few clips."""

    names: tuple[str, ...]
    """What the clips' numbers of actions mean."""
    clips: ClipSet
    """On the base's layout, with as many places for people as it sees."""
    terms: str
    """Whose data it is, for the card."""
    folds: IntArray | None = None
    """``(N,)`` in which each clip is held out, for the figures; None to deal them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What has been done, and when."""

    began: float
    """On ``time.perf_counter``."""
    told: Callable[[str, float], None]
    """Gets what is done next, and the seconds since the start; may take its time."""
    hurries: Callable[[], bool] = never
    """Whether somebody wants what has been learnt by now; asked again and again."""

    def tell(self, phase: str) -> "Clock":
        """Say what is done next; the clock as it goes on, without the time that this took."""
        now = time.perf_counter()
        self.told(phase, now - self.began)
        return replace(self, began=self.began + time.perf_counter() - now)


class Until(NamedTuple):
    """When to stop."""

    time: float
    """On ``time.perf_counter``."""
    hurries: Callable[[], bool] = never
    """Or as soon as this says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A network before its lesson."""

    pupil: Pupil
    base: NetworkPart
    config: NetworkConfig
    graph: GraphPlan | None
    """None where it has to be traced anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lectured:
    """What a lesson came to."""

    package: Path
    plan: ClassPlan
    held_out: tuple[FloatArray, ...]
    """Of each network, ``(N, K)`` logits of each clip by last layers fitted without its fold."""


def teach(base: ModelPackage, material: Material, lesson: Lesson, out: Path, clock: Clock) -> Path:
    """Make a package that also knows the actions of a few clips; see :func:`lecture`."""
    return lecture(base, material, lesson, out, clock).package


def lecture(
    base: ModelPackage, material: Material, lesson: Lesson, out: Path, clock: Clock
) -> Lectured:
    """Make a package that also knows the actions of a few clips.

    Args:
        base: What to start from; stays as it is.
        material: The clips.
        lesson: What is wanted.
        out: The new package's folder; must not exist, or be empty.
        clock: When it began.

    Raises:
        TrainingError: The clips are too few, or the base has no action that is to be kept.
        ModelPackageError: The base cannot be read, or there is something in ``out`` already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ModelPackageError(f"{out} is not empty; choose another folder")
    torch.set_num_threads(lesson.threads)
    torch.manual_seed(lesson.seed)
    plan = class_plan(base.card, lesson, material.names, material.clips.actions)
    partial = out.with_name(f"{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        learnt = _fill(base, material, lesson, plan, partial, clock)
        if out.exists():
            out.rmdir()
        partial.replace(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Lectured(package=out, plan=plan, held_out=tuple(each.held_out for each in learnt))


def _fill(
    base: ModelPackage,
    material: Material,
    lesson: Lesson,
    plan: ClassPlan,
    folder: Path,
    clock: Clock,
) -> list[Learnt]:
    """Teach every network and write the package into a folder."""
    parts = base.card.networks
    random = np.random.default_rng(lesson.seed)
    several = f" with each of {len(parts)} networks" if len(parts) > 1 else ""
    clock = clock.tell(f"looking at the clips{several}")
    eyes = [_eyes(base, part) for part in parts]
    views = views_of(material.clips, plan, eyes[0], VARIATIONS, random)
    started = []
    for number, (part, each) in enumerate(zip(parts, eyes, strict=True)):
        share = LOOKING_SHARE * (number + 1) / len(parts)
        until = clock.began + share * lesson.seconds
        started.append(start(base, part, each, (views, plan), Until(until, clock.hurries), folder))
    folds = folds_of(plan.actions) if material.folds is None else material.folds
    reserved = sum(TRACING_S if each.graph is None else PATCHING_S for each in started)
    learnt: list[Learnt] = []
    clock = clock.tell("learning")
    for number, begun in enumerate(started):
        now = time.perf_counter()
        left = clock.began + lesson.seconds - reserved - now
        until = now + left / (len(started) - number) if lesson.thaws else now
        learnt.append(learn(begun.pupil, folds, until, random))
    clock = clock.tell("writing the model")
    names = file_names(network_names([(part.network.kind, part.stream) for part in parts]))
    written = tuple(
        write_taught(taught(begun, each), folder, name)
        for begun, each, name in zip(started, learnt, names, strict=True)
    )
    told = Told(
        base=base.card,
        lesson=lesson,
        plan=plan,
        terms=material.terms,
        folds=folds,
        learnt=tuple(learnt),
    )
    write_card(card_of(told, written), folder)
    clock.tell("done")
    return learnt


def _eyes(base: ModelPackage, part: NetworkPart) -> Eyes:
    return Eyes(
        config=part.network,
        stream=part.stream,
        preprocessing=base.card.preprocessing,
        layout=layout_by_id(base.card.layout_id),
    )


def start(
    base: ModelPackage,
    part: NetworkPart,
    eyes: Eyes,
    shown: tuple[Views, ClassPlan],
    until: Until,
    folder: Path,
) -> Started:
    """Give a network its new rows and let it look at the clips.

    Args:
        base: The package.
        part: One of its networks.
        eyes: How that is shown clips.
        shown: The clips, and the actions of the new model.
        until: When to stop looking at variations.
        folder: For trying the graph.

    Raises:
        ModelPackageError: The network's files are not what the card says.
    """
    views, plan = shown
    old = network_of(base, part)
    network, config = renewed(old, part.network, plan.rows)
    clips = eyes.shown(views.joints[0][:CLIPS_COMPARED])
    trial = folder / "trial.onnx"
    graph = plan_graph(base.checked_path(part.onnx), old)
    is_usable = usable_plan(graph, network, config, clips, trial)
    trial.unlink(missing_ok=True)
    folded = copy.deepcopy(old)
    fold_for_inference(folded)
    glass = head_of(folded)

    def see(joints: FloatArray) -> Tensor:
        return pooled(folded, glass, eyes, joints)

    features = features_until(see, views, until.time, until.hurries)
    replay: Examples | None = None
    if plan.kept:
        known, numbers = memory_of(base, part, glass, see)
        replay = replayed(head_of(old), known, numbers, plan.rows)
    pupil = Pupil(
        network=network,
        head=head_of(network),
        eyes=eyes,
        views=views,
        features=features,
        replay=replay,
        fixed=graph.fixed if is_usable else frozenset(),
        hurries=until.hurries,
    )
    return Started(pupil=pupil, base=part, config=config, graph=graph if is_usable else None)


def memory_of(
    base: ModelPackage, part: NetworkPart, head: Head, see: Callable[[FloatArray], Tensor]
) -> tuple[Tensor, Tensor | None]:
    """Features by which a network is kept from forgetting: its own, else of the shipped samples.

    Args:
        base: The package.
        part: One of its networks.
        head: Of this network.
        see: Features of joints.

    Returns:
        ``(N, D)`` and the numbers of their actions; None where nobody knows them.

    Raises:
        ModelPackageError: What it remembers is damaged.
        TrainingError: It remembers nothing, and the samples are about other joints.
    """
    if part.features is not None:
        path = base.checked_path(part.features)
        return read_bank(path, width=head.width, classes=part.network.classes)
    joints = sample_joints(base.card)
    if joints is None:
        raise TrainingError(
            f"{base.card.id} remembers nothing of its own actions and would forget them; let it "
            "remember them ('skelarium remember'), or drop them"
        )
    return see(joints), None


def network_of(base: ModelPackage, part: NetworkPart) -> nn.Module:
    """A network of a package with its weights, in evaluation mode and not folded.

    Raises:
        ModelPackageError: The weights are not the network's.
    """
    path = base.checked_path(part.weights)
    network = part.network.build()
    try:
        network.load_state_dict(load_file(path))
    except (SafetensorError, RuntimeError, OSError) as error:
        words = " ".join(str(error).split())
        raise ModelPackageError(f"{path.name} does not fit its network: {words}") from error
    return network.eval()


def taught(begun: Started, learnt: Learnt) -> Taught:
    """A network at the end of its lesson."""
    pupil = begun.pupil
    return Taught(
        network=pupil.network,
        config=begun.config,
        base=begun.base,
        graph=begun.graph,
        clips=pupil.eyes.shown(pupil.views.joints[0][:CLIPS_COMPARED]),
        remembered=learnt.remembered,
    )
