"""How large models are."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from app.compare_size import ModelSize, model_size
from engine.errors import ModelPackageError
from engine.runtime.packages import ModelPackage, installed_models
from tests.app import stand_ins


def package_in(folder: Path) -> ModelPackage:
    return replace(stand_ins.package(), folder=folder)


def test_learned_numbers_are_counted_and_statistics_are_not(tmp_path: Path) -> None:
    path = tmp_path / "none"
    save_file(
        {
            "layer.weight": np.zeros((3, 4), dtype=np.float32),
            "layer.bias": np.zeros(3, dtype=np.float16),
            "norm.running_mean": np.zeros(3, dtype=np.float32),
        },
        path,
        metadata={"made": "here"},
    )
    found = model_size(package_in(tmp_path))
    assert found == ModelSize(parameters=15, num_bytes=path.stat().st_size)


def test_every_shipped_model_has_a_size() -> None:
    sizes = [model_size(package) for package in installed_models()]
    assert sizes
    assert all(100_000 < size.parameters < size.num_bytes for size in sizes)


def test_a_missing_file_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelPackageError, match="none cannot be read; install it again"):
        model_size(package_in(tmp_path))


@pytest.mark.parametrize("words", [b"", b"\x04" + b"\0" * 7 + b"nope", b"\x02" + b"\0" * 7 + b"[]"])
def test_a_file_that_is_something_else_is_told(tmp_path: Path, words: bytes) -> None:
    (tmp_path / "none").write_bytes(words)
    with pytest.raises(ModelPackageError, match="expected a safetensors file"):
        model_size(package_in(tmp_path))
