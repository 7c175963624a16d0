import numpy as np
import pytest

from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Source
from engine.study.acting import actor_name, actors_at, main_person, named_actor
from tests.engine.formats.making import make_recording


def people_moving(*amounts):
    """A recording of 8 frames whose people move by those amounts, in its second half alone."""
    positions = np.ones((8, len(amounts), 20, 3), dtype=np.float32)
    for person, amount in enumerate(amounts):
        positions[4:, person] += np.linspace(0, amount, 4)[:, np.newaxis, np.newaxis]
    return make_recording(
        KINECT_V1,
        frames=8,
        people=len(amounts),
        positions=positions,
        confidence=np.ones(positions.shape[:3]),
    )


def source(format_id, origin=None):
    return Source(path=None, format_id=format_id, sha256="0" * 64, origin=origin)


def test_the_main_person_is_who_moves_most_in_the_span():
    recording = people_moving(0.1, 2.0, 1.0)
    assert main_person(recording) == 1
    recording.positions.flags.writeable = True
    recording.positions[:4, 2] += np.arange(4)[:, np.newaxis, np.newaxis]
    assert main_person(recording, 0, 4) == 2
    assert main_person(recording, 4) == 1


def test_where_nobody_is_seen_it_is_the_first_one():
    recording = people_moving(0.0, 0.0)
    recording.positions.flags.writeable = True
    recording.positions[:] = np.nan
    assert main_person(recording) == 0


@pytest.mark.parametrize(
    ("come_from", "name", "actor"),
    [
        (source("nw-ucla"), "a01_s03_e00_v02", "nw-ucla s03"),
        (source("npz", source("nw-ucla")), "a01_s03_e00_v02", "nw-ucla s03"),
        (source("npz"), "a01_s03_e00_v02", "s03"),
        (source("pyskl"), "S001C001P012R001A002", "ntu s12"),
        (source("utkinect"), "joints_s10_e02", "utkinect s10"),
        (source("npz"), "my walk", ""),
    ],
)
def test_who_acts_is_read_from_names_of_data_sets(come_from, name, actor):
    recording = make_recording(KINECT_V1, source=come_from)
    assert named_actor(recording, name) == actor


def test_people_before_the_one_who_is_known_stay_unnamed():
    assert actors_at(2, actor_name("", 7)) == ("", "", "s07")
    assert actors_at(2, "") == ()
