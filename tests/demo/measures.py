"""Indicators counted from the raw tables with pandas: simpler than the project's SQL, and independent of it.

Each measure gives one row per case with `month` (pandas Period), `is_met` or `amount`, and `where` (team or area name).
"""

import sqlite3
from functools import cache

import holidays
import numpy as np
import pandas as pd

HOLIDAYS = np.array(
    sorted(holidays.country_holidays("GB", subdiv="ENG", years=range(2000, 2031))), dtype="datetime64[D]"
)
VISIT_TYPES = ("protection_visit", "need_visit", "looked_after_visit", "section47_visit")


@cache
def read(connection: sqlite3.Connection, table: str, *dates: str) -> pd.DataFrame:
    """The current rows of a table, read once; unreadable dates become NaT."""
    rows = pd.read_sql(f"select * from {table}", connection)
    for column in dates:
        rows[column] = pd.to_datetime(rows[column], format="ISO8601", errors="coerce")
    return rows


def working_days(start: pd.Series, stop: pd.Series) -> np.ndarray:
    """Working days in (start, stop]; both must be there."""
    first, last = (side.to_numpy().astype("datetime64[D]") + 1 for side in (start, stop))
    return np.busday_count(first, last, holidays=HOLIDAYS)


def team_names(connection: sqlite3.Connection) -> pd.DataFrame:
    return read(connection, "ssd_department").set_index("dept_team_id")


def staff_list(connection: sqlite3.Connection) -> dict[str, str]:
    """The case system's id of a worker by that of the staff list."""
    rows = read(connection, "ext_staff_ids").dropna()
    return dict(zip(rows.staff_id, rows.prof_professional_id, strict=True))


def survivors(connection: sqlite3.Connection) -> dict[str, str]:
    """The number under which a child goes on, by the one that was given up."""
    rows = read(connection, "ext_person_merges").dropna()
    return dict(zip(rows.merged_person_id, rows.surviving_person_id, strict=True))


def contact_decision_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = read(connection, "ext_contact_decisions", "received_at", "decided_at")
    rows = rows[(rows.decided_at >= rows.received_at) & rows.decided_at.notna()]
    is_met = working_days(rows.received_at, rows.decided_at) <= 1
    where = rows.team_id.map(team_names(connection).dept_team_name)
    return pd.DataFrame({"month": rows.decided_at.dt.to_period("M"), "is_met": is_met, "where": where})


def _lags(connection: sqlite3.Connection, record_types: tuple[str, ...]) -> pd.DataFrame:
    rows = read(connection, "ext_record_audit", "occurred_at", "created_at")
    rows = rows[rows.record_type.isin(record_types) & ~rows.entry_channel.isin(["migration", "automatic"])]
    rows = rows[rows.occurred_at.notna() & rows.created_at.notna()]
    lag = working_days(rows.occurred_at, rows.created_at)
    return pd.DataFrame(
        {"month": rows.occurred_at.dt.to_period("M"), "is_met": lag <= 1, "on": rows.occurred_at, "where": ""}
    )


def contact_recorded_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    return _lags(connection, ("contact",))


def visit_recorded_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    return _lags(connection, VISIT_TYPES)


def visit_recorded_on_outage_days(connection: sqlite3.Connection) -> pd.DataFrame:
    outages = read(connection, "ext_system_outages", "started_at", "ended_at")
    outages = outages[outages.is_planned == "N"]
    days = [
        day for start, end in zip(outages.started_at, outages.ended_at, strict=True)
        for day in pd.date_range(start.normalize(), end.normalize())
    ]  # fmt: skip
    rows = _lags(connection, VISIT_TYPES)
    return rows[rows.on.dt.normalize().isin(days)]


def supervision_held_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    """By the gaps between the sessions of a worker who is not newly qualified and was not away in between."""
    rows = read(connection, "ext_supervision_sessions", "held_at")
    rows = rows[(rows.session_type == "personal") & rows.cancelled_reason.isna() & (rows.held_at > "2000-01-01")]
    rows = rows.sort_values(["professional_id", "held_at"]).reset_index(drop=True)
    rows["before"] = rows.groupby("professional_id").held_at.shift()
    rows = rows[rows.before.notna()]
    posts = read(connection, "ext_workforce", "newly_qualified_from").set_index("prof_professional_id")
    qualified = rows.professional_id.map(posts.newly_qualified_from)
    rows = rows[~((rows.before - qualified).dt.days < 400)]
    absences = read(connection, "ext_absences", "from_on", "to_on")
    absences = absences.assign(professional_id=absences.professional_id.replace(staff_list(connection)))
    away = absences.merge(rows, on="professional_id")
    away = away[(away.from_on <= away.held_at) & ~(away.to_on < away.before)]
    rows = rows[~rows.session_id.isin(away.session_id)]
    due = (rows.before + pd.DateOffset(months=1)).dt.normalize()
    where = rows.professional_id.map(posts.team_id).map(team_names(connection).dept_team_parent_name)
    return pd.DataFrame({"month": due.dt.to_period("M"), "is_met": rows.held_at.dt.normalize() <= due, "where": where})


def ethnicity_recorded(connection: sqlite3.Connection) -> pd.DataFrame:
    """At each month's end, of children with a case open for 28 days or more."""
    referrals = read(connection, "ssd_cin_episodes", "cine_referral_date", "cine_close_date")
    people = read(connection, "ssd_person", "pers_dob").set_index("pers_person_id").pers_ethnicity
    last = referrals.cine_referral_date.max().to_period("M")
    found = []
    for month in pd.period_range(end=last - 1, periods=30, freq="M"):
        on = month.end_time.normalize()
        open_now = (referrals.cine_referral_date <= on - pd.Timedelta(days=28)) & ~(referrals.cine_close_date <= on)
        children = referrals[open_now & (referrals.cine_referral_nfa == "N")].cine_person_id.drop_duplicates()
        code = children.map(people)
        code = code[code != "REFU"]
        found.append(pd.DataFrame({"month": month, "is_met": code.notna() & ~code.isin(["", "NOBT"]), "where": ""}))
    return pd.concat(found)


def _assessments(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = read(connection, "ssd_cin_assessments", "cina_assessment_start_date", "cina_assessment_auth_date")
    rows = rows.drop_duplicates().merge(read(connection, "ext_assessment_details"), on="cina_assessment_id", how="left")
    rows = rows[rows.cina_assessment_auth_date >= rows.cina_assessment_start_date]
    rows["month"] = rows.cina_assessment_auth_date.dt.to_period("M")
    return rows.assign(where=rows.cina_assessment_team.map(team_names(connection).dept_team_name))


def parent_views_recorded(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = _assessments(connection)
    return rows.assign(is_met=rows.parent_views_recorded == "Y")


def child_views_recorded(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = _assessments(connection)
    people = read(connection, "ssd_person", "pers_dob").set_index("pers_person_id").pers_dob
    age = (rows.cina_assessment_auth_date - rows.cina_person_id.map(people)).dt.days / 365.25
    return rows.assign(is_met=rows.child_views_recorded == "Y")[age >= 4]


def assessment_from_start_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = _assessments(connection)
    days = working_days(rows.cina_assessment_start_date, rows.cina_assessment_auth_date)
    return rows.assign(is_met=days <= 45, days=days)


def core_assessment_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = assessment_from_start_in_time(connection)
    return rows.assign(is_met=rows.days <= 35)[rows.assessment_type == "core"]


def initial_assessment_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = _assessments(connection)
    referrals = read(connection, "ssd_cin_episodes", "cine_referral_date").drop_duplicates("cine_referral_id")
    received = rows.cina_referral_id.map(referrals.set_index("cine_referral_id").cine_referral_date)
    rows = rows[(rows.assessment_type == "initial") & received.notna()]
    return rows.assign(is_met=working_days(received[rows.index], rows.cina_assessment_auth_date) <= 10)


def _protection_visits(connection: sqlite3.Connection) -> pd.DataFrame:
    """Visits at which the child was seen, with the working days since the one before, by the month of the due date."""
    visits = read(connection, "ssd_cp_visits", "cppv_cp_visit_date")
    visits = visits[
        (visits.cppv_cp_visit_seen == "Y") & visits.cppv_cp_visit_date.notna() & visits.cppv_person_id.notna()
    ]
    visits = visits.assign(cppv_person_id=visits.cppv_person_id.replace(survivors(connection)))
    audit = read(connection, "ext_record_audit", "occurred_at", "created_at")
    audit = audit[audit.record_type == "protection_visit"].drop_duplicates("record_id").set_index("record_id")
    visits = visits.assign(
        created=visits.cppv_cp_visit_id.map(audit.created_at), team=visits.cppv_cp_visit_id.map(audit.team_id)
    ).sort_values(["cppv_person_id", "cppv_cp_visit_date"])
    visits["before"] = visits.groupby("cppv_person_id").cppv_cp_visit_date.shift()
    visits = visits[visits.before.notna()]
    gap = working_days(visits.before, visits.cppv_cp_visit_date)
    visits = visits.assign(gap=gap)[gap <= 30]  # a longer gap is between two plans
    due = np.busday_offset(visits.before.to_numpy().astype("datetime64[D]"), 10, roll="backward", holidays=HOLIDAYS)
    where = visits.team.map(team_names(connection).dept_team_name)
    return visits.assign(due=pd.to_datetime(due), month=pd.to_datetime(due).to_period("M"), where=where)


def protection_visit_gap_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = _protection_visits(connection)
    return rows.assign(is_met=rows.gap <= 10)


def protection_visit_met_on_paper(connection: sqlite3.Connection) -> pd.DataFrame:
    """Of visits dated in time, those that were entered after the due date."""
    rows = _protection_visits(connection)
    rows = rows[(rows.gap <= 10) & rows.created.notna()]
    return rows.assign(is_met=rows.created.dt.normalize() > rows.due)


def caseload_per_worker(connection: sqlite3.Connection) -> pd.DataFrame:
    """Children per full-time equivalent of each case holder, on the last day of the month before the last one."""
    spells = read(connection, "ssd_involvements", "invo_involvement_start_date", "invo_involvement_end_date")
    month = spells.invo_involvement_start_date.max().to_period("M") - 1
    on = month.end_time.normalize()
    is_open = (spells.invo_involvement_start_date <= on) & ~(spells.invo_involvement_end_date <= on)
    held = spells[is_open & (spells.invo_professional_role_id == "Allocated Case Worker")]
    children = held.groupby("invo_professional_id").invo_person_id.nunique()
    workers = read(connection, "ext_workforce", "started_on", "left_on").merge(
        read(connection, "ssd_professionals"), on="prof_professional_id"
    )
    workers = workers[(workers.is_case_holding == "Y") & (workers.prof_full_time_equivalency >= 0.2)]
    workers = workers[(workers.started_on <= on) & ~(workers.left_on < on)]
    amount = workers.prof_professional_id.map(children) / workers.prof_full_time_equivalency
    where = workers.team_id.map(team_names(connection).dept_team_name)
    return pd.DataFrame({"month": month, "amount": amount, "where": where})[amount > 0]


def calls_answered_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    """One row per call; one that was given up was not answered in time."""
    rows = read(connection, "ext_call_intervals", "interval_start").drop_duplicates()
    calls = rows.loc[rows.index.repeat(rows.offered)]
    number = calls.groupby(level=0).cumcount()
    month = calls.interval_start.dt.to_period("M")
    return pd.DataFrame({"month": month, "is_met": number < calls.answered_in_target, "where": calls.queue})


def police_notification_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = read(connection, "ext_police_notifications", "incident_at", "received_at")
    rows = rows[(rows.is_domestic_abuse == "Y") & rows.incident_at.notna() & rows.received_at.notna()]
    is_met = working_days(rows.incident_at, rows.received_at) <= 1
    return pd.DataFrame({"month": rows.received_at.dt.to_period("M"), "is_met": is_met, "where": ""})


def medical_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = read(connection, "ext_medicals", "requested_at", "examined_at")
    rows = rows[rows.examined_at >= rows.requested_at]
    is_urgent = rows.urgency == "urgent"
    is_met = np.where(
        is_urgent,
        rows.examined_at - rows.requested_at <= pd.Timedelta(hours=24),
        working_days(rows.requested_at, rows.examined_at) <= 10,
    )
    areas = team_names(connection).drop_duplicates("dept_team_parent_id").set_index("dept_team_parent_id")
    where = rows.area_id.map(areas.dept_team_parent_name)
    return pd.DataFrame({"month": rows.examined_at.dt.to_period("M"), "is_met": is_met, "where": where})


def emergency_handover_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    """On record by 09:00 of the next working day, that is the one after the day on which the contact came in."""
    rows = read(connection, "ext_emergency_handovers", "received_at", "recorded_at").drop_duplicates()
    rows = rows[rows.received_at.notna() & rows.recorded_at.notna()]
    received_on = rows.received_at.to_numpy().astype("datetime64[D]")
    following = np.busday_offset(received_on, 1, roll="backward", holidays=HOLIDAYS)
    is_met = rows.recorded_at <= pd.to_datetime(following) + pd.Timedelta(hours=9)
    return pd.DataFrame({"month": rows.received_at.dt.to_period("M"), "is_met": is_met, "where": ""})


def _case_supervision(connection: sqlite3.Connection) -> pd.DataFrame:
    """Case sessions with the one before on the same child, and whether the child was then on a protection plan or
    looked after; a longer gap than half a year is between two cases."""
    rows = read(connection, "ext_supervision_sessions", "held_at")
    rows = rows[(rows.session_type == "case") & (rows.person_id.fillna("") != "")]
    rows = rows.sort_values(["person_id", "held_at"]).reset_index(drop=True)
    rows["before"] = rows.groupby("person_id").held_at.shift()
    rows = rows[(rows.held_at - rows.before) < pd.Timedelta(days=183)]
    plans = read(connection, "ssd_cp_plans", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date")
    care = read(connection, "ssd_cla_episodes", "clae_cla_episode_start_date", "clae_cla_episode_ceased_date")
    for kind, spans in (("is_protected", plans.iloc[:, [3, 4, 5]]), ("is_looked_after", care.iloc[:, [1, 2, 5]])):
        found = rows.reset_index().merge(spans.set_axis(["person_id", "from", "until"], axis=1), on="person_id")
        inside = found[(found["from"] <= found.before) & ~(found.until <= found.before)]
        rows[kind] = rows.index.isin(inside["index"])
    return rows


def protection_case_supervision_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = _case_supervision(connection)
    rows = rows[rows.is_protected]
    due = (rows.before + pd.DateOffset(months=1)).dt.normalize()
    return pd.DataFrame({"month": due.dt.to_period("M"), "is_met": rows.held_at.dt.normalize() <= due, "where": ""})


def need_case_supervision_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = _case_supervision(connection)
    rows = rows[~rows.is_protected & ~rows.is_looked_after]
    due = rows.before.dt.normalize() + pd.Timedelta(days=42)
    return pd.DataFrame({"month": due.dt.to_period("M"), "is_met": rows.held_at.dt.normalize() <= due, "where": ""})


def audits_downgraded(connection: sqlite3.Connection) -> pd.DataFrame:
    """Of the audits that were graded again."""
    rows = read(connection, "ext_practice_audits", "audited_on")
    rows = rows[rows.moderated_grade.notna() & rows.audited_on.notna()]
    order = {"outstanding": 0, "good": 1, "requires improvement": 2, "adequate": 2, "inadequate": 3}
    is_met = rows.moderated_grade.map(order) > rows.grade.map(order)
    return pd.DataFrame({"month": rows.audited_on.dt.to_period("M"), "is_met": is_met, "where": ""})


def need_plan_started_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    """The first need plan of a referral, from its last assessment before."""
    plans = read(connection, "ssd_cin_plans", "cinp_cin_plan_start_date").dropna(subset=["cinp_cin_plan_start_date"])
    plans = plans.sort_values("cinp_cin_plan_start_date").drop_duplicates("cinp_referral_id")
    rows = plans.merge(_assessments(connection), left_on="cinp_referral_id", right_on="cina_referral_id")
    rows = rows[rows.cina_assessment_auth_date.dt.normalize() <= rows.cinp_cin_plan_start_date]
    rows = rows.sort_values("cina_assessment_auth_date").drop_duplicates("cinp_referral_id", keep="last")
    rows = rows[~rows.cinp_referral_id.isin(read(connection, "ssd_cp_plans").cppl_referral_id)]
    is_met = working_days(rows.cina_assessment_auth_date, rows.cinp_cin_plan_start_date) <= 10
    month = rows.cinp_cin_plan_start_date.dt.to_period("M")
    return pd.DataFrame({"month": month, "is_met": is_met, "where": ""})


def plan_review_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = read(connection, "ssd_cp_reviews", "cppr_cp_review_due", "cppr_cp_review_date").drop_duplicates()
    rows = rows[rows.cppr_cp_review_date.notna()]
    is_met = rows.cppr_cp_review_date <= rows.cppr_cp_review_due
    return pd.DataFrame({"month": rows.cppr_cp_review_date.dt.to_period("M"), "is_met": is_met, "where": ""})


def strategy_discussion_multi_agency(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = read(connection, "ext_strategy_discussions", "held_at").dropna(subset=["held_at"])
    agencies = rows.agencies.fillna("").str.split(";").map(set)
    is_met = agencies.map(lambda present: {"police", "health"} <= present)
    return pd.DataFrame({"month": rows.held_at.dt.to_period("M"), "is_met": is_met, "where": ""})


def supervision_actions_closed_in_time(connection: sqlite3.Connection) -> pd.DataFrame:
    """Of the actions that were due, whether closed or not."""
    rows = read(connection, "ext_supervision_actions", "due_on", "closed_on").dropna(subset=["due_on"])
    return pd.DataFrame({"month": rows.due_on.dt.to_period("M"), "is_met": rows.closed_on <= rows.due_on, "where": ""})


def early_help_led_by_partner(connection: sqlite3.Connection) -> pd.DataFrame:
    rows = read(connection, "ssd_early_help_episodes", "earl_episode_start_date")
    is_met = rows.earl_episode_organisation != "Local authority"
    return pd.DataFrame({"month": rows.earl_episode_start_date.dt.to_period("M"), "is_met": is_met, "where": ""})
