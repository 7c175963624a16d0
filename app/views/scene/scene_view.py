"""The 3D view: people, floor, overlays, and the mouse.

The widget holds what is shown and the camera as values and passes them through pure functions:
``scene_contents`` makes drawing arrays, ``scene_pick`` says what is under the pointer, ``camera``
moves the eye. OpenGL itself is imported when the first context exists.
"""

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QShowEvent
from PySide6.QtOpenGL import QOpenGLPaintDevice
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.camera import (
    CameraState,
    Covered,
    Preset,
    Viewport,
    focused,
    moved,
    orbit,
    pan,
    pixels_per_unit,
    project,
    turned_to,
    zoom,
)
from app.ghost_model import Ghost
from app.overlays import OverlayFrame, OverlaySettings, PreparedExplanation
from app.overlays.signed import DrawnContrast
from app.scene_contents import SceneContents, drawing, overlay_frame
from app.scene_model import Followed, SceneModel, Stage, facing, framed
from app.scene_pick import Hit, JointHit, LinkHit, Pointer, hit_under, joint_under, person_under
from app.scene_theme import SceneTheme
from app.seen_model import SeenScene
from app.views.scene.camera_motion import CameraMotion
from app.views.scene.captions import CaptionStyle
from app.views.scene.failure_label import FailureLabel
from app.views.scene.mouse import SceneMouse, Zoom
from app.views.scene.shot import Shot
from app.views.scene.writing import SceneWords, SceneWriting
from app.why_state import Hidden
from engine.alignment.upright import IN_SPACE

if TYPE_CHECKING:
    from app.scene_frame import SceneFrame
    from app.views.scene.renderer import GraphicsFacts, Renderer

FOCUS_DISTANCE = 1.6
"""How near a double click brings the camera, figure sizes."""


class SceneView(QOpenGLWidget):
    """Shows one frame of a recording in space.

    Args:
        theme: Colours.
        parent: Owner.
    """

    joint_hovered = Signal(object)  # JointHit | None
    joint_clicked = Signal(object)  # JointHit
    person_clicked = Signal(int)
    camera_changed = Signal(object)  # CameraState
    contents_changed = Signal(object)  # SceneContents
    touch_requested = Signal(object)  # CameraState, of a view that another one leads
    move_requested = Signal(object)  # CameraState, to be reached smoothly

    def __init__(self, theme: SceneTheme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contents = SceneContents(theme=theme)
        self._overlay: OverlayFrame | None = None
        self._drawing: SceneFrame | None = None
        self._is_stale = True
        self._camera = CameraState()
        self._covered = Covered()
        self._is_fitted = True
        self._is_following = False
        self._is_led = False
        self._renderer: Renderer | None = None
        self._hit: Hit | None = None
        self._writing = SceneWriting()
        self._pointer: QPointF | None = None
        self._motion = CameraMotion(self)
        self._motion.moved_to.connect(self._set_camera)
        self._failure = FailureLabel(self)
        mouse = SceneMouse(self)
        mouse.pointed_at.connect(self._point_at)
        mouse.orbited.connect(self._orbit)
        mouse.panned.connect(self._pan)
        mouse.zoomed.connect(self._zoom)
        mouse.clicked.connect(self._click)
        mouse.double_clicked.connect(self._focus)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys belong to the window
        self.setMinimumSize(160, 120)

    # what is shown

    @property
    def contents(self) -> SceneContents:
        """All that is shown."""
        return self._contents

    def show_contents(self, contents: SceneContents) -> None:
        """Show what another view does; only what is under the pointer is this view's own."""
        before = self._contents
        self._show(replace(contents, hovered=before.hovered, hovered_link=before.hovered_link))

    def set_model(self, model: SceneModel | None) -> None:
        """Show another recording from its first frame and fit the view to it."""
        self._show(self._contents.with_model(model))
        if model is not None:
            is_flat = model.recording.layout.dimensions < IN_SPACE
            self._aim(Preset.FRONT if is_flat else Preset.THREE_QUARTER)
            self.frame_all()

    def set_frame(self, frame: int) -> None:
        """Show a frame; outside the recording, the nearest one."""
        before = self._contents
        self._show(before.at_frame(frame))
        model = before.shown
        if self._is_following and model is not None:
            person, now = before.shown_person, self._contents.shown_frame
            way = model.centre(now, person) - model.centre(before.shown_frame, person)
            self._motion.shift(way)
            self._set_camera(moved(self._camera, way))

    def set_explanation(self, explanation: PreparedExplanation | None) -> None:
        """Where a network looked in this recording; None takes it away."""
        self._show(replace(self._contents, explanation=explanation))

    def set_overlays(self, overlay_ids: tuple[str, ...], settings: OverlaySettings) -> None:
        """Choose overlays by their ids, any number, and say how they are drawn."""
        self._show(replace(self._contents, overlay_ids=overlay_ids, overlay_settings=settings))

    def set_joint(self, joint: int | None) -> None:
        """Mark the joint whose map in time is open."""
        self._show(replace(self._contents, joint=joint))

    def set_hidden(self, hidden: Hidden) -> None:
        """Draw what the model is not shown as ghosts."""
        self._show(replace(self._contents, hidden=hidden))

    def set_contrast(self, contrast: DrawnContrast | None) -> None:
        """Draw what speaks for one action and against another; None for the overlays again."""
        self._show(replace(self._contents, contrast=contrast))

    def set_seen(self, seen: SeenScene | None) -> None:
        """Show what a model sees; None for the recording again.

        The camera goes along where that is another room.
        """
        before = self._contents.seen
        self._show(replace(self._contents, seen=seen))
        rooms = [each is not None and each.is_apart for each in (before, seen)]
        if any(rooms) and (before is None or seen is None or rooms[0] != rooms[1]):
            self.frame_all()

    def set_second(self, ghost: Ghost | None) -> None:
        """Show another recording's body beside, see-through; None takes it away."""
        self._show(replace(self._contents, second=ghost))

    def set_lit(self, places: tuple[tuple[int, int], ...]) -> None:
        """Ring persons' joints that are marked somewhere else."""
        self._show(replace(self._contents, lit=places))

    def set_theme(self, theme: SceneTheme) -> None:
        """Change all colours."""
        self._writing.forget_panel()
        self._show(replace(self._contents, theme=theme))

    def set_selected_person(self, person: int | None) -> None:
        """Mark a person; following and presets then go by that person."""
        before = self._contents
        self._show(before.with_selected(person))
        if self._is_following and before.model is not None and before.seen is None:
            now, old = self._contents.selected, before.selected
            way = before.model.centre(before.frame, now) - before.model.centre(before.frame, old)
            self._motion.start(self._camera, moved(self._camera, way))

    def set_trails(self, on: bool) -> None:
        """Draw the last second of hands and feet, or of finger tips."""
        self._show(replace(self._contents, has_trails=on))

    def set_labels(self, on: bool) -> None:
        """Write joint names."""
        self._show(replace(self._contents, has_labels=on))

    # the camera

    @property
    def camera(self) -> CameraState:
        """Where the camera is now."""
        return self._camera

    @property
    def facts(self) -> "GraphicsFacts | None":
        """What draws this view; None before the first frame."""
        return None if self._renderer is None else self._renderer.facts

    def set_led(self, is_led: bool) -> None:
        """Leave the camera to another view: what the mouse wishes is asked for, not done."""
        self._is_led = is_led
        self._is_fitted = not is_led

    def take_camera(self, camera: CameraState) -> None:
        """Look from where another view does."""
        self._set_camera(camera)

    def touch(self, camera: CameraState) -> None:
        """Move the camera by hand."""
        if self._is_led:
            self.touch_requested.emit(camera)
            return
        self._motion.stop()
        self._is_fitted = False
        self._set_camera(camera)

    def move_to(self, camera: CameraState) -> None:
        """Carry the camera there, smoothly."""
        if self._is_led:
            self.move_requested.emit(camera)
            return
        self._is_fitted = False
        self._motion.start(self._camera, camera)

    def set_preset(self, preset: Preset) -> None:
        """Turn to a view relative to where the person faces."""
        goal = self._turned(preset)
        self._motion.start(self._camera, self._framed(goal) if self._is_fitted else goal)

    def set_following(self, on: bool) -> None:
        """Keep the camera on the body, smoothly; the view is fitted anew, to the body or to all."""
        if on == self._is_following:
            return
        self._is_following = on
        self._is_fitted = True
        self._motion.start(self._camera, self._framed(self._camera))

    def set_covered(self, covered: QMargins) -> None:
        """Say how far buttons reach over the view: a fitted body keeps clear of them."""
        self._covered = Covered(
            left=covered.left(),
            top=covered.top(),
            right=covered.right(),
            bottom=covered.bottom(),
        )
        self._refit()

    def frame_all(self) -> None:
        """Fit the view to the whole recording, in the direction it has."""
        self._motion.stop()
        self._is_fitted = True
        self._set_camera(self._framed(self._camera))

    def joint_place(self, person: int, joint: int) -> QPointF | None:
        """Where a joint of the shown frame is in the widget; None if it is missing or behind."""
        model = self._contents.shown
        if model is None:
            return None
        point = model.positions[self._contents.shown_frame, person, joint]
        x, y, depth = project(self._camera, self._viewport(), point)
        return None if isnan(depth) else QPointF(x, y)

    def fitted_scale(self, width: float, height: float) -> float:
        """Pixels a scene unit would have in a view of another size that is fitted."""
        viewport = Viewport(width=width, height=height)
        camera = self._framed(self._camera, viewport)
        return pixels_per_unit(camera, viewport, camera.distance)

    def _framed(self, camera: CameraState, viewport: Viewport | None = None) -> CameraState:
        contents = self._contents
        if contents.shown is None:
            return camera
        followed = Followed(frame=contents.shown_frame, person=contents.shown_person)
        wanted = followed if self._is_following else None
        return framed(contents.shown, camera, viewport or self._viewport(), wanted)

    def _refit(self) -> None:
        if self._is_fitted and not self._motion.is_running:
            self._set_camera(self._framed(self._camera))

    def _aim(self, preset: Preset) -> None:
        self._motion.stop()
        self._set_camera(self._turned(preset))

    def _turned(self, preset: Preset) -> CameraState:
        model, contents = self._contents.shown, self._contents
        if model is None:
            return turned_to(self._camera, preset, 0.0, 0.0)
        ahead = facing(model, contents.shown_frame, contents.shown_person)
        return turned_to(self._camera, preset, ahead, model.stance.lift)

    def _set_camera(self, camera: CameraState) -> None:
        if camera == self._camera:
            return
        self._camera = camera
        self._look_under_pointer()
        self.update()
        self.camera_changed.emit(camera)

    def _viewport(self) -> Viewport:
        return Viewport(width=self.width(), height=self.height(), covered=self._covered)

    def _show(self, contents: SceneContents) -> None:
        self._contents = contents
        self._is_stale = True
        self._look_under_pointer()
        self.update()
        self.contents_changed.emit(self._contents)

    def _refresh(self) -> None:
        """Bring the drawing arrays up to date, once for any number of changes."""
        if self._is_stale:
            self._overlay = overlay_frame(self._contents)
            self._drawing = drawing(self._contents, self._overlay)
            self._is_stale = False

    # the mouse

    def _point_at(self, at: QPointF | None) -> None:
        self._pointer = at
        self._look_under_pointer()

    def _look_under_pointer(self) -> None:
        """Find anew what is under the pointer: pointer, camera or body have moved."""
        hit = None if self._pointer is None else self._hit_at(self._pointer)
        if hit == self._hit:
            if hit is not None and not isinstance(hit, JointHit):
                self.update()  # the panel goes with the pointer
            return
        before, self._hit = self._hit, hit
        self._writing.forget_panel()
        joint = hit if isinstance(hit, JointHit) else None
        hovered = None if joint is None else (joint.person, joint.joint)
        link = hit.link if isinstance(hit, LinkHit) else None
        if (hovered, link) != (self._contents.hovered, self._contents.hovered_link):
            self._contents = replace(self._contents, hovered=hovered, hovered_link=link)
            self._is_stale = True
        self.update()
        if joint is not None or isinstance(before, JointHit):
            self.joint_hovered.emit(joint)

    def _at(self, place: QPointF) -> Pointer:
        return Pointer(x=place.x(), y=place.y(), camera=self._camera, viewport=self._viewport())

    def _hit_at(self, place: QPointF) -> Hit | None:
        model = self._contents.shown
        if model is None:
            return None
        self._refresh()
        return hit_under(model, self._contents.shown_frame, self._at(place), self._overlay)

    def _joint_at(self, place: QPointF) -> JointHit | None:
        model = self._contents.shown
        if model is None:
            return None
        self._refresh()
        return joint_under(model, self._contents.shown_frame, self._at(place), self._overlay)

    def _orbit(self, way: QPointF) -> None:
        self.touch(orbit(self._camera, way.x(), way.y()))

    def _pan(self, way: QPointF) -> None:
        self.touch(pan(self._camera, self._viewport(), way.x(), way.y()))

    def _zoom(self, turn: Zoom) -> None:
        at = (turn.at.x(), turn.at.y())
        self.touch(zoom(self._camera, self._viewport(), turn.steps, at))

    def _click(self, place: QPointF) -> None:
        model = self._contents.model
        if model is None or self._contents.seen is not None:  # its joints are not the recording's
            return
        hit = self._joint_at(place)
        if hit is not None:
            self.joint_clicked.emit(hit)
        person = person_under(model, self._contents.frame, self._at(place))
        if hit is not None or person is not None:
            self.person_clicked.emit(hit.person if hit is not None else person)

    def _focus(self, place: QPointF) -> None:
        """Go close to the joint under the pointer."""
        model, hit = self._contents.shown, self._joint_at(place)
        if model is None or hit is None:
            return
        point = model.positions[self._contents.shown_frame, hit.person, hit.joint]
        self.move_to(focused(self._camera, point, FOCUS_DISTANCE))

    # OpenGL

    def initializeGL(self) -> None:
        """Build the OpenGL objects: at the start, and again in each new context."""
        from app.views.scene.gl_objects import GraphicsError
        from app.views.scene.renderer import Renderer

        context = self.context()
        context.aboutToBeDestroyed.connect(self._release)
        try:
            self._renderer = Renderer(is_es=context.isOpenGLES())
        except GraphicsError as error:
            self._failure.say(str(error))

    def resizeGL(self, width: int, height: int) -> None:
        """Keep the whole recording in view until the user has moved the camera."""
        del width, height  # device pixels; the widget's own size is asked for
        self._failure.cover()
        self._refit()

    def paintGL(self) -> None:
        """Draw the scene, then the text above it."""
        if self._renderer is None:
            return
        self._refresh()
        self._renderer.draw(self._drawing, self._shot(), self.defaultFramebufferObject())
        if self._contents.has_labels or self._hit is not None:
            self._paint_text()

    def showEvent(self, event: QShowEvent) -> None:
        """Look whether there is a context at all, once Qt has tried."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._check_context)

    def _check_context(self) -> None:
        if not self.isValid() and self.isVisible():
            self._failure.say("no OpenGL 3.3 context could be made.")

    def _release(self) -> None:
        """Delete the OpenGL objects: their context goes, as when the view changes windows."""
        if self._renderer is not None and isValid(self):  # else the context goes with the widget
            self.makeCurrent()
            self._renderer.release()
            self._renderer = None
            self.doneCurrent()

    def _shot(self) -> Shot:
        model, ratio = self._contents.shown, self.devicePixelRatioF()
        return Shot(
            camera=self._camera,
            width=round(self.width() * ratio),
            height=round(self.height() * ratio),
            pixel_ratio=ratio,
            theme=self._contents.theme,
            stage=Stage() if model is None else model.stage,
        )

    def _paint_text(self) -> None:
        hit, anchor = self._hit, self._pointer
        if isinstance(hit, JointHit):
            anchor = self.joint_place(hit.person, hit.joint)
        style = CaptionStyle(
            font=self.font(), theme=self._contents.theme, pixel_ratio=self.devicePixelRatioF()
        )
        words = SceneWords(
            contents=self._contents,
            camera=self._camera,
            viewport=self._viewport(),
            style=style,
            hit=hit,
            anchor=anchor,
        )
        # not on the widget: in a picture of the whole window Qt hands out another place for that
        shot = self._shot()
        plate = QOpenGLPaintDevice(shot.width, shot.height)
        plate.setDevicePixelRatio(shot.pixel_ratio)
        painter = QPainter(plate)
        self._writing.paint(painter, words)
        painter.end()
