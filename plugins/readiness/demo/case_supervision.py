"""Supervision of a worker on a child: how often depends on the plan. A family is talked about at once, and every child
of it has a row; of a part of the sessions the child's own file says something too (`ext_record_audit`)."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, WorkingCalendar, days_later, in_office_hours
from readiness.demo.history import versions
from readiness.demo.involvements import Allocations
from readiness.demo.recording import recorded
from readiness.demo.referrals import Referred
from readiness.demo.supervision import supervisors
from readiness.demo.visits import visiting_phases
from readiness.demo.workforce import Workforce

INTERVALS = {"protection": 28, "looked_after": 58, "need": 42}
"""Calendar days by visit kind: a month (February's), two months, six weeks, as in the demo profile. A case without a
plan is a case in need."""
MEAN_DAYS_LATE = {"protection": 12, "looked_after": 25, "need": 45}
MOST_SESSIONS = 50  # on one family in one phase
SHARE_RECORDED_IN_TIME = 0.62  # within one working day


def case_sessions(
    county: County, calendar: WorkingCalendar, found: Referred, held: Allocations, staff: Workforce
) -> pd.DataFrame:
    """One row per child and session: session_id, episode, child_id, worker (position), supervisor_id, on, held_at,
    recorded_at, is_on_file, actions_set, is_reviewed."""
    rng = generator(county.seed, "case supervision")
    phases = visiting_phases(county, found)
    made = pd.concat(
        [_made(rng, county, calendar, phases[phases.visit_kind == kind], kind) for kind in INTERVALS], ignore_index=True
    ).sort_values(["on", "episode"], kind="stable")
    worker = held.worker_at(made.episode.to_numpy(), made.on.to_numpy(DAY))
    made = made.assign(worker=worker)[worker >= 0].reset_index(drop=True)
    size, held_on = len(made), made.on.to_numpy(DAY)
    held_at = in_office_hours(rng, held_on)
    made = made.assign(
        supervisor_id=supervisors(staff, made),
        held_at=held_at,
        recorded_at=recorded(rng, county, calendar, held_at, np.full(size, SHARE_RECORDED_IN_TIME), mean_days_late=3.0),
        is_on_file=coin(rng, county.practice.supervision_on_file.at(held_on), size),
        actions_set=rng.poisson(1.3, size),
        is_reviewed=coin(rng, 0.6, size),
    )
    rows = made.merge(found.children[["episode", "child_id"]], on="episode", sort=False)
    rows = rows.sort_values(["held_at", "episode"], kind="stable").reset_index(drop=True)
    return rows.assign(session_id=identifiers(9_200_001, len(rows)))


def case_session_versions(county: County, staff: Workforce, rows: pd.DataFrame) -> pd.DataFrame:
    """Their rows in `ext_supervision_sessions`: there once recorded."""
    final = pd.DataFrame(
        {
            "session_id": rows.session_id,
            "session_type": "case",
            "professional_id": staff.workers.worker_id.to_numpy()[rows.worker],
            "supervisor_id": rows.supervisor_id,
            "person_id": rows.child_id,
            "held_at": rows.held_at,
            "actions_set": rows.actions_set,
            "is_previous_actions_reviewed": np.where(rows.is_reviewed, "Y", "N"),
            "recorded_at": rows.recorded_at,
        }
    )
    return versions(county, final, rows.recorded_at.to_numpy(MOMENT))


def case_session_entries(staff: Workforce, rows: pd.DataFrame) -> pd.DataFrame:
    """The entries in `ext_record_audit` of those that the child's file tells of."""
    told = rows[rows.is_on_file]
    return pd.DataFrame(
        {
            "record_type": "supervision",
            "record_id": told.session_id,
            "person_id": told.child_id,
            "professional_id": told.supervisor_id,
            "team_id": staff.workers.team_id.to_numpy()[told.worker],
            "occurred_at": told.held_at,
            "is_timed": True,
            "created_at": told.recorded_at,
            "entry_channel": "manual",
        }
    )


def _made(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, phases: pd.DataFrame, kind: str
) -> pd.DataFrame:
    """The sessions in phases of one kind: episode, on. Before the next falls due, or late."""
    shape = (len(phases), MOST_SESSIONS)
    from_on, until_on = phases.from_on.to_numpy(DAY), phases.until_on.to_numpy(DAY)
    interval = INTERVALS[kind]
    about_on = days_later(from_on[:, None], np.arange(1, MOST_SESSIONS + 1) * interval)
    share = county.practice.case_supervision[kind].at(about_on)
    in_time = interval - rng.integers(0, interval // 4, shape)
    late = interval + 3 + np.minimum(rng.exponential(MEAN_DAYS_LATE[kind], shape), 150).astype(int)
    gaps = np.where(rng.random(shape) < share, in_time, late)
    was_running = from_on < np.datetime64(county.first_on)
    gaps[was_running, 0] = rng.integers(8, interval, int(was_running.sum()))
    held_on = calendar.on_or_before(days_later(from_on[:, None], np.cumsum(gaps, axis=1)))
    is_there = (held_on > from_on[:, None]) & (held_on < until_on[:, None])
    phase, _ = place = np.nonzero(is_there & (held_on >= np.datetime64(county.first_on)))
    return pd.DataFrame({"episode": phases.episode.to_numpy()[phase], "on": held_on[place]})
