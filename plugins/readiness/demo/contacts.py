"""Contacts, and what was decided on them.

Every referral begins with a contact; nine in ten contacts lead to none. Every child of a family has a row.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers, pick, whole
from readiness.demo.county import County
from readiness.demo.days import MOMENT, NEVER, WorkingCalendar, at_any_hour, at_midnight, minutes_later, on
from readiness.demo.front_door import SHARE_IN_OFFICE_HOURS, SOURCES, arrival_days, decide
from readiness.demo.history import Change, versions
from readiness.demo.recording import recorded
from readiness.demo.referrals import (
    FAMILY_COLUMNS,
    MEAN_FAMILY_SIZE,
    Referred,
    child_ids,
    draw_families,
    expand,
    number_children,
)

SHARE_OF_KNOWN_FAMILIES = 0.35
CONTACT_ONLY_CHILDREN = 0.22  # per contact: such families are heard of three times on average
OTHER_SOURCE_WEIGHTS = {"6": 2.1, "2A": 1.5, "3E": 2.0}  # more often in contacts than in referrals
DECISIONS = {"information and advice": 30, "no further action": 28, "early help": 22, "pass to allocated worker": 20}
FIRST_TIME = {decision: weight for decision, weight in DECISIONS.items() if decision != "pass to allocated worker"}
OUTCOMES = {
    "referral": '{"NEW_REFERRAL_FLAG": "Y", "NFA_FLAG": "N"}',
    "strategy discussion": '{"NEW_REFERRAL_FLAG": "Y", "CP_ENQUIRY_FLAG": "Y", "NFA_FLAG": "N"}',
    "pass to allocated worker": '{"EXISTING_REFERRAL_FLAG": "Y", "NFA_FLAG": "N"}',
    "information and advice": '{"ADVICE_FLAG": "Y", "NFA_FLAG": "N"}',
    "early help": '{"EARLY_HELP_FLAG": "Y", "NFA_FLAG": "N"}',
    "no further action": '{"NFA_FLAG": "Y"}',
}


@dataclass(frozen=True)
class Contacts:
    """children: one row per contact of a child: contact_id, child, child_id, contacted_at, decided_at (NaT: never),
    created_at, is_automatic, team_id, source_code, decision … ; child_count: children known in all."""

    children: pd.DataFrame
    child_count: int


def contacts(county: County, calendar: WorkingCalendar, found: Referred) -> Contacts:
    rng = generator(county.seed, "contacts")
    families, others = _other_contacts(rng, county, calendar, found)
    episodes = found.episodes[~found.episodes.is_migrated]
    of_referrals = episodes[["family", "contacted_at", "decided_at", "source_code"]].assign(
        team_id=episodes.decision_team,
        decision=np.where(episodes.is_concern, "strategy discussion", "referral"),
    )
    events = pd.concat([of_referrals, others], ignore_index=True).sort_values("contacted_at", kind="stable")
    events = _told(rng, county, calendar, events.reset_index(drop=True))
    event, child = expand(families, events.family.to_numpy())
    rows = events.iloc[event].reset_index(drop=True)
    ids = identifiers(2_000_001, len(rows))
    children = rows.assign(contact_id=ids, child=child, child_id=child_ids(child))
    return Contacts(children, int(families.children.sum()))


def contact_versions(county: County, found: Contacts) -> dict[str, pd.DataFrame]:
    """`ssd_contacts` and `ext_contact_decisions`: entered when recorded, changed when decided."""
    rng = generator(county.seed, "contact rows")
    rows = found.children
    contacted_at, created_at = rows.contacted_at.to_numpy(), rows.created_at.to_numpy()
    decided_at = rows.decided_at.to_numpy(MOMENT)
    contact_rows = pd.DataFrame(
        {
            "cont_contact_id": rows.contact_id,
            "cont_person_id": rows.child_id,
            "cont_contact_date": np.where(rows.is_timed, contacted_at, at_midnight(on(contacted_at))),
            "cont_contact_source_code": rows.source_code,
            "cont_contact_source_desc": rows.source_code.map({code: words for code, (words, _) in SOURCES.items()}),
            "cont_contact_outcome_json": np.where(np.isnat(decided_at), None, rows.decision.map(OUTCOMES)),
        }
    )
    is_concern = (rows.decision == "strategy discussion").to_numpy() | coin(rng, 0.09, len(rows))
    decision_rows = pd.DataFrame(
        {
            "contact_id": rows.contact_id,
            "received_at": contacted_at,
            "decided_at": decided_at,
            "decision": np.where(np.isnat(decided_at), None, rows.decision),
            "urgency": np.where(is_concern, "red", pick(rng, {"amber": 38, "green": 62}, len(rows))),
            "is_protection_concern": np.where(is_concern, "Y", "N"),
            "team_id": rows.team_id,
        }
    )
    has_row = ~coin(rng, county.practice.contacts_without_decision_row, len(rows))
    return {
        "ssd_contacts": versions(
            county, contact_rows, created_at, [Change(("cont_contact_outcome_json",), decided_at)]
        ),
        "ext_contact_decisions": versions(
            county,
            decision_rows[has_row],
            created_at[has_row],
            [Change(("decided_at", "decision"), decided_at[has_row])],
        ),
    }


def _other_contacts(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, found: Referred
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All families, those added that are never referred; and the contacts that lead to no referral."""
    size = county.size
    a_year = (size.contacts_a_year - sum(size.referrals_by_month)) * county.scale
    season = {i: count / sum(size.referrals_by_month) for i, count in enumerate(size.referrals_by_month, start=1)}
    contacted = []
    for month in county.months:
        events = whole(rng, a_year * season[month.number] * rng.normal(1, 0.012) / MEAN_FAMILY_SIZE)
        contacted.append(at_any_hour(rng, arrival_days(rng, str(month), events), SHARE_IN_OFFICE_HOURS))
    contacted_at = np.concatenate(contacted)
    events = len(contacted_at)

    never_referred = draw_families(rng, county, int(events * MEAN_FAMILY_SIZE * CONTACT_ONLY_CHILDREN) + 1)
    never_referred = number_children(never_referred[FAMILY_COLUMNS], first_child=int(found.families.children.sum()))
    referred_count = len(found.families)
    family = np.where(
        coin(rng, SHARE_OF_KNOWN_FAMILIES, events),
        rng.integers(0, referred_count, events),
        referred_count + rng.integers(0, len(never_referred), events),
    )
    decisions = decide(rng, county, calendar, contacted_at)
    is_undecided = coin(rng, county.practice.undecided_contacts, events)
    weights = {code: count * OTHER_SOURCE_WEIGHTS.get(code, 1.0) for code, (_, count) in SOURCES.items()}
    others = pd.DataFrame(
        {
            "family": family,
            "contacted_at": contacted_at,
            "decided_at": np.where(is_undecided, NEVER, decisions.decided_at).astype(MOMENT),
            "source_code": pick(rng, weights, events),
            "team_id": decisions.team_id,
            "decision": np.where(family < referred_count, pick(rng, DECISIONS, events), pick(rng, FIRST_TIME, events)),
        }
    )
    return pd.concat([found.families, never_referred], ignore_index=True), others


def _told(rng: np.random.Generator, county: County, calendar: WorkingCalendar, events: pd.DataFrame) -> pd.DataFrame:
    """Adds when each contact came to stand in the case system, and whether by itself (some of the police's)."""
    contacted_at = events.contacted_at.to_numpy()
    is_automatic = (events.source_code == "6").to_numpy() & coin(rng, 0.2, len(events))
    by_hand = recorded(
        rng, county, calendar, contacted_at, county.practice.contact_recorded.at(contacted_at),
        mean_days_late=3.0, on_outage_days=0.85,
    )  # fmt: skip
    at_once = minutes_later(contacted_at, rng.integers(1, 9, len(events)))
    return events.assign(
        is_automatic=is_automatic,
        is_timed=~coin(rng, 0.04, len(events)),
        created_at=np.where(is_automatic, at_once, by_hand),
    )
