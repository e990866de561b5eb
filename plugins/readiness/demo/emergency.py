"""What the emergency team takes outside office hours, and hands over to the day teams."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.contacts import Contacts
from readiness.demo.county import County
from readiness.demo.days import (
    MOMENT,
    NEVER,
    WorkingCalendar,
    at_midnight,
    minute_of_day,
    minutes_later,
    on,
    out_of_the_spring_gap,
)
from readiness.demo.history import Change, versions

MORNING = 9 * 60  # by which it should be on record for the day team
SHARE_WITHOUT_ACTION = 0.02
SHARE_RETURNED = {"single": 0.06, "initial_and_core": 0.16}
"""By the county's assessments: in the letter's time it is not clear enough what the emergency team is there for."""


def handover_versions(county: County, calendar: WorkingCalendar, told: Contacts) -> pd.DataFrame:
    """`ext_emergency_handovers`: one for a family's contact, entered when it came in; the contact's id, the first
    action, the record and the handover are later versions."""
    rng = generator(county.seed, "emergency handovers")
    team_id = next(team.team_id for team in county.teams if team.kind == "emergency")
    contacts = told.children[told.children.team_id == team_id].drop_duplicates(["family", "contacted_at"])
    size = len(contacts)
    received_at = contacts.contacted_at.to_numpy(MOMENT)
    is_prompt = coin(rng, county.practice.emergency_action.at(received_at), size)
    waited = np.where(is_prompt, rng.integers(8, 110, size), rng.integers(260, 900, size))
    acted_at = out_of_the_spring_gap(minutes_later(received_at, waited))
    acted_at = np.where(coin(rng, SHARE_WITHOUT_ACTION, size), NEVER, acted_at).astype(MOMENT)
    recorded_at = _recorded(rng, county, calendar, received_at)
    handed_over_at = out_of_the_spring_gap(minutes_later(recorded_at, rng.integers(3, 90, size)))
    is_returned = coin(rng, SHARE_RETURNED[county.assessments], size)
    final = pd.DataFrame(
        {
            "handover_id": identifiers(320_001, size),
            "contact_id": contacts.contact_id.to_numpy(),
            "received_at": received_at,
            "first_action_at": acted_at,
            "recorded_at": recorded_at,
            "handed_over_at": handed_over_at,
            "is_returned": np.where(is_returned, "Y", "N"),
        }
    )
    changes = [
        Change(("contact_id",), contacts.created_at.to_numpy(MOMENT)),
        Change(("first_action_at",), acted_at),
        Change(("recorded_at",), recorded_at),
        Change(("handed_over_at", "is_returned"), handed_over_at),
    ]
    return versions(county, final, received_at, changes)


def _recorded(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, received_at: np.ndarray
) -> np.ndarray:
    """When it was on record: by the next working morning, or in the working days after it."""
    size, days = len(received_at), on(received_at)
    comes_today = calendar.is_working(days) & (minute_of_day(received_at) < MORNING - 30)
    morning = minutes_later(at_midnight(np.where(comes_today, days, calendar.add(days, 1))), np.full(size, MORNING))
    left = (morning - received_at).astype("timedelta64[m]").astype(int)
    in_time = minutes_later(received_at, 15 + rng.random(size) * np.minimum(left - 20, 600))
    following = minutes_later(at_midnight(calendar.add(days, 1)), np.full(size, MORNING))
    late = minutes_later(following, 10 + np.minimum(rng.exponential(400, size), 3_000))
    is_prompt = coin(rng, county.practice.emergency_handover.at(received_at), size)
    return out_of_the_spring_gap(np.where(is_prompt, in_time, late)).astype(MOMENT)
