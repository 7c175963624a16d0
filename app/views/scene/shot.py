"""From where, how large and in which colours a frame is drawn."""

from dataclasses import dataclass
from math import tan

from app.camera import CameraState
from app.scene_model import Stage
from app.scene_theme import SceneTheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """All that a picture depends on apart from the bodies."""

    camera: CameraState
    width: int
    """Device pixels."""
    height: int
    pixel_ratio: float
    """Device pixels in one logical pixel."""
    theme: SceneTheme
    stage: Stage
    corner: tuple[int, int] | None = None
    """Device pixels from the lower left of the picture to that of the part that is drawn; None for
    all of it. A part is drawn once, so no room is kept for the next picture."""
    is_room: bool = True
    """Air and floor behind the bodies; else nothing, and the picture is see-through with its
    colours already multiplied by their opacity."""
    has_grid: bool = True
    """Of what is see-through: lines on the floor."""
    has_shadows: bool = True

    @property
    def left(self) -> int:
        """Columns of the picture left of the part that is drawn."""
        return 0 if self.corner is None else self.corner[0]

    @property
    def bottom(self) -> int:
        """Rows of the picture below the part that is drawn."""
        return 0 if self.corner is None else self.corner[1]


def lens(shot: Shot) -> tuple[float, float, float, float]:
    """The four numbers of the projection matrix that matter: [0][0], [1][1], [2][2], [2][3]."""
    camera = shot.camera
    focal, near, far = 1.0 / tan(camera.fov / 2), camera.near, camera.far
    across = focal * shot.height / shot.width
    return across, focal, (far + near) / (near - far), 2 * far * near / (near - far)
