"""Teams, the people who work in them, and when they are away.

A team has posts; a post is held by one worker after the other, with a gap while it is being filled.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers, pick
from readiness.demo.county import County, Team
from readiness.demo.days import DAY, MOMENT, NEVER, days_later, in_office_hours
from readiness.demo.history import Change, versions

LEAVES_A_YEAR = 0.16
AGENCY_LEAVES_A_YEAR = 0.7
SHARE_AGENCY = 0.13
SHARE_NEWLY_QUALIFIED = 0.24  # of those who join as case holders
SHARE_UNREGISTERED = 0.06  # of workers
SHARE_UNREGISTERED_HOLDERS = 0.015  # of those who hold cases
FULL_TIME_EQUIVALENTS = {1.0: 76, 0.8: 10, 0.6: 8, 0.5: 5, 0.1: 1}
ABSENCES_A_YEAR = 0.75
FAR_AWAY = np.datetime64("2040-01-01")
OUTSIDE_TITLES = (
    "Independent Reviewing Officer",
    "Business Support Officer",
    "Family Support Worker",
    "Health Visitor",
)


@dataclass(frozen=True)
class Workforce:
    """workers: worker_id, team, team_id, area, kind (of team), role (worker, manager, service manager), started_on,
    left_on (NaT: in post at the end), newly_qualified_from, fte, is_agency, is_case_holding, line_manager_id.
    absences: worker (position), from_on, to_on. outside_ids: professionals who have no post in the workforce table."""

    workers: pd.DataFrame
    absences: pd.DataFrame
    outside_ids: np.ndarray


def workforce(county: County) -> Workforce:
    rng = generator(county.seed, "workforce")
    posts = [post for team in county.teams for post in _team_posts(rng, county, team)]
    posts += [post for area_id, area in _areas(county) for post in _service_manager(rng, county, area_id, area)]
    workers = pd.DataFrame(posts).sort_values("started_on", kind="stable").reset_index(drop=True)
    workers["worker_id"] = identifiers(50_001, len(workers))
    outside_ids = identifiers(90_001, max(round(60 * county.scale), 6))
    workers["line_manager_id"] = _line_managers(workers, head_id=outside_ids[0])
    return Workforce(workers, _absences(rng, county, workers), outside_ids)


def workforce_versions(county: County, found: Workforce) -> dict[str, pd.DataFrame]:
    """`ssd_professionals`, `ext_workforce`, `ext_absences` and `ssd_department`. Leaving is entered around the day."""
    rng = generator(county.seed, "workforce rows")
    workers, size = found.workers, len(found.workers)
    started_on, left_on = workers.started_on.to_numpy(DAY), workers.left_on.to_numpy(DAY)
    entered_at = in_office_hours(rng, days_later(started_on, -rng.integers(1, 8, size)))
    leaving_known_at = in_office_hours(rng, days_later(left_on, rng.integers(-30, 12, size)))
    share_unregistered = np.where(workers.is_case_holding, SHARE_UNREGISTERED_HOLDERS, SHARE_UNREGISTERED)
    is_registered = ~((workers.role == "worker") & coin(rng, share_unregistered, size)).to_numpy()
    professionals = pd.DataFrame(
        {
            "prof_professional_id": workers.worker_id,
            "prof_staff_id": identifiers(7_001, size),
            "prof_professional_name": [f"Synthetic Worker {number:04d}" for number in range(size)],
            "prof_social_worker_registration_no": np.where(
                is_registered, "SW" + pd.Series(identifiers(300_017, size)), None
            ),
            "prof_professional_job_title": _job_titles(workers, is_registered),
            "prof_professional_department": workers.team,
            "prof_full_time_equivalency": workers.fte,
            "prof_agency_worker_flag": np.where(workers.is_agency, "Y", "N"),
        }
    )
    outside = pd.DataFrame(
        {
            "prof_professional_id": found.outside_ids,
            "prof_professional_name": [f"Synthetic Partner {number:04d}" for number in range(len(found.outside_ids))],
            "prof_professional_job_title": ["Head of Service"]
            + list(np.array(OUTSIDE_TITLES, dtype=object)[np.arange(1, len(found.outside_ids)) % len(OUTSIDE_TITLES)]),
        }
    )
    posts = pd.DataFrame(
        {
            "prof_professional_id": workers.worker_id,
            "team_id": workers.team_id,
            "line_manager_id": workers.line_manager_id,
            "started_on": started_on,
            "left_on": left_on,
            "newly_qualified_from": workers.newly_qualified_from.to_numpy(DAY),
            "is_case_holding": np.where(workers.is_case_holding, "Y", "N"),
        }
    )
    carried_over = np.full(len(outside), county.migrated_at)
    return {
        "ssd_professionals": pd.concat(
            [versions(county, professionals, entered_at), versions(county, outside, carried_over)], ignore_index=True
        ),
        "ext_workforce": versions(county, posts, entered_at, [Change(("left_on",), leaving_known_at)]),
        "ext_absences": _absence_versions(county, found),
        "ssd_department": versions(county, _departments(county), np.full(len(county.teams), county.migrated_at)),
    }


def _team_posts(rng: np.random.Generator, county: County, team: Team) -> list[dict]:
    holds_cases = team.kind in ("assessment", "safeguarding")
    workers = [
        worker for _ in range(team.posts) for worker in _post(rng, county, team, "worker", holds_cases, gaps=True)
    ]
    managers = [
        worker for _ in range(team.managers) for worker in _post(rng, county, team, "manager", False, gaps=False)
    ]
    return workers + managers


def _service_manager(rng: np.random.Generator, county: County, area_id: str, area: str) -> list[dict]:
    team = next(team for team in county.teams if team.area_id == area_id)
    return [{**post, "area": area} for post in _post(rng, county, team, "service manager", False, gaps=False)]


def _post(rng: np.random.Generator, county: County, team: Team, role: str, holds_cases: bool, gaps: bool) -> list[dict]:
    """The workers who held one post, from before the go-live to the end of the file."""
    live_on, ends_on = np.datetime64(county.first_on, "D"), np.datetime64(county.ends_on, "D")
    started_on = live_on - np.timedelta64(int(rng.integers(20, 3_000)), "D")
    held = []
    while started_on < ends_on:
        is_agency = role == "worker" and rng.random() < SHARE_AGENCY
        is_new = holds_cases and not is_agency and rng.random() < SHARE_NEWLY_QUALIFIED
        years = rng.exponential(1 / (AGENCY_LEAVES_A_YEAR if is_agency else LEAVES_A_YEAR))
        left_on = max(started_on, live_on) + np.timedelta64(int(25 + years * 365), "D")
        held.append(
            {
                "team": team.name, "team_id": team.team_id, "area": team.area, "kind": team.kind, "role": role,
                "started_on": started_on,
                "left_on": left_on if left_on < ends_on else NEVER,
                "newly_qualified_from": started_on + np.timedelta64(int(rng.integers(0, 10)), "D") if is_new else NEVER,
                "fte": float(pick(rng, FULL_TIME_EQUIVALENTS, 1)[0]) if role == "worker" else 1.0,
                "is_agency": is_agency,
                "is_case_holding": holds_cases,
            }
        )  # fmt: skip
        started_on = left_on + np.timedelta64(int(rng.integers(1, 60)) if gaps else 1, "D")
    return held


def _line_managers(workers: pd.DataFrame, head_id: str) -> np.ndarray:
    """A worker's manager is one of the team's, a manager's the area's service manager, theirs the head of service: the
    one who was in post when the worker left, else at the end."""
    started_on, until = _in_post(workers)
    found = np.full(len(workers), head_id, dtype=object)
    for role, manager_role, key in (("worker", "manager", "team_id"), ("manager", "service manager", "area")):
        belongs, roles = workers[key].to_numpy(), workers.role.to_numpy()
        for position in np.flatnonzero(roles == role):
            is_above = (roles == manager_role) & (belongs == belongs[position])
            there = np.flatnonzero(is_above & (started_on <= until[position]) & (until >= until[position]))
            found[position] = workers.worker_id.iloc[there[position % len(there)]]
    return found


def _absences(rng: np.random.Generator, county: County, workers: pd.DataFrame) -> pd.DataFrame:
    """Illness and long leave, from the go-live on; nobody is away twice at a time."""
    live_on, ends_on = np.datetime64(county.first_on, "D"), np.datetime64(county.ends_on, "D")
    rows = []
    for position, (started_on, left_on) in enumerate(zip(*_in_post(workers), strict=True)):
        day = max(started_on, live_on) + np.timedelta64(int(rng.exponential(365 / ABSENCES_A_YEAR)), "D")
        while day < min(left_on, ends_on):
            length = int(
                rng.choice([rng.integers(2, 9), rng.integers(9, 30), rng.integers(40, 240)], p=(0.6, 0.3, 0.1))
            )
            to_on = min(day + np.timedelta64(length, "D"), left_on)
            rows.append({"worker": position, "from_on": day, "to_on": to_on})
            day = to_on + np.timedelta64(10 + int(rng.exponential(365 / ABSENCES_A_YEAR)), "D")
    return pd.DataFrame(rows, columns=["worker", "from_on", "to_on"])


def _absence_versions(county: County, found: Workforce) -> pd.DataFrame:
    rng = generator(county.seed, "absence rows")
    absences, size = found.absences, len(found.absences)
    from_on, to_on = absences.from_on.to_numpy(DAY), absences.to_on.to_numpy(DAY)
    frame = pd.DataFrame(
        {
            "absence_id": identifiers(6_001, size),
            "professional_id": found.workers.worker_id.to_numpy()[absences.worker],
            "from_on": from_on,
            "to_on": to_on,
        }
    )
    back_at = in_office_hours(rng, days_later(to_on, rng.integers(0, 5, size))).astype(MOMENT)
    return versions(county, frame, in_office_hours(rng, days_later(from_on, 1)), [Change(("to_on",), back_at)])


def _in_post(workers: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    left_on = workers.left_on.to_numpy(DAY)
    return workers.started_on.to_numpy(DAY), np.where(np.isnat(left_on), FAR_AWAY, left_on)


def _areas(county: County) -> list[tuple[str, str]]:
    return list(dict.fromkeys((team.area_id, team.area) for team in county.teams))


def _departments(county: County) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "dept_team_id": [team.team_id for team in county.teams],
            "dept_team_name": [team.name for team in county.teams],
            "dept_team_parent_id": [team.area_id for team in county.teams],
            "dept_team_parent_name": [team.area for team in county.teams],
        }
    )


def _job_titles(workers: pd.DataFrame, is_registered: np.ndarray) -> np.ndarray:
    is_new = workers.newly_qualified_from.notna()
    return np.select(
        [workers.role == "service manager", workers.role == "manager", ~is_registered, is_new, workers.index % 4 == 0],
        ["Service Manager", "Team Manager", "Social Work Assistant", "Newly Qualified Social Worker",
         "Senior Social Worker"],
        "Social Worker",
    ).astype(object)  # fmt: skip
