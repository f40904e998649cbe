#!/usr/bin/env python3
"""Set Taktline up on a fresh machine and run it. Needs Python 3.11 or later, nothing else.

python3 go.py              the demo plant: a window, or pictures and PDFs where no display is
python3 go.py run ARGS     python -m app ARGS
python3 go.py test ARGS    the tests (ARGS go to pytest)
python3 go.py lock         write requirements.lock anew from pyproject.toml
python3 go.py build        bundle for this system, under dist/

The first start makes .venv beside this file, installs the hashed requirements.lock into it and, on
Debian and its relatives, the few system libraries Qt needs. Later starts find the stamp of that
work and skip it. A folder wheels/ beside the lock is used instead of the network.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
WHEELS = ROOT / "wheels"
STAMP = VENV / "taktline-setup.stamp"
KERNEL_STAMP = VENV / "taktline-kernels.stamp"
SCHEDULING = ROOT / "app" / "scheduling"
KERNELS = ("forward", "project", "pushing", "tabu", "urgency")
"""Folders of compiled code."""
WINDOWS = os.name == "nt"
LINUX = sys.platform.startswith("linux")
VENV_PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
OLDEST_PYTHON = (3, 11)
# The deepest file in a wheel adds 151 characters to the path of .venv; Windows stops at 260.
LONGEST_WINDOWS_PREFIX = 105

# What the Qt wheel expects from the system: soname -> Debian package.
DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def main(arguments: Sequence[str]) -> int:
    verb, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if verb not in ("", "run", "test", "lock", "build"):
        print(__doc__)
        return 0 if verb in ("-h", "--help", "help") else 2
    check_python()
    if verb == "lock":
        return write_lock()
    set_up()
    if verb == "run":
        return hand_over(["-m", "app", *rest])
    if verb == "test":
        return hand_over(["-m", "pytest", *two_at_a_time(rest), *rest])
    if verb == "build":
        return build_bundle(rest)
    if has_display():
        return hand_over(["-m", "app", "demo", "--open"])
    return hand_over(["-m", "app", "demo", "--out", "output"])


# ---- set-up --------------------------------------------------------------------------------------


def check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        stop(
            f"Python {dotted(OLDEST_PYTHON)} or later is needed; "
            f"this is {platform.python_version()} ({sys.executable})."
        )
    if WINDOWS and len(str(VENV)) > LONGEST_WINDOWS_PREFIX:
        stop(f"The path {VENV} is too long for Windows: move this folder nearer to the drive.")


def set_up() -> None:
    """Make .venv match the lock; nothing to do when the stamp says it does."""
    if not LOCK.is_file():
        stop(f"{LOCK.name} is missing beside go.py: take the whole folder from the release.")
    wanted = stamp_text()
    if STAMP.is_file() and VENV_PYTHON.exists() and STAMP.read_text("utf-8") == wanted:
        if kernels_are_stale():
            compile_kernels()
        return
    refuse_bad_pair()
    make_environment()
    install_packages()
    if LINUX:
        install_system_libraries()
    compile_kernels()
    STAMP.write_text(wanted, "utf-8")


def compile_kernels() -> None:
    say("Compiling the scheduling kernels (once, one to two minutes)")
    for kernel in ("tabu", "forward", "pushing"):
        run([str(VENV_PYTHON), "-m", f"app.scheduling.{kernel}"])
    KERNEL_STAMP.parent.mkdir(exist_ok=True)
    KERNEL_STAMP.write_text(kernel_text(), "utf-8")


def kernels_are_stale() -> bool:
    """Whether a kernel's source has changed since all were compiled here, or they never were.

    A search that finds its kernel stale compiles it in the time it was given.
    """
    compiled = any((SCHEDULING / "forward" / "__pycache__").glob("ready.*"))
    current = KERNEL_STAMP.is_file() and KERNEL_STAMP.read_text("utf-8") == kernel_text()
    return not (compiled and current)


def kernel_text() -> str:
    sources = sorted(file for folder in KERNELS for file in (SCHEDULING / folder).glob("*.py"))
    found = hashlib.sha256()
    for source in sources:
        found.update(source.name.encode() + source.read_bytes())
    return found.hexdigest()


def stamp_text() -> str:
    """What the environment depends on; its place too, because its scripts hold absolute paths."""
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return "\n".join([lock, sys.version, platform.platform(), str(VENV), ""])


def refuse_bad_pair() -> None:
    """PySide6 6.12 drops references to True and None; before 3.12 that ends the process."""
    found = re.search(r"(?m)^pyside6-essentials==(\d+)\.(\d+)", LOCK.read_text("utf-8"))
    if found and (int(found[1]), int(found[2])) >= (6, 12) and sys.version_info < (3, 12):
        stop(
            f"PySide6 {found[1]}.{found[2]} must not run on Python {platform.python_version()}: "
            "it loses references until the process aborts. Use Python 3.12 or later."
        )


def make_environment() -> None:
    if environment_matches():
        return
    if importlib.util.find_spec("ensurepip") is None:
        packages = {f"python{dotted(sys.version_info[:2])}-venv", *packages_surely_missing()}
        install_debian_packages(sorted(packages), why="Python and Qt need system packages")
    say("Making .venv")
    # A new process, because this one has already cached that ensurepip was missing.
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def environment_matches() -> bool:
    """Whether .venv runs, and with this Python version."""
    if not VENV_PYTHON.exists():
        return False
    asked = subprocess.run(
        [VENV_PYTHON, "-c", "import sys, pip; print(sys.version)"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.returncode == 0 and asked.stdout.strip() == sys.version


def install_packages() -> None:
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary=:all:", "-r", str(LOCK)]
    if any(WHEELS.glob("*.whl")):
        say(f"Installing packages from {WHEELS.name}/")
        command += ["--no-index", "--find-links", str(WHEELS)]
    else:
        say("Installing packages (about 280 MB the first time)")
    run(command)


def install_system_libraries() -> None:
    missing = missing_libraries()
    unknown = sorted(missing - DEBIAN_PACKAGES.keys())
    packages = {DEBIAN_PACKAGES[name] for name in missing if name in DEBIAN_PACKAGES}
    if packages:
        install_debian_packages(sorted(packages), why="Qt needs system libraries")
    if unknown:
        stop("System libraries are missing that this script cannot name: " + ", ".join(unknown))


def packages_surely_missing() -> set[str]:
    """Packages of Qt libraries the linker does not know: asked before Qt is here, to ask once."""
    linker = shutil.which("ldconfig", path="/usr/sbin:/sbin")
    if linker is None:
        return set()
    known = subprocess.run([linker, "-p"], capture_output=True, text=True, check=False).stdout
    return {package for name, package in DEBIAN_PACKAGES.items() if f"{name} (" not in known}


def missing_libraries() -> set[str]:
    """Sonames that the Qt modules and platform plugins ask for and the system lacks, by ldd."""
    if shutil.which("ldd") is None:
        return set()
    qt = site_packages() / "PySide6"
    files = [*qt.glob("Qt*.so"), *(qt / "Qt" / "plugins" / "platforms").glob("*.so")]
    wanted = [file for file in files if is_used(file)]
    listing = subprocess.run(
        ["ldd", *map(str, wanted)], capture_output=True, text=True, check=False
    ).stdout
    return set(re.findall(r"^\s*(\S+) => not found", listing, re.MULTILINE))


def is_used(library: Path) -> bool:
    modules = ("QtCore", "QtGui", "QtWidgets", "QtPrintSupport", "QtSvg", "QtOpenGL", "QtTest")
    plugins = ("libqxcb", "libqoffscreen")
    return library.name.split(".")[0] in modules + plugins


def site_packages() -> Path:
    names = {"base": str(VENV), "platbase": str(VENV)}
    return Path(sysconfig.get_path("platlib", scheme="venv", vars=names))


def install_debian_packages(packages: Sequence[str], why: str) -> None:
    """Install by apt when root; else stop with the one line to type."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        stop(f"{why}. Install what your system calls: {' '.join(packages)}")
    if os.geteuid() != 0:
        stop(f"{why}. Type this line, then start again:\n    sudo {shlex.join(install)}")
    say(f"{why}: installing {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], environment, quiet=True)
    run(install, environment, quiet=True)


# ---- verbs ---------------------------------------------------------------------------------------


def has_display() -> bool:
    if not LINUX:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def two_at_a_time(arguments: list[str]) -> list[str]:
    """Options that share the whole suite between two processes; a chosen part runs in one."""
    if any(not argument.startswith("-q") for argument in arguments):
        return []
    # In the order of conftest.py. A process that crashes ends the run: its successor would leave
    # the last files waiting for ever.
    return ["-n", "2", "--dist=loadfile", "--no-loadscope-reorder", "--max-worker-restart=0"]


def hand_over(arguments: Sequence[str]) -> int:
    """Run the environment's Python in this project, in place of this process where that exists."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    if not has_display():
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.chdir(ROOT)
    command = [str(VENV_PYTHON), *arguments]
    if not WINDOWS:
        sys.stdout.flush()
        os.execve(command[0], command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


def build_bundle(arguments: Sequence[str]) -> int:
    if LINUX and shutil.which("objdump") is None:
        install_debian_packages(["binutils"], why="Bundling needs objdump")
    return hand_over(["-m", "PyInstaller", "--noconfirm", *arguments, "build.spec"])


def write_lock() -> int:
    """Resolve pyproject.toml for every system and Python version, with hashes and without hosts."""
    with tempfile.TemporaryDirectory(prefix="taktline-lock-") as folder:
        uv = shutil.which("uv") or fetch_uv(Path(folder))
        command = [uv, "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes"]
        command += ["--python-version", dotted(OLDEST_PYTHON)]
        command += ["--group", "test", "--group", "build"]
        command += ["--no-header", "--no-emit-index-url", "--quiet", "--output-file", LOCK.name]
        run(command, folder=ROOT)
    say(f"{LOCK.name} written; the next start installs it")
    return 0


def fetch_uv(folder: Path) -> str:
    tools = folder / "tools"
    run([sys.executable, "-m", "venv", str(tools)])
    scripts = tools / ("Scripts" if WINDOWS else "bin")
    run([str(scripts / "python"), "-m", "pip", "install", "--quiet", "uv"])
    return str(scripts / "uv")


# ---- small things --------------------------------------------------------------------------------


def run(
    command: Sequence[str],
    environment: dict[str, str] | None = None,
    folder: Path | None = None,
    quiet: bool = False,
) -> None:
    """Run a command or stop; a quiet one shows its output only when it failed."""
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(
        command, env=environment, cwd=folder, stdout=output, stderr=output, check=False
    )
    if done.returncode != 0:
        for text in (done.stdout, done.stderr):
            sys.stderr.buffer.write(text or b"")
        stop(f"This did not work (exit code {done.returncode}): {shlex.join(command)}")


def dotted(version: Iterable[int]) -> str:
    return ".".join(map(str, version))


def say(text: str) -> None:
    print(f"go.py: {text}", flush=True)


def stop(text: str) -> NoReturn:
    print(f"go.py: {text}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
