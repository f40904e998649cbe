"""The set-up script: what it decides before it touches the system."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
Version = namedtuple("Version", "major minor micro releaselevel serial")


@pytest.fixture
def go(tmp_path: Path) -> ModuleType:
    """go.py as a module of its own, working in an empty folder."""
    spec = importlib.util.spec_from_file_location("go", ROOT / "go.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ROOT = tmp_path
    module.VENV = tmp_path / ".venv"
    module.VENV_PYTHON = module.VENV / "bin" / "python"
    module.STAMP = module.VENV / "stamp"
    module.KERNEL_STAMP = module.VENV / "kernels"
    module.SCHEDULING = tmp_path / "app" / "scheduling"
    mark = module.SCHEDULING / "forward" / "__pycache__" / "ready.cpython-311"
    mark.parent.mkdir(parents=True)
    mark.touch()
    module.LOCK = tmp_path / "requirements.lock"
    module.WHEELS = tmp_path / "wheels"
    module.LOCK.write_text("numpy==2.4.6 \\\n    --hash=sha256:00\n", "utf-8")
    return module


@pytest.fixture
def commands(go: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands go.py would have run, in order; none is run."""
    seen: list[list[str]] = []
    monkeypatch.setattr(go, "run", lambda command, *_, **__: seen.append(list(command)))
    return seen


def test_wrong_verb_shows_the_use_and_exits_2() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "go.py"), "tset"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "python3 go.py test" in done.stdout


def test_old_python_is_refused_in_words(
    go: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(go.sys, "version_info", Version(3, 10, 12, "final", 0))
    with pytest.raises(SystemExit):
        go.check_python()
    assert "Python 3.11 or later is needed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("binding", "python", "refused"),
    [
        ("6.12.0", (3, 11), True),
        ("6.12.1", (3, 11), True),
        ("6.12.0", (3, 12), False),
        ("6.11.3", (3, 11), False),
    ],
)
def test_pair_that_loses_references_is_refused(
    go: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    binding: str,
    python: tuple[int, int],
    refused: bool,
) -> None:
    go.LOCK.write_text(f"pyside6-essentials=={binding} \\\n", "utf-8")
    monkeypatch.setattr(go.sys, "version_info", Version(*python, 0, "final", 0))
    if refused:
        with pytest.raises(SystemExit):
            go.refuse_bad_pair()
    else:
        go.refuse_bad_pair()


def test_stamp_skips_everything_until_the_lock_changes(
    go: ModuleType, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]
) -> None:
    monkeypatch.setattr(go, "environment_matches", lambda: True)
    monkeypatch.setattr(go, "missing_libraries", set)
    go.VENV_PYTHON.parent.mkdir(parents=True)
    go.VENV_PYTHON.touch()
    go.set_up()
    go.set_up()
    assert len(commands) == 4
    kernels = [command[-1] for command in commands[1:]]  # compiled before anything waits for them
    assert kernels == ["app.scheduling.tabu", "app.scheduling.forward", "app.scheduling.pushing"]
    assert "--require-hashes" in commands[0]
    assert "--only-binary=:all:" in commands[0]
    go.LOCK.write_text("numpy==2.4.7 \\\n    --hash=sha256:00\n", "utf-8")
    go.set_up()
    assert len(commands) == 8


@pytest.mark.parametrize("folder", ["forward", "project", "pushing", "tabu", "urgency"])
def test_a_changed_kernel_is_compiled_again_and_nothing_else_is_done(
    go: ModuleType, commands: list[list[str]], folder: str
) -> None:
    go.VENV_PYTHON.parent.mkdir(parents=True)
    go.VENV_PYTHON.touch()
    go.STAMP.write_text(go.stamp_text(), "utf-8")
    kernels = ["app.scheduling.tabu", "app.scheduling.forward", "app.scheduling.pushing"]
    source = go.SCHEDULING / folder / "kernel.py"
    source.parent.mkdir(exist_ok=True)
    source.write_text("old", "utf-8")
    go.set_up()
    go.set_up()
    assert [command[-1] for command in commands] == kernels
    source.write_text("new", "utf-8")
    go.set_up()
    go.set_up()
    assert [command[-1] for command in commands] == kernels * 2


def test_compiled_code_that_was_cleared_away_is_made_again(
    go: ModuleType, commands: list[list[str]]
) -> None:
    go.compile_kernels()
    assert not go.kernels_are_stale()
    next((go.SCHEDULING / "forward" / "__pycache__").iterdir()).unlink()
    assert go.kernels_are_stale()


def test_wheels_folder_replaces_the_network(go: ModuleType, commands: list[list[str]]) -> None:
    go.install_packages()
    go.WHEELS.mkdir()
    (go.WHEELS / "numpy-2.4.6-py3-none-any.whl").touch()
    go.install_packages()
    assert "--no-index" not in commands[0]
    assert commands[1][-3:] == ["--no-index", "--find-links", str(go.WHEELS)]


@pytest.mark.skipif(os.name == "nt", reason="Debian packages")
def test_root_installs_packages_and_others_get_the_line_to_type(
    go: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    commands: list[list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(go.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(go.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit):
        go.install_debian_packages(["libegl1"], why="Qt needs system libraries")
    line = "sudo apt-get install -y --no-install-recommends libegl1"
    assert line in capsys.readouterr().err
    assert commands == []

    monkeypatch.setattr(go.os, "geteuid", lambda: 0)
    go.install_debian_packages(["libegl1"], why="Qt needs system libraries")
    assert commands == [["apt-get", "update"], line.split()[1:]]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ldconfig")
def test_missing_venv_module_and_libraries_are_asked_for_at_once(
    go: ModuleType, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]
) -> None:
    known = [f"\t{name} (libc6,x86-64) => /lib/{name}" for name in go.DEBIAN_PACKAGES]
    known.remove("\tlibEGL.so.1 (libc6,x86-64) => /lib/libEGL.so.1")
    answer = subprocess.CompletedProcess([], 0, stdout="\n".join(known))
    monkeypatch.setattr(go.subprocess, "run", lambda *_, **__: answer)
    monkeypatch.setattr(go.shutil, "which", lambda name, path=None: f"/sbin/{name}")
    monkeypatch.setattr(go.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(go.os, "geteuid", lambda: 0)
    go.make_environment()
    venv = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert commands[1][-2:] == ["libegl1", venv]
    assert commands[2][1:3] == ["-m", "venv"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ldd")
def test_missing_libraries_are_found_and_named(
    go: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    commands: list[list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    listing = "libqxcb.so:\n\tlibEGL.so.1 => not found\n\tlibz.so.1 => /lib/libz.so.1 (0x0)\n"
    answer = subprocess.CompletedProcess([], 0, stdout=listing)
    monkeypatch.setattr(go.subprocess, "run", lambda *_, **__: answer)
    monkeypatch.setattr(go.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert go.missing_libraries() == {"libEGL.so.1"}
    monkeypatch.setattr(go.os, "geteuid", lambda: 0)
    go.install_system_libraries()
    assert commands[-1][-1] == "libegl1"

    answer.stdout = "\tlibnew.so.7 => not found\n"
    with pytest.raises(SystemExit):
        go.install_system_libraries()
    assert "libnew.so.7" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "shared"), [([], True), (["-q"], True), (["tests/core"], False)]
)
def test_the_whole_suite_is_shared_and_a_part_is_not(
    go: ModuleType, arguments: list[str], shared: bool
) -> None:
    assert bool(go.two_at_a_time(arguments)) is shared


def test_a_crashed_process_ends_the_run_and_is_named(go: ModuleType, tmp_path: Path) -> None:
    """A successor of it would wait for ever for files that nobody runs."""
    for number in range(6):
        (tmp_path / f"test_{number}.py").write_text(
            "import os, signal, time\n"
            "def test_before(): time.sleep(0.05)\n"
            f"def test_here(): {number} == 4 and os.kill(os.getpid(), signal.SIGKILL)\n"
            "def test_after(): time.sleep(0.05)\n"
        )
    (tmp_path / "pytest.ini").touch()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *go.two_at_a_time([])]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "crashed while running 'test_4.py::test_here'" in done.stdout
