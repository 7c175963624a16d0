"""Packages whose files are not what their cards say are named."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.places import assets_folder
from engine.probes.models import model_facts
from engine.runtime.cards import PackageFile, read_card
from engine.tables import table_text

SHIPPED = assets_folder() / "models" / "everyday-fg-stformer"


@pytest.mark.parametrize("field", ["weights", "onnx", "features"])
def test_a_file_that_is_missing_is_a_problem(field, tmp_path, monkeypatch):
    monkeypatch.setenv("SKELARIUM_HOME", str(tmp_path))
    folder = tmp_path / "models" / "mine"
    shutil.copytree(SHIPPED, folder)
    card = read_card(folder)
    (part,) = card.networks
    lost = replace(part, **{field: PackageFile(name="lost.bin", sha256="")})
    (folder / "card.toml").write_text(table_text(replace(card, networks=(lost,))), "utf-8")

    problems = {Path(fact.folder).name: fact.problem for fact in model_facts()}
    assert problems["everyday-fg-stformer"] is None
    assert "lost.bin is missing" in problems["mine"]
