"""Which events are rare ones, and their place among the cases: marts.rare_events."""

from datetime import date, datetime

import pandas as pd

from readiness.profile import Profile
from tests.clocks.history import FIRST_COMPLETE, batches, count, records

AS_AT = date(2025, 4, 10)
INDICATORS = ("contact_decision_in_time", "police_contact_decision_in_time", "system_unavailable_minutes")
PROFILE = Profile(
    name="Testshire", inspection="none", first_complete_month={**FIRST_COMPLETE, "system_outages": "2025-01"}
)


def contact(id: str, child: str, received: datetime, decided: datetime | None, source: str = "1A") -> dict:
    return {
        "contact_id": id,
        "child_id": child,
        "source_code": source,
        "contact_on": received.date(),
        "received_on": received.date(),
        "received_at": received,
        "decided_on": decided and decided.date(),
        "decided_at": decided,
    }


def counted(warehouse, *contacts: dict, outages: tuple[dict, ...] = ()) -> list[tuple]:
    """The rows of marts.rare_events: (event, month's end or not, day, place)."""
    batches(warehouse, AS_AT)
    known = {"known_from": AS_AT}
    parts = {
        "contacts": ("contact_id", "child_id", "source_code", "contact_on"),
        "contact_decisions": ("contact_id", "received_on", "received_at", "decided_on", "decided_at"),
    }
    for feed, names in parts.items():
        records(warehouse, feed, [{name: each[name] for name in names} | known for each in contacts])
    records(warehouse, "system_outages", [each | known for each in outages])
    count(warehouse, AS_AT, INDICATORS, PROFILE)
    rows = warehouse.query("select * from marts.rare_events order by event, on_date, is_event, place")
    return [
        (row.event, bool(row.is_event), str(row.on_date)[:10], None if pd.isna(row.place) else row.place)
        for row in rows.itertuples()
    ]


def events(rows: list[tuple], event: str) -> list[tuple]:
    return [(on, place) for name, is_event, on, place in rows if name == event and is_event]


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    return datetime(2025, month, day, hour)


def test_only_the_police_coming_back_while_a_contact_waits_past_its_limit_is_an_event(warehouse):
    """The limit is one working day; 3 March 2025 was a Monday, so of a contact of the 3rd it ends with the 4th."""
    rows = counted(
        warehouse,
        contact("k1", "late", at(3), at(12)),
        contact("k2", "late", at(4), at(4), "6"),  # within the limit of k1
        contact("k3", "late", at(7), at(7), "6"),  # past it: an event, the fifth contact
        contact("k4", "late", at(7, 10), at(7, 11), "1A"),  # not the police
        contact("k5", "late", at(12, 15), at(12, 16), "6"),  # k1 was decided that morning
        contact("k6", "prompt", at(3, 8), at(3, 12)),
        contact("k7", "prompt", at(7, 8), at(7), "6"),  # decided long before
        contact("k8", "waiting", at(10), None),
        contact("k9", "waiting", at(20), at(20), "6"),  # still undecided: an event, the ninth
    )
    assert events(rows, "further_police_contact") == [("2025-03-07", 5), ("2025-03-20", 9)]
    ends = [(on, place) for name, is_event, on, place in rows if name == "further_police_contact" and not is_event]
    assert ends == [("2025-01-31", 1), ("2025-02-28", 1), ("2025-03-31", 10), ("2025-04-10", 10)]


def test_brothers_and_sisters_at_one_moment_are_one_event_with_nothing_between_them(warehouse):
    """Six of one family: six places for the contacts that wait, one for each time that the police come back."""
    children = "abcdef"
    rows = counted(
        warehouse,
        *(contact(f"first {child}", child, at(3), at(12)) for child in children),
        *(contact(f"again {child}", child, at(7), at(7), "6") for child in children),
        *(contact(f"once more {child}", child, at(10), at(10), "6") for child in children),
    )
    assert events(rows, "further_police_contact") == [("2025-03-07", 7), ("2025-03-10", 8)]
    assert ("further_police_contact", False, "2025-03-31", 9) in rows


def test_a_contact_may_have_waited_since_before_the_first_complete_month(warehouse):
    rows = counted(
        warehouse,
        contact("k1", "a", datetime(2024, 12, 20, 9), None),
        contact("k2", "a", at(7), at(7), "6"),
    )
    assert events(rows, "further_police_contact") == [("2025-03-07", 1)]


def test_an_outage_of_several_days_is_one_event_and_a_planned_one_none(warehouse):
    def outage(id, began, ended, is_planned=False):
        return {
            "outage_id": id,
            "started_on": began.date(),
            "started_at": began,
            "ended_on": ended.date(),
            "ended_at": ended,
            "is_planned": is_planned,
        }

    rows = counted(
        warehouse,
        outages=(
            outage("o1", at(4, 10), at(6, 11)),  # Tuesday to Thursday
            outage("o2", at(8, 10), at(8, 12)),  # a Saturday
            outage("o3", at(12, 10), at(12, 12), is_planned=True),
            outage("o4", at(18, 10), at(18, 12)),
        ),
    )
    assert [on for on, _ in events(rows, "unplanned_outage")] == ["2025-03-04", "2025-03-18"]
