"""Personal supervision of everybody who has a post, and a group session of each team every quarter.

Supervision on a child (session_type 'case') is in `case_supervision`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from readiness.demo.chance import generator, identifiers
from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, WorkingCalendar, in_office_hours, minutes_later
from readiness.demo.history import versions
from readiness.demo.recording import recorded
from readiness.demo.workforce import FAR_AWAY, Workforce

CANCELLED_REASONS = ("Worker unwell", "Supervisor unwell", "Court", "Emergency visit", "Annual leave")
SHARE_CANCELLED_BEFORE_LATE = 0.45
SHARE_RECORDED_IN_TIME = 0.72  # within one working day
SHARE_RECORDED_BEFORE_HELD = 0.003
NEWLY_QUALIFIED_INTERVALS = ((42, 7), (183, 14))
"""Days since qualifying, and the days between sessions until then (domain 2a); afterwards as for everybody else."""
USUAL_INTERVAL = 28


@dataclass(frozen=True)
class Session:
    """on: days since 1970-01-01, in which the loops here count."""

    worker: int
    on: int
    is_cancelled: bool
    kind: str = "personal"


@dataclass(frozen=True)
class Post:
    """A worker's time in post and what is expected of it; days count from 1970-01-01. share: of sessions held in time,
    by day."""

    worker: int
    started_on: int
    left_on: int
    newly_qualified_on: int | None
    away: tuple[tuple[int, int], ...]
    share: np.ndarray
    share_newly_qualified: np.ndarray


def sessions(county: County, calendar: WorkingCalendar, staff: Workforce) -> pd.DataFrame:
    """One row per session: session_id, session_type, worker (position), supervisor_id, held_at (the planned moment of a
    cancelled one), cancelled_reason, recorded_at."""
    rng = generator(county.seed, "supervision")
    every_day = np.arange(np.datetime64("1970-01-01"), np.datetime64(county.ends_on) + 400)
    worked_next, worked_last = calendar.add(every_day, 1).astype(int), calendar.on_or_before(every_day).astype(int)
    found = [
        session
        for post in _posts(county, staff, every_day)
        for session in _of_worker(rng, county, post, worked_next, worked_last)
    ]
    found += _of_teams(rng, county, staff, worked_next)
    rows = pd.DataFrame(found).sort_values(["on", "worker"], kind="stable").reset_index(drop=True)
    rows["on"] = rows.on.to_numpy().astype(DAY)
    size = len(rows)
    held_at = in_office_hours(rng, rows.on.to_numpy(DAY))
    recorded_at = recorded(rng, county, calendar, held_at, np.full(size, SHARE_RECORDED_IN_TIME), mean_days_late=3.0)
    is_early = rng.random(size) < SHARE_RECORDED_BEFORE_HELD
    recorded_at = np.where(is_early, minutes_later(held_at, -rng.integers(30, 3_000, size)), recorded_at)
    reasons = np.array(CANCELLED_REASONS, dtype=object)[rng.integers(0, len(CANCELLED_REASONS), size)]
    return rows.assign(
        session_id=identifiers(9_000_001, size),
        held_at=held_at,
        recorded_at=recorded_at.astype(MOMENT),
        cancelled_reason=np.where(rows.is_cancelled, reasons, None),
        supervisor_id=supervisors(staff, rows),
    )


def session_versions(county: County, staff: Workforce, rows: pd.DataFrame) -> pd.DataFrame:
    """`ext_supervision_sessions`: there once recorded. Cancelled ones set no actions."""
    rng = generator(county.seed, "session rows")
    size = len(rows)
    is_held = ~rows.is_cancelled.to_numpy()
    final = pd.DataFrame(
        {
            "session_id": rows.session_id,
            "session_type": rows.kind,
            "professional_id": staff.workers.worker_id.to_numpy()[rows.worker],
            "supervisor_id": rows.supervisor_id,
            "held_at": rows.held_at,
            "cancelled_reason": rows.cancelled_reason,
            "actions_set": np.where(is_held, rng.poisson(2.4, size), None),
            "is_previous_actions_reviewed": np.where(is_held, np.where(rng.random(size) < 0.7, "Y", "N"), None),
            "recorded_at": rows.recorded_at,
        }
    )
    return versions(county, final, rows.recorded_at.to_numpy())


def _posts(county: County, staff: Workforce, every_day: np.ndarray) -> Iterator[Post]:
    practice, workers = county.practice, staff.workers
    usual = {
        area: practice.supervision_by_area.get(area, practice.supervision).at(every_day) for area in set(workers.area)
    }
    newly_qualified = practice.supervision_newly_qualified.at(every_day)
    started_on, left_on = workers.started_on.to_numpy(DAY).astype(int), _last_days(workers).astype(int)
    qualified_on = workers.newly_qualified_from.to_numpy(DAY)
    away: dict[int, list[tuple[int, int]]] = defaultdict(list)
    spans = zip(
        staff.absences.from_on.to_numpy(DAY).astype(int), staff.absences.to_on.to_numpy(DAY).astype(int), strict=True
    )
    for worker, span in zip(staff.absences.worker, spans, strict=True):
        away[worker].append(span)
    for worker, area in enumerate(workers.area):
        since = None if np.isnat(qualified_on[worker]) else int(qualified_on[worker].astype(int))
        yield Post(
            worker, started_on[worker], left_on[worker], since, tuple(away[worker]), usual[area], newly_qualified
        )


def _of_worker(
    rng: np.random.Generator, county: County, post: Post, worked_next: np.ndarray, worked_last: np.ndarray
) -> Iterator[Session]:
    """One session after the other while the worker is in post: before the next falls due, or late; after an absence in
    the first week back. worked_next, worked_last: by day, the next working day and the last up to it."""
    live_on = int(np.datetime64(county.first_on).astype(int))
    last_on = min(post.left_on, int(np.datetime64(county.ends_on).astype(int)))
    anchor = post.started_on if post.started_on >= live_on else live_on - int(rng.integers(0, 28))
    while anchor <= last_on:
        interval = _interval(post.newly_qualified_on, anchor)
        due_on = anchor + interval
        share = post.share if interval == USUAL_INTERVAL else post.share_newly_qualified
        if rng.random() < share[due_on]:
            held_on = worked_last[due_on - int(rng.integers(0, max(interval // 5, 2)))]
            held_on = max(held_on, worked_next[anchor])
        else:
            held_on = worked_next[due_on + int(3 + min(rng.exponential(14), 70))]
            if rng.random() < SHARE_CANCELLED_BEFORE_LATE and live_on <= worked_last[due_on] <= last_on:
                yield Session(post.worker, worked_last[due_on], is_cancelled=True)
        for from_on, to_on in post.away:
            if from_on <= held_on <= to_on:
                held_on = worked_next[to_on + int(rng.integers(0, 5))]
        if live_on <= held_on <= last_on:
            yield Session(post.worker, held_on, is_cancelled=False)
        anchor = held_on


def _of_teams(rng: np.random.Generator, county: County, staff: Workforce, worked_next: np.ndarray) -> list[Session]:
    """A group session of every team each quarter, in the name of one of its workers."""
    team_id, started_on = staff.workers.team_id.to_numpy(), staff.workers.started_on.to_numpy(DAY).astype(int)
    left_on = _last_days(staff.workers).astype(int)
    found = []
    for month in county.months[::3]:
        for team in county.teams:
            day = worked_next[int(np.datetime64(str(month), "D").astype(int)) + int(rng.integers(3, 22))]
            is_there = (team_id == team.team_id) & (started_on <= day) & (left_on >= day)
            found += [Session(int(worker), day, False, "group") for worker in np.flatnonzero(is_there)[:1]]
    return found


def supervisors(staff: Workforce, rows: pd.DataFrame) -> np.ndarray:
    """Per row with `worker` (position) and `on`: the id of the manager above the worker on that day; the line manager
    of the worker's row where nobody was."""
    workers = staff.workers
    started_on, left_on = workers.started_on.to_numpy(DAY), _last_days(workers)
    found = workers.line_manager_id.to_numpy()[rows.worker].copy()
    days = rows.on.to_numpy(DAY)
    for team_id, places in (
        rows.assign(team_id=workers.team_id.to_numpy()[rows.worker]).groupby("team_id").indices.items()
    ):
        places = places[(workers.role == "worker").to_numpy()[rows.worker.to_numpy()[places]]]
        managers = np.flatnonzero((workers.team_id == team_id) & (workers.role == "manager"))
        day = days[places][:, None]
        is_there = (started_on[managers] <= day) & (day <= left_on[managers])
        own = workers.worker_id.to_numpy()[managers[np.argmax(is_there, axis=1)]]
        found[places] = np.where(is_there.any(axis=1), own, found[places])
    return found


def _last_days(workers: pd.DataFrame) -> np.ndarray:
    left_on = workers.left_on.to_numpy(DAY)
    return np.where(np.isnat(left_on), FAR_AWAY, left_on)


def _interval(newly_qualified_on: int | None, anchor: int) -> int:
    if newly_qualified_on is not None:
        for until, days in NEWLY_QUALIFIED_INTERVALS:
            if anchor - newly_qualified_on <= until:
                return days
    return USUAL_INTERVAL
