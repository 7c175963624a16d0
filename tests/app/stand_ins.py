"""Stand-ins for what the window takes from the engine: quick models, recordings in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import numpy as np

from app.library import LibraryEntry
from app.overlay_state import OverlayState
from app.overlays import OverlaySettings
from app.providers import Providers
from engine.architectures.fg_stformer import config_for
from engine.arrays import FloatArray
from engine.layouts.kinect_v1 import KINECT_V1
from engine.prediction import (
    Answer,
    Explanation,
    JointMap,
    LinkMap,
    Node,
    Prediction,
    PredictionTrack,
)
from engine.preprocess.recipe import Preprocessing, Scaling
from engine.recording import Clip, Recording
from engine.runtime.cards import (
    CARD_SCHEMA,
    Metrics,
    ModelCard,
    NetworkPart,
    PackageFile,
    Provenance,
)
from engine.runtime.packages import ModelPackage
from tests.app.figures import recording_of, standing

ACTIONS = ("wave", "clap", "sit down")
FOCAL_JOINTS = 12


def overlay_state() -> OverlayState:
    """Nothing picked yet."""
    return OverlayState(settings=OverlaySettings(focal_joints=5, link_threshold=0.2, opacity=0.9))


def package(model_id: str = "stand-in", title: str = "Stand-in · FG-STFormer") -> ModelPackage:
    """A package with a true card and no files."""
    nothing = PackageFile(name="none", sha256="")
    card = ModelCard(
        schema=CARD_SCHEMA,
        id=model_id,
        title=title,
        layout_id=KINECT_V1.id,
        class_names=ACTIONS,
        networks=(
            NetworkPart(
                network=config_for(KINECT_V1, classes=len(ACTIONS), people=1),
                weights=nothing,
                onnx=nothing,
            ),
        ),
        preprocessing=Preprocessing(frames=128, centre_joint=2, scaling=Scaling.BODY),
        metrics=Metrics(summary="not measured"),
        provenance=Provenance(data="none", clips=0, recipe="none", licence="none"),
    )
    return ModelPackage(folder=Path("/nowhere") / model_id, card=card)


def recording(num_frames: int = 40, people: int = 1, *, path: Path | None = None) -> Recording:
    """People who stand side by side, at 30 frames a second."""
    places = tuple((float(place), 0.0, 3.0) for place in range(people))
    return figures_of(standing(num_frames, places), path=path)


def figures_of(positions: FloatArray, *, path: Path | None = None) -> Recording:
    """A Kinect recording of ``(T, M, V, C)``, at 30 frames a second."""
    made = recording_of(positions)
    return replace(made, source=replace(made.source, path=path))


def probabilities(best: int) -> np.ndarray:
    """Three shares, of which one is the largest."""
    shares = np.full(len(ACTIONS), 0.1, dtype=np.float32)
    shares[best] = 0.8
    return shares


def answer(clip: Clip, *, model_id: str = "stand-in") -> Answer:
    """Each person does another action; joint 5 of everybody is the most informative."""
    shown = clip.recording
    shape = (clip.num_frames, shown.num_people, shown.layout.num_joints)
    weights = np.full(shape, 0.2, dtype=np.float32)
    weights[..., 5] = 0.9
    parts = np.full((*shape[:2], 1, shape[2], len(shown.layout.parts)), 0.3, dtype=np.float32)
    frames = np.arange(clip.start, clip.stop, dtype=np.float32)
    return Answer(
        predictions=tuple(
            Prediction(
                model_id=model_id,
                class_names=ACTIONS,
                probabilities=probabilities(person % len(ACTIONS)),
                start=clip.start,
                stop=clip.stop,
                person=person,
            )
            for person in range(shown.num_people)
        ),
        main=0,
        explanations=(
            Explanation(
                model_id=model_id,
                start=clip.start,
                stop=clip.stop,
                joint_maps=(JointMap(name="Informativeness", weights=weights, strongest=0.9),),
                chosen=np.zeros((*shape[:2], 1), dtype=np.int64),
                links=(
                    LinkMap(
                        name="Focal joints to parts",
                        asking=Node.JOINT,
                        asked=Node.PART,
                        weights=parts,
                        centres=frames,
                    ),
                ),
                network_frames=frames,
            ),
        ),
        seconds=0.007,
    )


def track(
    shown: Recording, *, person: int = 0, window: int = 60, stride: int = 15
) -> PredictionTrack:
    """The answer changes with every second window."""
    starts = np.arange(0, max(shown.num_frames - window, 1), stride)
    return PredictionTrack(
        model_id="stand-in",
        class_names=ACTIONS,
        starts=starts,
        stops=np.minimum(starts + window, shown.num_frames),
        probabilities=np.stack([probabilities(w // 2 % len(ACTIONS)) for w in range(len(starts))]),
        person=person,
    )


@dataclass
class StandInRecognizer:
    """Answers at once, or when a gate opens; counts what it was asked."""

    gate: Event | None = None
    """Where given, answers about clips wait for it."""
    refusal: Exception | None = None
    """Where given, it is raised in place of an answer."""
    clips: list[Clip] = field(default_factory=list)
    tracks: list[int] = field(default_factory=list)
    """Persons asked about."""

    def answer(self, clip: Clip, *, explain: bool = True) -> Answer:
        self.clips.append(clip)
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.refusal is not None:
            raise self.refusal
        return answer(clip)

    def track(
        self,
        recording: Recording,
        *,
        person: int,
        on_progress: Callable[[float], None],
        should_stop: Callable[[], bool],
    ) -> PredictionTrack:
        self.tracks.append(person)
        on_progress(0.5)
        assert isinstance(should_stop(), bool)
        return track(recording, person=person)


def providers(
    recordings: dict[Path, Recording | Exception],
    recognizer: StandInRecognizer,
    *,
    models: tuple[ModelPackage, ...] = (),
) -> Providers:
    """Recordings in memory, one recognizer for every model; each recording is also a sample."""

    def read(path: Path) -> Recording:
        found = recordings[path]
        if isinstance(found, Exception):
            raise found
        return found

    return Providers(
        read=read,
        list_models=lambda: models,
        open_model=lambda _: recognizer,
        name_filters=lambda: ("Recordings (*.npz)", "All files (*)"),
        samples=tuple(LibraryEntry(title=path.stem, path=path) for path in recordings),
    )
