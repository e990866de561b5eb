"""Plans for children in need: after an assessment, and after a protection plan."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.county import County
from readiness.demo.courses import entered
from readiness.demo.days import DAY, MOMENT, WorkingCalendar, at_midnight, days_later, on
from readiness.demo.history import Change, versions
from readiness.demo.involvements import Allocations
from readiness.demo.referrals import Referred
from readiness.demo.workforce import Workforce

USUAL_WAIT = 10  # working days from the assessment to the plan; the demo profile's local limit


def need_plan_versions(
    county: County, calendar: WorkingCalendar, found: Referred, held: Allocations, staff: Workforce
) -> pd.DataFrame:
    """`ssd_cin_plans`: entered within days of the beginning, ended within days of the end."""
    rng = generator(county.seed, "need plans")
    spans = _spans(rng, county, calendar, found)
    rows = spans.merge(found.rows, on="episode", sort=False).sort_values("from_on", kind="stable")
    from_on, until_on = rows.from_on.to_numpy(DAY), rows.until_on.to_numpy(DAY)
    worker = held.worker_at(rows.episode.to_numpy(), from_on)
    team_ids = {team.name: team.team_id for team in county.teams}
    final = pd.DataFrame(
        {
            "cinp_cin_plan_id": identifiers(75_001, len(rows)),
            "cinp_referral_id": rows.referral_id.to_numpy(),
            "cinp_person_id": rows.child_id.to_numpy(),
            "cinp_cin_plan_start_date": at_midnight(from_on),
            "cinp_cin_plan_end_date": at_midnight(until_on),
            "cinp_cin_plan_team": rows.safeguarding_team.map(team_ids).to_numpy(),
            "cinp_cin_plan_worker_id": np.where(worker >= 0, staff.workers.worker_id.to_numpy()[worker], None),
        }
    )
    entered_at = entered(rng, calendar, at_midnight(from_on), 0.8)
    ended_at = entered(rng, calendar, at_midnight(until_on), 0.85).astype(MOMENT)
    return versions(county, final, entered_at, [Change(("cinp_cin_plan_end_date",), np.maximum(ended_at, entered_at))])


def _spans(rng: np.random.Generator, county: County, calendar: WorkingCalendar, found: Referred) -> pd.DataFrame:
    """Per family and plan: episode, from_on, until_on."""
    episodes = found.episodes
    in_need, protected = episodes[episodes.path == "need"], episodes[episodes.plan_ended_on.notna()]
    assessed_at = in_need[["assessment_authorised_at", "core_authorised_at"]].max(axis=1)
    assessed_on = on(assessed_at.to_numpy(MOMENT))
    known_on = np.where(np.isnat(assessed_on), np.datetime64(county.first_on), assessed_on)
    is_prompt = coin(rng, county.practice.need_plan_started.at(known_on), len(in_need))
    wait = np.where(
        is_prompt, rng.integers(1, USUAL_WAIT + 1, len(in_need)), USUAL_WAIT + rng.geometric(0.12, len(in_need))
    )
    carried_over = in_need.is_migrated.to_numpy()
    planned_on = np.where(carried_over, in_need.transferred_on.to_numpy(DAY), calendar.add(known_on, wait))
    stepped_down_on = calendar.on_or_after(
        days_later(protected.plan_ended_on.to_numpy(DAY), rng.integers(0, 10, len(protected)))
    )
    together = pd.DataFrame(
        {
            "episode": np.concatenate([in_need.index, protected.index]),
            "from_on": np.concatenate([planned_on, stepped_down_on]),
            "until_on": np.concatenate([in_need.closed_on.to_numpy(DAY), protected.closed_on.to_numpy(DAY)]),
        }
    )
    return together[together.from_on < together.until_on]
