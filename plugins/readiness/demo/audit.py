"""`ext_record_audit`: when each contact, visit, strategy discussion, supervision and case note was recorded.

A real county writes perhaps 0.7 million case notes a year; the demo has few of them (`Size.case_notes_a_year`).
"""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers
from readiness.demo.contacts import Contacts
from readiness.demo.county import County
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
from readiness.demo.recording import recorded
from readiness.demo.referrals import Referred, child_ids
from readiness.demo.workforce import Workforce

AUTHORISED_TYPES = ("section47_visit", "strategy_discussion")
SHARE_SUBMITTED_LATER = 0.03
SHARE_WITHOUT_CHANNEL = 0.008
ROLES = {"contact": "Duty Worker", "supervision": "Team Manager", "strategy_discussion": "Team Manager"}
SHARE_OF_NOTES_IN_TIME = 0.62  # within one working day; most others within five
MIGRATED_NOTES_SHARE = 0.12  # of a usual year, for the year before the go-live


def audit_versions(county: County, entries: pd.DataFrame, subject: str = "audit rows") -> pd.DataFrame:
    """The table's rows from entries: record_type, record_id, person_id, professional_id, team_id, occurred_at,
    is_timed, created_at, entry_channel. What a manager authorises days later is a later version. subject: of the
    generator, so that further entries do not stir the others."""
    rng = generator(county.seed, subject)
    entries = entries.sort_values(["created_at", "record_type", "record_id"], kind="stable").reset_index(drop=True)
    size = len(entries)
    occurred_at, created_at = entries.occurred_at.to_numpy(), entries.created_at.to_numpy(MOMENT)
    is_timed = entries.is_timed.to_numpy(dtype=bool)
    is_draft = coin(rng, SHARE_SUBMITTED_LATER, size) & (entries.entry_channel == "manual").to_numpy()
    minutes = np.where(is_draft, rng.integers(1_000, 9_000, size), rng.integers(2, 50, size))
    submitted_at = minutes_later(created_at, minutes)
    is_authorised = np.isin(entries.record_type, AUTHORISED_TYPES) & coin(rng, 0.95, size)
    authorised_at = in_office_hours(rng, days_later(on(submitted_at), rng.integers(1, 9, size))).astype(MOMENT)
    is_unnamed = coin(rng, SHARE_WITHOUT_CHANNEL, size)
    final = entries[["record_type", "record_id", "person_id", "professional_id", "team_id"]].assign(
        occurred_at=np.where(is_timed, occurred_at, at_midnight(on(occurred_at))),
        occurred_precision=np.where(is_timed, "minute", "date"),
        created_at=created_at,
        submitted_at=submitted_at,
        authorised_at=np.where(is_authorised, authorised_at, NEVER).astype(MOMENT),
        author_role=entries.record_type.map(ROLES).fillna("Social Worker"),
        entry_channel=np.where(is_unnamed, None, entries.entry_channel),
    )
    changes = [
        Change(("submitted_at",), np.where(is_draft, submitted_at, NEVER).astype(MOMENT)),
        Change(("authorised_at",), np.where(is_authorised, authorised_at, NEVER).astype(MOMENT)),
    ]
    return versions(county, final, created_at, changes)


def contact_entries(county: County, staff: Workforce, found: Contacts) -> pd.DataFrame:
    rng = generator(county.seed, "contact entries")
    rows = found.children
    takers = np.flatnonzero(staff.workers.kind.isin(["front_door", "emergency"]) & (staff.workers.role == "worker"))
    return pd.DataFrame(
        {
            "record_type": "contact",
            "record_id": rows.contact_id,
            "person_id": rows.child_id,
            "professional_id": staff.workers.worker_id.to_numpy()[rng.choice(takers, len(rows))],
            "team_id": rows.team_id,
            "occurred_at": rows.contacted_at,
            "is_timed": rows.is_timed,
            "created_at": rows.created_at,
            "entry_channel": np.where(rows.is_automatic, "automatic", "manual"),
        }
    )


def visit_entries(held: Allocations, staff: Workforce, rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "record_type": rows.visit_kind + "_visit",
            "record_id": rows.visit_id,
            "person_id": rows.child_id,
            "professional_id": _holders(held, staff, rows.episode, rows.visited_at),
            "team_id": rows.team_id,
            "occurred_at": rows.visited_at,
            "is_timed": rows.is_timed,
            "created_at": rows.recorded_at,
            "entry_channel": "manual",
        }
    )


def enquiry_entries(
    county: County, calendar: WorkingCalendar, held: Allocations, staff: Workforce, rows: pd.DataFrame
) -> pd.DataFrame:
    """The strategy discussion and the visit of each enquiry (the visit has no table of its own in the demo)."""
    rng = generator(county.seed, "enquiry entries")
    team_ids = {team.name: team.team_id for team in county.teams}
    team = pd.Series(np.where(rows.is_migrated, rows.safeguarding_team, rows.assessment_team)).map(team_ids)
    held_at = rows.held_at.to_numpy()
    visited_on = calendar.add(calendar.on_or_after(on(held_at)), rng.integers(0, 2, len(rows)))
    visited_at = np.maximum(in_office_hours(rng, visited_on), minutes_later(held_at, rng.integers(20, 60, len(rows))))
    found = []
    for record_type, first_id, moments, share in (
        ("strategy_discussion", 711_000_001, held_at, np.full(len(rows), 0.74)),
        ("section47_visit", 712_000_001, visited_at, county.practice.visit_recorded.at(visited_at) + 0.08),
    ):
        found.append(
            pd.DataFrame(
                {
                    "record_type": record_type,
                    "record_id": identifiers(first_id, len(rows)),
                    "person_id": rows.child_id,
                    "professional_id": _holders(held, staff, rows.episode, pd.Series(moments)),
                    "team_id": team,
                    "occurred_at": moments,
                    "is_timed": True,
                    "created_at": recorded(rng, county, calendar, moments, share, mean_days_late=3.0),
                    "entry_channel": "manual",
                }
            )
        )
    return pd.concat(found, ignore_index=True)


def session_entries(staff: Workforce, rows: pd.DataFrame) -> pd.DataFrame:
    """Sessions that were held; they are about no child."""
    held = rows[~rows.is_cancelled]
    return pd.DataFrame(
        {
            "record_type": "supervision",
            "record_id": held.session_id,
            "person_id": None,
            "professional_id": held.supervisor_id,
            "team_id": staff.workers.team_id.to_numpy()[held.worker],
            "occurred_at": held.held_at,
            "is_timed": True,
            "created_at": held.recorded_at,
            "entry_channel": "manual",
        }
    )


def case_note_entries(
    county: County, calendar: WorkingCalendar, found: Referred, held: Allocations, staff: Workforce
) -> pd.DataFrame:
    """Notes of case workers on the eldest child of open cases, and those of the year before the go-live, which were
    carried over in one night."""
    rng = generator(county.seed, "case notes")
    live_on, ends_on = np.datetime64(county.first_on, "D"), np.datetime64(county.ends_on, "D")
    spells = held.spells
    from_on = np.maximum(spells.from_on.to_numpy(DAY), live_on)
    open_days = np.maximum((np.minimum(spells.until_on.to_numpy(DAY), ends_on) - from_on).astype(int), 0)
    a_year = county.size.case_notes_a_year * county.scale
    written = rng.choice(len(spells), size=round(a_year * county.days_in_file / 365.25), p=open_days / open_days.sum())
    written_on = days_later(from_on[written], rng.random(len(written)) * open_days[written])
    occurred_at = in_office_hours(rng, calendar.on_or_before(written_on))
    share = np.full(len(written), SHARE_OF_NOTES_IN_TIME)
    created_at = recorded(rng, county, calendar, occurred_at, share, mean_days_late=3.2)
    is_old = (spells.from_on < pd.Timestamp(live_on)).to_numpy()
    old = rng.choice(np.flatnonzero(is_old), size=round(a_year * MIGRATED_NOTES_SHARE))
    old_at = in_office_hours(rng, days_later(np.full(len(old), live_on), -rng.integers(5, 365, len(old))))
    spell = np.concatenate([written, old])
    child = found.families.first_child.to_numpy()[found.episodes.family.to_numpy()[spells.episode.to_numpy()[spell]]]
    return pd.DataFrame(
        {
            "record_type": "case_note",
            "record_id": identifiers(88_000_001, len(spell)),
            "person_id": child_ids(child),
            "professional_id": staff.workers.worker_id.to_numpy()[spells.worker.to_numpy()[spell]],
            "team_id": spells.team_id.to_numpy()[spell],
            "occurred_at": np.concatenate([occurred_at, old_at]),
            "is_timed": coin(rng, 0.6, len(spell)),
            "created_at": np.concatenate([created_at, np.full(len(old), county.migrated_at)]),
            "entry_channel": np.repeat(["manual", "migration"], [len(written), len(old)]).astype(object),
        }
    )


def _holders(held: Allocations, staff: Workforce, episodes: pd.Series, moments: pd.Series) -> np.ndarray:
    """Who held the case then; nobody where nobody ever did."""
    worker = held.worker_at(episodes.to_numpy(), moments.to_numpy(DAY))
    return np.where(worker >= 0, staff.workers.worker_id.to_numpy()[worker], None)
