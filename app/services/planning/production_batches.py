"""Making operations of several orders together, and taking them apart again.

The orders stay as they are; only the plan, the machine and the mould see one run. What is made
together has to be alike: the same work on the same machines with the same tools; other items only
where one mould makes all of them in each shot.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.choices import OperationState, WaitClock
from app.core.codes import code_key
from app.core.errors import Conflict, NotFound, RuleBroken
from app.core.messages import Message, message
from app.core.standard_time import PER_CYCLE
from app.core.step import StepDefinition, from_json
from app.models.change_log import WritingSession
from app.models.database import Database
from app.models.orders import BatchMember, Operation, ProductionBatch, ProductionOrder
from app.models.planning import Placement
from app.models.plant import ToolItem
from app.services.planning.edits import forget_reasons
from app.services.planning.stored_plan import (
    Spot,
    mark_unscheduled,
    remove_spots,
    spot_of_row,
    working_plan,
    write_spots,
)

Places = tuple[tuple[int, Spot], ...]
"""Where operations stand in the working plan, by id."""


@dataclass(frozen=True, slots=True)
class MakeTogether:
    """Operations of several orders become one run; see ``make_together``.

    ``before``, ``after``: their places in the working plan; who has none after waits for the next
    planning.
    """

    operation_ids: tuple[int, ...]
    before: Places = ()
    after: Places = ()

    @property
    def label(self) -> Message:
        return message("planning.label_make_together", count=len(self.operation_ids))

    def apply(self, session: WritingSession) -> None:
        """Errors: ``RuleBroken`` naming what cannot be made together and why, ``NotFound``."""
        rows = _rows(session, self.operation_ids)
        _refuse_if_batched(session, rows)
        _refuse_if_not_alike(session, rows)
        last = session.scalar(select(func.max(ProductionBatch.id))) or 0
        code = f"PB{last + 1:05d}"
        batch = ProductionBatch(code=code, code_key=code_key(code), created_at=datetime.now(UTC))
        session.add(batch)
        session.flush()
        session.add_all(BatchMember(batch_id=batch.id, operation_id=row.id) for row, _ in rows)
        _replace_places(session, self.operation_ids, self.before, self.after)

    def inverse(self) -> TakeApart:
        return TakeApart(self.operation_ids, self.after, self.before)


@dataclass(frozen=True, slots=True)
class TakeApart:
    """The members of one production batch are made each for itself again; see ``take_apart``."""

    operation_ids: tuple[int, ...]
    before: Places = ()
    after: Places = ()

    @property
    def label(self) -> Message:
        return message("planning.label_take_apart", count=len(self.operation_ids))

    def apply(self, session: WritingSession) -> None:
        """Errors: ``Conflict`` if the members of the batch are others now, ``RuleBroken`` if it
        has begun."""
        rows = _rows(session, self.operation_ids)
        batches = set(
            session.scalars(
                select(BatchMember.batch_id).where(BatchMember.operation_id.in_(self.operation_ids))
            )
        )
        members = select(BatchMember.operation_id).where(BatchMember.batch_id.in_(batches))
        if len(batches) != 1 or set(session.scalars(members)) != set(self.operation_ids):
            raise Conflict(message("planning.batch_changed"))
        for row, order in rows:
            if row.state is not OperationState.PENDING:
                raise RuleBroken(message("planning.already_running", operation=_name(row, order)))
        session.execute(delete(BatchMember).where(BatchMember.batch_id.in_(batches)))
        session.execute(delete(ProductionBatch).where(ProductionBatch.id.in_(batches)))
        _replace_places(session, self.operation_ids, self.before, self.after)

    def inverse(self) -> MakeTogether:
        return MakeTogether(self.operation_ids, self.after, self.before)


def make_together(database: Database, operation_ids: Collection[int]) -> MakeTogether:
    """The edit that makes them together: their places of now are given up."""
    ids = tuple(sorted(operation_ids))
    with database.read() as session:
        return MakeTogether(ids, _places(session, ids))


def take_apart(database: Database, operation_id: int) -> TakeApart | None:
    """The edit that takes the batch of an operation apart; None if it is in none."""
    with database.read() as session:
        ids = batch_mates(session, operation_id)
        return TakeApart(ids, _places(session, ids)) if ids else None


def together_or_apart(
    database: Database, operation_ids: Collection[int]
) -> MakeTogether | TakeApart | None:
    """The one that fits a selection: what is one run already is taken apart."""
    if not operation_ids:
        return None
    apart = take_apart(database, min(operation_ids))
    if apart is not None and set(operation_ids) <= set(apart.operation_ids):
        return apart
    return make_together(database, operation_ids)


def batch_mates(session: Session, operation_id: int) -> tuple[int, ...]:
    """All operations of the production batch that an operation is in; none if it is in none."""
    batch = select(BatchMember.batch_id).where(BatchMember.operation_id == operation_id)
    members = select(BatchMember.operation_id).where(BatchMember.batch_id.in_(batch))
    return tuple(sorted(session.scalars(members)))


Row = tuple[Operation, ProductionOrder]


def _rows(session: WritingSession, ids: Sequence[int]) -> list[Row]:
    found = session.execute(
        select(Operation, ProductionOrder)
        .join(ProductionOrder, ProductionOrder.id == Operation.order_id)
        .where(Operation.id.in_(ids))
        .order_by(Operation.id)
    ).all()
    if len(found) < len(set(ids)):
        raise NotFound(message("planning.operation_gone"))
    return [(row, order) for row, order in found]


def _name(row: Operation, order: ProductionOrder) -> str:
    return f"{order.code}/{row.step_no}"


def _refuse_if_batched(session: WritingSession, rows: Sequence[Row]) -> None:
    if len(rows) < 2 or len({order.id for _, order in rows}) < len(rows):
        raise RuleBroken(message("planning.batch_needs_orders"))
    ids = [row.id for row, _ in rows]
    taken = set(
        session.scalars(select(BatchMember.operation_id).where(BatchMember.operation_id.in_(ids)))
    )
    for row, order in rows:
        if row.id in taken:
            raise RuleBroken(message("planning.batch_taken", operation=_name(row, order)))
        if row.state is not OperationState.PENDING:
            raise RuleBroken(message("planning.already_running", operation=_name(row, order)))


def _refuse_if_not_alike(session: WritingSession, rows: Sequence[Row]) -> None:
    """Names the first operation that does other work than the first one."""
    steps = [from_json(row.definition) for row, _ in rows]
    first, wanted = rows[0], _work(steps[0])
    for (row, order), step in zip(rows, steps, strict=True):
        names = {"operation": _name(row, order), "other": _name(*first)}
        if any(use.held_until_step is not None for use in step.tools):
            raise RuleBroken(message("planning.batch_holds_tool", **names))
        if _work(step) != wanted:
            raise RuleBroken(message("planning.batch_not_alike", **names))
        if order.item_id != first[1].item_id and not _one_mould(
            session, step, {first[1].item_id, order.item_id}
        ):
            raise RuleBroken(message("planning.batch_other_item", **names))


def _work(step: StepDefinition) -> StepDefinition:
    """What the step asks of machine, tools and people, without its place in the order."""
    return replace(
        step,
        step_no=0,
        name="",
        links=None,
        min_wait=0,
        max_wait=None,
        wait_ends="ES",
        wait_clock=WaitClock.ELAPSED,
        transfer_batch=None,
        key_step=False,
        inspection_plan="",
        instruction="",
        materials=(),
        split_of=None,
        card=0,
    )


def _one_mould(session: WritingSession, step: StepDefinition, items: set[int]) -> bool:
    """Whether one tool of the step makes all of these items in each shot."""
    if step.rate_basis not in PER_CYCLE:
        return False
    pairs = session.execute(
        select(ToolItem.tool_type_id, ToolItem.item_id).where(
            ToolItem.tool_type_id.in_([use.tool_type for use in step.tools])
        )
    ).all()
    return any(
        items <= {item for kind, item in pairs if kind == use.tool_type} for use in step.tools
    )


def _places(session: Session, ids: Sequence[int]) -> Places:
    plan = working_plan(session)
    if plan is None:
        return ()
    rows = session.scalars(
        select(Placement)
        .where(Placement.plan_id == plan.id, Placement.operation_id.in_(ids))
        .order_by(Placement.operation_id)
    )
    return tuple((row.operation_id, spot_of_row(row)) for row in rows)


def _replace_places(
    session: WritingSession, ids: Sequence[int], before: Places, after: Places
) -> None:
    plan = working_plan(session, lock=True)
    if plan is None:
        return
    if _places(session, ids) != before:
        raise Conflict(message("planning.plan_changed"))
    remove_spots(session, plan.id, ids)
    forget_reasons(session, plan.id, list(ids))
    write_spots(session, plan.id, dict(after))
    session.log_rows("placement", ids, "replace")
    waiting = set(ids) - {number for number, _ in after}
    mark_unscheduled(session, sorted(waiting))
