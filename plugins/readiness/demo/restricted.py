"""Children whose records only named people may open: a worker's relative, a case in the news."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator
from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, NEVER, days_later, in_office_hours
from readiness.demo.history import Change, versions
from readiness.demo.referrals import Referred

RESTRICTIONS = 14  # in the whole county of today
FEWEST_RESTRICTIONS = 5
SHARE_LIFTED = 0.4


def restriction_versions(county: County, found: Referred) -> pd.DataFrame:
    """`ext_restricted_records`: entered on the first day; that a restriction ends is entered days before."""
    rng = generator(county.seed, "restricted records")
    rows = found.rows.drop_duplicates("child_id")
    first_on = np.maximum(rows.decided_at.to_numpy(DAY), np.datetime64(county.first_on))
    is_early = first_on < np.datetime64(county.ends_on) - 60
    candidates = np.flatnonzero(is_early & (rows.path != "nfa").to_numpy())
    wanted = max(round(RESTRICTIONS * county.scale), FEWEST_RESTRICTIONS)
    chosen = np.sort(rng.choice(candidates, size=min(wanted, len(candidates)), replace=False))
    size = len(chosen)
    from_on = days_later(first_on[chosen], rng.integers(3, 50, size))
    is_lifted = coin(rng, SHARE_LIFTED, size)
    until_on = np.where(is_lifted, days_later(from_on, rng.integers(60, 400, size)), NEVER).astype(DAY)
    final = pd.DataFrame({"person_id": rows.child_id.to_numpy()[chosen], "from_on": from_on, "until_on": until_on})
    lifted_at = in_office_hours(rng, days_later(until_on, -rng.integers(2, 12, size))).astype(MOMENT)
    return versions(county, final, in_office_hours(rng, from_on), [Change(("until_on",), lifted_at)])
