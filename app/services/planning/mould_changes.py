"""The mould-fitter's list (换模 / 备模单): which moulds are hung and taken down, when and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from app.core.choices import ToolState
from app.models.database import Database
from app.services.planning.desk import Desk, Work
from app.services.planning.dispatch import (
    Asked,
    Setups,
    Stretch,
    paper_head,
    sorted_papers,
    stretches,
)
from app.services.planning.dispatch_rows import MouldAt, MouldChange, MouldList


def mould_lists(
    database: Database,
    asked: Asked | None = None,
    *,
    actor: str,
    now: datetime | None = None,
    by_shift: bool = False,
) -> tuple[MouldList, ...]:
    """The changes of a production day, a list for each work centre and shift that has some."""
    with database.read() as session:
        desk = Desk(session, actor, now)
        hanging = Hanging(desk)
        setups = Setups(desk)
        papers = sorted_papers(stretches(desk, asked or Asked()), by_shift=by_shift)
        lists = [
            MouldList(paper_head(desk, paper), _changes(desk, hanging, setups, paper))
            for paper in papers
        ]
        return tuple(found for found in lists if found.changes)


def _changes(
    desk: Desk, hanging: Hanging, setups: Setups, paper: Iterable[Stretch]
) -> tuple[MouldChange, ...]:
    found = [
        _change(desk, hanging, setups, index)
        for stretch in paper
        for index in desk.by_machine.get(stretch.index, ())
        if stretch.start <= desk.works[index].placement.setup_start < stretch.end
        and (hanging.into[index] or hanging.out[index])
    ]
    return tuple(sorted(found, key=lambda change: (change.at, change.machine, change.order)))


def _change(desk: Desk, hanging: Hanging, setups: Setups, index: int) -> MouldChange:
    work = desk.works[index]
    return MouldChange(
        at=desk.local(work.placement.setup_start),
        machine=desk.machine_code(work.mode.machine),
        out=tuple(desk.tools[number][0] for number in sorted(hanging.out[index])),
        into=_places(desk, hanging, index),
        order=work.orders,
        item_code=work.items,
        item_name=work.item.name,
        step_no=work.operation.step_no,
        step_name=work.operation.name,
        minutes=sum(piece.minutes for piece in setups.pieces(index)),
    )


def _places(desk: Desk, hanging: Hanging, index: int) -> tuple[MouldAt, ...]:
    """The copies to be hung, and where they are fetched: another machine, or the store."""
    found = []
    for number, machine in sorted(hanging.into[index].items()):
        copy = desk.copies.get(number)
        place = copy.location if copy is not None else ""
        if machine is not None:
            place = desk.machine_code(machine)
        found.append(MouldAt(desk.tools[number][0], place))
    return tuple(found)


class Hanging:
    """Follows the copies through the plan in the order of time.

    ``into``: for each operation the copies to be hung, with the machine they hang at until then
    (None = the store). ``out``: those to be taken down because the machine begins other work and
    they are wanted elsewhere next, or nowhere.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.into: dict[int, dict[int, int | None]] = {}
        self.out: dict[int, set[int]] = {}
        self._at: dict[int, int | None] = {
            number: desk.machine_index(copy.machine_id or 0)
            for number, copy in desk.copies.items()
            if copy.state is ToolState.MOUNTED
        }
        self._uses: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        ranked = sorted(desk.works, key=lambda i: (desk.works[i].placement.setup_start, i))
        for index in ranked:
            work = desk.works[index]
            for number in self._copies(work):
                self._uses[number].append((work.placement.setup_start, work.mode.machine))
        for index in ranked:
            self._begin(index, desk.works[index])

    def _begin(self, index: int, work: Work) -> None:
        machine, start = work.mode.machine, work.placement.setup_start
        wanted = self._copies(work)
        started = self._desk.problem.operations[index].started is not None
        coming = {n: self._at.get(n) for n in wanted if self._at.get(n) != machine}
        self.into[index] = {} if started else coming
        down = {
            number
            for number, at in self._at.items()
            if at == machine and number not in wanted and self._leaves(number, machine, start)
        }
        self.out[index] = down if wanted else set()
        for number in self.out[index]:
            self._at[number] = None
        for number in wanted:
            self._at[number] = machine

    def _leaves(self, number: int, machine: int, tick: int) -> bool:
        """Whether a copy is neither in use there at the moment nor wanted there next."""
        for index in self._desk.by_machine.get(machine, ()):
            work = self._desk.works[index]
            running = work.placement.setup_start <= tick < work.placement.end
            if running and number in self._copies(work):
                return False
        later = [use for use in self._uses[number] if use[0] >= tick]
        return not later or later[0][1] != machine

    def _copies(self, work: Work) -> set[int]:
        """Individual copies; pools of carts are not hung by the fitter."""
        return {n for n in self._desk.names_of_tools(work.placement.tools) if n > 0}
