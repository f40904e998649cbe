"""How long the window of the demo plant takes from process start to its first paint.

    python -m benchmarks.startup [--runs 5] [--cold] [--json FILE]

Each run is a process of its own on a database made once. Warm runs follow a run that is not
counted; `--cold` first drops the program's files from the page cache (Linux), as after a reboot.
Exits 1 when the median is over the goal or a heavy package was imported before the first paint.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOAL_SECONDS = 1.5
# Each of these costs 0.2 to 2 s and none is needed to show the plan.
NOT_BEFORE_FIRST_PAINT = ("ortools", "pandas", "pyqtgraph", "reportlab", "openpyxl")

PLACES_OF_A_PERSON = (
    "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME",
    "WIN_PD_OVERRIDE_LOCAL_APPDATA",
)  # fmt: skip


@dataclass(frozen=True)
class Start:
    """One measured start up to the first paint: its time, and what had been imported by then.

    `processor_seconds` counts what this process used; on a busy machine only it means much.
    """

    seconds: float
    processor_seconds: float
    modules: int
    too_early: tuple[str, ...]


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="taktline-startup-") as name:
        folder = Path(name)
        database = f"sqlite:///{(folder / 'demo.sqlite').as_posix()}"
        made = ["--database", database, "demo", "--out", str(folder), "--seconds", "2"]
        _run_app(made, folder)
        if not options.cold:
            measure(database, folder)
        starts = []
        for _ in range(options.runs):
            if options.cold:
                _forget_files([ROOT / "app", ROOT / "resources", *_installed_packages()])
            starts.append(measure(database, folder))
    return _report(starts, options)


def measure(database: str, folder: Path) -> Start:
    """Start the window once and let it end itself after its first paint."""
    report = folder / "first-paint.json"
    report.unlink(missing_ok=True)
    _run_app(["--database", database], folder, {"TAKTLINE_EXIT_AFTER_PAINT": str(report)})
    found = json.loads(report.read_text("utf-8"))
    modules = set(found["modules"])
    too_early = tuple(name for name in NOT_BEFORE_FIRST_PAINT if name in modules)
    seconds, processor = found["seconds_since_process_start"], found["processor_seconds"]
    return Start(seconds, processor, len(modules), too_early)


def _run_app(arguments: list[str], home: Path, extra: dict[str, str] | None = None) -> None:
    """Run the program with settings and logs in `home`: a measurement leaves no trace."""
    environment = {**os.environ, "PYTHONUTF8": "1", **(extra or {})}
    # Compiled modules are kept between starts on a person's machine, whatever this one says.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    for name in PLACES_OF_A_PERSON:
        environment[name] = str(home)
    if sys.platform.startswith("linux") and "DISPLAY" not in environment:
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=300,
    )


def _installed_packages() -> list[Path]:
    return [Path(sysconfig.get_path(name)) for name in ("purelib", "stdlib")]


def _forget_files(folders: Iterable[Path]) -> None:
    """Ask Linux to drop the cached pages of these files; harmless to everything else."""
    for folder in folders:
        for path in folder.rglob("*"):
            if not path.is_file():
                continue
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _report(starts: list[Start], options: argparse.Namespace) -> int:
    seconds = [start.seconds for start in starts]
    median = statistics.median(seconds)
    processor = statistics.median(start.processor_seconds for start in starts)
    too_early = sorted({name for start in starts for name in start.too_early})
    kind = "cold" if options.cold else "warm"
    print(
        f"{kind} start to first paint: median {median:.2f} s"
        f" (best {min(seconds):.2f}, worst {max(seconds):.2f}, {len(seconds)} runs),"
        f" processor {processor:.2f} s, {starts[-1].modules} modules;"
        f" imported too early: {', '.join(too_early) or 'none'}"
    )
    if options.json:
        figures = {"kind": kind, "median_seconds": median, "runs": [asdict(run) for run in starts]}
        options.json.write_text(json.dumps(figures, indent=2), "utf-8")
    too_slow = not options.cold and median > GOAL_SECONDS
    return 1 if too_early or too_slow else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cold", action="store_true", help="forget cached files first (Linux)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
