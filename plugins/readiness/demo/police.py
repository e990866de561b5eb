"""What the police tell the front door: most of it of domestic abuse, and much of it days after the incident."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.contacts import Contacts
from readiness.demo.county import County
from readiness.demo.days import MOMENT, NEVER, WorkingCalendar, at_any_hour, minutes_later, on, out_of_the_spring_gap
from readiness.demo.history import versions

POLICE = "6"
SHARE_WITH_NOTIFICATION = 0.32  # of the police's contacts; the others are calls
SHARE_DOMESTIC_ABUSE = 0.85
SHARE_WITHOUT_CONTACT_ID = 0.015
SHARE_NOT_RECEIVED = 0.006


def notification_versions(county: County, calendar: WorkingCalendar, told: Contacts) -> pd.DataFrame:
    """`ext_police_notifications`: one for a family's contact, which it names by the eldest child's; entered with it."""
    rng = generator(county.seed, "police notifications")
    contacts = told.children[told.children.source_code == POLICE].drop_duplicates(["family", "contacted_at"])
    contacts = contacts[coin(rng, SHARE_WITH_NOTIFICATION, len(contacts))]
    size = len(contacts)
    contacted_at = contacts.contacted_at.to_numpy(MOMENT)
    waited = np.where(contacts.is_automatic, rng.integers(1, 4, size), rng.integers(5, 90, size))
    received_at = out_of_the_spring_gap(minutes_later(contacted_at, -waited))
    hours_before = minutes_later(received_at, -rng.integers(2 * 60, 20 * 60, size))
    days_before = at_any_hour(rng, calendar.add(on(received_at), -1 - rng.geometric(0.35, size)), 0.3)
    is_prompt = coin(rng, county.practice.police_notified.at(received_at), size)
    incident_at = out_of_the_spring_gap(np.where(is_prompt, hours_before, days_before))
    sent_at = out_of_the_spring_gap(minutes_later(received_at, -rng.integers(1, 40, size)))
    is_lost = coin(rng, SHARE_NOT_RECEIVED, size)
    has_no_id = is_lost | coin(rng, SHARE_WITHOUT_CONTACT_ID, size)
    final = pd.DataFrame(
        {
            "notification_id": identifiers(310_001, size),
            "contact_id": np.where(has_no_id, None, contacts.contact_id),
            "incident_at": incident_at,
            "sent_at": sent_at,
            "received_at": np.where(is_lost, NEVER, received_at).astype(MOMENT),
            "is_domestic_abuse": np.where(coin(rng, SHARE_DOMESTIC_ABUSE, size), "Y", "N"),
        }
    )
    return versions(county, final, contacts.created_at.to_numpy(MOMENT))
