"""All records of a county, with their history: the subjects put together in the order in which they need each other."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from readiness.demo import audit
from readiness.demo.actions import action_versions
from readiness.demo.assessments import assessment_versions, assessments
from readiness.demo.calls import call_versions
from readiness.demo.case_supervision import case_session_entries, case_session_versions, case_sessions
from readiness.demo.contacts import Contacts, contact_versions, contacts
from readiness.demo.county import County
from readiness.demo.days import DAY, WorkingCalendar
from readiness.demo.early_help import early_help_versions
from readiness.demo.emergency import handover_versions
from readiness.demo.factors import factor_versions
from readiness.demo.history import versions
from readiness.demo.involvements import allocations, first_workers, involvement_versions
from readiness.demo.looked_after import care_episode_versions
from readiness.demo.medicals import medical_versions
from readiness.demo.merges import merge
from readiness.demo.need_plans import need_plan_versions
from readiness.demo.people import born, person_versions
from readiness.demo.police import notification_versions
from readiness.demo.practice_audits import audit_plan_versions
from readiness.demo.protection import enquiries, enquiry_versions, per_child, plan_versions, plans, with_ids
from readiness.demo.referrals import Referred, referral_versions, referred
from readiness.demo.restricted import restriction_versions
from readiness.demo.reviews import looked_after_review_versions, plan_review_versions
from readiness.demo.staff_ids import number_in_the_staff_list
from readiness.demo.strategy import discussion_versions
from readiness.demo.supervision import session_versions, sessions
from readiness.demo.surveys import survey_versions
from readiness.demo.visits import visit_versions, visits
from readiness.demo.workforce import workforce, workforce_versions

Progress = Callable[[str], None]


def all_versions(county: County, progress: Progress) -> dict[str, pd.DataFrame]:
    """By table: the versions of its rows, typed, with entered_at and replaced_at."""
    calendar = WorkingCalendar(date(county.first_on.year - 22, 1, 1), date(county.ends_on.year + 9, 12, 31))
    progress("teams and workers")
    staff = workforce(county)
    found = workforce_versions(county, staff)

    progress("referrals and who works with them")
    referrals = referred(county, calendar)
    held = allocations(county, calendar, referrals, staff)
    found["ssd_cin_episodes"] = referral_versions(county, referrals, first_workers(county, held, staff))
    found["ssd_involvements"] = involvement_versions(county, calendar, referrals, held, staff)

    progress("contacts and decisions")
    told = contacts(county, calendar, referrals)
    found |= contact_versions(county, told)
    found["ssd_early_help_episodes"] = early_help_versions(county, calendar, staff, told)
    found["ext_police_notifications"] = notification_versions(county, calendar, told)
    found["ext_emergency_handovers"] = handover_versions(county, calendar, told)
    found["ext_call_intervals"] = call_versions(county, calendar)

    progress("children")
    heard_of_at, is_referred, closed_on = _children(county, referrals, told)
    births = born(county, heard_of_at, is_referred)
    found |= person_versions(county, calendar, births, heard_of_at, closed_on)

    progress("assessments")
    assessed = assessments(county, calendar, referrals)
    born_on = births.born_on.to_numpy(DAY)
    found |= assessment_versions(county, calendar, referrals, held, staff, assessed, born_on)
    found["ssd_assessment_factors"] = factor_versions(county, found["ssd_cin_assessments"])

    progress("enquiries, conferences, plans and reviews")
    enquired = with_ids(per_child(referrals, enquiries(county, calendar, referrals)))
    found |= enquiry_versions(county, calendar, held, staff, enquired)
    planned = plans(referrals, enquired)
    found["ssd_cp_plans"] = plan_versions(county, calendar, planned)
    found["ssd_cp_reviews"] = plan_review_versions(county, calendar, planned, born_on)
    found["ssd_cin_plans"] = need_plan_versions(county, calendar, referrals, held, staff)
    found["ssd_cla_episodes"] = care_episode_versions(county, calendar, referrals)
    found["ssd_cla_reviews"] = looked_after_review_versions(county, calendar, referrals, born_on)
    found["ext_medicals"] = medical_versions(county, calendar, enquired)

    progress("visits")
    visited = visits(county, calendar, referrals, planned)
    found |= visit_versions(county, visited)

    progress("supervision and audits")
    supervised = sessions(county, calendar, staff)
    session_rows = session_versions(county, staff, supervised)
    on_cases = case_sessions(county, calendar, referrals, held, staff)
    case_rows = case_session_versions(county, staff, on_cases)
    found["ext_supervision_sessions"] = pd.concat([session_rows, case_rows], ignore_index=True)
    found["ext_supervision_actions"] = action_versions(county, calendar, session_rows)
    found["ext_practice_audits"] = audit_plan_versions(county, calendar, referrals, held, staff)
    found["ext_survey_results"] = survey_versions(county, calendar)
    found["ext_system_outages"] = _outages(county)

    progress("when everything was recorded")
    of_enquiries = audit.enquiry_entries(county, calendar, held, staff, enquired)
    discussed = of_enquiries[of_enquiries.record_type == "strategy_discussion"]
    found["ext_strategy_discussions"] = discussion_versions(county, enquired, discussed)
    entries = [
        audit.contact_entries(county, staff, told),
        audit.visit_entries(held, staff, visited),
        of_enquiries,
        audit.session_entries(staff, supervised),
        audit.case_note_entries(county, calendar, referrals, held, staff),
    ]
    on_file = case_session_entries(staff, on_cases)
    audited = [
        audit.audit_versions(county, pd.concat(entries, ignore_index=True)),
        audit.audit_versions(county, on_file, subject="case supervision audit rows"),
    ]
    found["ext_record_audit"] = pd.concat(audited, ignore_index=True)

    progress("numbers: who is restricted, who has two")
    found["ext_restricted_records"] = restriction_versions(county, referrals)
    number_in_the_staff_list(county, staff, found)
    merge(county, calendar, found)
    return found


def _children(county: County, referrals: Referred, told: Contacts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per child: when it came to stand in the case system, whether it was ever referred, and when its last referral was
    closed (NaT: never referred)."""
    rows = referrals.rows
    entries = [
        pd.Series(rows.decided_at.to_numpy(), rows.child.to_numpy()),
        pd.Series(told.children[["contacted_at", "created_at"]].min(axis=1).to_numpy(), told.children.child.to_numpy()),
    ]
    everyone = range(told.child_count)
    first = pd.concat(entries).groupby(level=0).min().reindex(everyone, fill_value=county.ends_at + 10)
    closed = rows.groupby("child").closed_on.max().reindex(everyone)
    return first.to_numpy(), closed.notna().to_numpy(), closed.to_numpy(DAY)


def _outages(county: County) -> pd.DataFrame:
    starts_at = np.array([np.datetime64(outage.starts_at, "s") for outage in county.outages])
    ends_at = np.array([np.datetime64(outage.ends_at, "s") for outage in county.outages])
    final = pd.DataFrame(
        {
            "outage_id": [str(number) for number in range(1, len(county.outages) + 1)],
            "started_at": starts_at,
            "ended_at": ends_at,
            "is_planned": ["Y" if outage.is_planned else "N" for outage in county.outages],
        }
    )
    return versions(county, final, ends_at)
