from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.camera import CameraState, Preset, project
from app.overlays import OverlaySettings, prepared
from app.scene_model import build_scene
from app.scene_pick import JointHit, SpotHit
from app.scene_theme import SceneTheme
from app.views.scene.scene_view import SceneView
from engine.arrays import BoolArray, FloatArray, IntArray
from engine.prediction import PointMap
from tests.app.figures import HEAD, RIGHT_HAND, explanation_of, recording_of, standing
from tests.app.overlays.made import focus_only

pytestmark = pytest.mark.gl


class StillStyle(QProxyStyle):
    """A desktop without animations."""

    def styleHint(self, hint, option=None, widget=None, returned=None):
        if hint is QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget, returned)


@pytest.fixture
def view(qtbot: QtBot) -> SceneView:
    view = SceneView(SceneTheme.dark())
    qtbot.addWidget(view)
    style = StillStyle()
    style.setParent(view)
    view.setStyle(style)
    view.resize(480, 360)
    view.show()
    qtbot.waitExposed(view)
    return view


def picture(view: SceneView) -> IntArray:
    """``(H, W, 3)`` the view as it is drawn, 0..255."""
    image = view.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    bytes_ = np.frombuffer(image.constBits(), dtype=np.uint8)
    rows = bytes_.reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()]
    return rows.reshape(image.height(), image.width(), 3).astype(np.int64)


def blue(pixels: IntArray) -> BoolArray:
    """Where the first person's colour is."""
    return pixels[..., 2] - pixels[..., 0] > 45


def green(pixels: IntArray) -> BoolArray:
    return pixels[..., 1] - np.maximum(pixels[..., 0], pixels[..., 2]) > 45


def show(view: SceneView, positions: FloatArray) -> None:
    view.set_model(build_scene(recording_of(positions)))


def test_every_joint_is_drawn_where_the_projection_says(view: SceneView) -> None:
    show(view, standing())

    is_blue = blue(picture(view))

    for joint in range(20):
        place = view.joint_place(0, joint)
        assert place is not None
        assert is_blue[round(place.y()), round(place.x())]
    assert is_blue.mean() < 0.1


def test_the_body_fills_the_view_by_itself(view: SceneView) -> None:
    show(view, 1000 * standing() + 50_000)

    rows, columns = np.nonzero(blue(picture(view)))

    assert 0.7 < np.ptp(rows) / 360 < 1.0
    assert 0 < columns.min() < columns.max() < 479


def test_a_missing_joint_leaves_no_pixels_at_the_origin_or_on_the_way_there(
    view: SceneView,
) -> None:
    # the origins of the recording and of the scene lie between the two
    positions = standing(30, ((-0.9, 0.0, 0.3), (0.9, 0.0, 0.3)))
    positions[:, 0, RIGHT_HAND] = np.nan
    show(view, positions)

    rows, columns = np.nonzero(blue(picture(view)))

    seen = [view.joint_place(0, joint) for joint in range(20)]
    x = [place.x() for place in seen if place is not None]
    y = [place.y() for place in seen if place is not None]
    assert seen[RIGHT_HAND] is None
    assert min(x) - 12 < columns.min() <= columns.max() < max(x) + 12
    assert min(y) - 20 < rows.min() <= rows.max() < max(y) + 12


def test_a_joint_that_has_just_gone_is_drawn_hollow(view: SceneView) -> None:
    positions = standing()
    positions[10:, 0, HEAD] = np.nan
    show(view, positions)
    view.set_frame(9)
    place = view.joint_place(0, HEAD)
    assert place is not None
    x, y = round(place.x()), round(place.y())
    solid = blue(picture(view))

    view.set_frame(11)

    hollow = blue(picture(view))
    assert solid[y, x]
    assert not hollow[y, x]
    assert hollow[y, x - 30 : x + 30].sum() >= 2  # the ring, left and right


def test_dark_and_light_are_two_pictures(view: SceneView) -> None:
    show(view, standing())
    dark = picture(view)

    view.set_theme(SceneTheme.light())

    light = picture(view)
    assert dark.mean() < 60
    assert light.mean() > 190
    assert blue(dark).mean() == pytest.approx(blue(light).mean(), rel=0.3)


def test_a_body_casts_a_shadow_on_the_floor_and_nowhere_else(view: SceneView) -> None:
    show(view, standing())
    view.set_theme(replace(SceneTheme.light(), shadow=0.0))
    without = picture(view).sum(axis=-1)

    view.set_theme(SceneTheme.light())

    darker = without - picture(view).sum(axis=-1)
    rows = np.nonzero(darker)[0]
    foot = view.joint_place(0, 19)
    assert foot is not None
    assert darker.min() >= 0
    assert (darker > 30).sum() > 200
    assert rows.min() > foot.y() - 60


def test_the_picture_is_opaque(view: SceneView) -> None:
    show(view, standing())
    view.set_trails(True)
    picture(view)
    from OpenGL import GL  # not before prepare_opengl_platform

    view.makeCurrent()
    GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, view.defaultFramebufferObject())
    pixels = GL.glReadPixels(0, 0, 480, 360, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE)
    view.doneCurrent()

    assert set(bytes(pixels)[3::4]) == {255}


def test_links_and_halos_appear_with_an_explanation_and_only_in_its_span(view: SceneView) -> None:
    show(view, standing(30))
    links = np.zeros((10, 1, 10, 20))
    links[:, 0, 9, HEAD] = 0.9  # from the right foot
    view.set_explanation(prepared(explanation_of(np.full((10, 1, 20), 0.9), start=5, links=links)))
    view.set_overlays(("focal",), OverlaySettings(focal_joints=4, link_threshold=0.5))

    counts = []
    for frame in (0, 5, 14, 15):
        view.set_frame(frame)
        counts.append(int(green(picture(view)).sum()))

    assert counts[0] == counts[3] == 0
    assert min(counts[1:3]) > 200


def test_discs_appear_at_their_voxels_and_the_pointer_reads_their_magnitude(
    view: SceneView, qtbot: QtBot
) -> None:
    show(view, standing(12))
    beside = standing(1)[0, 0, HEAD] + np.float32([0.4, 0.0, 0.0])
    points = PointMap(
        name="Activation",
        frames=np.zeros(1, dtype=np.float32),
        positions=beside[None],
        magnitudes=np.array([0.5], dtype=np.float32),
        size=0.3,
    )
    view.set_explanation(prepared(replace(focus_only(), points=(points,))))
    wish = OverlaySettings(focal_joints=4, link_threshold=0.5)
    without = picture(view)
    view.set_overlays(("voxels",), wish)
    model = view._contents.model
    assert model is not None
    x, y, _ = project(view.camera, view._viewport(), model.transform.apply(beside))

    changed = np.abs(picture(view) - without).sum(axis=-1) > 40

    top, left = round(y) - 45, round(x) - 45
    disc = changed[max(top, 0) : round(y) + 45, left : round(x) + 45]
    assert changed[round(y), round(x)]
    assert 20 < disc[:, 45].sum() < 90
    assert 20 < disc[round(y) - max(top, 0)].sum() < 90
    QTest.mouseMove(view, QPoint(5, 5))
    QTest.mouseMove(view, QPoint(round(x), round(y)))
    qtbot.waitUntil(lambda: isinstance(view._hit, SpotHit))
    assert isinstance(view._hit, SpotHit)
    assert view._hit.weight == 0.5


def test_no_overlay_no_light(view: SceneView) -> None:
    show(view, standing(30))
    plain = picture(view)
    view.set_explanation(prepared(explanation_of(np.full((30, 1, 20), 0.9))))
    view.set_overlays(("focal",), OverlaySettings(focal_joints=4, link_threshold=0.5))
    assert (picture(view) != plain).any()

    view.set_overlays((), OverlaySettings(focal_joints=4, link_threshold=0.5))

    assert (picture(view) == plain).all()


def test_trails_names_and_selection_are_drawn_when_asked_for(view: SceneView) -> None:
    positions = standing(30, ((-0.6, 0, 3), (0.6, 0, 3)))
    positions[..., 1] += 0.2 * np.sin(np.arange(30) / 4)[:, None, None]
    show(view, positions)
    view.set_frame(20)
    plain = picture(view)

    for ask in (
        lambda: view.set_trails(True),
        lambda: view.set_labels(True),
        lambda: view.set_selected_person(1),
    ):
        ask()
        assert (picture(view) != plain).any()
        plain = picture(view)


def test_the_same_picture_comes_from_a_new_context(view: SceneView) -> None:
    show(view, standing())
    before = picture(view)

    view._release()
    view.makeCurrent()
    view.initializeGL()
    view.doneCurrent()

    assert (picture(view) == before).all()


def test_the_view_goes_on_in_another_window(view: SceneView, qtbot: QtBot) -> None:
    show(view, standing())
    before = picture(view)
    window = QWidget()
    qtbot.addWidget(window)
    box = QVBoxLayout(window)
    box.setContentsMargins(0, 0, 0, 0)

    box.addWidget(view)
    window.resize(480, 360)
    window.show()
    qtbot.waitExposed(window)

    assert (picture(view) == before).all()
    view.setParent(None)


def test_a_machine_that_cannot_draw_gets_a_sentence(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.views.scene.gl_objects import GraphicsError

    def too_old(**_: object) -> None:
        raise GraphicsError("the 3D view needs OpenGL 3.3, this machine offers 2.1")

    monkeypatch.setattr("app.views.scene.renderer.Renderer", too_old)
    view = SceneView(SceneTheme.dark())
    qtbot.addWidget(view)
    view.resize(480, 360)
    view.show()
    qtbot.waitExposed(view)
    show(view, standing())

    assert view._failure.isVisible()
    assert "needs OpenGL 3.3" in view._failure.text()
    assert view._failure.size() == view.size()
    assert view.facts is None


def test_the_facts_are_the_context_s_own(view: SceneView) -> None:
    facts = view.facts

    assert facts is not None
    assert facts.samples == 0
    assert facts.renderer
    assert "." in facts.version


# the mouse


def move(view: SceneView, qtbot: QtBot, place: QPointF) -> None:
    qtbot.mouseMove(view, place.toPoint())


def joint_place(view: SceneView, joint: int) -> QPointF:
    place = view.joint_place(0, joint)
    assert place is not None
    return place


def test_pointing_at_a_joint_names_it_and_opens_a_panel(view: SceneView, qtbot: QtBot) -> None:
    show(view, standing())
    move(view, qtbot, QPointF(3, 3))
    plain = picture(view)

    with qtbot.waitSignal(view.joint_hovered) as signal:
        move(view, qtbot, joint_place(view, RIGHT_HAND))

    hit = signal.args[0]
    assert isinstance(hit, JointHit)
    assert hit.name == "right hand"
    assert ((picture(view) != plain).any(axis=-1)).sum() > 2000  # the panel
    with qtbot.waitSignal(view.joint_hovered) as signal:
        move(view, qtbot, QPointF(3, 3))
    assert signal.args == [None]
    assert (picture(view) == plain).all()


def test_the_body_moving_away_under_a_still_pointer_ends_the_hover(
    view: SceneView, qtbot: QtBot
) -> None:
    positions = standing(10)
    positions[5:, 0, RIGHT_HAND] = np.nan
    show(view, positions)
    move(view, qtbot, joint_place(view, RIGHT_HAND))

    with qtbot.waitSignal(view.joint_hovered) as signal:
        view.set_frame(6)

    assert signal.args[0] is None or signal.args[0].joint != RIGHT_HAND


def test_a_click_tells_joint_and_person(view: SceneView, qtbot: QtBot) -> None:
    show(view, standing())

    with qtbot.waitSignals([view.joint_clicked, view.person_clicked], order="strict"):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=joint_place(view, HEAD).toPoint())


def test_a_click_on_nothing_tells_nothing(view: SceneView, qtbot: QtBot) -> None:
    show(view, standing())

    with qtbot.assertNotEmitted(view.joint_clicked), qtbot.assertNotEmitted(view.person_clicked):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def drag(view: SceneView, qtbot: QtBot, button: Qt.MouseButton, shift: bool = False) -> None:
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(view, button, keys, QPoint(240, 180))
    for step in range(1, 5):
        event_place = QPoint(240 + 10 * step, 180 + 5 * step)
        send_move(view, event_place, button, keys)
    qtbot.mouseRelease(view, button, keys, QPoint(280, 200))


def send_move(
    view: SceneView, place: QPoint, button: Qt.MouseButton, keys: Qt.KeyboardModifier
) -> None:
    at = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, view.mapToGlobal(at), Qt.MouseButton.NoButton, button, keys
    )
    QApplication.sendEvent(view, event)


def test_a_left_drag_orbits_and_is_no_click(view: SceneView, qtbot: QtBot) -> None:
    show(view, standing())
    before = view.camera

    with qtbot.assertNotEmitted(view.person_clicked):
        drag(view, qtbot, Qt.MouseButton.LeftButton)

    assert view.camera.target == before.target
    assert view.camera.azimuth != before.azimuth
    assert view.camera.elevation > before.elevation


@pytest.mark.parametrize(
    ("button", "shift"),
    [
        (Qt.MouseButton.RightButton, False),
        (Qt.MouseButton.MiddleButton, False),
        (Qt.MouseButton.LeftButton, True),
    ],
)
def test_other_drags_pan(
    view: SceneView, qtbot: QtBot, button: Qt.MouseButton, shift: bool
) -> None:
    show(view, standing())
    before, head = view.camera, joint_place(view, HEAD)

    drag(view, qtbot, button, shift)

    assert view.camera.azimuth == before.azimuth
    moved = joint_place(view, HEAD) - head
    assert 20 < moved.x() < 60
    assert moved.y() > 5


def test_the_wheel_comes_nearer(view: SceneView) -> None:
    show(view, standing())
    before = view.camera

    turn = QWheelEvent(
        QPointF(100, 100), view.mapToGlobal(QPointF(100, 100)), QPoint(), QPoint(0, 240),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, turn)

    assert view.camera.distance < before.distance


def test_a_double_click_goes_close_to_the_joint(view: SceneView, qtbot: QtBot) -> None:
    show(view, standing())

    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=joint_place(view, HEAD).toPoint())

    head = joint_place(view, HEAD)
    assert (head.x(), head.y()) == pytest.approx((240, 180), abs=1)
    assert view.camera.distance < 2.0


# the camera


def test_presets_show_the_front_of_the_person(view: SceneView) -> None:
    show(view, standing())  # faces -Z

    view.set_preset(Preset.FRONT)

    assert view.camera.backward[2] < -0.99
    assert joint_place(view, RIGHT_HAND).x() < joint_place(view, HEAD).x()


def test_a_preset_is_a_short_move_that_the_mouse_interrupts(view: SceneView, qtbot: QtBot) -> None:
    view.setStyle(QApplication.style())
    show(view, standing())
    start = view.camera

    view.set_preset(Preset.TOP)
    assert view.camera == start
    qtbot.waitUntil(lambda: view.camera.elevation > 0.5, timeout=5000)
    drag(view, qtbot, Qt.MouseButton.RightButton)
    stopped = view.camera

    assert not view._motion.is_running
    assert stopped.elevation < 1.55


def test_following_keeps_the_body_in_the_middle(view: SceneView) -> None:
    walk = standing(60)
    walk[..., 0] += np.linspace(0, 4, 60)[:, None, None]
    show(view, walk)
    view.set_following(True)

    places = []
    for frame in (0, 30, 59):
        view.set_frame(frame)
        places.append(joint_place(view, 1).x())

    assert max(abs(x - 240) for x in places) < 60
    view.set_following(False)
    view.set_frame(0)
    assert abs(joint_place(view, 1).x() - 240) > 100


def test_following_goes_over_to_the_person_who_is_selected(view: SceneView) -> None:
    show(view, standing(people=((-1.5, 0, 3), (1.5, 0, 3))))
    view.set_selected_person(0)
    view.set_following(True)

    view.set_selected_person(1)

    place = view.joint_place(1, 1)
    assert place is not None
    assert abs(place.x() - 240) < 40


def test_the_whole_recording_stays_in_view_until_the_user_moves_the_camera(
    view: SceneView, qtbot: QtBot
) -> None:
    show(view, standing())
    view.resize(240, 500)
    qtbot.waitUntil(lambda: view.width() == 240, timeout=5000)
    fitted = view.camera
    assert all(0 < joint_place(view, joint).x() < 240 for joint in range(20))

    drag(view, qtbot, Qt.MouseButton.RightButton)
    panned = view.camera
    view.resize(480, 360)
    qtbot.waitUntil(lambda: view.width() == 480, timeout=5000)
    assert view.camera == panned

    view.frame_all()
    assert view.camera.target != panned.target
    assert fitted.azimuth == view.camera.azimuth


def test_camera_changes_are_told(view: SceneView, qtbot: QtBot) -> None:
    show(view, standing())

    with qtbot.waitSignal(view.camera_changed) as signal:
        view.set_preset(Preset.SIDE)

    assert isinstance(signal.args[0], CameraState)
    assert signal.args[0] == view.camera


def test_the_view_takes_no_keys(view: SceneView) -> None:
    assert view.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_no_recording_is_an_empty_room(view: SceneView) -> None:
    show(view, standing())
    view.set_model(None)

    assert not blue(picture(view)).any()
    assert view.joint_place(0, HEAD) is None


def test_names_are_in_pictures_of_the_widget_as_in_those_of_its_framebuffer(
    view: SceneView,
) -> None:
    show(view, standing())
    bare = view.grab().toImage()
    view.set_labels(True)

    named = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)

    assert named != bare.convertToFormat(QImage.Format.Format_RGB888)
    assert named == view.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
