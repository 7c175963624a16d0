"""Damaged files of every format: only an EngineError of one line may come out."""

from contextlib import suppress
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from engine.errors import EngineError
from engine.formats import FORMATS, format_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.msr_action3d import MSR_ACTION3D
from tests.engine.formats.making import make_recording, rows_text


def mat():
    stream = BytesIO()
    savemat(stream, {"d_skel": np.ones((20, 3, 2))})
    return stream.getvalue()


WHOLE = {
    "npz": format_by_id("npz").write(make_recording(KINECT_V1)),
    "ntu": format_by_id("ntu").write(make_recording(KINECT_V2, frames=2)),
    "nw-ucla": format_by_id("nw-ucla").write(make_recording(KINECT_V1, label="carry")),
    "utd-mhad": mat(),
    "utkinect": format_by_id("utkinect").write(make_recording(KINECT_V1)),
    "msr-action3d": format_by_id("msr-action3d").write(
        make_recording(MSR_ACTION3D, assumed_fps=Fraction(15))
    ),
    "sfinge3d": rows_text(np.arange(280).reshape(2, 140) / 7, ";"),
    "pku-mmd": format_by_id("pku-mmd").write(make_recording(KINECT_V2)),
}
CUT = st.tuples(st.just("cut"), st.floats(0, 1), st.just(b""))
PUT = st.tuples(st.just("put"), st.floats(0, 1), st.binary(min_size=1, max_size=6))
INSERT = st.tuples(
    st.just("insert"),
    st.floats(0, 1),
    st.text("0123456789 .-+\n;einfaNy[]{},\"'()", min_size=1, max_size=8).map(str.encode),
)
REMOVE = st.tuples(st.just("remove"), st.floats(0, 1), st.binary(min_size=1, max_size=90))
DAMAGE = st.lists(st.one_of(CUT, PUT, INSERT, REMOVE), min_size=1, max_size=3)


def damaged(data, steps):
    for what, where, content in steps:
        at = int(where * len(data))
        if what == "cut":
            data = data[:at]
        elif what == "put":
            data = data[:at] + content + data[at + len(content) :]
        elif what == "insert":
            data = data[:at] + content + data[at:]
        else:
            data = data[:at] + data[at + len(content) :]
    return data


def read(row, data):
    row.sniff(data)
    try:
        return row.read(Path("clip"), data)
    except EngineError as error:
        message = str(error)
    assert message.startswith("clip")
    assert "\n" not in message
    assert len(message) < 500
    return None


def test_every_format_is_put_to_this_test():
    assert set(WHOLE) == {row.id for row in FORMATS}
    for format_id, data in WHOLE.items():
        assert read(format_by_id(format_id), data) is not None


@pytest.mark.parametrize("format_id", WHOLE)
@given(steps=DAMAGE)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damage_gives_a_recording_or_one_line(format_id, steps):
    read(format_by_id(format_id), damaged(WHOLE[format_id], steps))


@pytest.mark.parametrize("format_id", WHOLE)
def test_a_file_cut_anywhere_near_its_end_gives_a_recording_or_one_line(format_id):
    data = WHOLE[format_id]
    for length in range(max(0, len(data) - 200), len(data)):
        read(format_by_id(format_id), data[:length])


@given(name=st.sampled_from(["recording.json", "positions.npy", "confidence.npy"]), steps=DAMAGE)
@settings(max_examples=200, deadline=None)
def test_damage_inside_a_whole_archive_gives_a_recording_or_one_line(name, steps):
    with ZipFile(BytesIO(WHOLE["npz"])) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    members[name] = damaged(members[name], steps)
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for each, content in members.items():
            archive.writestr(each, content)
    read(format_by_id("npz"), stream.getvalue())


@given(data=st.binary(max_size=300))
def test_noise_never_breaks_the_recognition(data):
    for row in FORMATS:
        row.sniff(data)
        with suppress(EngineError):
            row.read(Path("clip"), data)
