"""What becomes of a referral: no further action, an assessment and goodbye, help in need, protection, care.

A course is worked out per family, for brothers and sisters go through it together.
"""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, evenly, share_out
from readiness.demo.county import CONFERENCE_DURATIONS, County, Durations
from readiness.demo.days import (
    DAY,
    MOMENT,
    NEVER,
    WorkingCalendar,
    at_midnight,
    days_later,
    follow_up,
    in_office_hours,
    minutes_later,
    on,
    out_of_the_spring_gap,
)

PATHS = {"nfa": 0.08, "short": 0.555, "need": 0.18, "protection": 0.14, "looked_after": 0.045}
LONG_PATHS = ("need", "protection", "looked_after")

PLAN_DAYS = (3.0, 90.0)  # shape and scale of a gamma distribution, beyond SHORTEST_PLAN: eleven months in all
SHORTEST_PLAN = 60
NEED_DAYS = (2.0, 290.0)
AFTER_PLAN_DAYS = (2.0, 100.0)
CARE_DAYS = 1_150.0
SHARE_FOUND_LATER = 0.15  # of protection: what was feared came out only while the case was open
WAITING_DAYS = Durations(((0, 55), (1, 25), (5, 14), (20, 4.5), (60, 1.5)))
"""Working days from the decision on a contact to the start of the assessment."""


def new_courses(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, arrivals: pd.DataFrame
) -> pd.DataFrame:
    """Adds to arrivals (family, assessment_team, contacted_at, decided_at, …) what follows: path, the first assessment
    (assessment_started_on, _authorised_at, _known_at) and, before 2013, the core one (core_…), is_concern (the contact
    called for a strategy discussion and was decided on at once), section47_on, conference_on, plan_started_on,
    plan_ended_on, care_from, transferred_on (to the safeguarding team), closed_on, closed_known_at. NaT: does not
    happen."""
    size = len(arrivals)
    found = arrivals.assign(path=share_out(rng, PATHS, size), is_migrated=False)
    path = found.path.to_numpy()
    is_concern = (path == "protection") & ~coin(rng, SHARE_FOUND_LATER, size)
    found = found.assign(decided_at=_without_delay(rng, found, is_concern))
    decided_on = on(found.decided_at.to_numpy())
    found = found.assign(**_first_assessment(rng, county, calendar, found))
    assessed_on = on(found[["assessment_authorised_at", "core_authorised_at"]].max(axis=1).to_numpy(MOMENT))
    assessed_on = np.where(np.isnat(assessed_on), calendar.add(decided_on, 45), assessed_on)

    plans = _protection(rng, county, calendar, found, is_concern)
    care_from = np.where(path == "looked_after", days_later(decided_on, rng.integers(3, 90, size)), NEVER)
    transferred_on = calendar.add(assessed_on, rng.integers(1, 10, size))
    closed_on = np.select(
        [path == "nfa", path == "short", path == "need", path == "protection"],
        [
            decided_on,
            calendar.add(assessed_on, rng.integers(0, 12, size)),
            days_later(transferred_on, 20 + rng.gamma(*NEED_DAYS, size)),
            days_later(plans["plan_ended_on"], 14 + rng.gamma(*AFTER_PLAN_DAYS, size)),
        ],
        days_later(transferred_on, 100 + rng.exponential(CARE_DAYS, size)),
    )
    closed_on = np.maximum(calendar.on_or_after(closed_on.astype(DAY)), decided_on)
    found = found.assign(
        **plans,
        care_from=care_from.astype(DAY),
        transferred_on=np.where(np.isin(path, LONG_PATHS), np.minimum(transferred_on, closed_on), NEVER).astype(DAY),
        closed_on=closed_on,
    )
    found = _left_unfinished(rng, calendar, found)
    return found.assign(closed_known_at=entered(rng, calendar, at_midnight(found.closed_on.to_numpy(DAY)), 0.92))


def running_courses(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, families: pd.DataFrame
) -> pd.DataFrame:
    """Courses that were running when the case system went live and were carried over into it: `families` says path and
    contacted_at. Assessments of before were finished in the old system."""
    size = len(families)
    path = families.path.to_numpy()
    live_on = np.datetime64(county.first_on, "D")
    contacted_on = on(families.contacted_at.to_numpy())
    whole_plan = SHORTEST_PLAN + rng.gamma(
        PLAN_DAYS[0] + 1, PLAN_DAYS[1], size
    )  # long plans are met more often than short ones
    behind = np.minimum(rng.random(size) * whole_plan, (live_on - contacted_on).astype(int) - 20)
    plan_started_on = calendar.on_or_before(days_later(np.full(size, live_on), -np.maximum(behind, 3)))
    plan_ended_on = calendar.on_or_after(days_later(np.full(size, live_on), 5 + whole_plan - behind))
    is_protected = path == "protection"
    remaining = np.select(
        [path == "need", is_protected],
        [rng.gamma(1.5, NEED_DAYS[1], size), 14 + rng.gamma(*AFTER_PLAN_DAYS, size)],
        60 + rng.exponential(CARE_DAYS, size),
    )
    closed_on = calendar.on_or_after(days_later(np.where(is_protected, plan_ended_on, live_on), 2 + remaining))
    never = np.full(size, NEVER)
    return families.assign(
        is_migrated=True,
        decided_at=families.contacted_at,
        assessment_started_on=never.astype(DAY), assessment_authorised_at=never.astype(MOMENT),
        assessment_known_at=never.astype(MOMENT),
        core_started_on=never.astype(DAY), core_authorised_at=never.astype(MOMENT), core_known_at=never.astype(MOMENT),
        is_concern=False, section47_on=never.astype(DAY), conference_on=never.astype(DAY),
        plan_started_on=np.where(is_protected, plan_started_on, NEVER).astype(DAY),
        plan_ended_on=np.where(is_protected, plan_ended_on, NEVER).astype(DAY),
        care_from=np.where(path == "looked_after", days_later(contacted_on, 15), NEVER).astype(DAY),
        transferred_on=np.minimum(days_later(contacted_on, rng.integers(20, 80, size)), live_on),
        closed_on=closed_on,
        closed_known_at=entered(rng, calendar, at_midnight(closed_on), 0.92),
    )  # fmt: skip


def assessment_days(rng: np.random.Generator, county: County, durations: Durations, teams: np.ndarray) -> np.ndarray:
    """Working days of the assessments of these teams (names): all together as `durations` says, the slow teams holding
    more of the long ones."""
    slowness = np.array([county.practice.slow_assessment_teams.get(name, 0.0) for name in teams])
    order = np.argsort(rng.normal(size=len(teams)) + slowness, kind="stable")
    found = np.empty(len(teams), dtype=int)
    found[order] = durations.at(evenly(rng, len(teams)))
    return found


def entered(
    rng: np.random.Generator, calendar: WorkingCalendar, moments: np.ndarray, share_in_time: float
) -> np.ndarray:
    """When a worker typed in what happened at `moments`; NaT stays NaT."""
    is_known = ~np.isnat(moments)
    filled = np.where(is_known, moments, np.datetime64("2020-01-01"))
    found = follow_up(rng, calendar, filled.astype(MOMENT), share_in_time, mean_days_late=6.0, same_day=0.8)
    return np.where(is_known, found, NEVER).astype(MOMENT)


def authorised(rng: np.random.Generator, calendar: WorkingCalendar, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """When a manager authorised on these days, and when that stood in the case system: 40 in 100 without a time of day,
    6 in 100 typed in days later."""
    moments = in_office_hours(rng, days)
    late = entered(rng, calendar, at_midnight(calendar.add(days, 2)), 0.6)
    known_at = np.where(coin(rng, 0.06, len(days)), late, moments)
    return np.where(coin(rng, 0.4, len(days)), at_midnight(days), moments), known_at


def _first_assessment(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, found: pd.DataFrame
) -> dict[str, np.ndarray]:
    size = len(found)
    contacted_on, decided_on = on(found.contacted_at.to_numpy()), on(found.decided_at.to_numpy())
    teams = found.assessment_team.to_numpy()
    started_on = calendar.add(calendar.on_or_after(decided_on), WAITING_DAYS.at(rng.random(size)))
    days = assessment_days(rng, county, county.assessment_durations, teams)
    if county.assessments == "single":
        authorised_on = calendar.add(started_on, days)
    else:
        authorised_on = np.maximum(calendar.add(contacted_on, days), started_on)
    authorised_at, known_at = authorised(rng, calendar, authorised_on)

    core_started_on = calendar.add(authorised_on, rng.integers(0, 4, size))
    core_days = assessment_days(rng, county, county.core_durations, teams)
    core_authorised_at, core_known_at = authorised(rng, calendar, calendar.add(core_started_on, core_days))

    path = found.path.to_numpy()
    is_assessed = path != "nfa"
    has_core = (county.assessments != "single") & is_assessed & (np.isin(path, LONG_PATHS) | coin(rng, 0.12, size))
    return {
        "assessment_started_on": np.where(is_assessed, started_on, NEVER).astype(DAY),
        "assessment_authorised_at": np.where(is_assessed, authorised_at, NEVER).astype(MOMENT),
        "assessment_known_at": np.where(is_assessed, known_at, NEVER).astype(MOMENT),
        "core_started_on": np.where(has_core, core_started_on, NEVER).astype(DAY),
        "core_authorised_at": np.where(has_core, core_authorised_at, NEVER).astype(MOMENT),
        "core_known_at": np.where(has_core, core_known_at, NEVER).astype(MOMENT),
    }


def _without_delay(rng: np.random.Generator, found: pd.DataFrame, is_concern: np.ndarray) -> np.ndarray:
    """When contacts were decided on: a concern for a child's safety at any hour, before all others."""
    minutes = rng.integers(10, 150, len(found))
    at_once = out_of_the_spring_gap(minutes_later(found.contacted_at.to_numpy(MOMENT), minutes))
    return np.where(is_concern, np.minimum(at_once, found.decided_at.to_numpy(MOMENT)), found.decided_at)


def _protection(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, found: pd.DataFrame, is_concern: np.ndarray
) -> dict[str, np.ndarray]:
    size, decided_at = len(found), found.decided_at.to_numpy(MOMENT)
    is_protected = (found.path == "protection").to_numpy()
    share = county.practice.concern_discussed.at(decided_at)
    discussed_on = on(follow_up(rng, calendar, decided_at, share, mean_days_late=2.0))
    found_later_on = calendar.add(on(decided_at), rng.integers(15, 70, size))
    section47_on = np.where(is_concern, discussed_on, found_later_on)
    conference_on = calendar.add(section47_on, conference_days(rng, size))
    ended_on = calendar.on_or_after(days_later(conference_on, SHORTEST_PLAN + rng.gamma(*PLAN_DAYS, size)))
    return {
        "is_concern": is_concern,
        "section47_on": np.where(is_protected, section47_on, NEVER).astype(DAY),
        "conference_on": np.where(is_protected, conference_on, NEVER).astype(DAY),
        "plan_started_on": np.where(is_protected, conference_on, NEVER).astype(DAY),
        "plan_ended_on": np.where(is_protected, ended_on, NEVER).astype(DAY),
    }


def conference_days(rng: np.random.Generator, size: int) -> np.ndarray:
    """Working days from the strategy discussion to the initial conference, as published; never on the day itself."""
    return np.maximum(Durations(CONFERENCE_DURATIONS, limit=15).at(rng.random(size)), 2)


def _left_unfinished(rng: np.random.Generator, calendar: WorkingCalendar, found: pd.DataFrame) -> pd.DataFrame:
    """Some short cases are closed before their assessment is finished (a third of those are finished later all the
    same), and some referrals wait for an assessment that never begins."""
    size = len(found)
    is_short = (found.path == "short").to_numpy()
    fate = np.where(is_short, rng.random(size), 1.0)
    never_begun, closed_early = fate < 0.035, (fate >= 0.035) & (fate < 0.055)
    decided_on, started_on = on(found.decided_at.to_numpy()), found.assessment_started_on.to_numpy(DAY)
    early_on = calendar.add(np.where(closed_early, started_on, decided_on), rng.integers(12, 50, size))
    late_on = calendar.add(decided_on, rng.integers(40, 170, size))
    closed_on = np.where(never_begun, late_on, np.where(closed_early, early_on, found.closed_on.to_numpy(DAY)))
    finished_later = closed_early & coin(rng, 0.33, size)
    after_at, after_known_at = authorised(rng, calendar, calendar.add(early_on, rng.integers(3, 20, size)))
    is_lost = never_begun | (closed_early & ~finished_later)

    def revised(column: str, later: np.ndarray | None = None) -> np.ndarray:
        values = found[column].to_numpy(MOMENT)
        values = values if later is None else np.where(finished_later, later, values)
        return np.where(is_lost, NEVER, values).astype(MOMENT)

    no_core = never_begun | closed_early
    return found.assign(
        closed_on=closed_on.astype(DAY),
        assessment_started_on=np.where(never_begun, NEVER, started_on).astype(DAY),
        assessment_authorised_at=revised("assessment_authorised_at", after_at),
        assessment_known_at=revised("assessment_known_at", after_known_at),
        core_started_on=np.where(no_core, NEVER, found.core_started_on.to_numpy(DAY)).astype(DAY),
        core_authorised_at=np.where(no_core, NEVER, found.core_authorised_at.to_numpy(MOMENT)).astype(MOMENT),
        core_known_at=np.where(no_core, NEVER, found.core_known_at.to_numpy(MOMENT)).astype(MOMENT),
    )
