"""Child protection medicals: asked for in an enquiry, examined in a hospital, reported on later."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.county import County
from readiness.demo.days import (
    MOMENT,
    NEVER,
    WorkingCalendar,
    in_office_hours,
    minutes_later,
    on,
    out_of_the_spring_gap,
)
from readiness.demo.history import Change, versions

SHARE_OF_ENQUIRIES = 0.16
SHARE_URGENT = 0.6
SHARE_NOT_EXAMINED = 0.03  # the family or the child refuses
HOUR = 60
URGENT_HOURS = 24
ROUTINE_WORKING_DAYS = 10


def medical_versions(county: County, calendar: WorkingCalendar, enquired: pd.DataFrame) -> pd.DataFrame:
    """`ext_medicals` from enquiries per child: entered after the request; the examination and the report are later
    versions."""
    rng = generator(county.seed, "medicals")
    rows = enquired[coin(rng, SHARE_OF_ENQUIRIES, len(enquired))].reset_index(drop=True)
    size = len(rows)
    requested_at = minutes_later(rows.held_at.to_numpy(MOMENT), rng.integers(15, 4 * HOUR, size))
    is_urgent = coin(rng, SHARE_URGENT, size)
    is_prompt = coin(rng, _share(county, rows.area, requested_at), size)
    prompt = rng.integers(HOUR, (URGENT_HOURS - 2) * HOUR, size)
    slow = rng.integers((URGENT_HOURS + 2) * HOUR, 5 * URGENT_HOURS * HOUR, size)
    urgently_at = out_of_the_spring_gap(minutes_later(requested_at, np.where(is_prompt, prompt, slow)))
    days = np.where(
        is_prompt, rng.integers(1, ROUTINE_WORKING_DAYS, size), ROUTINE_WORKING_DAYS + rng.geometric(0.18, size)
    )
    routinely_at = in_office_hours(rng, calendar.add(on(requested_at), days))
    is_examined = ~coin(rng, SHARE_NOT_EXAMINED, size)
    examined_at = np.where(is_examined, np.where(is_urgent, urgently_at, routinely_at), NEVER).astype(MOMENT)
    reported_on = calendar.add(np.where(is_examined, on(examined_at), on(requested_at)), rng.integers(1, 20, size))
    reported_at = np.where(is_examined, in_office_hours(rng, reported_on), NEVER).astype(MOMENT)
    final = pd.DataFrame(
        {
            "medical_id": identifiers(330_001, size),
            "s47_enquiry_id": np.where(coin(rng, 0.02, size), None, rows.enquiry_id),
            "person_id": rows.child_id,
            "requested_at": requested_at,
            "examined_at": examined_at,
            "report_received_at": reported_at,
            "urgency": np.where(is_urgent, "urgent", "routine"),
            "area_id": rows.area.map({team.area: team.area_id for team in county.teams}),
        }
    )
    entered_at = minutes_later(requested_at, rng.integers(5, 20 * HOUR, size))
    changes = [
        Change(
            (column,), np.maximum(minutes_later(moments, rng.integers(10, 30 * HOUR, size)), entered_at).astype(MOMENT)
        )
        for column, moments in (("examined_at", examined_at), ("report_received_at", reported_at))
    ]
    return versions(county, final, entered_at, changes)


def _share(county: County, areas: pd.Series, moments: np.ndarray) -> np.ndarray:
    """Of those asked for at these moments in these areas, how many are examined in time."""
    found = county.practice.medicals.at(moments)
    for area, trend in county.practice.medicals_by_area.items():
        found = np.where(areas == area, trend.at(moments), found)
    return found
