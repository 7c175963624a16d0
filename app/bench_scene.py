"""How fast the 3D view draws on this machine: two people, a hundred link lines, 1280 × 720."""

import json
import sys
from fractions import Fraction
from time import perf_counter, thread_time
from typing import TypedDict

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.overlays import OverlaySettings, prepared
from app.scene_model import build_scene
from app.scene_theme import SceneTheme
from app.views.scene.scene_view import SceneView
from app.views.scene.surface import configure_surface_format, prepare_opengl_platform
from engine.errors import EngineError
from engine.layouts.kinect_v1 import KINECT_V1
from engine.prediction import Explanation, JointMap, LinkMap, Node
from engine.recording import Recording, Source, Units
from engine.skeleton import Axis

WIDTH, HEIGHT = 1280, 720
PEOPLE, LINKS, FRAMES = 2, 100, 240
WARM_UP_FRAMES = 30
FIRST_FRAME_MS = 10_000
# a standing figure, metres: hip centre, spine, shoulders, head, arms, legs in the layout's order
_STANDING = (
    (0, 0.95, 0), (0, 1.2, 0), (0, 1.45, 0), (0, 1.65, 0),
    (-0.18, 1.42, 0), (-0.24, 1.15, 0), (-0.25, 0.9, 0.03), (-0.25, 0.82, 0.05),
    (0.18, 1.42, 0), (0.24, 1.15, 0), (0.25, 0.9, 0.03), (0.25, 0.82, 0.05),
    (-0.1, 0.9, 0), (-0.12, 0.5, 0.02), (-0.12, 0.1, 0), (-0.12, 0.04, 0.14),
    (0.1, 0.9, 0), (0.12, 0.5, 0.02), (0.12, 0.1, 0), (0.12, 0.04, 0.14),
)  # fmt: skip


class SceneBench(TypedDict):
    """What was measured and on what."""

    frames_per_second: float
    main_thread_ms: float
    """Of the main thread's own time, a frame."""
    width: int
    height: int
    people: int
    links: int
    renderer: str
    version: str
    samples: int


def measure_scene_fps(seconds: float) -> SceneBench:
    """Draw a moving scene as fast as it goes.

    Makes an application if there is none; in one that waits for the display, no more than its
    refresh rate can be measured.

    Args:
        seconds: How long to draw.

    Raises:
        EngineError: There is no display or no OpenGL to draw with.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        configure_surface_format(is_paced=False)
        app = QApplication(["skelarium"])
        prepare_opengl_platform(app)
    view = SceneView(SceneTheme.dark())
    view.resize(WIDTH, HEIGHT)
    recording = moving_people()
    view.set_model(build_scene(recording))
    view.set_trails(True)
    view.set_explanation(prepared(full_explanation(recording)))
    view.set_overlays(("focal",), OverlaySettings(focal_joints=10, link_threshold=0.5))
    view.show()
    run = _Run(view, seconds)
    try:
        return run.result()
    finally:
        view.close()
        view.deleteLater()


class _Run:
    """Asks for the next frame whenever one has been shown."""

    def __init__(self, view: SceneView, seconds: float) -> None:
        self._view, self._seconds = view, seconds
        self._loop = QEventLoop()
        self._shown = 0
        self._begun = self._ended = self._own = 0.0
        self._patience = QTimer()
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._loop.quit)
        view.frameSwapped.connect(self._next)

    def result(self) -> SceneBench:
        """Wait for the end of the run and report it."""
        self._patience.start(FIRST_FRAME_MS)
        self._loop.exec()
        facts = self._view.facts
        if facts is None or self._shown <= WARM_UP_FRAMES:
            raise EngineError(
                "the 3D view draws nothing here: it needs a display and OpenGL 3.3; "
                "run skelarium doctor to see what there is"
            )
        count = self._shown - WARM_UP_FRAMES
        return SceneBench(
            frames_per_second=round(count / (self._ended - self._begun), 1),
            main_thread_ms=round(1000 * self._own / count, 2),
            width=WIDTH,
            height=HEIGHT,
            people=PEOPLE,
            links=LINKS,
            renderer=facts.renderer,
            version=facts.version,
            samples=facts.samples,
        )

    def _next(self) -> None:
        self._patience.stop()
        self._shown += 1
        now = perf_counter()
        if self._shown <= WARM_UP_FRAMES:
            self._begun, self._own_begun = now, thread_time()
        self._ended, self._own = now, thread_time() - self._own_begun
        if self._shown > WARM_UP_FRAMES and now - self._begun > self._seconds:
            self._view.frameSwapped.disconnect(self._next)
            self._loop.quit()
            return
        self._view.set_frame(self._shown % FRAMES)


def moving_people() -> Recording:
    """Two people who walk on the spot and swing their arms, 240 frames."""
    time = np.arange(FRAMES) / 30.0
    positions = np.tile(np.array(_STANDING), (FRAMES, PEOPLE, 1, 1))  # (T, M, V, C)
    for person in range(PEOPLE):
        swing = np.sin(4.0 * time + 1.3 * person)[:, None]
        positions[:, person, :, 0] += 1.4 * person - 0.7
        positions[:, person, 4:8, 2] += swing * (0.05, 0.15, 0.25, 0.3)
        positions[:, person, 8:12, 2] -= swing * (0.05, 0.15, 0.25, 0.3)
        positions[:, person, 12:16, 2] -= swing * (0.0, 0.15, 0.25, 0.25)
        positions[:, person, 16:20, 2] += swing * (0.0, 0.15, 0.25, 0.25)
    return Recording(
        layout=KINECT_V1,
        positions=positions.astype(np.float32),
        confidence=np.ones(positions.shape[:3], dtype=np.float32),
        fps=Fraction(30),
        units=Units.METRES,
        source=Source(path=None, format_id="made", sha256=""),
        up=Axis.PLUS_Y,
    )


def full_explanation(recording: Recording) -> Explanation:
    """An explanation with scores everywhere and a hundred strong links in each frame."""
    layout = recording.layout
    shape = (recording.num_frames, recording.num_people, layout.num_joints)
    wave = np.arange(shape[0])[:, None, None] * 0.1 + np.arange(shape[2]) * 0.7
    scores = np.broadcast_to(0.5 + 0.5 * np.sin(wave), shape).astype(np.float32)
    weights = np.zeros((*shape, len(layout.parts)), dtype=np.float32)
    focal = np.argsort(-scores, axis=-1, kind="stable")[..., : LINKS // (2 * len(layout.parts))]
    np.put_along_axis(weights, focal[..., None], np.float32(0.6), axis=2)
    return Explanation(
        model_id="bench",
        start=0,
        stop=shape[0],
        joint_maps=(JointMap(name="Informativeness", weights=scores, strongest=1.0),),
        chosen=focal.astype(np.int64),
        links=(
            LinkMap(
                name="Focal joints to parts",
                asking=Node.JOINT,
                asked=Node.PART,
                weights=weights[:, :, None],
                centres=np.arange(shape[0], dtype=np.float32),
            ),
        ),
        network_frames=np.arange(shape[0], dtype=np.float32),
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure_scene_fps(float(sys.argv[1]))) + "\n")
