"""Assessments: the first one of a referral, and further ones while a case stays open."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.county import County
from readiness.demo.courses import assessment_days, authorised
from readiness.demo.days import DAY, MOMENT, NEVER, WorkingCalendar, at_midnight, days_later, in_office_hours, on
from readiness.demo.history import Change, versions
from readiness.demo.involvements import Allocations
from readiness.demo.referrals import Referred
from readiness.demo.workforce import Workforce

SHARE_SEEN = 0.96
DETAILS = ("child_seen_on", "child_views_recorded", "parent_views_recorded", "identity_considered")
DAYS_AFTER_TRANSFER = 60  # before a family is assessed again
DAYS_BEFORE_CLOSING = 90  # in which a family is not assessed again


def assessments(county: County, calendar: WorkingCalendar, found: Referred) -> pd.DataFrame:
    """Per family: episode, assessment_type, started_on, authorised_at (NaT: never), known_at, is_first."""
    rng = generator(county.seed, "assessments")
    first_type = "single" if county.assessments == "single" else "initial"
    kinds = [("assessment", first_type), ("core", "core")]
    firsts = [_of_episodes(found.episodes, prefix, kind) for prefix, kind in kinds]
    return pd.concat([*firsts, _further(rng, county, calendar, found)], ignore_index=True)


def assessment_versions(
    county: County,
    calendar: WorkingCalendar,
    found: Referred,
    held: Allocations,
    staff: Workforce,
    assessed: pd.DataFrame,
    born_on: np.ndarray,
) -> dict[str, pd.DataFrame]:
    """`ssd_cin_assessments` and `ext_assessment_details`: entered when begun; outcome, team, worker and what the
    assessment says are there once a manager has authorised it."""
    rng = generator(county.seed, "assessment rows")
    rows = assessed.merge(found.rows, on="episode", sort=False).sort_values("started_on", kind="stable")
    rows = rows.reset_index(drop=True)
    size = len(rows)
    started_on, authorised_at = rows.started_on.to_numpy(DAY), rows.authorised_at.to_numpy(MOMENT)
    known_at, is_finished = rows.known_at.to_numpy(MOMENT), ~np.isnat(authorised_at)
    authorised_on = np.where(is_finished, on(authorised_at), started_on)
    worker = held.worker_at(rows.episode.to_numpy(), authorised_on)
    ids = identifiers(600_001, size)
    is_seen = coin(rng, SHARE_SEEN, size)
    final = pd.DataFrame(
        {
            "cina_assessment_id": ids,
            "cina_person_id": rows.child_id,
            "cina_referral_id": np.where(coin(rng, 0.0006, size), None, rows.referral_id),
            "cina_assessment_start_date": at_midnight(started_on),
            "cina_assessment_child_seen": np.where(is_seen, "Y", "N"),
            "cina_assessment_auth_date": authorised_at,
            "cina_assessment_outcome_json": np.where(is_finished, '{"OUTCOME_NFA": "N"}', None),
            "cina_assessment_outcome_nfa": np.where((rows.path == "short") & coin(rng, 0.7, size), "Y", "N"),
            "cina_assessment_team": _team_ids(county, rows),
            "cina_assessment_worker_id": np.where(worker >= 0, staff.workers.worker_id.to_numpy()[worker], None),
        }
    )
    at_the_end = tuple(final.columns[4:])
    entered_at = in_office_hours(rng, started_on)
    finished_at = np.where(is_finished, np.maximum(known_at, entered_at), county.ends_at + np.timedelta64(1, "s"))
    details = _details(rng, county, calendar, rows, ids, is_seen, authorised_on, born_on)
    return {
        "ssd_cin_assessments": versions(county, final, entered_at, [Change(at_the_end, finished_at)]),
        "ext_assessment_details": versions(county, details, entered_at, [Change(DETAILS, finished_at)]),
    }


def _of_episodes(episodes: pd.DataFrame, prefix: str, assessment_type: str) -> pd.DataFrame:
    begun = episodes[episodes[f"{prefix}_started_on"].notna()]
    return pd.DataFrame(
        {
            "episode": begun.index,
            "assessment_type": assessment_type,
            "started_on": begun[f"{prefix}_started_on"].to_numpy(DAY),
            "authorised_at": begun[f"{prefix}_authorised_at"].to_numpy(),
            "known_at": begun[f"{prefix}_known_at"].to_numpy(),
            "is_first": True,
        }
    )


def _further(rng: np.random.Generator, county: County, calendar: WorkingCalendar, found: Referred) -> pd.DataFrame:
    """Further assessments of cases that stay open, as many a year as the county's size says."""
    episodes = found.episodes[found.episodes.transferred_on.notna()]
    from_on = days_later(episodes.transferred_on.to_numpy(DAY), DAYS_AFTER_TRANSFER)
    from_on = np.maximum(from_on, np.datetime64(county.first_on))
    until_on = np.minimum(
        days_later(episodes.closed_on.to_numpy(DAY), -DAYS_BEFORE_CLOSING), np.datetime64(county.ends_on)
    )
    days = np.maximum((until_on - from_on).astype(int), 0)
    counts = rng.poisson(days / 365.25 * county.size.reassessments_per_open_year)
    place = np.repeat(np.arange(len(episodes)), counts)
    started_on = calendar.on_or_after(days_later(from_on[place], rng.random(len(place)) * days[place]))
    order = np.lexsort((started_on, place))
    place, started_on = place[order], started_on[order]
    teams = episodes.safeguarding_team.to_numpy()[place]
    authorised_on = calendar.add(started_on, assessment_days(rng, county, county.core_durations, teams))
    authorised_at, known_at = authorised(rng, calendar, authorised_on)
    frame = pd.DataFrame(
        {
            "episode": episodes.index.to_numpy()[place],
            "assessment_type": "single" if county.assessments == "single" else "core",
            "started_on": started_on,
            "authorised_at": authorised_at,
            "known_at": known_at,
            "is_first": False,
        }
    )
    return frame[authorised_on < episodes.closed_on.to_numpy(DAY)[place]]


def _team_ids(county: County, rows: pd.DataFrame) -> np.ndarray:
    team_ids = {team.name: team.team_id for team in county.teams}
    return np.where(rows.is_first, rows.assessment_team.map(team_ids), rows.safeguarding_team.map(team_ids))


def _details(
    rng: np.random.Generator,
    county: County,
    calendar: WorkingCalendar,
    rows: pd.DataFrame,
    ids: np.ndarray,
    is_seen: np.ndarray,
    authorised_on: np.ndarray,
    born_on: np.ndarray,
) -> pd.DataFrame:
    """`ext_assessment_details`. A very young child's views are seldom written down."""
    size, practice = len(rows), county.practice
    started_on = rows.started_on.to_numpy(DAY)
    age = (started_on - born_on[rows.child]).astype(int) / 365.25
    child_views = practice.child_views.at(authorised_on) * np.where(age < 3.8, 0.4, 1.0)
    seen_on = np.minimum(calendar.add(started_on, rng.geometric(0.35, size) - 1), authorised_on)

    def flag(share: np.ndarray) -> np.ndarray:
        says = np.where(coin(rng, share, size), "Y", "N")
        return np.where((says == "N") & coin(rng, 0.3, size), None, says)

    return pd.DataFrame(
        {
            "cina_assessment_id": ids,
            "assessment_type": rows.assessment_type,
            "child_seen_on": np.where(is_seen, seen_on, NEVER).astype(DAY),
            "child_views_recorded": flag(child_views),
            "parent_views_recorded": flag(practice.parent_views.at(authorised_on)),
            "identity_considered": flag(practice.identity_considered.at(authorised_on)),
        }
    )
