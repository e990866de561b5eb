"""The front door: who decides on a contact, and when."""

from dataclasses import dataclass

import numpy as np

from readiness.demo.chance import coin
from readiness.demo.county import County
from readiness.demo.days import WorkingCalendar, follow_up, minute_of_day, minutes_later, on

SHARE_IN_OFFICE_HOURS = 0.76
WEEKEND_WEIGHT = 0.38  # of a weekday

SOURCES = {
    "1A": ("Individual: family member", 300), "1B": ("Individual: acquaintance", 120), "1C": ("Individual: self", 90),
    "1D": ("Individual: other", 46), "2A": ("School", 542), "2B": ("Education services", 115),
    "3A": ("Health: GP", 90), "3B": ("Health: health visitor", 139), "3C": ("Health: school nurse", 50),
    "3D": ("Health: other primary", 80), "3E": ("Health: A&E", 100), "3F": ("Health: other", 70), "4": ("Housing", 38),
    "5A": ("Local authority: social care", 610), "5B": ("Local authority: other internal", 355),
    "5C": ("Local authority: external", 160), "5D": ("Local authority: youth justice", 50), "6": ("Police", 1343),
    "7": ("Other legal agency", 366), "8": ("Other", 199), "9": ("Anonymous", 124), "10": ("Unknown", 58),
}  # fmt: skip
"""Source code of the children in need census: words, and referrals of a year (table C5; the split inside individuals,
health and local authority is ours)."""


@dataclass(frozen=True)
class Decisions:
    """Per contact: the team that decides, and when it did."""

    team_id: np.ndarray
    decided_at: np.ndarray


def arrival_days(rng: np.random.Generator, month: str, size: int) -> np.ndarray:
    """`size` days of a month, weekdays more often than weekends, in order."""
    days = np.arange(np.datetime64(month, "D"), np.datetime64(month, "M") + 1, dtype="datetime64[D]")
    weights = np.where((days.astype(int) + 3) % 7 < 5, 1.0, WEEKEND_WEIGHT)
    return np.sort(rng.choice(days, size=size, p=weights / weights.sum()))


def decide(rng: np.random.Generator, county: County, calendar: WorkingCalendar, received_at: np.ndarray) -> Decisions:
    """The emergency team takes a third of what comes in outside office hours and decides within hours; First Response
    decides the rest in office hours, as promptly as the county's practice then was."""
    size, minutes, days = len(received_at), minute_of_day(received_at), on(received_at)
    is_out_of_hours = ~calendar.is_working(days) | (minutes < 8 * 60) | (minutes > 18 * 60)
    is_emergency = is_out_of_hours & (minutes > 0) & (minutes < 20 * 60) & coin(rng, 0.5, size)
    at_once = minutes_later(received_at, rng.integers(10, 230, size))
    front_door = follow_up(
        rng, calendar, received_at, county.practice.contact_decision.at(received_at), mean_days_late=2.4
    )
    first_response, emergency = (team.team_id for team in county.teams[:2])
    return Decisions(
        team_id=np.where(is_emergency, emergency, first_response).astype(object),
        decided_at=np.where(is_emergency, at_once, front_door),
    )
