"""How the counties work, on purpose: what is weak, what mends, what mends on paper only, what is fine.

`PLANTED` says what an honest count must find, within bounds. A test counts it in the raw tables, by other means than
the project's SQL.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    """In `county`, `indicator` lies between `low` and `high` from month `first` to month `last`.

    low, high: percent, or children per full-time equivalent; of all the months together, in every single one if
    `each_month`. where: a team or area, '' for the authority. what: the story in a sentence.
    """

    county: str
    indicator: str
    first: str
    last: str
    low: float
    high: float
    what: str
    where: str = ""
    each_month: bool = False


E, L = "exampleshire", "letter"

PLANTED = (
    Planted(E, "contact_decision_in_time", "2024-06", "2025-12", 57, 73, where="First Response", each_month=True,
            what="First Response decides slowly."),
    Planted(E, "contact_decision_in_time", "2026-04", "2026-10", 92, 97, where="First Response", each_month=True,
            what="Since spring 2026 it decides in time, for more than six months on end."),
    Planted(E, "contact_decision_in_time", "2024-05", "2026-10", 99, 100, where="Emergency Duty",
            what="The emergency team always did."),
    Planted(E, "contact_recorded_in_time", "2024-05", "2025-06", 62, 75,
            what="Contacts were recorded late …"),
    Planted(E, "contact_recorded_in_time", "2026-02", "2026-10", 90, 97,
            what="… and are recorded in time since February 2026."),
    Planted(E, "visit_recorded_in_time", "2024-05", "2026-10", 45, 62, each_month=True,
            what="Visits are recorded late everywhere; that does not mend."),
    Planted(E, "visit_recorded_on_outage_days", "2024-05", "2026-10", 15, 40,
            what="An outage makes it worse."),
    Planted(E, "supervision_held_in_time", "2024-05", "2024-12", 66, 82, where="North",
            what="Supervision was irregular …"),
    Planted(E, "supervision_held_in_time", "2026-03", "2026-09", 90, 98, where="North",
            what="… and mends in most areas,"),
    Planted(E, "supervision_held_in_time", "2026-03", "2026-09", 60, 76, where="East",
            what="but not in the East."),
    Planted(E, "ethnicity_recorded", "2024-06", "2024-06", 86, 94,
            what="Of the children of 2024, one in ten never had an ethnicity recorded;"),
    Planted(E, "ethnicity_recorded", "2026-10", "2026-10", 95, 99,
            what="of those with an open case now, nearly all have."),
    Planted(E, "parent_views_recorded", "2024-07", "2026-10", 54, 62,
            what="Parents' views do not mend (a repeat finding)."),
    Planted(E, "child_views_recorded", "2024-07", "2024-12", 58, 67,
            what="Children's views mend slowly,"),
    Planted(E, "child_views_recorded", "2026-07", "2026-10", 78, 87,
            what="and are not there yet."),
    Planted(E, "assessment_from_start_in_time", "2024-10", "2026-10", 74, 78,
            what="Assessments in 45 working days stay where the published figures are."),
    Planted(E, "assessment_from_start_in_time", "2024-10", "2026-10", 45, 70, where="East Assessment 2",
            what="One team holds more of the long ones."),
    Planted(E, "protection_visit_gap_in_time", "2024-06", "2025-12", 60, 78, where="West Safeguarding 1",
            what="One team visits late …"),
    Planted(E, "protection_visit_gap_in_time", "2026-03", "2026-09", 90, 100, where="West Safeguarding 1",
            what="… and since February 2026 dates its visits in time,"),
    Planted(E, "protection_visit_met_on_paper", "2026-03", "2026-09", 50, 90, where="West Safeguarding 1",
            what="but enters them after they were due: it mends on paper only."),
    Planted(E, "protection_visit_met_on_paper", "2026-03", "2026-09", 0, 12, where="North Safeguarding 1",
            what="Elsewhere hardly a due date passes with nothing on record."),
    Planted(E, "caseload_per_worker", "2026-10", "2026-10", 12, 19.9,
            what="Caseloads are manageable,"),
    Planted(E, "caseload_per_worker", "2026-10", "2026-10", 21, 50, where="South Safeguarding 2",
            what="except in one team."),
    Planted(E, "calls_answered_in_time", "2024-06", "2025-12", 46, 66, where="First Response", each_month=True,
            what="Callers wait, or give up …"),
    Planted(E, "calls_answered_in_time", "2026-04", "2026-10", 88, 97, where="First Response", each_month=True,
            what="… until spring 2026."),
    Planted(E, "police_notification_in_time", "2024-06", "2026-10", 50, 63,
            what="The police tell of domestic abuse days later; that does not mend."),
    Planted(E, "medical_in_time", "2024-06", "2026-10", 82, 97, where="South",
            what="Medicals are in time in most areas,"),
    Planted(E, "medical_in_time", "2024-06", "2026-10", 30, 58, where="North",
            what="but not in the North."),
    Planted(E, "emergency_handover_in_time", "2024-06", "2026-10", 87, 96,
            what="The emergency team's work is on record in the morning."),
    Planted(E, "protection_case_supervision_in_time", "2024-06", "2024-12", 72, 86,
            what="Children on a protection plan are talked about in supervision,"),
    Planted(E, "protection_case_supervision_in_time", "2026-03", "2026-09", 83, 95,
            what="more regularly than before,"),
    Planted(E, "need_case_supervision_in_time", "2024-06", "2026-09", 46, 62,
            what="children in need irregularly."),
    Planted(E, "audits_downgraded", "2024-06", "2026-10", 22, 45,
            what="Good grades are given too readily: moderation takes many back."),
    Planted(L, "contact_decision_in_time", "2010-02", "2011-06", 48, 69, where="First Response", each_month=True,
            what="The priority action: significant delay in deciding."),
    Planted(L, "contact_recorded_in_time", "2010-01", "2011-06", 58, 70,
            what="Significant information is recorded late."),
    Planted(L, "visit_recorded_in_time", "2010-01", "2011-06", 36, 54,
            what="Visits too; the system is slow and unreliable."),
    Planted(L, "initial_assessment_in_time", "2010-07", "2011-06", 46, 62,
            what="The timeliness of initial assessments is poor,"),
    Planted(L, "core_assessment_in_time", "2010-09", "2011-06", 48, 64,
            what="and of core assessments."),
    Planted(L, "parent_views_recorded", "2010-07", "2011-06", 45, 57,
            what="Parents' views are inconsistently considered,"),
    Planted(L, "child_views_recorded", "2010-07", "2011-06", 52, 64,
            what="and children's."),
    Planted(L, "ethnicity_recorded", "2011-06", "2011-06", 78, 90,
            what="Ethnicity is not sufficiently reflected."),
    Planted(L, "supervision_held_in_time", "2010-02", "2011-05", 91, 99,
            what="Most staff receive regular supervision."),
    Planted(L, "caseload_per_worker", "2011-06", "2011-06", 8, 19.9,
            what="Caseloads are generally manageable."),
    Planted(L, "calls_answered_in_time", "2010-02", "2011-06", 36, 52, where="First Response",
            what="The priority action: significant delay in making contact."),
    Planted(L, "police_notification_in_time", "2010-02", "2011-06", 46, 61,
            what="Referrals from the police are not always timely."),
    Planted(L, "medical_in_time", "2010-02", "2011-06", 28, 62, where="East",
            what="Medicals are not embedded across the county: one area lags behind"),
    Planted(L, "medical_in_time", "2010-02", "2011-06", 68, 94, where="North",
            what="the others."),
    Planted(L, "emergency_handover_in_time", "2010-02", "2011-06", 62, 79,
            what="The emergency team's work reaches the day teams late."),
    Planted(L, "need_case_supervision_in_time", "2010-03", "2011-05", 80, 93,
            what="Cases are talked about regularly."),
    Planted(L, "strategy_discussion_multi_agency", "2010-01", "2011-06", 86, 94,
            what="Most strategy discussions involve the right agencies."),
    Planted(L, "early_help_led_by_partner", "2010-02", "2011-06", 64, 80,
            what="The common assessment framework involves a range of agencies."),
    Planted(L, "audits_downgraded", "2010-01", "2011-06", 26, 56,
            what="Judgements of good or outstanding are given too readily."),
)  # fmt: skip
