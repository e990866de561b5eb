"""Early help: what other agencies, or the council, do for a family on whom no referral was made."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers, pick
from readiness.demo.contacts import Contacts
from readiness.demo.county import County
from readiness.demo.courses import entered
from readiness.demo.days import DAY, MOMENT, WorkingCalendar, at_midnight, days_later, in_office_hours, on
from readiness.demo.history import Change, versions
from readiness.demo.workforce import Workforce

COUNCIL = "Local authority"
PARTNERS = {"School": 55, "Health visiting service": 18, "Voluntary organisation": 12, "Housing association": 6,
            "Nursery": 9}  # fmt: skip
REASONS = {
    "Parenting": 34,
    "Domestic abuse": 18,
    "Mental health": 20,
    "School attendance": 16,
    "Housing": 7,
    "Other": 5,
}
END_REASONS = {"Needs met": 62, "Consent withdrawn": 18, "Stepped up to social care": 12, "Moved away": 8}
SHARE_BEGUN = 0.3  # of the contacts that are passed to early help
EPISODE_DAYS = (2.0, 70.0)  # shape and scale of a gamma distribution, beyond SHORTEST_EPISODE
SHORTEST_EPISODE = 40


def early_help_versions(county: County, calendar: WorkingCalendar, staff: Workforce, told: Contacts) -> pd.DataFrame:
    """`ssd_early_help_episodes`: entered in the days after the beginning, ended some days after the end."""
    rng = generator(county.seed, "early help")
    children = told.children[(told.children.decision == "early help") & told.children.decided_at.notna()]
    families = children.drop_duplicates(["family", "contacted_at"])[["family", "contacted_at", "decided_at"]]
    families = families[coin(rng, SHARE_BEGUN, len(families))]
    size = len(families)
    started_on = calendar.add(on(families.decided_at.to_numpy(MOMENT)), rng.integers(1, 16, size))
    ended_on = calendar.on_or_after(days_later(started_on, SHORTEST_EPISODE + rng.gamma(*EPISODE_DAYS, size)))
    is_led_by_partner = coin(rng, county.practice.partner_led.at(started_on), size)
    worker = staff.outside_ids[rng.integers(1, len(staff.outside_ids), size)]
    families = families.assign(
        started_on=started_on,
        ended_on=ended_on,
        reason=pick(rng, REASONS, size),
        end_reason=pick(rng, END_REASONS, size),
        organisation=np.where(is_led_by_partner, pick(rng, PARTNERS, size), COUNCIL),
        worker_id=np.where(is_led_by_partner, None, worker),
        entered_at=in_office_hours(rng, calendar.add(started_on, rng.integers(0, 5, size))),
        ended_at=entered(rng, calendar, at_midnight(ended_on), 0.7),
    ).sort_values(["family", "started_on"], kind="stable")
    is_running = families.started_on <= families.groupby("family").ended_on.shift()  # nobody has it twice at a time
    rows = families[~is_running].merge(children[["family", "contacted_at", "child_id"]], on=["family", "contacted_at"])
    rows = rows.sort_values("started_on", kind="stable").reset_index(drop=True)
    final = pd.DataFrame(
        {
            "earl_episode_id": identifiers(20_001, len(rows)),
            "earl_person_id": rows.child_id,
            "earl_episode_start_date": at_midnight(rows.started_on.to_numpy(DAY)),
            "earl_episode_end_date": at_midnight(rows.ended_on.to_numpy(DAY)),
            "earl_episode_reason": rows.reason,
            "earl_episode_end_reason": rows.end_reason,
            "earl_episode_organisation": rows.organisation,
            "earl_episode_worker_id": rows.worker_id,
        }
    )
    entered_at, ended_at = rows.entered_at.to_numpy(MOMENT), rows.ended_at.to_numpy(MOMENT)
    ends = ("earl_episode_end_date", "earl_episode_end_reason")
    return versions(county, final, entered_at, [Change(ends, np.maximum(ended_at, entered_at))])
