"""Recurring duties by hand: the rule of the catalogue, day by day, and the same duties laid into a warehouse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from readiness.clocks import load_definitions
from readiness.clocks.building import in_order
from readiness.clocks.knowledge import load_calendar
from readiness.clocks.limits import TYPES as LIMIT_TYPES
from readiness.profile import WorkingDays
from readiness.warehouse import Warehouse

FIRST_COMPLETE = date(2025, 1, 1)
AS_AT = date(2025, 7, 31)
UNITS = {"each_10_working_days": ("working_days", 10), "each_10_days": ("days", 10), "each_month": ("months", 1)}
BANK_HOLIDAYS = {
    date(2024, 12, 25), date(2024, 12, 26), date(2025, 1, 1), date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 5),
    date(2025, 5, 26), date(2025, 8, 25), date(2025, 12, 25), date(2025, 12, 26),
}  # fmt: skip
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Duty:
    """One duty. pauses are ranges of days, both ends included; weekly is a range in which a limit of 7 days applies."""

    clock: str
    from_on: date | None
    until_on: date | None = None
    done: Sequence[date] = ()
    pauses: Sequence[tuple[date, date]] = ()
    weekly: tuple[date, date] | None = None


@dataclass
class ByHand:
    """The slots of one duty, worked out by walking through the days."""

    duty: Duty
    as_at: date = AS_AT
    slots: list[tuple] = field(default_factory=list)

    def __post_init__(self) -> None:
        duty = self.duty
        self.paused = {day for first, last in duty.pauses for day in days_between(first, last)}
        self.is_over = duty.until_on is not None and duty.until_on <= self.as_at
        self.horizon = duty.until_on - DAY if self.is_over else self.as_at
        was_running = duty.from_on is None or duty.from_on < FIRST_COMPLETE
        self.start = FIRST_COMPLETE if was_running else duty.from_on
        if self.start > self.horizon:
            return
        self.done = sorted(
            {day for day in duty.done if self.start < day <= self.horizon or (was_running and day == self.start)}
        )
        anchor = self.start
        if was_running:
            in_first_interval = [day for day in self.done if day <= self.window(anchor, 1)[1]]
            anchor = in_first_interval[0] if in_first_interval else anchor
        while anchor is not None:
            anchor = self.walk(anchor)

    def walk(self, anchor: date) -> date | None:
        """Add the slots that are counted from `anchor`; give the next anchor, None at the end."""
        missed: list[date] = []
        after, place = anchor, 1
        while True:
            due, last = self.window(anchor, place)
            done = [day for day in self.done if after < day <= last]
            if done and place == 1:
                if due > self.horizon:
                    return self.run(due)
                self.slots.append((due, "in_time", done[0]))
                return done[-1]
            if done:
                self.slots += [(missed_on, "late", done[0]) for missed_on in missed]
                return done[-1]
            is_open = due > self.horizon or (not self.is_over and self.as_at <= last)
            if is_open:
                self.slots += [(missed_on, "overdue", None) for missed_on in missed]
                return self.run(due) if place == 1 and (due > self.horizon or not self.is_over) else None
            missed.append(due)
            after, place = last, place + 1

    def run(self, due: date) -> None:
        if not self.is_over:
            self.slots.append((due, "running", None))

    def window(self, anchor: date, place: int) -> tuple[date, date]:
        """The due date of a window, the first day on which the count reaches its end, and its last day."""
        unit, value = UNITS[self.duty.clock]
        if self.duty.weekly and self.duty.weekly[0] <= anchor < self.duty.weekly[1]:
            unit, value = "days", 7
        wanted = (months_after(anchor, place * value) - anchor).days if unit == "months" else place * value
        day, count, due = anchor, 0, None
        while True:
            counts = self.is_working_day(day + DAY) if unit == "working_days" else day + DAY not in self.paused
            if counts and count == wanted:
                return due, day
            day, count = day + DAY, count + counts
            if count == wanted and due is None:
                due = day

    @staticmethod
    def is_working_day(day: date) -> bool:
        return day.weekday() < 5 and day not in BANK_HOLIDAYS


def days_between(first: date, last: date) -> Iterable[date]:
    return (first + n * DAY for n in range((last - first).days + 1))


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    return min(first + (day.day - 1) * DAY, last)


def slots_by_sql(warehouse: Warehouse, duties: Sequence[Duty], as_at: date = AS_AT) -> list[list[tuple]]:
    """The slots of each duty as the shared SQL finds them: (due_on, outcome, stopped_on), by due date."""
    load(warehouse, duties, as_at)
    for table, selects in recurring_tables():
        warehouse.create_table(table, *selects)
    found = warehouse.query("select subject_id, due_on, outcome, stopped_on from clocks.recurring_spans")
    slots: list[list[tuple]] = [[] for _ in duties]
    for row in found.itertuples():
        stopped = None if pd.isna(row.stopped_on) else pd.Timestamp(row.stopped_on).date()
        slots[int(row.subject_id)].append((pd.Timestamp(row.due_on).date(), row.outcome, stopped))
    return [sorted(each, key=lambda slot: slot[0]) for each in slots]


def recurring_tables() -> list[tuple[str, Sequence[str]]]:
    marts = {mart.words.table: (mart.query,) for mart in load_definitions().marts.values()}
    return in_order(marts, ["clocks.recurring_spans"])


def load(warehouse: Warehouse, duties: Sequence[Duty], as_at: date) -> None:
    load_calendar(warehouse, WorkingDays(), as_at)
    numbered = list(enumerate(duties))
    rows = [(d.clock, str(n), None, None, None, d.from_on, d.until_on, None) for n, d in numbered]
    names = ["clock", "subject_id", "child_id", "worker_id", "team_id", "duty_from_on", "duty_until_on"]
    _table(warehouse, "clocks.duty_rows", [*names, "left_out_reason"], rows)
    rows = [(d.clock, str(n), day, False) for n, d in numbered for day in d.done]
    _table(warehouse, "clocks.events", ["clock", "subject_id", "done_on", "is_quarantined"], rows)
    rows = [(d.clock, str(n), *pause) for n, d in numbered for pause in d.pauses]
    _table(warehouse, "clocks.pauses", ["clock", "subject_id", "from_on", "to_on"], rows)
    rows = [(d.clock, str(n), "weekly", *d.weekly) for n, d in numbered if d.weekly]
    _table(warehouse, "clocks.case_kinds", ["clock", "subject_id", "case_kind", "from_on", "until_on"], rows)
    ladder = [
        (clock, None, None, None, value, unit, "test", True, None, None, None) for clock, (unit, value) in UNITS.items()
    ]
    ladder += [(clock, "weekly", None, None, 7, "days", "test", True, None, None, None) for clock in UNITS]
    warehouse.load("known.limits", pd.DataFrame(ladder, columns=list(LIMIT_TYPES)), LIMIT_TYPES)
    _table(warehouse, "known.first_complete", ["clock", "first_on"], [(clock, FIRST_COMPLETE) for clock in UNITS])
    _table(warehouse, "known.moment", ["as_at_on"], [(as_at,)])


def _table(warehouse: Warehouse, table: str, names: list[str], rows: list[tuple]) -> None:
    types = dict.fromkeys(names, "text") | {name: "date" for name in names if name.endswith("_on")}
    types |= {name: "boolean" for name in names if name.startswith("is_")}
    warehouse.load(table, pd.DataFrame(rows, columns=names, dtype=object), types)
