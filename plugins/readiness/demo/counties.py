"""The two counties of the demo."""

from datetime import date, datetime, timedelta

from readiness.demo.county import (
    ASSESSMENT_DURATIONS,
    REFERRALS_BY_MONTH,
    County,
    Durations,
    Outage,
    Practice,
    Size,
    Trend,
)


def exampleshire() -> County:
    """A council of today, two and a half years on the way back: what mends, what does not, and what mends on paper only
    stands in `planted.EXAMPLESHIRE`."""
    return County(
        name="Exampleshire",
        seed=20110629,
        first_on=date(2024, 5, 1),
        loaded_on=date(2026, 11, 3),
        ends_on=date(2026, 11, 6),
        assessments="single",
        size=Size(),
        practice=Practice(
            contact_decision=Trend((("2024-05-01", 0.60), ("2025-12-31", 0.71), ("2026-04-01", 0.945))),
            contact_recorded=Trend((("2024-05-01", 0.66), ("2025-06-30", 0.72), ("2026-02-01", 0.95))),
            visit_recorded=Trend((("2024-05-01", 0.52), ("2026-10-31", 0.55))),
            protection_visit=Trend.flat(0.86),
            protection_visit_by_due_date=Trend.flat(0.95),
            concern_discussed=Trend.flat(0.94),
            supervision=Trend((("2024-05-01", 0.72), ("2025-06-30", 0.80), ("2026-01-31", 0.95))),
            supervision_newly_qualified=Trend.flat(0.95),
            child_views=Trend((("2024-05-01", 0.60), ("2026-10-31", 0.84))),
            parent_views=Trend((("2024-05-01", 0.57), ("2026-10-31", 0.59))),
            identity_considered=Trend((("2024-05-01", 0.52), ("2026-10-31", 0.66))),
            ethnicity_missing=Trend((("2024-06-30", 0.17), ("2025-12-31", 0.07), ("2026-10-31", 0.025))),
            calls_answered=Trend((("2024-05-01", 0.60), ("2026-02-01", 0.67), ("2026-04-01", 0.95))),
            police_notified=Trend.flat(0.58),
            medicals=Trend.flat(0.92),
            emergency_action=Trend.flat(0.95),
            emergency_handover=Trend.flat(0.92),
            partner_led=Trend.flat(0.62),
            multi_agency=Trend((("2024-05-01", 0.80), ("2026-10-31", 0.93))),
            factors_recorded=Trend.flat(0.96),
            need_plan_started=Trend((("2024-05-01", 0.68), ("2026-10-31", 0.82))),
            plan_reviewed=Trend.flat(0.89),
            looked_after_reviewed=Trend.flat(0.93),
            case_supervision={
                "protection": Trend((("2024-05-01", 0.78), ("2026-01-31", 0.94))),
                "looked_after": Trend.flat(0.93),
                "need": Trend.flat(0.50),
            },
            supervision_on_file=Trend.flat(0.80),
            actions_closed=Trend((("2025-07-01", 0.62), ("2026-10-31", 0.78))),
            actions_logged_from=date(2025, 7, 1),
            audited=Trend((("2024-05-01", 0.72), ("2026-01-31", 0.93))),
            audits_downgraded=Trend.flat(0.38),
            supervision_by_area={"East": Trend.flat(0.68)},
            medicals_by_area={"North": Trend.flat(0.50)},
            slow_assessment_teams={"East Assessment 2": 0.6, "South Assessment 1": -0.5},
            posts_by_team={"South Safeguarding 2": 0.5},
            on_paper_team="West Safeguarding 1",
            on_paper_from=date(2026, 2, 1),
        ),
        assessment_durations=Durations(ASSESSMENT_DURATIONS, limit=45),
        core_durations=Durations(ASSESSMENT_DURATIONS, limit=45),
        outages=(
            _unplanned("2024-09-17 08:50", "2024-09-17 15:30"),
            _unplanned("2025-01-21 09:15", "2025-01-21 12:40"),
            _unplanned("2025-06-10 08:30", "2025-06-12 16:00"),
            _planned("2025-09-06"),
            _unplanned("2025-11-24 10:05", "2025-11-26 17:45"),
            _unplanned("2026-03-16 13:00", "2026-03-16 17:10"),
            _planned("2026-05-16"),
            _unplanned("2026-09-21 09:40", "2026-09-22 16:30"),
        ),
    )


def letter() -> County:
    """A council at the time of the letter, smaller by two thirds: what the letter calls weak is weak in it, what the
    letter calls fine is fine (`planted.LETTER`)."""
    third = Size(
        referrals_by_month=tuple(round(count / 3) for count in REFERRALS_BY_MONTH),
        contacts_a_year=14_300,
        section47_a_year=686,
        conferences_a_year=268,
        plans_open=218,
        looked_after_open=300,
        need_open=633,
        case_notes_a_year=8_000,
        calls_a_year=11_000,
        front_door_posts=10,
        emergency_posts=4,
        assessment_posts=13,
        safeguarding_posts=18,
        areas=("North", "East", "South"),
        teams_per_area=1,
    )
    mondays_down = [date(2010, 1, 18) + timedelta(days=28 * i + i % 5) for i in range(19)]
    return County(
        name="Exampleshire in 2011",
        seed=20110628,
        first_on=date(2010, 1, 1),
        loaded_on=date(2011, 7, 1),
        ends_on=date(2011, 7, 8),
        assessments="initial_and_core",
        size=third,
        practice=Practice(
            contact_decision=Trend((("2010-01-01", 0.62), ("2011-06-30", 0.54))),
            contact_recorded=Trend((("2010-01-01", 0.66), ("2011-06-30", 0.63))),
            visit_recorded=Trend((("2010-01-01", 0.46), ("2011-06-30", 0.52))),
            protection_visit=Trend.flat(0.86),
            protection_visit_by_due_date=Trend.flat(0.80),
            concern_discussed=Trend.flat(0.70),
            supervision=Trend.flat(0.955),
            supervision_newly_qualified=Trend.flat(0.97),
            child_views=Trend.flat(0.58),
            parent_views=Trend((("2010-01-01", 0.48), ("2011-06-30", 0.54))),
            identity_considered=Trend.flat(0.45),
            ethnicity_missing=Trend((("2010-06-30", 0.24), ("2011-06-30", 0.16))),
            calls_answered=Trend((("2010-01-01", 0.55), ("2011-06-30", 0.48))),
            police_notified=Trend.flat(0.52),
            medicals=Trend.flat(0.82),
            emergency_action=Trend.flat(0.78),
            emergency_handover=Trend.flat(0.70),
            partner_led=Trend.flat(0.72),
            multi_agency=Trend.flat(0.90),
            factors_recorded=Trend.flat(0.92),
            need_plan_started=Trend.flat(0.55),
            plan_reviewed=Trend.flat(0.97),
            looked_after_reviewed=Trend.flat(0.94),
            case_supervision={
                "protection": Trend.flat(0.93),
                "looked_after": Trend.flat(0.93),
                "need": Trend.flat(0.88),
            },
            supervision_on_file=Trend.flat(0.30),
            actions_closed=Trend.flat(0.60),
            actions_logged_from=date(2010, 7, 1),
            audited=Trend.flat(0.95),
            audits_downgraded=Trend.flat(0.42),
            medicals_by_area={"East": Trend.flat(0.42)},
            undecided_contacts=0.004,
            contacts_without_decision_row=0.004,
            slow_assessment_teams={"East Assessment": 0.4},
        ),
        assessment_durations=Durations(((3, 6), (7, 27), (10, 25), (15, 16), (25, 14), (60, 12)), limit=10),
        core_durations=Durations(((20, 15), (30, 20), (35, 20), (45, 18), (60, 15), (100, 12)), limit=35),
        outages=tuple(
            _unplanned(f"{day} 09:{10 + i:02d}", f"{day} {12 + i % 5}:40") for i, day in enumerate(mondays_down)
        ),
    )


def _unplanned(starts: str, ends: str) -> Outage:
    return Outage(datetime.fromisoformat(starts), datetime.fromisoformat(ends))


def _planned(day: str) -> Outage:
    return Outage(datetime.fromisoformat(f"{day} 06:00"), datetime.fromisoformat(f"{day} 12:00"), is_planned=True)
