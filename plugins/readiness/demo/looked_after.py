"""Periods of care, as the episodes of which they are made: a change of placement begins a new one."""

import numpy as np
import pandas as pd

from readiness.demo.chance import generator, identifiers, pick
from readiness.demo.county import County
from readiness.demo.courses import entered
from readiness.demo.days import DAY, MOMENT, WorkingCalendar, at_midnight, days_later
from readiness.demo.history import Change, versions
from readiness.demo.referrals import Referred

MEAN_DAYS_IN_A_PLACEMENT = 480
LONGEST_CHAIN = 8
FIRST = "S"
LATER = {"P": 70, "L": 20, "B": 10}
GOES_ON = "X1"
CEASED = {"E4A": 44, "E11": 6, "E12": 8, "E45": 14, "E48": 10, "E8": 12, "E2": 6}
NEEDS = {"N1": 64, "N2": 4, "N3": 5, "N4": 7, "N5": 12, "N6": 3, "N8": 5}


def care_episode_versions(county: County, calendar: WorkingCalendar, found: Referred) -> pd.DataFrame:
    """`ssd_cla_episodes`: entered within days of the beginning, ceased within days of the end. The period of care has
    the referral's id, which visits and reviews name."""
    rng = generator(county.seed, "care episodes")
    spans = _placements(rng, county, calendar, found.episodes[found.episodes.care_from.notna()])
    rows = spans.merge(found.children, on="episode", sort=False).sort_values("from_on", kind="stable")
    size = len(rows)
    from_on, until_on = rows.from_on.to_numpy(DAY), rows.until_on.to_numpy(DAY)
    final = pd.DataFrame(
        {
            "clae_cla_episode_id": identifiers(760_001, size),
            "clae_person_id": rows.child_id.to_numpy(),
            "clae_cla_episode_start_date": at_midnight(from_on),
            "clae_cla_episode_start_reason": np.where(rows.is_first, FIRST, pick(rng, LATER, size)),
            "clae_cla_primary_need_code": pick(rng, NEEDS, size),
            "clae_cla_episode_ceased_date": at_midnight(until_on),
            "clae_cla_episode_ceased_reason": np.where(rows.is_last, pick(rng, CEASED, size), GOES_ON),
            "clae_cla_id": rows.referral_id.to_numpy(),
            "clae_referral_id": rows.referral_id.to_numpy(),
            "clae_cla_placement_id": identifiers(765_001, size),
            "clae_entered_care_date": at_midnight(rows.care_from.to_numpy(DAY)),
        }
    )
    entered_at = entered(rng, calendar, at_midnight(from_on), 0.85)
    ceased_at = np.maximum(entered(rng, calendar, at_midnight(until_on), 0.85), entered_at).astype(MOMENT)
    ends = ("clae_cla_episode_ceased_date", "clae_cla_episode_ceased_reason")
    return versions(county, final, entered_at, [Change(ends, ceased_at)])


def _placements(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, in_care: pd.DataFrame
) -> pd.DataFrame:
    """Per family, one placement after the other: episode, care_from, from_on, until_on, is_first, is_last."""
    pending = pd.DataFrame(
        {
            "episode": in_care.index,
            "care_from": in_care.care_from.to_numpy(DAY),
            "from_on": in_care.care_from.to_numpy(DAY),
            "closed_on": in_care.closed_on.to_numpy(DAY),
        }
    )
    made = []
    for number in range(LONGEST_CHAIN):
        moved_on = days_later(
            pending.from_on.to_numpy(DAY), 7 + rng.exponential(MEAN_DAYS_IN_A_PLACEMENT, len(pending))
        )
        moved_on = calendar.on_or_after(moved_on)
        closed_on = pending.closed_on.to_numpy(DAY)
        is_last = (moved_on >= closed_on) | (number == LONGEST_CHAIN - 1)
        made.append(
            pending.assign(until_on=np.where(is_last, closed_on, moved_on), is_first=number == 0, is_last=is_last)
        )
        goes_on = ~is_last & (moved_on <= np.datetime64(county.ends_on))
        pending = pending.assign(from_on=moved_on)[goes_on]
    return pd.concat(made, ignore_index=True)
