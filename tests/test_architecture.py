"""Who may import whom: read from the source, and seen in a running process.

Each rule brings a tiny source that breaks it, so every rule is seen to fail.
"""

import ast
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from subprocess import run

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("app", "engine", "trainer")
GUI = ("PySide6", "shiboken6", "pyqtgraph", "OpenGL", "qtawesome", "qtpy", "superqt")
NETWORKS = ("torch", "onnxruntime", "onnx", "onnxscript")
STDLIB = tuple(sys.stdlib_module_names)


class When(Enum):
    """When an import takes place."""

    AT_IMPORT = auto()
    LATER = auto()
    """Inside a function, or only for the type checker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One name that a file imports."""

    name: str
    line: int
    when: When

    def is_of(self, modules: tuple[str, ...]) -> bool:
        """Whether it is one of the modules or something inside one."""
        return any(self.name == each or self.name.startswith(f"{each}.") for each in modules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the files of one place may not import."""

    name: str
    files: tuple[str, ...]
    """Patterns of paths below the root; the first says where a breaking source belongs."""
    banned: tuple[str, ...] = ()
    """Modules, with everything inside them."""
    only: tuple[str, ...] | None = None
    """If given, nothing but these modules may be imported."""
    allowed: tuple[str, ...] = ()
    """Modules inside a banned one that are fine."""
    when: tuple[When, ...] = (When.AT_IMPORT, When.LATER)
    exempt: tuple[str, ...] = ()
    """Patterns of paths that the rule leaves alone."""
    broken_by: str
    """A source that the rule has to catch."""

    def forbids(self, found: Import) -> bool:
        """Whether an import breaks the rule."""
        if found.when not in self.when or found.is_of(self.allowed):
            return False
        return found.is_of(self.banned) or (self.only is not None and not found.is_of(self.only))

    def paths(self, root: Path) -> list[Path]:
        """The files it is about."""
        found = {path for pattern in self.files for path in root.glob(pattern)}
        left_alone = {path for pattern in self.exempt for path in root.glob(pattern)}
        return sorted(found - left_alone)


RULES = (
    Rule(
        name="engine knows neither Qt nor the trainer nor the app",
        files=("engine/**/*.py",),
        banned=(*GUI, "trainer", "app"),
        broken_by="def draw():\n    from PySide6.QtGui import QColor\n",
    ),
    Rule(
        name="trainer knows neither Qt nor the app",
        files=("trainer/**/*.py",),
        banned=(*GUI, "app"),
        broken_by="import app.player\n",
    ),
    Rule(
        name="app knows no network library, no network and not the trainer's loop",
        files=("app/**/*.py",),
        banned=(*NETWORKS, "engine.models", "trainer"),
        allowed=(
            "trainer.job",
            "trainer.events",
            "trainer.launcher",
            "trainer.commands",
            "trainer.cross_validation",
            "trainer.few_clips_command",
            "trainer.import_weights",
            "trainer.retraining",
            "trainer.study_command",
        ),
        broken_by="def train():\n    from trainer.fit import Fit\n",
    ),
    Rule(
        name="views know neither services nor the application",
        files=("app/views/**/*.py",),
        banned=("app.services", "app.application"),
        broken_by="from app.services.task_runner import TaskRunner\n",
    ),
    Rule(
        name="services know neither views nor the application",
        files=("app/services/**/*.py",),
        banned=("app.views", "app.application"),
        broken_by="from app import views\n",
    ),
    Rule(
        name="drawing models are numbers in, numbers out: no Qt",
        files=("app/**/*_model.py", "app/lanes/**/*.py"),
        banned=GUI,
        broken_by="from OpenGL.GL import glClear\n",
    ),
    Rule(
        name="preprocessing is numpy only",
        files=("engine/preprocess/**/*.py",),
        only=(*STDLIB, "numpy", "engine"),
        broken_by="from scipy.signal import resample\n",
    ),
    Rule(
        name="torch stays in the networks and the torch backend",
        files=("engine/**/*.py",),
        banned=("torch",),
        exempt=(
            "engine/models/**/*.py",
            "engine/architectures/**/*.py",
            "engine/runtime/**/*.py",
            "engine/probes/torch_devices.py",
        ),
        broken_by="def loss():\n    from torch import nn\n",
    ),
    Rule(
        name="nothing loads torch by being imported, except networks and the trainer",
        files=("engine/**/*.py",),
        banned=("torch", "engine.models"),
        when=(When.AT_IMPORT,),
        exempt=("engine/models/**/*.py",),
        broken_by="from engine.models import fg_stformer\n",
    ),
    Rule(
        name="nothing loads onnxruntime by being imported",
        files=("engine/**/*.py", "app/**/*.py", "trainer/**/*.py"),
        banned=("onnxruntime", "onnx", "onnxscript"),
        when=(When.AT_IMPORT,),
        broken_by="import onnxruntime as ort\n",
    ),
    Rule(
        name="what the app knows of the trainer is light",
        files=(
            "trainer/job.py",
            "trainer/events.py",
            "trainer/launcher.py",
            "trainer/commands.py",
            "trainer/cross_validation.py",
        ),
        banned=(*NETWORKS, "engine.models"),
        broken_by="from torch import Tensor\n",
    ),
    Rule(
        name="what the set-up takes from the program needs Python alone too",
        files=("app/display.py", "engine/errors.py"),
        only=(*STDLIB, "engine.errors"),
        broken_by="from PySide6.QtGui import QGuiApplication\n",
    ),
    Rule(
        name="the set-up needs Python alone",
        files=("packaging/bootstrap/*.py",),
        only=(*STDLIB, "bootstrap", "app.display", "engine.errors"),
        broken_by="from numpy import array\n",
    ),
)


def imports(tree: ast.Module) -> Iterator[Import]:
    """Everything that a source imports, `from a import b` as `a.b`."""
    later = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or _is_for_type_checker(node)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        when = When.LATER if id(node) in later else When.AT_IMPORT
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(name=alias.name, line=node.lineno, when=when)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = f"{'.' * node.level}{node.module or ''}.{alias.name}"
                yield Import(name=name, line=node.lineno, when=when)


def _is_for_type_checker(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def violations(rule: Rule, root: Path) -> list[str]:
    """Every import below a root that breaks a rule, as file:line: name."""
    return [
        f"{path.relative_to(root).as_posix()}:{found.line}: {found.name}"
        for path in rule.paths(root)
        for found in imports(parsed(path))
        if rule.forbids(found)
    ]


def by_name(rule: Rule) -> str:
    return rule.name


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    assert violations(rule, ROOT) == []


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_the_rule_is_about_files_that_exist(rule: Rule) -> None:
    assert rule.paths(ROOT)


@pytest.mark.parametrize("rule", RULES, ids=by_name)
def test_the_rule_catches_a_source_that_breaks_it(rule: Rule, tmp_path: Path) -> None:
    place = rule.files[0].replace("**/", "").replace("*", "example")
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.write_text(rule.broken_by, encoding="utf-8")
    assert len(violations(rule, tmp_path)) == 1


def test_what_is_only_for_the_type_checker_loads_nothing() -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n"
    assert [found.when for found in imports(ast.parse(source))] == [When.AT_IMPORT, When.LATER]


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_are_absolute_and_named(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{found.line}: {found.name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for found in imports(parsed(path))
        if found.name.startswith(".") or found.name.endswith(".*")
    ]
    assert wrong == []


def test_relative_and_star_imports_are_seen() -> None:
    found = imports(ast.parse("from . import near\nfrom engine.skeleton import *\n"))
    assert [each.name for each in found] == ["..near", "engine.skeleton.*"]


def test_the_packaging_folder_does_not_shadow_the_package_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def loaded_by(source: str, tmp_path: Path, *paths: Path) -> set[str]:
    """Which network libraries are loaded once a source has run in a process of its own."""
    program = tmp_path / "program.py"
    report = tmp_path / "loaded.txt"
    program.write_text(
        f"{source}\nimport sys\nfrom pathlib import Path\n"
        f"Path({str(report)!r}).write_text(' '.join(sys.modules), encoding='utf-8')\n",
        encoding="utf-8",
    )
    search_path = os.pathsep.join(str(path) for path in (*paths, ROOT))
    done = run(
        [sys.executable, str(program)],
        env={**os.environ, "PYTHONPATH": search_path, "SKELARIUM_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(report.read_text(encoding="utf-8").split()) & {*NETWORKS, "scipy", "cv2", "PySide6"}


def test_a_loaded_library_is_seen(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "torch.py").touch()
    assert loaded_by("import torch", tmp_path, tmp_path / "elsewhere") == {"torch"}


def test_the_command_line_is_light(tmp_path: Path) -> None:
    assert loaded_by("import engine.cli", tmp_path) == set()


def test_the_window_is_light(tmp_path: Path) -> None:
    loaded = loaded_by("import app.application, app.commands", tmp_path)
    assert loaded.isdisjoint(NETWORKS)


def test_what_the_app_knows_of_the_trainer_is_light(tmp_path: Path) -> None:
    names = (
        "commands",
        "cross_validation",
        "few_clips_command",
        "import_weights",
        "launcher",
    )
    source = f"import {', '.join(f'trainer.{name}' for name in names)}"
    assert loaded_by(source, tmp_path) == set()


def test_answering_a_recording_needs_no_torch(tmp_path: Path) -> None:
    sample = sorted((ROOT / "assets" / "samples").glob("*.npz"))[0]
    source = f"from app.__main__ import main\nassert main(['predict', {str(sample)!r}]) == 0"
    loaded = loaded_by(source, tmp_path)
    assert "onnxruntime" in loaded
    assert "torch" not in loaded


@pytest.mark.gl
def test_the_window_opens_a_recording_and_answers_without_torch(tmp_path: Path) -> None:
    sample = sorted((ROOT / "assets" / "samples").glob("*.npz"))[0]
    picture = tmp_path / "picture.png"
    words = ["snapshot", str(sample), "--overlay", "focus", "--out", str(picture)]
    loaded = loaded_by(f"from app.__main__ import main\nassert main({words!r}) == 0", tmp_path)
    assert picture.stat().st_size > 0
    assert {"PySide6", "onnxruntime"} <= loaded
    assert "torch" not in loaded
