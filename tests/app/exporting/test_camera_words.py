"""Where the camera stands, in words."""

from math import radians

import pytest

from app.camera import CameraState
from app.exporting.camera_words import CameraWish, camera_from, camera_text, widened, wish_of

CAMERA = CameraState(
    target=(0.1, -0.25, 0.0), azimuth=radians(-32), elevation=radians(12), distance=3.4125
)


def test_a_camera_goes_into_words_and_comes_back() -> None:
    words = camera_text(wish_of(CAMERA))
    assert words == "-32,12,3.4125,0.1,-0.25,0"
    back = camera_from(words).applied(CameraState())
    assert back.azimuth == pytest.approx(CAMERA.azimuth, abs=1e-5)
    assert back.elevation == pytest.approx(CAMERA.elevation, abs=1e-5)
    assert (back.target, back.distance) == (CAMERA.target, CAMERA.distance)


def test_three_numbers_leave_what_is_looked_at() -> None:
    turned = camera_from("90,0,2").applied(CAMERA)
    assert turned.target == CAMERA.target
    assert turned.azimuth == pytest.approx(radians(90))
    assert turned.distance == 2


@pytest.mark.parametrize("text", ["", "1,2", "a,b,c", "1,2,3,4", "nan,0,3", "0,95,3", "0,0,0"])
def test_what_is_no_camera_says_what_one_is(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        camera_from(text)


def test_small_numbers_are_written_short() -> None:
    assert camera_text(CameraWish(yaw=-0.00001, pitch=0.0, distance=3.0)) == "0,0,3"


def test_a_narrower_picture_holds_what_a_wider_one_does() -> None:
    assert widened(CAMERA, seen=2.0, wanted=1.0).distance == pytest.approx(2 * CAMERA.distance)
    assert widened(CAMERA, seen=1.0, wanted=2.0) == CAMERA
