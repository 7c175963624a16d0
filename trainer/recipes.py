"""Ways to train, by name: each paper's own, and the modern one. Torch-free.

The figures are those of the papers or of their code, read in the section of each source; what the
authors leave open is marked [ours]. A milestone is a share of the run, so that a recipe keeps its
shape when it is given other passes.
"""

from dataclasses import dataclass, replace

from engine.architectures import architecture_by_id
from engine.errors import TrainingError
from engine.preprocess.augment import Augmentation
from trainer.job import Course, FocusLosses, Schedule

MODERN, PAPER = NAMES = ("modern", "paper")
UNVARIED = Augmentation(
    yaw=0, pitch=0, roll=0, limb_scale=0, crop=1, jitter=0, sway=0, mirror=False
)
"""Clips as they are."""
EXPLORING = FocusLosses(exploration=0.01, divergence=0, coherence=0, embedding=0)
"""The first of STF's two runs; the usual losses are the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a network is trained."""

    networks: tuple[str, ...]
    """Rows of ``engine.architectures.ARCHITECTURES`` that are trained so."""
    source: str
    """Where the figures are from."""
    schedule: Schedule
    preset: str = ""
    """Row of ``engine.preprocess.presets.PRESETS``; empty for the usual preprocessing."""
    augmentation: Augmentation = UNVARIED
    runs: tuple[FocusLosses | None, ...] = (None,)
    """Of an STF: the losses of each run; their answers are averaged."""
    first_stage: "Recipe | None" = None
    """How the network is trained that this one starts from."""


def _steps(passes: int, milestones: tuple[float, ...], **more: object) -> Schedule:
    """SGD with Nesterov momentum and steps after these passes, as all of the papers have it."""
    plain = Schedule(
        passes=passes,
        batch=32,
        course=Course.STEPS,
        warm_up=0,
        milestones=tuple(after / passes for after in milestones),
        decay_all=True,
        label_smoothing=0,
        average=0,
        settling=0,
        clip_gradient=0,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


_DSTA = _steps(120, (60, 90), learning_rate=0.1, weight_decay=5e-4, warm_up=5 / 120)

PAPERS: tuple[Recipe, ...] = (
    Recipe(
        networks=("fg-stformer",),
        source="Gao et al., ACCV 2022, section 4.2; clips varied as by CTR-GCN (Chen et al., ICCV "
        "2021), whose data it takes: turned by up to 0.3 rad about each axis, spans from a half",
        schedule=_steps(80, (50, 70), learning_rate=0.01, weight_decay=5e-4, warm_up=5 / 80),
        preset="ctr-gcn",
        augmentation=replace(UNVARIED, yaw=17.2, pitch=17.2, roll=17.2, crop=0.5),
    ),
    Recipe(
        networks=("s-tr", "t-tr"),
        source="Plizzari et al., CVIU 2021, section 5.2, and their code; clips as they are",
        schedule=_steps(120, (60, 90), learning_rate=0.1, weight_decay=1e-4),
        preset="2s-agcn",
    ),
    Recipe(
        networks=("ms-g3d",),
        source="Liu et al., CVPR 2020, section 4.2, for NTU RGB+D 60; clips as they are",
        schedule=_steps(50, (30, 40), learning_rate=0.05, weight_decay=5e-4),
        preset="2s-agcn",
    ),
    Recipe(
        networks=("stf",),
        source="Ke et al., AAAI 2022: an MS-G3D first, then two runs from its weights with "
        "different losses, at the paper's three rates; it says not how long: 20 passes, steps "
        "after 8 and 14 [ours]",
        schedule=_steps(
            20,
            (8, 14),
            learning_rate=1e-3,
            weight_decay=5e-4,
            decay=(0.5, 0.2),
            nesterov=False,
        ),
        preset="stf",
        runs=(EXPLORING, FocusLosses()),
        first_stage=Recipe(
            networks=("ms-g3d",),
            source="Ke et al., AAAI 2022: steps after 20, 35 and 45 passes; 50 in all [ours]",
            schedule=_steps(
                50, (20, 35, 45), learning_rate=0.05, weight_decay=5e-4, nesterov=False
            ),
            preset="stf",
        ),
    ),
    Recipe(
        networks=("sem-net",),
        source="The schedule of DSTA-Net (Shi et al., ACCV 2020), by the same author, and its "
        "span of 128 in 150 frames; the paper names none",
        schedule=_DSTA,
        preset="dsta",
        augmentation=replace(UNVARIED, crop=128 / 150),
    ),
    Recipe(
        networks=("spa-4d", "spa-3+1d"),
        source="The schedule of SEM-Net; turned by up to 15° about the vertical [ours]; the paper "
        "names neither",
        schedule=_DSTA,
        preset="dsta",
        augmentation=replace(UNVARIED, yaw=15),
    ),
)


def modern_recipe(network: str) -> Recipe:
    """One cycle of SGD with an average of weights, on clips varied in every way."""
    return Recipe(
        networks=(network,),
        source="One cosine cycle (Smith 2018), which needs a fraction of the papers' passes",
        schedule=Schedule(passes=120),
        augmentation=Augmentation(),
    )


def recipe_by_name(name: str, network: str) -> Recipe:
    """The way to train a network.

    Args:
        name: ``modern`` or ``paper``.
        network: Row of ``engine.architectures.ARCHITECTURES``.

    Raises:
        TrainingError: There is no such recipe, or nobody has published one for the network.
        EngineError: There is no such network.
    """
    title = architecture_by_id(network).title
    if name == MODERN:
        return modern_recipe(network)
    if name != PAPER:
        raise TrainingError(f"no recipe {name!r}; there are {', '.join(NAMES)}")
    for row in PAPERS:
        if network in row.networks:
            return row
    raise TrainingError(f"there is no paper's recipe for {title}; use the modern one")
