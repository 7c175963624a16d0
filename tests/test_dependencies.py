"""What pyproject.toml declares is what the code imports, what is pinned and what is probed."""

import ast
import sys
import tomllib
from pathlib import Path
from re import match

import pytest

from engine.probes.packages import ONNXRUNTIME_BUILDS, PACKAGES

ROOT = Path(__file__).resolve().parents[1]
OWN = {"app", "engine", "trainer"}
MODULES = {
    "PySide6-Essentials": "PySide6",
    "PyOpenGL": "OpenGL",
    "onnxruntime-gpu": "onnxruntime",
    "opencv-python-headless": "cv2",
    "pytest-qt": "pytestqt",
    "pytest-xdist": "xdist",
    "tomli-w": "tomli_w",
}
"""Modules that are called something else than their package."""
BROUGHT_ALONG = {"shiboken6": "PySide6"}
"""Modules that come with another's package."""
PROGRAMS = {"mypy", "ruff", "pytest-qt", "pytest-xdist"}
"""What checks are made with, and never imported."""
LOADED_BY_TORCH = {"onnx", "onnxscript"}
"""Its exporter to ONNX wants them."""


def name_of(requirement: str) -> str:
    found = match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return found[0]


def normalised(name: str) -> str:
    return name.lower().replace("_", "-")


@pytest.fixture(scope="module")
def project() -> dict[str, dict[str, list[str]]]:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return document["project"]


@pytest.fixture(scope="module")
def declared(project: dict[str, list[str]]) -> set[str]:
    return {name_of(requirement) for requirement in project["dependencies"]}


@pytest.fixture(scope="module")
def pins() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def imported_modules(*folders: str) -> set[str]:
    modules = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module is not None:
                    modules.add(node.module.partition(".")[0])
    foreign = modules - OWN - {"bootstrap", "tests"} - set(sys.stdlib_module_names)
    return {BROUGHT_ALONG.get(module, module) for module in foreign}


def test_what_is_imported_is_declared_and_the_other_way_round(declared: set[str]) -> None:
    modules = {MODULES.get(name, name) for name in declared}
    assert modules - LOADED_BY_TORCH == imported_modules(*OWN) - LOADED_BY_TORCH


def test_what_the_tests_import_is_declared(
    project: dict[str, dict[str, list[str]]], declared: set[str]
) -> None:
    extras = {name_of(each) for each in project["optional-dependencies"]["test"]}
    names = {MODULES.get(name, name) for name in declared | extras}
    assert imported_modules("tests") <= names


def test_the_tools_that_only_tests_need_are_used(
    project: dict[str, dict[str, list[str]]],
) -> None:
    extras = {name_of(each) for each in project["optional-dependencies"]["test"]}
    assert extras - PROGRAMS <= imported_modules("tests")


def test_every_pin_is_exact(pins: list[str]) -> None:
    assert [pin for pin in pins if not match(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*$", pin)] == []


def test_everything_declared_is_pinned(
    project: dict[str, dict[str, list[str]]], declared: set[str], pins: list[str]
) -> None:
    extras = {name_of(each) for each in project["optional-dependencies"]["test"]}
    pinned = {normalised(name_of(pin)) for pin in pins}
    assert {normalised(name) for name in declared | extras} <= pinned


def test_the_doctor_looks_at_everything_declared(declared: set[str]) -> None:
    assert {package.name for package in PACKAGES} | set(ONNXRUNTIME_BUILDS) == declared
