"""Readers of public scheduling instances: a text file in, a ``Problem`` of the engine out.

Formats (all whitespace separated integers; ``#`` begins a comment)
    job shop (JSPLIB)    ``n m``, per job its ``machine duration`` pairs, machines from 0
    flexible job shop    (Brandimarte) ``n m [flexibility]``, per job: number of operations, per
                         operation: number of alternatives, ``machine duration`` pairs, from 1
    flexible with setup  the same, then per machine a square matrix of setup times, by operation
                         or by job (told apart by its size); 1,000,000 = not eligible
    assembly             (Birgin et al. 2014) ``operations precedences machines``, precedence
                         pairs, per operation its alternatives; machines from 0
    project (RCPSP)      (Patterson, ``.rcp``) ``tasks resources``, capacities, per task:
                         duration, demands, number of successors, successors from 1
    project (PSPLIB)     the same project as PSPLIB's own ``.sm`` file (single mode)
    plant                a database (``.sqlite``) or workbook (``.xlsx``) of this program
    shop (``.json``)     ``nm``, ``jobs[j][k] = [[machine, minutes], ...]``, ``due``, ``release``,
                         ``weight`` per job or null

A ``.zip`` holds one such file. Durations are raw integers and become minutes.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.scheduling.problem import (
    ALWAYS,
    FOREVER,
    Calendar,
    Changeover,
    Machine,
    MachineKind,
    Mode,
    Operation,
    Order,
    Precedence,
    Problem,
    SetupPart,
    SetupRule,
    Tool,
    ToolDemand,
)

PLANT_SUFFIXES = (".sqlite", ".xlsx")
ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOT_ELIGIBLE = 1_000_000

Alternatives = list[tuple[int, int]]  # (machine, minutes) pairs of one operation
Jobs = list[list[Alternatives]]


class UnknownFormat(ValueError):
    """The file is in none of the formats that are read here."""


@dataclass(frozen=True, slots=True)
class Instance:
    """``objective`` is the policy its best known value belongs to; bounds are None if unknown."""

    name: str
    problem: Problem
    objective: str
    best_known: int | None = None
    lower_bound: int | None = None


def read(path: Path) -> Instance:
    """Read one file; the best known bounds come from a ``bounds.csv`` in a folder above it.

    Raises UnknownFormat if no reader takes the file, OSError if it cannot be read.
    """
    name, upper, lower = _bounds(path)
    if path.suffix in PLANT_SUFFIXES:
        from benchmarks.plant_files import read_plant

        return Instance(name, read_plant(path), "on_time", upper, lower)
    text = _text(path)
    if _inner_name(path).endswith(".json"):
        return Instance(name, _shop(text), "on_time")
    return Instance(name, parse(text, path.suffix), "makespan", upper, lower)


def parse(text: str, suffix: str = "") -> Problem:
    """The problem in ``text``; the format is recognised by its shape, projects by their suffix."""
    if suffix == ".sm":
        return _psplib(text)
    lines = [line.split("#")[0].split() for line in text.splitlines()]
    rows = [[_integer(word) for word in line] for line in lines if line]
    readers = [_rcpsp] if suffix == ".rcp" else [_flexible, _job_shop, _assembly]
    for reader in readers:
        try:
            return reader(rows)
        except (IndexError, ValueError):
            continue
    raise UnknownFormat("not a job shop, flexible job shop, assembly shop or project file")


def _integer(word: str) -> int:
    return int(float(word))  # the flexibility in a header may be 2.15


def _text(path: Path) -> str:
    if path.suffix != ".zip":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return archive.read(archive.namelist()[0]).decode("utf-8")


def _inner_name(path: Path) -> str:
    if path.suffix != ".zip":
        return path.name
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()[0]


def _bounds(path: Path) -> tuple[str, int | None, int | None]:
    """Name of the instance in the table of bounds, with upper and lower bound.

    The same job shop exists in several flexible variants: the folder tells them apart
    (``vdata/la01`` is ``la01_vdata``), and Dauzère-Pérès files lack the family's name.
    """
    table = next((f / "bounds.csv" for f in path.parents if (f / "bounds.csv").exists()), None)
    candidates = [f"{path.stem}_{path.parent.name}", f"dpp{path.stem}", path.stem]
    if table is not None:
        with table.open(encoding="utf-8", newline="") as file:
            known = {row["instance"]: row for row in csv.DictReader(file)}
        for name in candidates:
            if name in known:
                return name, _bound(known[name], "ub"), _bound(known[name], "lb")
    return path.stem, None, None


def _bound(row: dict[str, str], end: str) -> int | None:
    value = row[f"best_known_{end}"].strip()
    return int(float(value)) if value else None


def _job_shop(rows: list[list[int]]) -> Problem:
    (jobs, machines), *lines = rows
    if len(lines) != jobs:
        raise ValueError("number of jobs")
    shop: Jobs = []
    for line in lines:
        if len(line) % 2:
            raise ValueError("pairs")
        pairs = list(zip(line[::2], line[1::2], strict=True))
        if pairs[-1] == (-1, -1):
            pairs.pop()
        shop.append([[pair] for pair in pairs])
    return build(machines, shop)


def _flexible(rows: list[list[int]]) -> Problem:
    header, *lines = rows
    jobs, machines = header[0], header[1]
    if len(header) > 3 or len(lines) < jobs:
        raise ValueError("header")
    shop = [_flexible_job(line) for line in lines[:jobs]]
    numbers = [n for line in lines[jobs:] for n in line]
    operations = sum(len(job) for job in shop)
    if not numbers:
        return build(machines, shop)
    by_operation = len(numbers) == machines * operations**2
    if not by_operation and len(numbers) != machines * jobs**2:
        raise ValueError("setup matrix")
    size = operations if by_operation else jobs
    matrices = [numbers[k * size**2 : (k + 1) * size**2] for k in range(machines)]
    parts = [_setup_part(matrix, size) for matrix in matrices]
    return build(machines, shop, setups=parts, by_operation=by_operation)


def _flexible_job(line: list[int]) -> list[Alternatives]:
    words: Iterator[int] = iter(line)
    job: list[Alternatives] = []
    for _ in range(next(words)):
        count = next(words, 0)
        pairs = [(next(words, 0) - 1, next(words, 0)) for _ in range(count)]
        if not pairs or min(machine for machine, _ in pairs) < 0:
            raise ValueError("alternatives")
        job.append(pairs)
    if not job or next(words, None) is not None:
        raise ValueError("operations")
    return job


def _setup_part(matrix: list[int], size: int) -> SetupPart:
    pairs: dict[tuple[int, int], Changeover | None] = {
        (i, j): Changeover(matrix[i * size + j])
        for i in range(size)
        for j in range(size)
        if matrix[i * size + j] < NOT_ELIGIBLE and (i != j or matrix[i * size + j])
    }
    return SetupPart("setup", pairs)


def _assembly(rows: list[list[int]]) -> Problem:
    (operations, precedences, machines), *lines = rows
    if len(lines) != operations + precedences:
        raise ValueError("lines")
    arcs = [(before, after) for before, after in lines[:precedences]]
    shop = []
    for line in lines[precedences:]:
        if len(line) != 1 + 2 * line[0]:
            raise ValueError("alternatives")
        shop.append(list(zip(line[1::2], line[2::2], strict=True)))
    return _graph_shop(machines, shop, arcs)


def _graph_shop(machines: int, shop: list[Alternatives], arcs: list[tuple[int, int]]) -> Problem:
    """One order per connected part of the precedence graph."""
    root = list(range(len(shop)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for before, after in arcs:
        root[find(after)] = find(before)
    numbers = {r: k for k, r in enumerate(dict.fromkeys(find(i) for i in range(len(shop))))}
    operations = tuple(
        Operation(str(i), numbers[find(i)], _modes(alternatives))
        for i, alternatives in enumerate(shop)
    )
    return Problem(
        origin=ORIGIN,
        calendars=(Calendar("always", ALWAYS),),
        machines=tuple(Machine(f"M{k}", 0) for k in range(machines)),
        orders=tuple(Order(str(k)) for k in range(len(numbers))),
        operations=operations,
        precedences=tuple(Precedence(before, after) for before, after in arcs),
    )


def _rcpsp(rows: list[list[int]]) -> Problem:
    """A project: each renewable resource is a pool of tools, one endless machine takes all."""
    (tasks, resources), *lines = rows
    words = iter([n for line in lines for n in line])
    capacities = [next(words) for _ in range(resources)]
    operations: list[Operation] = []
    arcs: list[tuple[int, int]] = []
    for task in range(tasks):
        minutes = next(words)
        demands = [next(words) for _ in range(resources)]
        arcs += [(task, next(words) - 1) for _ in range(next(words))]
        tools = tuple(ToolDemand(r, count) for r, count in enumerate(demands) if count)
        mode = Mode(0, run_seconds=60 * minutes, tools=tools)
        operations.append(Operation(str(task + 1), 0, (mode,)))
    return Problem(
        origin=ORIGIN,
        calendars=(Calendar("always", ALWAYS),),
        machines=(Machine("site", 0, MachineKind.CUMULATIVE, capacity=tasks),),
        orders=(Order("project"),),
        operations=tuple(operations),
        precedences=tuple(Precedence(before, after) for before, after in arcs),
        tools=tuple(Tool(f"R{r + 1}", r, 0, capacity=c) for r, c in enumerate(capacities)),
        tool_types=tuple(f"R{r + 1}" for r in range(resources)),
    )


def _psplib(text: str) -> Problem:
    """PSPLIB's own layout (Kolisch and Sprecher 1997): sections under titles in capitals."""
    sections: dict[str, list[list[str]]] = {}
    title = ""
    for line in text.splitlines():
        if line.startswith("PRECEDENCE RELATIONS"):
            title = "successors"
        elif line.startswith("REQUESTS/DURATIONS"):
            title = "requests"
        elif line.startswith("RESOURCEAVAILABILITIES"):
            title = "capacities"
        elif title and (words := line.split()) and all(w.isdigit() for w in words):
            sections.setdefault(title, []).append(words)
    try:
        capacities = [int(word) for word in sections["capacities"][0]]
        tasks = [[int(word) for word in words] for words in sections["requests"]]
        links = [[int(word) for word in words] for words in sections["successors"]]
    except KeyError as missing:
        raise UnknownFormat(f"no section of {missing}") from missing
    if any(words[1] != 1 for words in (*tasks, *links)):
        raise UnknownFormat("projects with several modes are not read")
    rows = [[len(tasks), len(capacities)], capacities]
    for task, link in zip(tasks, links, strict=True):
        rows.append([task[2], *task[3:], *link[2:]])
    return _rcpsp(rows)


def _shop(text: str) -> Problem:
    shop = json.loads(text)
    count = len(shop["jobs"])
    due = shop.get("due") or [FOREVER] * count
    release = shop.get("release") or [0] * count
    weight = shop.get("weight") or [1] * count
    orders = [Order(str(j), release=release[j], due=due[j], weight=weight[j]) for j in range(count)]
    jobs = [[[(m, d) for m, d in operation] for operation in job] for job in shop["jobs"]]
    return build(shop["nm"], jobs, orders=orders)


def _modes(alternatives: Iterable[tuple[int, int]]) -> tuple[Mode, ...]:
    return tuple(Mode(machine, run_seconds=60 * minutes) for machine, minutes in alternatives)


def build(
    machines: int,
    jobs: Jobs,
    *,
    setups: Sequence[SetupPart] = (),
    by_operation: bool = False,
    orders: Sequence[Order] = (),
) -> Problem:
    """A shop of chains on machines that are always open; families are jobs or operations."""
    operations: list[Operation] = []
    precedences: list[Precedence] = []
    total = sum(len(job) for job in jobs)
    for j, job in enumerate(jobs):
        for k, alternatives in enumerate(job):
            number = len(operations)
            family = (number if by_operation else j,) if setups else ()
            operations.append(Operation(f"{j}/{k}", j, _modes(alternatives), families=family))
            if k:
                precedences.append(Precedence(number - 1, number))
    families = total if by_operation else len(jobs)
    return Problem(
        origin=ORIGIN,
        calendars=(Calendar("always", ALWAYS),),
        machines=tuple(
            Machine(
                f"M{k}",
                0,
                setup_rule=k if setups else None,
                setup_state=(-1,) if setups else (),
            )
            for k in range(machines)
        ),
        orders=tuple(orders) or tuple(Order(str(j)) for j in range(len(jobs))),
        operations=tuple(operations),
        precedences=tuple(precedences),
        setup_rules=tuple(SetupRule(f"M{k}", (part,)) for k, part in enumerate(setups)),
        families=tuple(str(f) for f in range(families)) if setups else (),
    )
