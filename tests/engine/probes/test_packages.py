"""Which packages load."""

from importlib.metadata import PackageNotFoundError

import pytest

from engine.probes import packages
from engine.probes.packages import NeededPackage, package_facts


def test_a_package_that_does_not_load_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    row = NeededPackage("no-such-package", "no_such_module")
    monkeypatch.setattr(packages, "PACKAGES", (row,))
    fact = package_facts()[0]
    assert fact.version is None
    assert fact.problem == "ModuleNotFoundError: No module named 'no_such_module'"


@pytest.mark.parametrize(
    ("installed", "names", "has_problem"),
    [
        ({"onnxruntime-gpu"}, ["onnxruntime-gpu"], False),
        ({"onnxruntime"}, ["onnxruntime"], False),
        (set(), ["onnxruntime"], False),
        ({"onnxruntime", "onnxruntime-gpu"}, ["onnxruntime-gpu", "onnxruntime"], True),
    ],
)
def test_one_build_of_onnxruntime_is_enough_and_two_are_a_problem(
    monkeypatch: pytest.MonkeyPatch, installed: set[str], names: list[str], has_problem: bool
) -> None:
    def version(name: str) -> str:
        if name not in installed:
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(packages, "PACKAGES", ())
    monkeypatch.setattr(packages, "version", version)
    facts = package_facts()
    assert [fact.name for fact in facts] == names
    assert all((fact.problem is not None) == has_problem for fact in facts)
