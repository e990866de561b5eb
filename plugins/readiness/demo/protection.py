"""Strategy discussions and enquiries (section 47), initial conferences, and child protection plans."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers, pick
from readiness.demo.county import County
from readiness.demo.courses import conference_days, entered
from readiness.demo.days import (
    DAY,
    MOMENT,
    NEVER,
    WorkingCalendar,
    at_midnight,
    days_later,
    in_office_hours,
    minutes_later,
    on,
)
from readiness.demo.history import Change, versions
from readiness.demo.involvements import Allocations
from readiness.demo.referrals import MEAN_FAMILY_SIZE, Referred
from readiness.demo.workforce import Workforce

CATEGORIES = {"NEG": 50, "EMO": 35, "PHY": 9, "SAB": 4, "MUL": 2}
SHARE_EARLY = 0.65  # enquiries in the first days of a referral, of those without a plan
SHARE_WITHOUT_CONFERENCE_ID = 0.03  # plans that do not say which conference made them


def enquiries(county: County, calendar: WorkingCalendar, found: Referred) -> pd.DataFrame:
    """Per family: episode, held_at (the strategy discussion, which begins the enquiry), conferred_on (NaT: no
    conference), has_plan (whether the conference made one). Those that lead to a plan come with the referral's course;
    the others are spread over accepted cases, most of them in their first days."""
    rng = generator(county.seed, "enquiries")
    episodes = found.episodes
    leading = episodes[episodes.section47_on.notna()]
    with_plan = pd.DataFrame(
        {
            "episode": leading.index,
            "held_on": leading.section47_on.to_numpy(DAY),
            "conferred_on": leading.conference_on.to_numpy(DAY),
            "has_plan": True,
        }
    )
    years = county.days_in_file / 365.25 * county.scale
    children = leading.children[leading.section47_on <= pd.Timestamp(county.ends_on)].sum()
    wanted = max(county.size.section47_a_year * years - children, 0)
    conferences = max(county.size.conferences_a_year * years - children, 0)
    others = _without_plan(rng, county, episodes[~episodes.path.isin(("nfa", "protection"))], wanted / MEAN_FAMILY_SIZE)
    is_conferred = coin(rng, conferences / max(wanted, 1), len(others))
    conferred_on = calendar.add(others.held_on.to_numpy(DAY), conference_days(rng, len(others)))
    others = others.assign(conferred_on=np.where(is_conferred, conferred_on, NEVER).astype(DAY), has_plan=False)
    together = pd.concat([with_plan, others], ignore_index=True).sort_values("held_on", kind="stable")
    held_on = together.held_on.to_numpy(DAY)
    decided_at = episodes.decided_at.to_numpy(MOMENT)[together.episode.to_numpy()]
    soon = minutes_later(decided_at, rng.integers(10, 60, len(held_on)))
    held_at = np.maximum(in_office_hours(rng, held_on), np.where(on(soon) == held_on, soon, decided_at))
    return together.drop(columns="held_on").assign(held_at=held_at).reset_index(drop=True)


def _without_plan(rng: np.random.Generator, county: County, episodes: pd.DataFrame, wanted: float) -> pd.DataFrame:
    """About `wanted` enquiries of these episodes: episode, held_on. The early ones follow the decision by days, the
    later ones fall on any day of the file on which the case was open."""
    fresh = episodes[~episodes.is_migrated]
    early = fresh.iloc[rng.choice(len(fresh), size=round(SHARE_EARLY * wanted))]
    early_on = days_later(early.decided_at.to_numpy(DAY), rng.geometric(0.3, len(early)) - 1)
    is_open = early_on <= early.closed_on.to_numpy(DAY)
    drawn = episodes.iloc[rng.choice(len(episodes), size=round(20 * wanted))]
    drawn_on = days_later(np.datetime64(county.first_on), rng.integers(0, county.days_in_file, len(drawn)))
    was_open = (drawn.decided_at.to_numpy(DAY) < drawn_on) & (drawn_on < drawn.closed_on.to_numpy(DAY))
    later = np.flatnonzero(was_open)[: round((1 - SHARE_EARLY) * wanted)]
    return pd.DataFrame(
        {
            "episode": np.concatenate([early.index[is_open], drawn.index[later]]),
            "held_on": np.concatenate([early_on[is_open], drawn_on[later]]),
        }
    )


def per_child(found: Referred, events: pd.DataFrame) -> pd.DataFrame:
    """Events of families (with `episode`) as one row per child, with the columns of `Referred.rows`."""
    return events.merge(found.rows, on="episode", sort=False)


def enquiry_versions(
    county: County, calendar: WorkingCalendar, held: Allocations, staff: Workforce, rows: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """`ssd_s47_enquiry` and `ssd_initial_cp_conference` from enquiries per child, which get enquiry_id."""
    rng = generator(county.seed, "enquiry rows")
    size = len(rows)
    held_on, conferred_on = rows.held_at.to_numpy(DAY), rows.conferred_on.to_numpy(DAY)
    is_conferred = ~np.isnat(conferred_on)
    ended_on = calendar.add(held_on, rng.integers(4, 14, size))
    worker = held.worker_at(rows.episode.to_numpy(), ended_on)
    team_ids = {team.name: team.team_id for team in county.teams}
    team = np.where(rows.is_migrated, rows.safeguarding_team, rows.assessment_team)
    final = pd.DataFrame(
        {
            "s47e_s47_enquiry_id": rows.enquiry_id,
            "s47e_referral_id": rows.referral_id,
            "s47e_person_id": rows.child_id,
            "s47e_s47_start_date": at_midnight(held_on),
            "s47e_s47_end_date": at_midnight(ended_on),
            "s47e_s47_nfa": np.where(is_conferred, "N", "Y"),
            "s47e_s47_outcome_json": np.where(is_conferred, '{"OUTCOME_CP_CONFERENCE": "Y"}', '{"OUTCOME_NFA": "Y"}'),
            "s47e_s47_completed_by_worker_id": np.where(worker >= 0, staff.workers.worker_id.to_numpy()[worker], None),
            "s47e_s47_completed_by_team": pd.Series(team).map(team_ids),
        }
    )
    entered_at = in_office_hours(rng, calendar.on_or_after(held_on))
    ended_at = in_office_hours(rng, ended_on)
    conferred = rows[is_conferred]
    conferences = pd.DataFrame(
        {
            "icpc_icpc_id": conferred.conference_id,
            "icpc_s47_enquiry_id": conferred.enquiry_id,
            "icpc_person_id": conferred.child_id,
            "icpc_referral_id": conferred.referral_id,
            "icpc_icpc_transfer_in": "N",
            "icpc_icpc_target_date": at_midnight(calendar.add(held_on[is_conferred], 15)),
            "icpc_icpc_date": at_midnight(conferred_on[is_conferred]),
            "icpc_icpc_outcome_cp_flag": np.where(conferred.has_plan, "Y", "N"),
            "icpc_icpc_team": final.s47e_s47_completed_by_team[is_conferred],
        }
    )
    conferred_at = in_office_hours(rng, calendar.add(conferred_on[is_conferred], 1))
    return {
        "ssd_s47_enquiry": versions(county, final, entered_at, [Change(tuple(final.columns[4:]), ended_at)]),
        "ssd_initial_cp_conference": versions(county, conferences, conferred_at),
    }


def with_ids(rows: pd.DataFrame) -> pd.DataFrame:
    """Enquiries per child with enquiry_id and, where there is one, conference_id."""
    is_conferred = rows.conferred_on.notna()
    conference_id = np.full(len(rows), None, dtype=object)
    conference_id[is_conferred] = identifiers(72_001, int(is_conferred.sum()))
    return rows.assign(enquiry_id=identifiers(710_001, len(rows)), conference_id=conference_id)


def plans(found: Referred, enquiry_rows: pd.DataFrame) -> pd.DataFrame:
    """Per child: episode, child, child_id, referral_id, plan_id, conference_id, started_on, ended_on."""
    rows = found.rows[found.rows.plan_started_on.notna()]
    by_referral = enquiry_rows[enquiry_rows.has_plan].set_index("referral_id").conference_id
    rows = rows.assign(
        conference_id=rows.referral_id.map(by_referral), started_on=rows.plan_started_on, ended_on=rows.plan_ended_on
    ).sort_values("started_on", kind="stable")
    columns = ["episode", "child", "child_id", "referral_id", "conference_id", "started_on", "ended_on"]
    return rows[columns].assign(plan_id=identifiers(73_001, len(rows))).reset_index(drop=True)


def plan_versions(county: County, calendar: WorkingCalendar, plan_rows: pd.DataFrame) -> pd.DataFrame:
    """`ssd_cp_plans`: entered within days of the conference, ended within days of the end."""
    rng = generator(county.seed, "plan rows")
    size = len(plan_rows)
    started_on, ended_on = plan_rows.started_on.to_numpy(DAY), plan_rows.ended_on.to_numpy(DAY)
    category = pick(rng, CATEGORIES, size)
    final = pd.DataFrame(
        {
            "cppl_cp_plan_id": plan_rows.plan_id,
            "cppl_referral_id": plan_rows.referral_id,
            "cppl_icpc_id": np.where(coin(rng, SHARE_WITHOUT_CONFERENCE_ID, size), None, plan_rows.conference_id),
            "cppl_person_id": plan_rows.child_id,
            "cppl_cp_plan_start_date": at_midnight(started_on),
            "cppl_cp_plan_end_date": at_midnight(ended_on),
            "cppl_cp_plan_initial_category": category,
            "cppl_cp_plan_ola": "N",
            "cppl_cp_plan_latest_category": category,
        }
    )
    entered_at = entered(rng, calendar, at_midnight(started_on), 0.8)
    ended_at = entered(rng, calendar, at_midnight(ended_on), 0.85).astype(MOMENT)
    return versions(county, final, entered_at, [Change(("cppl_cp_plan_end_date",), np.maximum(ended_at, entered_at))])
