"""Statutory visits: to children under a protection plan, in need, and looked after.

A worker visits a family, and every child of it has a row. When the visit came to stand in the record is the entry in
`ext_record_audit`; the row itself appears at the same moment.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.county import County
from readiness.demo.days import (
    DAY,
    NEVER,
    WorkingCalendar,
    at_midnight,
    days_later,
    in_office_hours,
    minutes_later,
    on,
)
from readiness.demo.history import versions
from readiness.demo.recording import out_of_outages, recorded
from readiness.demo.referrals import Referred

PROTECTION_LIMIT = 10  # working days; the demo profile's local limit
MOST_VISITS = 90  # of one family in one phase
SHARE_SEEN = {"protection": 0.955, "need": 0.93, "looked_after": 0.985}
SHARE_WITHOUT_TIME = {"protection": 0.12, "need": 0.5, "looked_after": 1.0}
TEAM_SPREAD = 0.10  # teams differ in how promptly they record: recording is variable


@dataclass(frozen=True)
class VisitKind:
    table: str
    prefix: str
    first_id: int
    plan_column: str | None = None


KINDS = {
    "protection": VisitKind("ssd_cp_visits", "cppv_cp_visit", 3_000_001, "cppv_cp_plan_id"),
    "need": VisitKind("ssd_cin_visits", "cinv_cin_visit", 4_000_001),
    "looked_after": VisitKind("ssd_cla_visits", "clav_cla_visit", 5_000_001, "clav_cla_id"),
}


def visits(county: County, calendar: WorkingCalendar, found: Referred, plan_rows: pd.DataFrame) -> pd.DataFrame:
    """One row per child and visit: visit_kind, visit_id, episode, child, child_id, referral_id, plan_id, team_id,
    visited_at, is_timed, is_seen, is_seen_alone, recorded_at."""
    rng = generator(county.seed, "visits")
    phases = visiting_phases(county, found)
    made = pd.concat(
        [_made(rng, county, calendar, phases[phases.visit_kind == kind], kind) for kind in KINDS], ignore_index=True
    ).sort_values("visited_on", kind="stable")
    made = made[made.visited_on <= pd.Timestamp(county.ends_on)].reset_index(drop=True)
    made = _with_moments(rng, county, calendar, made)
    rows = made.merge(found.children, on="episode", sort=False)
    rows = rows.sort_values(["visited_at", "episode"], kind="stable").reset_index(drop=True)
    size = len(rows)
    is_seen = coin(rng, rows.visit_kind.map(SHARE_SEEN).to_numpy(), size)
    plan_ids = plan_rows.set_index("referral_id").plan_id
    plan_id = np.select(
        [rows.visit_kind == "protection", rows.visit_kind == "looked_after"],
        [np.where(coin(rng, 0.03, size), None, rows.referral_id.map(plan_ids)), rows.referral_id],
        None,
    )
    return rows.assign(
        visit_id=_visit_ids(rows.visit_kind),
        plan_id=plan_id,
        is_seen=is_seen,
        is_seen_alone=is_seen & coin(rng, 0.55, size),
    )


def visit_versions(county: County, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`ssd_cp_visits`, `ssd_cin_visits` and `ssd_cla_visits`: a visit is there once it is recorded."""
    found = {}
    for name, kind in KINDS.items():
        of_kind = rows[rows.visit_kind == name].reset_index(drop=True)
        visited_at = of_kind.visited_at.to_numpy()
        final = pd.DataFrame(
            {
                f"{kind.prefix}_id": of_kind.visit_id,
                f"{kind.prefix[:4]}_person_id": of_kind.child_id,
                f"{kind.prefix}_date": np.where(of_kind.is_timed, visited_at, at_midnight(on(visited_at))),
                f"{kind.prefix}_seen": np.where(of_kind.is_seen, "Y", "N"),
                f"{kind.prefix}_seen_alone": np.where(of_kind.is_seen_alone, "Y", "N"),
            }
        )
        if kind.plan_column:
            final[kind.plan_column] = of_kind.plan_id
        found[kind.table] = versions(county, final, of_kind.recorded_at.to_numpy())
    return found


def visiting_phases(county: County, found: Referred) -> pd.DataFrame:
    """Per family, what duty to visit ran from when to when: episode, visit_kind, team, from_on, until_on."""
    episodes = found.episodes[found.episodes.path != "nfa"]
    decided_on, closed_on = episodes.decided_at.to_numpy(DAY), episodes.closed_on.to_numpy(DAY)
    plan_from, plan_until = episodes.plan_started_on.to_numpy(DAY), episodes.plan_ended_on.to_numpy(DAY)
    care_from, transferred_on = episodes.care_from.to_numpy(DAY), episodes.transferred_on.to_numpy(DAY)
    special_from = np.where(np.isnat(plan_from), care_from, plan_from)
    first_until = np.where(np.isnat(special_from), closed_on, special_from)
    spans = [("need", decided_on, first_until), ("protection", plan_from, plan_until), ("need", plan_until, closed_on),
             ("looked_after", care_from, closed_on)]  # fmt: skip
    phases = [
        pd.DataFrame(
            {
                "episode": episodes.index,
                "visit_kind": kind,
                "from_on": np.maximum(from_on, np.datetime64(county.first_on) - 8),
                "until_on": np.minimum(until_on, np.datetime64(county.ends_on)),
                "assessment_team": episodes.assessment_team.to_numpy(),
                "safeguarding_team": episodes.safeguarding_team.to_numpy(),
                "transferred_on": transferred_on,
            }
        )
        for kind, from_on, until_on in spans
    ]
    together = pd.concat(phases, ignore_index=True)
    return together[together.from_on < together.until_on].reset_index(drop=True)


def _made(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, phases: pd.DataFrame, kind: str
) -> pd.DataFrame:
    """The visits of phases of one kind: one after the other, at intervals in working days."""
    size = len(phases)
    from_on, until_on = phases.from_on.to_numpy(DAY), phases.until_on.to_numpy(DAY)
    if kind == "protection":
        intervals = _protection_intervals(rng, county, calendar, phases)
    else:
        mean, spread = (14.3, 4) if kind == "need" else (20, 4)
        intervals = np.clip(rng.normal(mean, spread, (size, MOST_VISITS)).round(), 3, 60).astype(int)
        intervals[:, 0] = rng.integers(1, 8 if kind == "need" else 15, size)
    number = np.cumsum(intervals, axis=1)
    visited_on = calendar.add(from_on[:, None], number)
    phase, _ = place = np.nonzero((visited_on < until_on[:, None]) & (visited_on >= np.datetime64(county.first_on)))
    is_due = np.full(intervals.shape, kind == "protection")
    due_on = np.where(is_due, calendar.add(visited_on, PROTECTION_LIMIT - intervals), NEVER).astype(DAY)
    found = phases.iloc[phase].reset_index(drop=True).assign(visited_on=visited_on[place], due_on=due_on[place])
    return found.drop(columns=["from_on", "until_on"])


def _protection_intervals(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, phases: pd.DataFrame
) -> np.ndarray:
    """Working days between visits: mostly in the days before the limit, some much earlier, some late. In the team that
    mends on paper only, visits are dated in time from the given day on."""
    shape = (len(phases), MOST_VISITS)
    from_on = phases.from_on.to_numpy(DAY)
    about_on = calendar.add(from_on[:, None], np.arange(1, MOST_VISITS + 1) * PROTECTION_LIMIT)
    share = county.practice.protection_visit.at(about_on)
    is_on_paper = (phases.safeguarding_team == county.practice.on_paper_team).to_numpy()[:, None]
    on_paper_from = np.datetime64(county.practice.on_paper_from)
    share = np.where(is_on_paper, np.where(about_on < on_paper_from, share - 0.16, 0.97), share)
    early = rng.integers(4, PROTECTION_LIMIT - 2, shape)
    usual = rng.integers(PROTECTION_LIMIT - 4, PROTECTION_LIMIT, shape)
    late = PROTECTION_LIMIT + np.minimum(rng.geometric(0.28, shape), 18)
    in_time = np.where(rng.random(shape) < 0.12, early, usual)
    return np.where(rng.random(shape) < share, in_time, late)


def _with_moments(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, made: pd.DataFrame
) -> pd.DataFrame:
    """Adds team_id, visited_at, whether the time of day is known, and recorded_at."""
    size = len(made)
    visited_on = made.visited_on.to_numpy(DAY)
    team_ids = {team.name: team.team_id for team in county.teams}
    has_moved = ~(made.transferred_on.to_numpy(DAY) > visited_on) & made.transferred_on.notna().to_numpy()
    team = np.where(has_moved | (made.visit_kind != "need"), made.safeguarding_team, made.assessment_team)
    spread = dict(zip(team_ids, rng.permutation(np.linspace(-TEAM_SPREAD, TEAM_SPREAD, len(team_ids))), strict=True))
    visited_at = in_office_hours(rng, visited_on)
    share = county.practice.visit_recorded.at(visited_on) + pd.Series(team).map(spread).to_numpy()
    recorded_at = recorded(rng, county, calendar, visited_at, share, mean_days_late=3.5)
    recorded_at = _before_due(rng, county, made, visited_at, recorded_at)
    is_on_paper = (
        (team == county.practice.on_paper_team)
        & (made.visit_kind == "protection").to_numpy()
        & (visited_on >= np.datetime64(county.practice.on_paper_from))
        & coin(rng, 0.75, size)
    )
    long_after = in_office_hours(rng, calendar.add(days_later(visited_on, 10), rng.integers(1, 12, size)))
    return made.assign(
        team=team,
        team_id=pd.Series(team).map(team_ids).to_numpy(),
        visited_at=visited_at,
        is_timed=~coin(rng, made.visit_kind.map(SHARE_WITHOUT_TIME).to_numpy(), size),
        recorded_at=np.where(is_on_paper, long_after, recorded_at),
    ).drop(columns=["due_on", "assessment_team", "safeguarding_team", "transferred_on"])


def _before_due(
    rng: np.random.Generator, county: County, made: pd.DataFrame, visited_at: np.ndarray, recorded_at: np.ndarray
) -> np.ndarray:
    """When visits were recorded, if whoever made one in time does not let its due date pass with nothing on record; a
    share of them all the same does."""
    visited_on, due_on = made.visited_on.to_numpy(DAY), made.due_on.to_numpy(DAY)
    share = county.practice.protection_visit_by_due_date.at(visited_on)
    is_reminded = (visited_on <= due_on) & coin(rng, share, len(made))
    in_the_evening = minutes_later(at_midnight(due_on), rng.integers(17 * 60, 19 * 60, len(made)))
    by_then = np.fmin(recorded_at, np.maximum(in_the_evening, minutes_later(visited_at, np.full(len(made), 10))))
    return out_of_outages(rng, county, np.where(is_reminded, by_then, recorded_at))


def _visit_ids(visit_kinds: pd.Series) -> np.ndarray:
    ids = np.empty(len(visit_kinds), dtype=object)
    for name, kind in KINDS.items():
        is_kind = (visit_kinds == name).to_numpy()
        ids[is_kind] = identifiers(kind.first_id, int(is_kind.sum()))
    return ids
