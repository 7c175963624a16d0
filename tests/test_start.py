"""start.py and what it calls, without downloading anything."""

import ast
import os
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import which
from subprocess import run
from threading import Thread
from venv import EnvBuilder

import pytest
from bootstrap import installation, launch, libraries
from bootstrap.environment import Environment, Extent
from bootstrap.report import SetupError, run_quietly

ROOT = Path(__file__).resolve().parents[1]
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux")
NEEDS_XVFB = pytest.mark.skipif(which("Xvfb") is None, reason="Xvfb is not installed")


@pytest.fixture
def checkout(tmp_path: Path) -> Environment:
    """A checkout with a finished environment (without pip)."""
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (tmp_path / "constraints.txt").write_text("numpy==2.4.6\n", encoding="utf-8")
    environment = Environment(root=tmp_path)
    EnvBuilder(symlinks=True).create(environment.folder)
    stamp(environment, Extent.PROGRAM)
    return environment


def stamp(environment: Environment, extent: Extent) -> None:
    environment.stamp(extent).write_text(environment.key() or "", encoding="utf-8")


def program(folder: Path, name: str, script: str) -> None:
    """A shell script under the name of a real tool."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


# start.py


def test_an_old_python_gets_a_sentence() -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0);"
        f"runpy.run_path({str(ROOT / 'start.py')!r}, run_name='__main__')"
    )
    done = run(
        [sys.executable, "-c", pretend],
        env={**os.environ, "SKELARIUM_OLDER_PYTHON": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer, and this is 3.9.2" in done.stderr
    assert "Traceback" not in done.stderr


def test_start_py_has_no_syntax_that_an_old_python_would_not_read() -> None:
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef)
    assert [node for node in ast.walk(tree) if isinstance(node, newer)] == []
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert all(node.returns is None and not node.args.posonlyargs for node in functions)


# the environment


def test_a_finished_environment_is_ready(checkout: Environment) -> None:
    assert checkout.is_ready(Extent.PROGRAM)


def test_the_program_s_environment_is_not_enough_for_tests(checkout: Environment) -> None:
    assert not checkout.is_ready(Extent.TESTS)


def test_the_tests_environment_is_enough_for_the_program(checkout: Environment) -> None:
    checkout.stamp(Extent.PROGRAM).unlink()
    stamp(checkout, Extent.TESTS)
    assert checkout.is_ready(Extent.PROGRAM)


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt", ".venv/pyvenv.cfg"])
def test_a_changed_file_makes_the_environment_outdated(checkout: Environment, name: str) -> None:
    path = checkout.root / name
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert not checkout.is_ready(Extent.PROGRAM)


def test_a_moved_checkout_is_not_ready(checkout: Environment, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("pyproject.toml", "constraints.txt", ".venv"):
        (tmp_path / name).rename(moved / name)
    assert not Environment(root=moved).is_ready(Extent.PROGRAM)


def test_an_environment_whose_python_is_gone_is_not_ready(checkout: Environment) -> None:
    checkout.python.unlink()
    assert not checkout.is_ready(Extent.PROGRAM)


def test_an_environment_without_pip_is_not_usable(checkout: Environment) -> None:
    assert not installation.is_usable(checkout)


def test_a_broken_environment_of_ours_is_deleted(checkout: Environment) -> None:
    checkout.mark.touch()
    installation.discard(checkout)
    assert [path.name for path in sorted(checkout.root.iterdir())] == [
        "constraints.txt",
        "pyproject.toml",
    ]


def test_a_foreign_environment_is_kept_under_another_name(
    checkout: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout.root / ".venv-before-1").mkdir()
    installation.discard(checkout)
    assert not checkout.folder.exists()
    assert (checkout.root / ".venv-before-2" / "pyvenv.cfg").is_file()
    assert ".venv-before-2" in capsys.readouterr().err


def test_a_link_to_an_environment_elsewhere_is_not_followed(
    checkout: Environment, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    checkout.mark.touch()
    checkout.folder.rename(elsewhere)
    checkout.folder.symlink_to(elsewhere)
    installation.discard(checkout)
    assert (elsewhere / "pyvenv.cfg").is_file()
    assert not checkout.folder.is_symlink()


def test_large_downloads_are_announced(capsys: pytest.CaptureFixture[str]) -> None:
    installation.tell("  Downloading https://files.example/torch-2.13.0.whl (191.8 MB)")
    installation.tell("  Downloading six-1.0.whl (11 kB)")
    assert capsys.readouterr().err.count("downloading torch-2.13.0.whl (191.8 MB)") == 1


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An index that answers, on a machine without an NVIDIA device and without settings for pip."""

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Keep stderr clean."""

    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(installation, "has_nvidia_device", lambda: False)
    monkeypatch.setattr(Environment, "python", Path(sys.executable))
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/cpu"
        monkeypatch.setattr(installation, "CPU_TORCH_INDEX", address)
        yield address
        server.shutdown()
        thread.join()


@LINUX
def test_without_a_gpu_the_small_torch_is_looked_for(index: str) -> None:
    assert installation.torch_index(Environment(root=ROOT)) == ["--extra-index-url", index]


@LINUX
def test_with_a_gpu_torch_comes_from_where_pip_looks(
    index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "has_nvidia_device", lambda: True)
    assert installation.torch_index(Environment(root=ROOT)) == []


@LINUX
def test_who_told_pip_where_to_look_is_obeyed(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    assert installation.torch_index(Environment(root=ROOT)) == []


@LINUX
def test_an_index_that_does_not_answer_is_left_out(
    index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "CPU_TORCH_INDEX", "http://127.0.0.1:1/cpu")
    assert installation.torch_index(Environment(root=ROOT)) == []


def test_an_environment_that_another_start_finished_is_left_alone(
    checkout: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.install(checkout, Extent.PROGRAM)
    assert capsys.readouterr().err == ""


def test_a_failing_program_s_output_is_kept() -> None:
    failure = run_quietly(["sh", "-c", "echo here; exit 3"], environment=os.environ)
    assert failure is not None
    assert failure.splitlines()[1:] == ["here"]


def test_a_missing_program_is_a_failure_too() -> None:
    assert run_quietly(["no-such-program"], environment=os.environ) is not None


# the system


@LINUX
def test_without_root_the_exact_command_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "apt-get", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError, match=r"sudo apt-get update && sudo apt-get install -y .*xvfb"):
        libraries.install(["xvfb"])


def test_without_apt_the_missing_parts_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="xvfb"):
        libraries.install(["xvfb"])


@LINUX
def test_an_interrupted_installation_of_packages_is_finished_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    program(
        tmp_path,
        "apt-get",
        f'echo "apt-get $1" >> {log}; test "$1" = update || test -e {tmp_path}/mended',
    )
    program(tmp_path, "dpkg", f'echo "dpkg $1" >> {log}; touch {tmp_path}/mended')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    libraries.install(["xvfb"])
    assert log.read_text(encoding="utf-8").splitlines() == [
        "apt-get update",
        "apt-get install",
        "dpkg --configure",
        "apt-get update",
        "apt-get install",
    ]


def test_a_library_that_is_not_there_is_noticed() -> None:
    assert not libraries.is_loadable(
        libraries.SystemLibrary(file="libnosuchthing.so.9", package="libnosuchthing9")
    )


# what the words mean


class Started:
    """Stands in for starting programs: remembers what would have been started."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.programs: list[list[str]] = []
        self.made_ready: list[dict[str, bool]] = []
        self.display: str | None = None
        monkeypatch.setattr(launch, "_make_ready", self.make_ready)
        monkeypatch.setattr(launch, "_become", self.run)
        monkeypatch.setattr(launch, "_run", self.run)

    def make_ready(self, environment: Environment, extent: Extent, **needs: bool) -> None:
        self.made_ready.append(needs)

    def run(self, environment: Environment, words: list[str]) -> int:
        self.programs.append(words)
        self.display = os.environ.get("DISPLAY")
        return 0


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    return Started(monkeypatch)


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.fixture
def clip(tmp_path: Path) -> str:
    path = tmp_path / "clip.json"
    path.touch()
    return str(path)


def test_with_a_display_the_window_opens(
    started: Started, monkeypatch: pytest.MonkeyPatch, clip: str
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    assert launch.launch(ROOT, [clip]) == 0
    assert started.programs == [["app", clip]]
    assert started.made_ready == [{"draws": True}]


@LINUX
@pytest.mark.usefixtures("no_display")
def test_without_a_display_the_samples_are_toured(started: Started) -> None:
    assert launch.launch(ROOT, []) == 0
    assert started.programs == [["app", "tour"]]
    assert started.made_ready == [{"draws": True, "unseen": True}]


@LINUX
@pytest.mark.usefixtures("no_display")
def test_without_a_display_a_recording_is_answered_and_drawn(started: Started, clip: str) -> None:
    assert launch.launch(ROOT, [clip]) == 0
    predict, snapshot = started.programs
    assert predict == ["app", "predict", clip]
    assert snapshot[:4] == ["app", "snapshot", clip, "--out"]


@LINUX
@pytest.mark.usefixtures("no_display")
def test_a_command_that_draws_gets_what_a_private_display_needs(
    started: Started, clip: str
) -> None:
    launch.launch(ROOT, ["snapshot", clip])
    assert started.programs == [["app", "snapshot", clip]]
    assert started.made_ready == [{"draws": True, "unseen": True}]


def test_other_words_go_to_the_command_line_as_they_are(started: Started, clip: str) -> None:
    launch.launch(ROOT, ["predict", clip, "--top", "3"])
    assert started.programs == [["app", "predict", clip, "--top", "3"]]
    assert started.made_ready == [{"draws": False}]


@pytest.fixture
def in_any_display(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``start.py test`` changes of the environment is put back."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setattr(os, "chdir", lambda folder: None)


@pytest.mark.usefixtures("in_any_display")
def test_words_after_test_go_to_pytest(started: Started) -> None:
    launch.launch(ROOT, ["test", "-k", "name"])
    assert started.programs == [["pytest", "-k", "name"]]


@pytest.mark.usefixtures("in_any_display")
@pytest.mark.parametrize(
    ("cores", "words"),
    [(1, []), (2, ["-n", "2", "--dist", "loadfile"]), (64, ["-n", "4", "--dist", "loadfile"])],
)
def test_all_tests_run_in_a_process_for_each_core(
    cores: int, words: list[str], started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    launch.launch(ROOT, ["test"])
    assert started.programs == [["pytest", *words]]


@LINUX
@NEEDS_XVFB
@pytest.mark.usefixtures("in_any_display")
def test_tests_run_in_a_display_of_their_own(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":the-desktop")
    launch.launch(ROOT, ["test"])
    assert started.display is not None
    assert started.display != ":the-desktop"


@LINUX
@pytest.mark.usefixtures("no_display")
@pytest.mark.parametrize("with_clip", [False, True])
def test_without_the_means_for_a_picture_there_are_still_answers(
    started: Started,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    clip: str,
    with_clip: bool,
) -> None:
    def make_ready(environment: Environment, extent: Extent, **needs: bool) -> None:
        if needs:
            raise SetupError("sudo apt-get install xvfb")

    monkeypatch.setattr(launch, "_make_ready", make_ready)
    assert launch.launch(ROOT, [clip] if with_clip else []) == 0
    (words,) = started.programs
    assert words[:2] == ["app", "predict"]
    assert words[2:] == [clip] if with_clip else len(words) > 5
    assert "sudo apt-get install xvfb" in capsys.readouterr().err


def test_a_set_up_that_cannot_go_on_says_why_and_fails(
    started: Started, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def make_ready(environment: Environment, extent: Extent, **needs: bool) -> None:
        raise SetupError("no network")

    monkeypatch.setattr(launch, "_make_ready", make_ready)
    assert launch.launch(ROOT, ["info"]) == 1
    assert capsys.readouterr().err == "no network\n"


def test_a_folder_that_cannot_be_written_is_a_plain_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(environment: Environment, extent: Extent) -> None:
        raise PermissionError(13, "Permission denied", ".venv")

    monkeypatch.setattr(installation, "install", refuse)
    monkeypatch.setattr(libraries, "missing_venv_package", tuple)
    assert launch.launch(tmp_path, ["info"]) == 1
    shown = capsys.readouterr().err
    assert "cannot be set up" in shown
    assert "Permission denied" in shown
