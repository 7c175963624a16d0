"""The doctor on this very machine."""

import json
from argparse import ArgumentParser
from dataclasses import replace

import pytest

from engine.commands.doctor import DOCTOR, report_lines
from engine.diagnosis import Diagnosis, diagnose
from engine.probes.facts import ModelFact


@pytest.fixture(scope="module")
def found() -> Diagnosis:
    return diagnose()


def test_every_probe_answers_here(found: Diagnosis) -> None:
    assert found.failures == ()


def test_every_package_loads_here(found: Diagnosis) -> None:
    assert [package for package in found.packages if package.problem is not None] == []
    assert {package.name for package in found.packages if package.version is None} == set()


def test_the_processor_can_always_compute(found: Diagnosis) -> None:
    assert "CPUExecutionProvider" in {each.name for each in found.providers if each.is_usable}
    assert found.devices[0].name == "cpu"


def test_the_report_names_what_was_found(found: Diagnosis) -> None:
    model = ModelFact(id="everyday", folder="/models/everyday", problem=None)
    text = "\n".join(report_lines(replace(found, models=(model,))))
    for words in ("Python", "torch", "CPUExecutionProvider: works", "everyday", "numpy"):
        assert words in text


def test_as_json_it_is_one_object(
    found: Diagnosis, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("engine.commands.doctor.diagnose", lambda: found)
    parser = ArgumentParser()
    DOCTOR.add_arguments(parser)
    assert DOCTOR.run(parser.parse_args(["--json"])) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["machine"]["threads"] == found.machine.threads
    assert isinstance(report["fallbacks"], list)
