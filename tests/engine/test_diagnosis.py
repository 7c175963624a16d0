"""What the doctor makes of what the probes say."""

from pathlib import Path

import pytest

from engine.diagnosis import Diagnosis, Failure, Machine, Probe, ProbeError, diagnose, fallbacks
from engine.probes.facts import (
    DeviceFact,
    GraphicsFact,
    ModelFact,
    PackageFact,
    ProviderFact,
)

MACHINE = Machine(
    skelarium="0.1.0",
    python="3.11.2",
    system="Linux",
    threads=2,
    memory_gib=8.0,
    has_display=True,
)
CPU = DeviceFact(name="cpu", description="2 threads")
GPU = DeviceFact(name="cuda:0", description="a GPU")


def only_sentence(found: Diagnosis) -> str:
    (sentence,) = fallbacks(found)
    return sentence


def test_where_everything_works_nothing_falls_back() -> None:
    found = Diagnosis(
        machine=MACHINE,
        devices=(CPU, GPU),
        providers=(ProviderFact(name="CUDAExecutionProvider", is_usable=True, reason=""),),
        graphics=(GraphicsFact(platform="xcb", renderer="NVIDIA H200", version="4.6"),),
    )
    assert fallbacks(found) == ()


def test_a_missing_display_is_said() -> None:
    machine = Machine(
        skelarium="", python="", system="", threads=1, memory_gib=None, has_display=False
    )
    assert "no display" in only_sentence(Diagnosis(machine=machine))


def test_software_drawing_is_said() -> None:
    graphics = GraphicsFact(platform="xcb", renderer="llvmpipe (LLVM 15)", version="4.5")
    assert "llvmpipe" in only_sentence(Diagnosis(machine=MACHINE, graphics=(graphics,)))


def test_graphics_that_fail_are_said_with_their_reason() -> None:
    failure = Failure(about="graphics", reason="no OpenGL 3.3 here")
    sentence = only_sentence(Diagnosis(machine=MACHINE, failures=(failure,)))
    assert sentence == "The window cannot open: no OpenGL 3.3 here."


def test_cuda_that_is_only_listed_is_said_with_the_missing_library() -> None:
    provider = ProviderFact(
        name="CUDAExecutionProvider", is_usable=False, reason="libcublasLt.so.13: not found"
    )
    sentence = only_sentence(Diagnosis(machine=MACHINE, providers=(provider,)))
    assert "listed but not usable (libcublasLt.so.13: not found)" in sentence


def test_training_without_an_accelerator_is_said() -> None:
    assert "no accelerator" in only_sentence(Diagnosis(machine=MACHINE, devices=(CPU,)))


def test_a_broken_torch_is_said_to_break_training_only() -> None:
    failure = Failure(about="torch", reason="ImportError: libgomp")
    sentence = only_sentence(Diagnosis(machine=MACHINE, failures=(failure,)))
    assert "ImportError: libgomp" in sentence
    assert "All else works" in sentence


@pytest.mark.parametrize(
    ("version", "problem", "said"),
    [(None, None, "it is not installed"), ("1.0", "ImportError: x", "ImportError: x")],
)
def test_a_package_that_does_not_work_is_said(
    version: str | None, problem: str | None, said: str
) -> None:
    package = PackageFact(name="scipy", version=version, problem=problem)
    assert said in only_sentence(Diagnosis(machine=MACHINE, packages=(package,)))


def test_a_model_that_cannot_be_used_is_said() -> None:
    model = ModelFact(id="old", folder="/models/old", problem="card schema 9")
    assert "card schema 9" in only_sentence(Diagnosis(machine=MACHINE, models=(model,)))


def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> Probe:
    (tmp_path / "a_probe.py").write_text(source, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return Probe("a_probe")


def test_a_probe_s_facts_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        "from engine.probes.facts import DeviceFact, send\n"
        "send((DeviceFact(name='cpu', description='2 threads'),))\n"
    )
    assert probe(tmp_path, monkeypatch, source).facts(DeviceFact) == (CPU,)


def test_a_probe_that_raises_gives_its_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProbeError, match=r"^ImportError: libGL$"):
        probe(tmp_path, monkeypatch, "raise ImportError('libGL')").facts(DeviceFact)


def test_a_probe_that_crashes_gives_its_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ProbeError, match="ended with status 7"):
        probe(tmp_path, monkeypatch, "import os; os._exit(7)").facts(DeviceFact)


def test_a_probe_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import threading; threading.Event().wait()"
    with pytest.raises(ProbeError, match="no answer within"):
        probe(tmp_path, monkeypatch, source).facts(DeviceFact, limit_s=0.2)


def test_a_diagnosis_survives_probes_that_are_all_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    found = diagnose(lambda module: Probe(f"no_such_{module}"))
    about = {failure.about for failure in found.failures}
    assert about == {"packages", "graphics", "onnxruntime", "torch", "models"}
    assert len(fallbacks(found)) == 5
