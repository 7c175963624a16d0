import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.datasets.everyday import EVERYDAY_ACTIONS
from engine.formats import read_recording
from engine.samples import SAMPLES, Sample
from engine.synthesis.capture import record
from engine.synthesis.scenes import SCENES

by_id = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)


def test_every_sample_has_a_scene_and_every_scene_is_shipped():
    assert [sample.id for sample in SAMPLES] == [scene_id for scene_id, _ in SCENES]


@by_id
def test_the_shipped_file_is_what_the_generator_makes(sample: Sample):
    shipped, made = read_recording(sample.path), record(dict(SCENES)[sample.id]())
    assert np.array_equal(shipped.positions, made.positions)
    assert np.array_equal(shipped.confidence, made.confidence)
    assert (shipped.layout, shipped.fps, shipped.units) == (made.layout, made.fps, made.units)
    assert (shipped.up, shipped.label) == (made.up, made.label)


@by_id
def test_a_sample_expects_an_action_of_the_everyday_models_of_each_person(sample: Sample):
    scene = dict(SCENES)[sample.id]()
    assert set(sample.expected) <= set(EVERYDAY_ACTIONS)
    assert len(sample.expected) in {0, len(scene.people)}
    if len(scene.people) == 1 and sample.expected:
        assert sample.expected == (scene.label,)


def test_at_least_five_actions_are_shipped_and_two_people_in_one_sample():
    assert len({sample.expected for sample in SAMPLES if len(sample.expected) == 1}) >= 5
    assert any(len(sample.expected) == 2 for sample in SAMPLES)


def test_samples_together_are_small():
    assert sum(sample.path.stat().st_size for sample in SAMPLES) < 2_000_000


def test_the_command_makes_every_sample_anew(tmp_path: Path):
    folder = tmp_path / "new" / "samples"
    command = [sys.executable, "-m", "engine.synthesis", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    for sample in SAMPLES:
        again = read_recording(folder / sample.path.name)
        assert np.array_equal(again.positions, read_recording(sample.path).positions)


def test_the_command_says_in_one_line_that_a_folder_cannot_be_written(tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    command = [sys.executable, "-m", "engine.synthesis", str(tmp_path / "taken")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1
