"""What learning from few clips is made of: plans, heads, memory, moving features, the command."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine.commands.runner import run_command
from engine.datasets.base import LabelledFile
from engine.errors import ModelPackageError, TrainingError
from engine.runtime.cards import read_card
from tests.trainer.few_gestures import write_gestures
from trainer.few_clips_bank import PER_ACTION, read_bank, replayed, write_bank
from trainer.few_clips_command import REMEMBER, TEACH
from trainer.few_clips_head import Examples, Head, fit_head, smooth
from trainer.few_clips_plan import Lesson, class_plan, few_of, folds_of
from trainer.few_clips_thaw import followed


def files_of(people: list[int], action: int = 0) -> tuple[LabelledFile, ...]:
    return tuple(
        LabelledFile(path=Path(f"{action}-{number}"), action=action, person=person, view=1)
        for number, person in enumerate(people)
    )


def test_a_few_clips_are_drawn_from_people_in_turn():
    files = (*files_of([1, 1, 1, 1, 2, 2, 3]), *files_of([4], action=1))
    chosen = few_of(files, 3, np.random.default_rng(0))
    assert sorted(file.person for file in chosen if file.action == 0) == [1, 2, 3]
    assert [file.person for file in chosen if file.action == 1] == [4]
    other = few_of(files, 3, np.random.default_rng(1))
    assert {file.path for file in chosen} != {file.path for file in other}


def test_each_fold_holds_out_one_clip_of_each_action():
    actions = np.array([0, 0, 0, 1, 1, 1, 1, 1, 1])
    folds = folds_of(actions)
    assert folds.tolist() == [0, 1, 2, 0, 1, 2, 3, 4, 0]


def test_the_same_name_is_the_same_action(tiny_package):
    card = read_card(tiny_package)
    names = ("wave", "throw", "never shown")
    lesson = Lesson(name="Mine", kept=("carry", "throw"))
    plan = class_plan(card, lesson, names, np.array([0, 0, 1, 1]))
    assert plan.names == ("throw", "carry", "wave")  # the base's order, then the new ones
    assert plan.rows.tolist() == [8, 9, -1]
    assert plan.actions.tolist() == [2, 2, 0, 0]
    assert (plan.kept, plan.new) == (("throw", "carry"), ("wave",))


def test_an_action_that_was_dropped_starts_anew(tiny_package):
    card = read_card(tiny_package)
    plan = class_plan(card, Lesson(name="Mine", kept=("carry",)), ("throw",), np.array([0, 0]))
    assert plan.rows.tolist() == [9, -1]


@pytest.mark.parametrize("words", [{"threads": 0}, {"seconds": 0.0}])
def test_impossible_lessons_are_refused(words):
    with pytest.raises(TrainingError, match="at least one thread"):
        Lesson(name="Mine", **words)


def clouds(counts, classes, seed=0):
    """Features around one place for each action."""
    generator = torch.Generator().manual_seed(seed)
    centres = 3 * torch.randn(len(counts), 6, generator=torch.Generator().manual_seed(9))
    actions = torch.cat([torch.full((count,), number) for number, count in enumerate(counts)])
    features = centres[actions] + 0.3 * torch.randn(len(actions), 6, generator=generator)
    return Examples(features=features, targets=smooth(actions, classes))


def head_with(*sizes: int) -> Head:
    torch.manual_seed(0)
    layers = tuple(nn.Linear(*pair) for pair in pairwise(sizes))
    nn.init.zeros_(layers[-1].weight)
    return Head(layers=layers)


@pytest.mark.parametrize("sizes", [(6, 3), (6, 8, 3)])
def test_a_head_learns_what_features_are_of(sizes):
    head = head_with(*sizes)
    fit_head(head, clouds((40, 5, 5), 3))
    seen = clouds((10, 10, 10), 3, seed=1)
    assert torch.equal(head.logits(seen.features).argmax(dim=1), seen.actions)


def test_every_action_counts_alike_however_many_clips_it_has():
    weights = clouds((40, 5, 5), 4).weights()
    assert weights.sum() == pytest.approx(1)
    assert weights[:40].sum() == pytest.approx(1 / 3)
    assert weights[40] == pytest.approx(1 / 15)


def test_what_is_replayed_has_new_numbers_and_the_old_head_has_a_say():
    old = head_with(6, 4)
    with torch.no_grad():
        old.layers[0].bias.copy_(torch.tensor([0.0, 0.0, 0.0, 9.0]))
    features, actions = torch.zeros(3, 6), torch.tensor([0, 2, 3])
    rows = np.array([3, 0, -1])
    known = replayed(old, features, actions, rows)
    assert known.actions.tolist() == [1, 0]
    assert torch.allclose(known.targets.sum(dim=1), torch.ones(2))
    assert known.targets[0, 0] > 0.3  # what the old head took it for
    unknown = replayed(old, features, None, rows)
    assert unknown.targets.shape == (3, 3)
    assert unknown.actions.tolist() == [0, 0, 0]
    assert unknown.targets[:, 2].tolist() == [0, 0, 0]


def test_features_come_back_from_their_file_as_many_as_are_kept(tmp_path):
    examples = clouds((PER_ACTION + 10, 3), 2)
    path = tmp_path / "features.safetensors"
    file = write_bank(examples.features, examples.actions, path)
    features, actions = read_bank(path, width=6, classes=2)
    assert file.name == path.name
    assert torch.bincount(actions).tolist() == [PER_ACTION, 3]
    assert torch.allclose(features[:PER_ACTION], examples.features[:PER_ACTION], atol=0.01)


@pytest.mark.parametrize(
    "tensors",
    [
        {"features": torch.zeros(2, 5), "actions": torch.zeros(2)},
        {"features": torch.zeros(2, 6), "actions": torch.zeros(3)},
        {"features": torch.zeros(2, 6), "actions": torch.full((2,), 7.0)},
        {"weights": torch.zeros(2, 6)},
    ],
)
def test_features_of_another_network_are_refused(tensors, tmp_path):
    save_file(tensors, tmp_path / "features.safetensors")
    with pytest.raises(ModelPackageError, match="install the model again"):
        read_bank(tmp_path / "features.safetensors", width=6, classes=2)


def test_remembered_features_follow_a_network_that_changes():
    before = clouds((30, 30), 2)
    turn = torch.eye(6) + 0.2 * torch.randn(6, 6, generator=torch.Generator().manual_seed(1))
    moved = followed(before, before.features, before.features @ turn + 2)
    far = (before.features @ turn + 2 - before.features).norm()
    left = (before.features @ turn + 2 - moved.features).norm()
    assert left < 0.7 * far
    still = followed(before, before.features, before.features)
    assert torch.allclose(still.features, before.features, atol=1e-5)


def test_the_command_teaches_and_checks_with_the_other_clips(tiny_package, tmp_path, capsys):
    data, out = write_gestures(tmp_path / "data", clips=5), tmp_path / "Gestures"
    words = ["teach", str(tiny_package), "--data", str(data), "--clips", "3", "--out", str(out)]
    words += ["--keep", "--rename", "nod=yes", "--head-only", "--threads", "1", "--check"]
    assert run_command((TEACH,), words) == 0
    told = capsys.readouterr()
    assert "other clips: 6 of 6 right" in told.out
    assert "yes: 2 of 2" in told.out
    assert "writing the model" in told.err
    card = read_card(out)
    assert card.class_names == ("lift left", "lift right", "yes")
    assert card.title.startswith("Gestures · ")

    rest = [str(out), "--data", str(data), "--rename", "nod=yes"]
    assert run_command((REMEMBER,), ["remember", *rest]) == 0
    assert "remembers 15 clips" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--drop", "yodel"), "no action yodel to drop"),
        (("--actions", "yodel"), "has no action yodel"),
        (("--rename", "yodel=sing"), "no action yodel to rename"),
        (("--people", "77"), "no clips of those actions and people"),
        (("--clips", "0"), "at least one clip"),
    ],
)
def test_words_that_name_nothing_are_refused(words, complaint, tiny_package, tmp_path, capsys):
    data = write_gestures(tmp_path / "data", clips=2)
    line = ["teach", str(tiny_package), "--data", str(data), "--out", str(tmp_path / "out")]
    assert run_command((TEACH,), [*line, *words]) == 2
    assert complaint in capsys.readouterr().err
