"""The order book of the demo plant and what of it is already made."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.services.demo import catalogue as cat

Rows = list[dict[str, object]]

# Customer class: lines per order, pieces per line, days asked, share of customer orders.
_CLASSES = {
    "wholesale": ((4, 8), (34, 200), (12, 18), 34),
    "decorator": ((2, 4), (24, 130), (8, 12), 30),
    "project": ((2, 4), (150, 200), (20, 35), 8),
    "shop": ((1, 2), (5, 14), (4, 6), 22),
}
_LARGEST_LOT = 200  # pieces: fits one oven batch
_BOTTLENECK = ("HX-15-W", "HX-15-W", "HX-15-G", "HX-15-W", "HX-15-C", "HX-15-W", "HX-15-G",
               "HX-15-W", "HX-15-W")  # fmt: skip
"""The nine orders of the pattern with three usable moulds."""
PIECES_PER_DAY = 700


@dataclass
class Draft:
    """One production order on its way into the book; ``due`` in days from now."""

    customer: str
    kind: str
    item: str
    pattern: cat.Pattern
    colour: str
    quantity: int
    due: float
    lead: int
    number: str = ""
    sales_line: str = ""
    state: str = "已审核"
    parent: str = ""
    unit: str = ""
    priority: int = 5
    remark: str = ""
    progress: Rows = field(default_factory=list)

    @property
    def line(self) -> bool:
        return self.pattern.kind == "line"


def order_sheets(now: datetime, dice: random.Random, count: int) -> dict[str, Rows]:
    """Sheets Orders and OrderProgress: ``count`` open orders, about seventy of them begun."""
    drafts = _draft_orders(dice, count)
    _spread_due_dates(drafts, dice)
    _number(drafts, now)
    _give_states(drafts, dice)
    _Begun(now, dice).give_progress(drafts)
    return {
        "Orders": [_order_row(draft, now) for draft in drafts],
        "OrderProgress": [row for draft in drafts for row in draft.progress],
    }


# ---------------------------------------------------------------- what is ordered


def _draft_orders(dice: random.Random, count: int) -> list[Draft]:
    drafts = _bottleneck_orders(dice, max(1, count // 300)) + _columns(dice)
    sales = 0
    while len(drafts) < count:
        sales += 1
        drafts += list(_sales_order(dice, sales))[: count - len(drafts)]
    return drafts


def _bottleneck_orders(dice: random.Random, times: int) -> list[Draft]:
    rose = next(p for p in cat.LINES if p.code == "HX-15")
    customers = [c[0] for c in cat.CUSTOMERS[:12]]
    return [
        Draft(dice.choice(customers), "正常", item, rose, item[-1], dice.randint(55, 80), 0, 14)
        for item in _BOTTLENECK * times
    ]


def _columns(dice: random.Random) -> list[Draft]:
    """Two columns for a hotel: the set, and an order for each of its parts."""
    shaft, capital, base = cat.COLUMN_PARTS
    whole = Draft("C13", "正常", "LZ-200", base, "", 2, 0, 25, unit="套", remark="成套发货")
    parts = [
        Draft("", "正常", part.code, part, "", quantity, 0, 25, parent="LZ-200")
        for part, quantity in ((shaft, 4), (capital, 2), (base, 2))
    ]
    return [whole, *parts]


def _sales_order(dice: random.Random, number: int) -> Iterator[Draft]:
    names = list(_CLASSES)
    kind = dice.choices(names, [_CLASSES[n][3] for n in names])[0]
    customer = dice.choice([c for c in cat.CUSTOMERS if c[3] == kind])[0]
    (fewest, most), pieces, (soonest, latest), _ = _CLASSES[kind]
    lead = dice.randint(soonest, latest)
    order_type = dice.choices(("正常", "加急", "样品", "补单"), (88, 6, 3, 3))[0]
    for line in range(1, dice.randint(fewest, most) + 1):
        for draft in _sales_line(dice, customer, order_type, pieces, lead):
            draft.sales_line = f"XS26-{number:03}-{line}"
            draft.unit = draft.unit or _ordered_unit(dice, kind, draft)
            if draft.unit == "箱":
                boxes = max(1, round(draft.quantity / draft.pattern.pack))
                draft.quantity = boxes * draft.pattern.pack
            yield draft


def _sales_line(dice: random.Random, customer: str, order_type: str, pieces: tuple[int, int],
                lead: int) -> Iterator[Draft]:  # fmt: skip
    patterns = [*cat.LINES, *cat.ORNAMENTS, cat.CORNER_A]
    pattern = dice.choices(patterns, [p.share for p in patterns])[0]
    colour = dice.choices(pattern.colours, [7, 2, 1][: len(pattern.colours)])[0]
    if order_type in ("样品", "补单"):
        pieces, lead = (1, 10), dice.randint(2, 4)
    low, high = (math.log(p) for p in pieces)
    wanted = round(math.exp(dice.uniform(low, high)))
    if pattern.kind != "line":
        yield from _ornament_lots(dice, pattern, customer, order_type, colour, lead)
        return
    if colour != "W":
        wanted = min(wanted, 60)
    if pattern.family == "客供花线":
        wanted = min(wanted, 40)  # customers' moulds wear out soon
    yield Draft(customer, order_type, f"{pattern.code}-{colour}", pattern, colour,
                min(wanted, _LARGEST_LOT), 0, lead)  # fmt: skip


def _ornament_lots(dice: random.Random, pattern: cat.Pattern, customer: str, order_type: str,
                   colour: str, lead: int) -> Iterator[Draft]:  # fmt: skip
    """A lot of an ornament is what its moulds pour from one mix."""
    code = pattern.code
    if code == "JH-A":
        code = f"JH-A-{dice.choice('LR')}"
    for _ in range(dice.choice((1, 1, 2))):
        lot = dice.randint(max(1, pattern.copies_usable // 2), pattern.copies_usable)
        yield Draft(customer, order_type, f"{code}-{colour}", pattern, colour, lot, 0, lead)


def _ordered_unit(dice: random.Random, kind: str, draft: Draft) -> str:
    if not draft.line:
        return "件"
    if kind in ("decorator", "project"):
        return "米"
    return "箱" if kind == "wholesale" and dice.random() < 0.4 else "支"


# ---------------------------------------------------------------- when, which number, which state


def _spread_due_dates(drafts: list[Draft], dice: random.Random) -> None:
    """Due dates that follow the plant's output: what is promised can mostly be made.

    Sales orders are lined up by how soon their class asks, and each gets the day on which the
    book up to it is made at ``PIECES_PER_DAY``, give or take; so one line in eight comes late.
    """
    groups: dict[str, list[Draft]] = {}
    for index, draft in enumerate(drafts):
        groups.setdefault(draft.sales_line[:8] or f"alone {index}", []).append(draft)
    order = sorted(groups.values(), key=lambda g: g[0].lead * dice.uniform(0.5, 1.2))
    made = 0.0
    for group in order:
        made += sum(d.quantity for d in group)
        day = 3.0 + made / PIECES_PER_DAY * 7 / 6
        due = max(1.0, day + dice.gauss(-2.1, 3.0))
        for draft in group:
            # Nobody promises an ornament sooner than it dries.
            draft.due = due if draft.line else max(5.0, due)
    for draft in drafts:
        if draft.parent or draft.item == "LZ-200":
            draft.due = 18 if draft.parent else 21


def _number(drafts: list[Draft], now: datetime) -> None:
    drafts.sort(key=lambda d: (d.due, d.item))
    series = {"样品": "SP", "补单": "BD"}
    for index, draft in enumerate(drafts, 1):
        draft.number = f"{series.get(draft.kind, 'MO')}{now:%y%m}-{index:04}"
        draft.priority = 2 if draft.kind == "加急" else 5
    whole = next(d for d in drafts if d.item == "LZ-200")
    for draft in drafts:
        if draft.parent:
            draft.parent = whole.number


def _give_states(drafts: list[Draft], dice: random.Random) -> None:
    """Soonest due: done, in production, released; the rest approved; some drafts, some held."""
    share = len(drafts) / 300
    free = [d for d in drafts if d.line and d.colour and not d.parent and d.pattern.code != "HX-15"]
    for draft in free[: round(5 * share)]:
        draft.state = "已完工"
    begun = free[round(5 * share) : round(73 * share)]
    for draft in begun:
        draft.state = "生产中"
    rest = [d for d in drafts if d.state == "已审核" and d not in begun]
    for draft in rest[: round(56 * share)]:
        draft.state = "已下达"
    late = [d for d in rest[round(56 * share) :] if not d.parent and d.item != "LZ-200"
            and d.pattern.code != "HX-15"]  # fmt: skip
    chosen = dice.sample(late, min(len(late), round(21 * share)))
    for index, draft in enumerate(chosen):
        draft.state = "草稿" if index < len(chosen) * 2 // 3 else "挂起"
        draft.remark = (
            "" if draft.state == "草稿" else dice.choice(("等图纸", "等定金", "质量待定"))
        )


def _order_row(draft: Draft, now: datetime) -> dict[str, object]:
    due = (now + timedelta(days=draft.due)).date()
    if due.weekday() == 6:
        due += timedelta(days=1)
    customer = next((c for c in cat.CUSTOMERS if c[0] == draft.customer), None)
    # The engine aims at the internal due: requested arrival less transit less safety days.
    ahead = customer[5] + {"A": 2, "B": 1, "C": 0}[customer[4]] if customer else 0
    ordered = now - timedelta(days=max(1, round(draft.lead - draft.due)) if draft.lead else 5)
    return {
        "order_no": draft.number, "sales_order_line": draft.sales_line or None,
        "type": draft.kind, "customer": draft.customer or None,
        "customer_po": f"PO-{draft.sales_line[5:8]}" if draft.sales_line else None,
        "item_code": draft.item, "quantity": _in_unit(draft), "unit": draft.unit or draft.pattern.unit,
        "order_date": f"{ordered:%Y-%m-%d}", "requested": f"{due + timedelta(days=ahead):%Y-%m-%d}",
        "kind": "到货", "priority": draft.priority, "state": draft.state,
        "parent_order": draft.parent or None, "remark": draft.remark or None,
        "requirements": "加急,按时装车" if draft.kind == "加急" else None,
    }  # fmt: skip


def _in_unit(draft: Draft) -> object:
    """The ordered quantity in the ordered unit; metres are asked in whole pieces of 2.5 m."""
    if draft.unit == "米":
        return f"{draft.quantity * 2.5:g}"
    return draft.quantity // draft.pattern.pack if draft.unit == "箱" else draft.quantity


# ---------------------------------------------------------------- what is already made


class _Begun:
    """Opening progress: where the orders in production stand, and what runs at this moment."""

    def __init__(self, now: datetime, dice: random.Random) -> None:
        self.now, self.dice = now, dice
        self._copy_used: dict[str, int] = {}
        self._running = {20: ["CT-01", "CT-02", "CT-04", "CT-05"], 50: ["CL-01"],
                         60: ["FB-01", "FB-02"], 70: ["QC-01"], 80: ["PK-01"]}  # fmt: skip

    def give_progress(self, drafts: list[Draft]) -> None:
        """Orders due sooner are further on; nine are being worked on now."""
        begun = [d for d in drafts if d.state == "生产中"]
        for index, draft in enumerate(begun):
            steps = self.steps(draft)
            reached = len(steps) - 1 - index * (len(steps) - 1) // len(begun)
            self._advance(draft, steps, max(1, min(reached, len(steps) - 1)))
        for draft in drafts:
            if draft.state == "已完工":
                for step in self.steps(draft):
                    self._report(draft, step, draft.quantity)

    @staticmethod
    def steps(draft: Draft) -> list[int]:
        paint = [65, 66, 67] if draft.colour in ("G", "C") else []
        return [10, 20, 30, 40, 50, 60, *paint, 70, 80]

    def _advance(self, draft: Draft, steps: list[int], reached: int) -> None:
        good = draft.quantity
        for step in steps[:reached]:
            self._report(draft, step, good)
        self._start(draft, steps[reached], good)

    def _report(self, draft: Draft, step: int, good: int) -> None:
        draft.progress.append({"order_no": draft.number, "step_no": step, "good": good})

    def _start(self, draft: Draft, step: int, quantity: int) -> None:
        """Work on the step now, if one of the few running places is free and it is a line."""
        places = self._running.get(step, [])
        if not places or draft.pattern.code in ("HX-15", "HX-18"):
            return
        row: dict[str, object] = {"order_no": draft.number, "step_no": step, "running": "是"}
        if step == 20:
            copies = self._copies(draft)
            if not copies:
                return
            half = min(quantity - 1, 2 * len(copies))
            row |= {"tool_copies": ";".join(copies), "good": half, "remaining": quantity - half}
            began = timedelta(minutes=60 + 52 * 2)
        else:
            half = quantity // 2
            row |= {"good": half, "remaining": quantity - half}
            began = timedelta(minutes=30 + self.dice.randrange(20))
        row |= {"started_at": f"{self.now - began:%Y-%m-%d %H:%M}", "location": places.pop(0)}
        draft.progress.append(row)

    def _copies(self, draft: Draft) -> list[str]:
        """Numbers of the copies that hang, each in one place only."""
        first = self._copy_used.get(draft.pattern.code, 0)
        wanted = min(6, draft.pattern.copies // 2, draft.quantity)
        if first + wanted > draft.pattern.copies - 1:
            return []
        self._copy_used[draft.pattern.code] = first + wanted
        return [str(n) for n in range(first + 1, first + wanted + 1)]
