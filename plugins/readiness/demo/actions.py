"""The log of actions that workers and managers agree in personal supervision; it was begun later than the sessions."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, NEVER, WorkingCalendar, days_later, in_office_hours
from readiness.demo.history import Change, versions

SHARE_NEVER_CLOSED = 0.05


def action_versions(county: County, calendar: WorkingCalendar, session_rows: pd.DataFrame) -> pd.DataFrame:
    """`ext_supervision_actions` from the versions of personal and group sessions: as many as each says that it set,
    entered with it, closed on the day or some days after."""
    rng = generator(county.seed, "supervision actions")
    since = np.datetime64(county.practice.actions_logged_from)
    logged = session_rows[session_rows.actions_set.notna() & (session_rows.held_at.to_numpy(DAY) >= since)]
    rows = logged.iloc[np.repeat(np.arange(len(logged)), logged.actions_set.to_numpy(int))]
    size = len(rows)
    held_on = rows.held_at.to_numpy(DAY)
    due_on = calendar.on_or_after(days_later(held_on, rng.integers(12, 43, size)))
    early = np.maximum(calendar.on_or_before(days_later(due_on, -rng.integers(0, 14, size))), held_on)
    late = calendar.on_or_after(days_later(due_on, 1 + np.minimum(rng.exponential(20, size), 150)))
    closed_on = np.where(coin(rng, county.practice.actions_closed.at(due_on), size), early, late)
    closed_on = np.where(coin(rng, SHARE_NEVER_CLOSED, size), NEVER, closed_on).astype(DAY)
    is_closed = ~np.isnat(closed_on)
    final = pd.DataFrame(
        {
            "action_id": identifiers(9_800_001, size),
            "session_id": rows.session_id.to_numpy(),
            "due_on": due_on,
            "closed_on": closed_on,
        }
    )
    entered_at = rows.entered_at.to_numpy(MOMENT)
    written_on = calendar.add(np.where(is_closed, closed_on, due_on), rng.integers(0, 4, size))
    closed_at = np.maximum(in_office_hours(rng, written_on), entered_at).astype(MOMENT)
    return versions(
        county, final, entered_at, [Change(("closed_on",), np.where(is_closed, closed_at, NEVER).astype(MOMENT))]
    )
