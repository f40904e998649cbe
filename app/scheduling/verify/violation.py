"""What a broken rule is called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.core.messages import Message


class ViolationCode(StrEnum):
    """One code per rule; its sentence is ``verify.<code>`` of the message catalogue."""

    # the schedule as a document
    UNKNOWN_RECORD = "unknown_record"
    UNSORTED = "unsorted"
    PLACED_TWICE = "placed_twice"
    PLACED_AND_UNPLACED = "placed_and_unplaced"
    MISSING = "missing"
    NO_REASON = "no_reason"
    TIMES_OUT_OF_ORDER = "times_out_of_order"
    SEGMENTS_MALFORMED = "segments_malformed"
    # work: setup, run and pauses
    FORBIDDEN_CHANGEOVER = "forbidden_changeover"
    WORK_AMOUNT = "work_amount"
    RUN_START = "run_start"
    MACHINE_CLOSED = "machine_closed"
    TOOL_CLOSED = "tool_closed"
    PAUSE_FORBIDDEN = "pause_forbidden"
    PAUSE_WHILE_OPEN = "pause_while_open"
    TURN_BROKEN = "turn_broken"
    # machines
    MACHINE_OVERLAP = "machine_overlap"
    MACHINE_OVERLOADED = "machine_overloaded"
    BATCH_OVERLAP = "batch_overlap"
    BATCH_OVERLOADED = "batch_overloaded"
    BATCH_MIXED = "batch_mixed"
    BATCH_NOT_ALIKE = "batch_not_alike"
    START_HOURS = "start_hours"
    FIRST_PIECE = "first_piece"
    # tools
    TOOLS_WRONG = "tools_wrong"
    TOOL_OVERLAP = "tool_overlap"
    POOL_OVERLOADED = "pool_overloaded"
    TOOL_LIFE = "tool_life"
    TOOL_SERVICE = "tool_service"
    TOOL_HOLD_BROKEN = "tool_hold_broken"
    # people
    CREW_SHORT = "crew_short"
    CREW_UNQUALIFIED = "crew_unqualified"
    CREW_UNASKED = "crew_unasked"
    CREW_OFF_SHIFT = "crew_off_shift"
    CREW_OVERLAP = "crew_overlap"
    CREW_HANDOVER = "crew_handover"
    CREW_CHANGED = "crew_changed"
    OVERTIME_CAP = "overtime_cap"
    # dates, links and what people have fixed
    BEFORE_NOW = "before_now"
    BEFORE_RELEASE = "before_release"
    AFTER_LATEST_START = "after_latest_start"
    STARTED_CHANGED = "started_changed"
    PIN_MACHINE = "pin_machine"
    PIN_START = "pin_start"
    FROZEN_MACHINE = "frozen_machine"
    FROZEN_START = "frozen_start"
    PREDECESSOR_UNPLACED = "predecessor_unplaced"
    MIN_LAG = "min_lag"
    MAX_LAG = "max_lag"
    TRANSFER_START = "transfer_start"
    TRANSFER_END = "transfer_end"
    # materials
    MATERIAL_SHORT = "material_short"


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule; ``operations`` are the positions of those involved."""

    code: ViolationCode
    message: Message
    operations: tuple[int, ...] = ()
