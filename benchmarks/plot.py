"""Gap over time as a picture: ``python -m benchmarks.plot TRACE.json --out gap.svg``.

Reads what ``benchmarks.scheduling --trace`` wrote. A line is the mean over all instances with a
best known value of the gap of the best plan so far; before its first plan an instance counts as
100 %, and no gap counts as more. A peer that ran with several numbers of workers is several lines.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT, MARGIN = 720, 400, 56
COLOURS = ("#1f6f8b", "#c8553d", "#7a6c2e", "#6b4c9a", "#2f7d4f")
NO_PLAN = 100.0
POINTS = 240


def curves(runs: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """Per solver, (seconds, mean gap in percent)."""
    by_solver: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for run in runs:
        if run["best_known"] is not None and run["gap"] is not None:
            by_solver[run["solver"]].append(run)
    end = max((run["seconds"] for of in by_solver.values() for run in of), default=1.0)
    times = [end * k / POINTS for k in range(POINTS + 1)]
    return {
        solver: [(t, sum(_gap(run, t) for run in of) / len(of)) for t in times]
        for solver, of in by_solver.items()
    }


def _gap(run: Mapping[str, Any], until: float) -> float:
    values = [value for seconds, value in run["trace"] if seconds <= until]
    if not values:
        return NO_PLAN
    return float(min(NO_PLAN, 100 * (min(values) / run["best_known"] - 1)))


def picture(lines: Mapping[str, Sequence[tuple[float, float]]], title: str) -> str:
    """The curves as SVG; the gap on a scale of square roots, so that small ones can be read."""
    end = max(t for points in lines.values() for t, _ in points)
    right, bottom = WIDTH - MARGIN, HEIGHT - MARGIN

    def x(t: float) -> float:
        return MARGIN + (right - MARGIN) * t / end

    def y(gap: float) -> float:
        return bottom - (bottom - MARGIN) * (max(0.0, gap) / NO_PLAN) ** 0.5

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>',
        f'<text x="{MARGIN}" y="28" font-size="15">{escape(title)}</text>',
    ]
    for gap in (1, 5, 10, 25, 50, 100):
        parts.append(
            f'<line x1="{MARGIN}" x2="{right}" y1="{y(gap):.1f}" y2="{y(gap):.1f}" '
            f'stroke="#ddd"/><text x="{MARGIN - 8}" y="{y(gap) + 4:.1f}" '
            f'text-anchor="end">{gap} %</text>'
        )
    for k in range(6):
        parts.append(
            f'<text x="{x(end * k / 5):.1f}" y="{bottom + 18}" '
            f'text-anchor="middle">{end * k / 5:.0f} s</text>'
        )
    for number, (solver, points) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x(t):.1f},{y(gap):.1f}" for t, gap in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(
            f'<text x="{MARGIN + 10 + 190 * number}" y="{HEIGHT - 14}" fill="{colour}">'
            f"{escape(solver)}</text>"
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("traces", nargs="+", type=Path, metavar="TRACE")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--title", default="Mean gap to the best known plan")
    options = parser.parse_args(arguments)
    runs = [run for path in options.traces for run in json.loads(path.read_text())]
    options.out.write_text(picture(curves(runs), options.title), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
