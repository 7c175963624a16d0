"""The table of skeleton layouts: a new layout is one file here and one row below."""

from engine.errors import LayoutError
from engine.layouts.blazepose_33 import BLAZEPOSE_33
from engine.layouts.blazepose_hand_21 import BLAZEPOSE_HAND_21
from engine.layouts.body_25 import BODY_25
from engine.layouts.coco_17 import COCO_17
from engine.layouts.jhmdb_15 import JHMDB_15
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.msr_action3d import MSR_ACTION3D
from engine.layouts.openpose_18 import OPENPOSE_18
from engine.layouts.sfinge_hand_20 import SFINGE_HAND_20
from engine.layouts.shrec_hand_22 import SHREC_HAND_22
from engine.layouts.utd_mhad import UTD_MHAD
from engine.rows import row_by_id
from engine.skeleton import SkeletonLayout

LAYOUTS: tuple[SkeletonLayout, ...] = (
    KINECT_V1,
    KINECT_V2,
    UTD_MHAD,
    MSR_ACTION3D,
    COCO_17,
    OPENPOSE_18,
    BODY_25,
    BLAZEPOSE_33,
    JHMDB_15,
    SHREC_HAND_22,
    SFINGE_HAND_20,
    BLAZEPOSE_HAND_21,
)


def layout_by_id(layout_id: str) -> SkeletonLayout:
    """The layout with that id.

    Raises:
        LayoutError: There is none; the message lists those there are.
    """
    return row_by_id(LAYOUTS, layout_id, "skeleton layout", LayoutError)
