"""A fixture of the planner frePPLe (a list of Django records) as rows of our workbook.

What its model has and ours has not, and what is assumed instead:

* *Buffers, distributions, several sites.* Our stock is one pool per plant. Stock of every location
  is brought in under its name; the days it takes to ship from the factory to where a demand is
  delivered become the customer's transit days. Distribution orders under way are left out.
* *Planned purchases.* frePPLe proposes them; ours plans with what is ordered. What all open demands
  need of a bought item beyond stock and orders is added as one purchase, rounded to the supplier's
  sizes, that arrives after his lead time. (Stock of parts made here is not netted.)
* *Operations without a machine.* A step that loads nothing but people is made at a place
  ``<location> (no machine)`` with room for everything. A step that loads nothing at all (the drying
  of varnish, six hours) is a wait: the step before gets it as its least wait, by the clock, and a
  minute at that place ends it, because a wait needs a step that waits. frePPLe lets it dry on
  working days only; here it also dries on Sundays.
* *A pool of people asked for without a skill* (``operators``): every member is given a skill of the
  pool's name. frePPLe's people are reserved for whole operations; ours hand over at shift ends.
* *Calendars* are values over time with priorities; a day with a value is a shift of 24 hours, a
  dated bucket of zero a holiday. A resource's calendar also obeys its location's.
* *Items* carry no unit, no category of ours and no source: piece; produced = made, else bought.
* *Priorities* begin at 0 or 1 and have no end: one more, at most 9. Closed demands are history.
* *Batch sizes, fences, costs, alternatives, times of transport, reports and users* are left out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Rows = dict[str, list[Row]]

ALWAYS = "always"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ROOM = 99


class Frepple:
    """The records of a fixture by model and name; ``rows()`` are those of our workbook."""

    def __init__(self, path: Path) -> None:
        self.of: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        for record in json.loads(path.read_text(encoding="utf-8")):
            fields = {key.removesuffix("_id"): value for key, value in record["fields"].items()}
            model = record["model"].partition(".")[2]
            name = fields.get("name", record.get("pk")) or str(len(self.of[model]))
            self.of[model][str(name)] = fields | {"name": str(name)}
        self.now = datetime.fromisoformat(self.of["parameter"]["currentdate"]["value"])
        self.steps = self._steps()
        self.loads = self._grouped("operationresource", "operation")
        self.flows = self._grouped("operationmaterial", "operation")
        self.people = self._people()
        self.rows_of: defaultdict[str, list[Row]] = defaultdict(list)

    def rows(self) -> Rows:
        """Everything as a planner would type it, sheet by sheet."""
        self._calendars()
        self._machines()
        self._operators()
        self._items()
        self._routings()
        self._suppliers()
        self._stock()
        self._customers()
        self._orders()
        return dict(self.rows_of)

    # ------------------------------------------------------------ what belongs together

    def _grouped(self, model: str, by: str) -> defaultdict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.of[model].values():
            found[row[by]].append(row)
        return found

    def _steps(self) -> dict[str, list[Row]]:
        """Item → its operations in order: those of a routing, or the one operation."""
        owned = self._grouped("demand", "item")
        found: dict[str, list[Row]] = {}
        for operation in self.of["operation"].values():
            if operation.get("owner"):
                continue
            item = operation.get("item") or next(
                (name for name, demands in owned.items()
                 if any(d.get("operation") == operation["name"] for d in demands)), None
            )  # fmt: skip
            parts = [o for o in self.of["operation"].values()
                     if o.get("owner") == operation["name"]]  # fmt: skip
            if item is not None:
                found[item] = sorted(parts, key=lambda o: o["priority"]) or [operation]
        return found

    def _people(self) -> dict[str, str]:
        """Member → pool, for pools that stand for people."""
        return {
            row["name"]: row["owner"] for row in self.of["resource"].values() if row.get("owner")
        }

    def _machine(self, step: Row) -> str | None:
        """The machine a step loads; None if it loads people or nothing."""
        pools = set(self.people.values())
        return next((load["resource"] for load in self.loads[step["name"]]
                     if load["resource"] not in pools), None)  # fmt: skip

    def _crew(self, step: Row) -> Row:
        pools = set(self.people.values())
        for load in self.loads[step["name"]]:
            if load["resource"] in pools:
                skill = load.get("skill") or load["resource"]
                return {"run_skill": skill, "run_heads": int(float(load["quantity"]))}
        return {}

    # ------------------------------------------------------------ sheets

    def _calendars(self) -> None:
        for weekday in range(1, 8):
            self._shift(ALWAYS, weekday)
        for calendar in self.of["calendar"]:
            buckets = [b for b in self.of["calendarbucket"].values() if b["calendar"] == calendar]
            usual = [b for b in buckets if b["value"] > 0]
            if all(all(b[day] for day in _WEEKDAYS) for b in usual):
                continue  # open whenever its location is
            for number, day in enumerate(_WEEKDAYS, 1):
                if any(b[day] for b in usual):
                    self._shift(calendar, number)
            for bucket in buckets:
                if bucket["value"] == 0:
                    self._off(calendar, bucket, "放假")

    def _shift(self, calendar: str, weekday: int) -> None:
        self.rows_of["Shifts"].append({"calendar": calendar, "weekday": weekday, "shift": "day",
                                       "start": "00:00", "end": "24:00"})  # fmt: skip

    def _off(self, scope: str, bucket: Row, kind: str) -> None:
        first, after = (_day(bucket[key]) for key in ("startdate", "enddate"))
        last = after - timedelta(days=1)
        self.rows_of["Exceptions"].append({"scope": scope, "from": first, "to": last, "kind": kind})

    def _calendar_of(self, location: str | None) -> str:
        calendar = self.of["location"].get(location or "", {}).get("available")
        return calendar or ALWAYS

    def _machines(self) -> None:
        pools = set(self.people.values())
        for row in self.of["resource"].values():
            if row["name"] in pools or row["name"] in self.people:
                continue
            capacity = self._capacity(row)
            self.rows_of["Machines"].append(
                {"machine_code": row["name"], "name": row["name"], "work_centre": row["name"],
                 "kind": "容量" if capacity > 1 else "单台", "capacity": capacity,
                 "calendar": self._calendar_of(row.get("location"))}
            )  # fmt: skip
        for place in self._places():
            self.rows_of["Machines"].append(
                {"machine_code": place, "name": place, "work_centre": place, "kind": "容量",
                 "capacity": _ROOM, "calendar": self._calendar_of(place.removesuffix(NO_MACHINE))}
            )  # fmt: skip

    def _places(self) -> list[str]:
        locations = {step["location"] for steps in self.steps.values() for step in steps
                     if self._machine(step) is None}  # fmt: skip
        return sorted(f"{location}{NO_MACHINE}" for location in locations)

    def _capacity(self, resource: Row) -> int:
        buckets = [b["value"] for b in self.of["calendarbucket"].values()
                   if b["calendar"] == resource.get("maximum_calendar")]  # fmt: skip
        return int(max(buckets, default=float(resource["maximum"])))

    def _operators(self) -> None:
        skills = self._grouped("resourceskill", "resource")
        for name, pool in self.people.items():
            named = [row["skill"] for row in skills[name]]
            location = self.of["resource"][name].get("location")
            self.rows_of["Operators"].append(
                {"badge": name, "name": name, "calendar": self._calendar_of(location),
                 "skills": ";".join([*named, pool])}
            )  # fmt: skip
            for bucket in self.of["calendarbucket"].values():
                own = self.of["resource"][name].get("maximum_calendar")
                if bucket["calendar"] == own and bucket["value"] == 0:
                    self._off(name, bucket, "请假")

    def _items(self) -> None:
        owners = {row.get("owner") for row in self.of["item"].values()}
        sold = {row["item"] for row in self.of["demand"].values()}
        for row in self.of["item"].values():
            if row["name"] in owners:
                continue
            made = row["name"] in self.steps
            category = "成品" if row["name"] in sold else "半成品" if made else "原料"
            self.rows_of["Items"].append(
                {"item_code": row["name"], "name": row["name"], "category": category,
                 "base_unit": "pc", "source": "自制" if made else "采购",
                 "standard_cost": row.get("cost")}
            )  # fmt: skip

    def _routings(self) -> None:
        for item, steps in self.steps.items():
            number = 0
            for place, step in enumerate(steps):
                number += 10
                after = steps[place + 1] if place + 1 < len(steps) else None
                self._step(item, number, step, after)
                for flow in self.flows[step["name"]]:
                    if flow["quantity"] < 0:
                        self.rows_of["BOM"].append(
                            {"parent_code": item, "component_code": flow["item"],
                             "quantity": -flow["quantity"], "consumed_at_step": number}
                        )  # fmt: skip

    def _step(self, item: str, number: int, step: Row, after: Row | None) -> None:
        nobody = not self.loads[step["name"]]
        centre = self._machine(step) or f"{step['location']}{NO_MACHINE}"
        row: Row = {"item_code": item, "step_no": number, "step_name": step["name"],
                    "work_centre": centre, **self._crew(step)}  # fmt: skip
        if nobody:
            row |= {"rate": 1, "rate_basis": "固定分"}
        elif step["type"] == "time_per":
            row |= {"rate": step["duration_per"].removesuffix(".0"), "rate_basis": "秒/件",
                    "setup_min": float(step["duration"]) / 60}  # fmt: skip
        else:
            row |= {"rate": _minutes(step), "rate_basis": "固定分"}
        if after is not None and not self.loads[after["name"]]:
            row |= {"min_wait": f"{_minutes(after)}分", "wait_clock": "自然时间"}
        self.rows_of["Routings"].append(row)

    def _suppliers(self) -> None:
        for name in self.of["supplier"]:
            self.rows_of["Suppliers"].append({"supplier_code": name, "name": name})
        for row in self.of["itemsupplier"].values():
            self.rows_of["SupplierItems"].append(
                {"supplier_code": row["supplier"], "item_code": row["item"],
                 "lead_time_days": round(float(row["leadtime"]) / 86_400),
                 "min_quantity": row["sizeminimum"], "priority": row["priority"]}
            )  # fmt: skip
        for row in self.of["operationplan"].values():
            if row["type"] == "PO":
                self.rows_of["Receipts"].append(
                    {"po_line": f"{row['reference']}-1", "supplier": row["supplier"],
                     "item_code": row["item"], "open_quantity": row["quantity"],
                     "confirmed_date": _day(row["enddate"]), "confirmed": "是"}
                )  # fmt: skip
        self._purchases()

    def _purchases(self) -> None:
        """What is short of bought items, ordered now from the preferred supplier."""
        for item, quantity in self._needs().items():
            terms = [row for row in self.of["itemsupplier"].values() if row["item"] == item]
            there = sum(row["onhand"] for row in self.of["buffer"].values() if row["item"] == item)
            ordered = sum(row["quantity"] for row in self.of["operationplan"].values()
                          if row["type"] == "PO" and row["item"] == item)  # fmt: skip
            short = quantity - there - ordered
            if item in self.steps or short <= 0 or not terms:
                continue
            best = min(terms, key=lambda row: row["priority"])
            lot = best.get("sizemultiple", 1)
            days = timedelta(seconds=float(best["leadtime"]))
            self.rows_of["Receipts"].append(
                {"po_line": f"PLAN {item}-1", "supplier": best["supplier"], "item_code": item,
                 "open_quantity": max(best["sizeminimum"], -(-short // lot) * lot),
                 "confirmed_date": (self.now + days).date(), "confirmed": "否"}
            )  # fmt: skip

    def _needs(self) -> dict[str, float]:
        """Every item that the open demands need, all levels down."""
        needs: defaultdict[str, float] = defaultdict(float)
        waiting = [(row["item"], float(row["quantity"])) for row in self.open_demands()]
        while waiting:
            item, quantity = waiting.pop()
            needs[item] += quantity
            for step in self.steps.get(item, ()):
                used = [flow for flow in self.flows[step["name"]] if flow["quantity"] < 0]
                waiting += [(flow["item"], -flow["quantity"] * quantity) for flow in used]
        return dict(needs)

    def _stock(self) -> None:
        for row in self.of["buffer"].values():
            if row["onhand"] > 0:
                self.rows_of["Stock"].append(
                    {"item_code": row["item"], "location": row["location"],
                     "quantity": row["onhand"], "counted_on": self.now.date()}
                )  # fmt: skip

    def _customers(self) -> None:
        for name in sorted({row["customer"] for row in self.of["demand"].values()}):
            days = max(self._days_from_factory(row["location"])
                       for row in self.open_demands() if row["customer"] == name)  # fmt: skip
            self.rows_of["Customers"].append({"customer_code": name, "short_name": name,
                                              "transit_days": days, "safety_days": 0})  # fmt: skip

    def _days_from_factory(self, location: str) -> int:
        """Days to ship to a location from where things are made, along the distributions."""
        days = 0
        while True:
            ways = [row for row in self.of["itemdistribution"].values()
                    if row["location"] == location]  # fmt: skip
            if not ways:
                return days
            days += round(max(float(row["leadtime"]) for row in ways) / 86_400)
            location = ways[0]["origin"]

    def open_demands(self) -> Iterable[Row]:
        return [row for row in self.of["demand"].values() if row.get("status", "open") == "open"]

    def _orders(self) -> None:
        for row in self.open_demands():
            self.rows_of["Orders"].append(
                {"order_no": row["name"], "customer": row["customer"], "item_code": row["item"],
                 "quantity": row["quantity"], "requested": datetime.fromisoformat(row["due"]),
                 "kind": "到货", "priority": min(int(row["priority"]) + 1, 9), "state": "已审核"}
            )  # fmt: skip


NO_MACHINE = " (no machine)"


def _day(text: str) -> date:
    return datetime.fromisoformat(text).date()


def _minutes(step: Row) -> int:
    return round(float(step["duration"]) / 60)
