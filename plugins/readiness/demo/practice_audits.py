"""Audits of practice: every manager of a team that holds cases audits one a month; a part is graded again."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers, pick
from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, NEVER, WorkingCalendar, days_later, in_office_hours
from readiness.demo.history import Change, versions
from readiness.demo.involvements import Allocations
from readiness.demo.referrals import Referred, child_ids
from readiness.demo.workforce import FAR_AWAY, Workforce

GRADES = {
    "single": ("outstanding", "good", "requires improvement", "inadequate"),
    "initial_and_core": ("outstanding", "good", "adequate", "inadequate"),
}
"""By the county's assessments, from the best to the worst: Ofsted said 'adequate' until 2013."""
GRADE_WEIGHTS = (9, 52, 32, 7)
THEMES = {
    "assessment": 30,
    "plan": 22,
    "visits and direct work": 18,
    "supervision and oversight": 18,
    "voice of the child": 12,
}
SHARE_LATE = 0.6  # of those not done in time; the others are never done
SHARE_MODERATED = 0.35
SHARE_UPGRADED = 0.04  # of those moderated


def audit_plan_versions(
    county: County, calendar: WorkingCalendar, found: Referred, held: Allocations, staff: Workforce
) -> pd.DataFrame:
    """`ext_practice_audits`: entered as planned at the month's beginning; what was found, and what moderation made of
    it, are later versions."""
    rng = generator(county.seed, "practice audits")
    rows = _planned(rng, county, calendar, found, held, staff)
    size, due_on = len(rows), rows.due_on.to_numpy(DAY)
    is_prompt = coin(rng, county.practice.audited.at(due_on), size)
    late_on = calendar.add(due_on, 1 + rng.geometric(0.12, size))
    late_on = np.where(coin(rng, SHARE_LATE, size), late_on, NEVER)
    audited_on = np.where(
        is_prompt, calendar.on_or_before(days_later(due_on, -rng.integers(0, 19, size))), late_on
    ).astype(DAY)
    is_done = ~np.isnat(audited_on)
    grades = np.array(GRADES[county.assessments], dtype=object)
    grade = pick(rng, dict(zip(range(len(grades)), GRADE_WEIGHTS, strict=True)), size).astype(int)
    step = np.where(coin(rng, SHARE_UPGRADED, size), -1, 0)
    step = np.where(coin(rng, county.practice.audits_downgraded.at(due_on), size), 1, step)
    is_moderated = is_done & coin(rng, SHARE_MODERATED, size)
    final = pd.DataFrame(
        {
            "audit_id": identifiers(340_001, size),
            "person_id": rows.child_id,
            "auditor_id": rows.auditor_id,
            "audited_on": audited_on,
            "due_on": due_on,
            "theme": pick(rng, THEMES, size),
            "grade": np.where(is_done, grades[grade], None),
            "moderated_grade": np.where(is_moderated, grades[np.clip(grade + step, 0, len(grades) - 1)], None),
            "actions_with_owner": np.where(is_done, rng.poisson(1.8, size), None),
        }
    )
    entered_at = in_office_hours(rng, rows.planned_on.to_numpy(DAY)).astype(MOMENT)
    audited_at = np.maximum(in_office_hours(rng, audited_on), entered_at).astype(MOMENT)
    moderated_at = in_office_hours(rng, calendar.add(np.where(is_done, audited_on, due_on), rng.integers(5, 25, size)))
    changes = [
        Change(("audited_on", "grade", "actions_with_owner"), audited_at),
        Change(("moderated_grade",), np.where(is_moderated, moderated_at, NEVER).astype(MOMENT)),
    ]
    return versions(county, final, entered_at, changes)


def _planned(
    rng: np.random.Generator,
    county: County,
    calendar: WorkingCalendar,
    found: Referred,
    held: Allocations,
    staff: Workforce,
) -> pd.DataFrame:
    """Per manager and month: auditor_id, child_id (the eldest of a family that the team then works with), planned_on,
    due_on (the month's last working day)."""
    spells, workers = held.spells, staff.workers
    by_team = {team_id: spells.iloc[places] for team_id, places in spells.groupby("team_id").indices.items()}
    started_on = workers.started_on.to_numpy(DAY)
    left_on = np.where(workers.left_on.isna(), FAR_AWAY, workers.left_on.to_numpy(DAY))
    is_manager = (workers.role == "manager") & workers.team_id.isin(by_team)
    audits = []
    for month in county.months:
        first_on, last_on = np.datetime64(month.first_on), np.datetime64(month.last_on)
        for manager in np.flatnonzero(is_manager & (started_on <= first_on) & (left_on >= last_on)):
            own = by_team[workers.team_id.iloc[manager]]
            is_open = (own.from_on.to_numpy(DAY) <= first_on) & (own.until_on.to_numpy(DAY) > first_on)
            episodes = own.episode.to_numpy()[is_open]
            if len(episodes):
                audits.append((manager, rng.choice(episodes), first_on, last_on))
    planned = pd.DataFrame(audits, columns=["manager", "episode", "first_on", "last_on"])
    family = found.episodes.family.to_numpy()[planned.episode.to_numpy(int)]
    return pd.DataFrame(
        {
            "auditor_id": workers.worker_id.to_numpy()[planned.manager.to_numpy(int)],
            "child_id": child_ids(found.families.first_child.to_numpy()[family]),
            "planned_on": calendar.on_or_after(planned.first_on.to_numpy(DAY)),
            "due_on": calendar.on_or_before(planned.last_on.to_numpy(DAY)),
        }
    )
