from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from engine.errors import EngineError, FileFormatError
from engine.formats import read_recording
from engine.formats.utd_mhad import UtdMhadFormat
from engine.layouts.utd_mhad import UTD_MHAD
from engine.recording import FindingKind
from tests.engine.formats.making import found, make_recording

FORMAT = UtdMhadFormat()
PATH = Path("a10_s3_t2_skeleton.mat")


def file_of(values):
    stream = BytesIO()
    savemat(stream, {"d_skel": values}, do_compression=True)
    return stream.getvalue()


def test_the_array_is_turned_into_frames():
    values = np.arange(20 * 3 * 4).reshape(20, 3, 4) / 100 + 1
    data = file_of(values)
    assert FORMAT.sniff(data)
    recording = FORMAT.read(PATH, data)
    assert recording.layout is UTD_MHAD
    assert recording.positions.shape == (4, 1, 20, 3)
    assert recording.positions[3, 0, 7].tolist() == pytest.approx(values[7, :, 3].tolist())
    assert recording.label == "draw circle counter-clockwise"
    assert recording.person_ids == ("s03",)


def test_a_clip_of_one_frame_opens():
    assert FORMAT.read(PATH, file_of(np.ones((20, 3)))).num_frames == 1


def test_zeros_become_missing_joints():
    values = np.ones((20, 3, 4))
    values[5, :, 2] = 0
    recording = FORMAT.read(PATH, file_of(values))
    assert np.isnan(recording.positions[2, 0, 5]).all()
    assert found(recording, FindingKind.MISSING_JOINTS).count == 1


@pytest.mark.parametrize("shape", [(25, 3, 4), (20, 2, 4), (3, 20, 4), (20, 3, 0), (20, 3, 2, 2)])
def test_another_shape_is_named(shape):
    with pytest.raises(FileFormatError, match="expected d_skel of 20 × 3 × frames, found"):
        FORMAT.read(PATH, file_of(np.ones(shape)))


def test_it_cannot_be_written():
    with pytest.raises(EngineError, match="can be read but not written"):
        FORMAT.write(make_recording(UTD_MHAD))


def test_a_real_clip_equals_what_scipy_reads(shared_data):
    path = shared_data / "utd-mhad" / "a10_s1_t1_skeleton.mat"
    recording = read_recording(path)
    expected = loadmat(path)["d_skel"].transpose(2, 0, 1).astype(np.float32)
    assert np.array_equal(recording.positions[:, 0], expected)
