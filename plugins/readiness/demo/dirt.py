"""Dirty rows: every kind that the gate must catch, a few of each, some of them mended on a later day.

`DIRT` is the list; it holds for both counties (a very small one may lack rows to spoil).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from readiness.demo.chance import generator
from readiness.demo.county import County
from readiness.demo.days import days_later
from readiness.demo.editing import Sheet, moved

EXTRA = "extra"  # one more row, like an existing one but with a key of its own
ALTERED = "altered"  # an existing row
COPY = "copy"  # a row once more, equal in everything
TWIN = "twin"  # a row once more under the same key, with another content

SENTINEL = "1900-01-01 00:00:00"
FIRST_EXTRA_KEY = 990_000_001
MENDED_AT = "11:20:00"


@dataclass(frozen=True)
class Dirt:
    """count rows of the table in which `column` holds one of `values` (they take turns).

    shift: instead, the date that stands there, so many days later; before: instead, so many days before the date in
    this other column; suffix: instead, the value with this at its end. where: only rows with one of these values in
    each of these columns; open_only, closed_only: only rows in which `column` is empty, or is not. mended: (day, count)
    pairs: on the n-th day after the county's loaded_on so many of the rows are put right.
    """

    kind: str
    table: str
    column: str
    count: int
    how: str
    values: tuple[object, ...] = (None,)
    shift: int = 0
    before: str | None = None
    suffix: str = ""
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open_only: bool = False
    closed_only: bool = False
    mended: tuple[tuple[int, int], ...] = ()

    def left_on(self, day: int) -> int:
        """How many of the rows are still dirty at the end of the n-th day after loaded_on."""
        return self.count - sum(count for mended_on, count in self.mended if mended_on <= day)


BLANKS = (None, "", "  ")
NOT_ON_A_CASE = {"session_type": ("personal", "group")}
UNREADABLE = ("31/02/2026 10:15", "not known", "2026-13-07 09:00:00")

DIRT = (
    Dirt("missing key", "ssd_contacts", "cont_contact_id", 3, EXTRA, BLANKS),
    Dirt("missing child", "ssd_contacts", "cont_person_id", 4, EXTRA, (None, ""), mended=((1, 1),)),
    Dirt("missing date", "ssd_contacts", "cont_contact_date", 3, EXTRA),
    Dirt("unreadable date", "ssd_contacts", "cont_contact_date", 3, EXTRA, UNREADABLE, mended=((2, 1),)),
    Dirt("sentinel date", "ssd_contacts", "cont_contact_date", 2, EXTRA, (SENTINEL,)),
    Dirt("exact copy", "ssd_contacts", "cont_contact_id", 5, COPY),
    Dirt("same key, other content", "ssd_contacts", "cont_contact_date", 2, TWIN, shift=-3, mended=((3, 1),)),
    Dirt("trailing spaces", "ssd_contacts", "cont_person_id", 6, ALTERED, suffix="  "),
    Dirt("blank text", "ssd_contacts", "cont_contact_source_desc", 5, ALTERED, ("   ",)),
    Dirt("unlisted code", "ssd_contacts", "cont_contact_source_code", 4, ALTERED, ("ZZ",)),
    Dirt("end before start", "ext_contact_decisions", "decided_at", 4, ALTERED, before="received_at", shift=-2,
         closed_only=True, mended=((2, 1),)),
    Dirt("unreadable date", "ext_contact_decisions", "decided_at", 3, ALTERED, UNREADABLE, closed_only=True),
    Dirt("sentinel date", "ext_contact_decisions", "decided_at", 3, ALTERED, (SENTINEL,), closed_only=True),
    Dirt("missing child", "ssd_cin_episodes", "cine_person_id", 2, EXTRA),
    Dirt("missing date", "ssd_cin_episodes", "cine_referral_date", 1, EXTRA),
    Dirt("end before start", "ssd_cin_episodes", "cine_close_date", 3, ALTERED, before="cine_referral_date", shift=-9,
         closed_only=True),
    Dirt("sentinel date", "ssd_cin_episodes", "cine_close_date", 4, ALTERED, (SENTINEL,), open_only=True),
    Dirt("unreadable date", "ssd_cin_episodes", "cine_close_date", 2, ALTERED, ("see file",), closed_only=True),
    Dirt("same key, other content", "ssd_cin_episodes", "cine_referral_date", 1, TWIN, shift=-5),
    Dirt("unknown team", "ssd_cin_episodes", "cine_referral_team", 5, ALTERED, ("999",)),
    Dirt("missing date", "ssd_cin_assessments", "cina_assessment_start_date", 2, EXTRA),
    Dirt("end before start", "ssd_cin_assessments", "cina_assessment_auth_date", 3, ALTERED,
         before="cina_assessment_start_date", shift=-4, closed_only=True),
    Dirt("sentinel date", "ssd_cin_assessments", "cina_assessment_auth_date", 5, ALTERED, (SENTINEL,), open_only=True),
    Dirt("exact copy", "ssd_cin_assessments", "cina_assessment_id", 3, COPY),
    Dirt("unknown referral", "ssd_cin_assessments", "cina_referral_id", 3, ALTERED, ("999999999",)),
    Dirt("missing date", "ssd_cp_plans", "cppl_cp_plan_start_date", 1, EXTRA),
    Dirt("end before start", "ssd_cp_plans", "cppl_cp_plan_end_date", 2, ALTERED, before="cppl_cp_plan_start_date",
         shift=-30, closed_only=True),
    Dirt("missing key", "ssd_cp_visits", "cppv_cp_visit_id", 1, EXTRA, ("  ",)),
    Dirt("missing child", "ssd_cp_visits", "cppv_person_id", 2, EXTRA),
    Dirt("missing date", "ssd_cp_visits", "cppv_cp_visit_date", 2, EXTRA),
    Dirt("unreadable date", "ssd_cin_visits", "cinv_cin_visit_date", 3, EXTRA, UNREADABLE),
    Dirt("exact copy", "ssd_cin_visits", "cinv_cin_visit_id", 4, COPY),
    Dirt("same key, other content", "ssd_cla_visits", "clav_cla_visit_date", 1, TWIN, shift=-2),
    Dirt("missing worker", "ssd_involvements", "invo_professional_id", 3, EXTRA),
    Dirt("end before start", "ssd_involvements", "invo_involvement_end_date", 2, ALTERED,
         before="invo_involvement_start_date", shift=-6, closed_only=True),
    Dirt("missing key", "ssd_professionals", "prof_professional_id", 1, EXTRA),
    Dirt("blank text", "ssd_professionals", "prof_social_worker_registration_no", 2, ALTERED, ("  ",)),
    Dirt("end before start", "ext_workforce", "left_on", 1, ALTERED, before="started_on", shift=-20, closed_only=True),
    Dirt("missing worker", "ext_absences", "professional_id", 1, EXTRA),
    Dirt("end before start", "ext_absences", "to_on", 2, ALTERED, before="from_on", shift=-3, closed_only=True),
    Dirt("missing key", "ssd_person", "pers_person_id", 1, EXTRA),
    Dirt("sentinel date", "ssd_person", "pers_dob", 3, ALTERED, ("1900-01-01",), closed_only=True),
    Dirt("unreadable date", "ssd_person", "pers_dob", 1, ALTERED, ("spring 2015",), closed_only=True),
    Dirt("unlisted code", "ssd_person", "pers_ethnicity", 4, ALTERED, ("XXXX",)),
    Dirt("small letters", "ssd_person", "pers_ethnicity", 6, ALTERED, ("wbri",)),
    Dirt("trailing spaces", "ssd_person", "pers_ethnicity", 5, ALTERED, ("WBRI ",)),
    Dirt("missing worker", "ext_supervision_sessions", "professional_id", 2, EXTRA, where=NOT_ON_A_CASE),
    Dirt("missing date", "ext_supervision_sessions", "held_at", 2, EXTRA,
         where={"is_previous_actions_reviewed": ("Y",), **NOT_ON_A_CASE}),
    Dirt("sentinel date", "ext_supervision_sessions", "held_at", 1, EXTRA, (SENTINEL,),
         where={"is_previous_actions_reviewed": ("Y",), **NOT_ON_A_CASE}),
    Dirt("unlisted code", "ext_supervision_sessions", "session_type", 3, ALTERED, ("one to one",),
         where=NOT_ON_A_CASE),
    Dirt("missing child", "ext_supervision_sessions", "person_id", 2, ALTERED, where={"session_type": ("case",)}),
    Dirt("missing key", "ext_record_audit", "record_id", 2, EXTRA),
    Dirt("missing child", "ext_record_audit", "person_id", 3, EXTRA, where={"record_type": ("contact", "need_visit")}),
    Dirt("missing date", "ext_record_audit", "created_at", 2, EXTRA),
    Dirt("unreadable date", "ext_record_audit", "created_at", 1, EXTRA, ("yesterday",)),
    Dirt("unlisted code", "ext_record_audit", "entry_channel", 4, ALTERED, ("import",)),
    Dirt("unlisted code", "ext_record_audit", "record_type", 2, ALTERED, ("telephone",),
         where={"record_type": ("contact", "need_visit")}),
    Dirt("exact copy", "ext_record_audit", "record_id", 3, COPY),
    Dirt("missing child", "ssd_early_help_episodes", "earl_person_id", 1, EXTRA, ("",)),
    Dirt("end before start", "ssd_early_help_episodes", "earl_episode_end_date", 2, ALTERED,
         before="earl_episode_start_date", shift=-8, closed_only=True),
    Dirt("missing key", "ssd_assessment_factors", "cinf_table_id", 1, EXTRA),
    Dirt("missing child", "ext_strategy_discussions", "person_id", 1, EXTRA),
    Dirt("unreadable date", "ext_strategy_discussions", "held_at", 1, EXTRA, ("Tuesday, 3 pm",), mended=((2, 1),)),
    Dirt("unreadable date", "ssd_cp_reviews", "cppr_cp_review_date", 1, ALTERED, UNREADABLE, closed_only=True),
    Dirt("missing key", "ssd_cp_reviews", "cppr_cp_review_id", 1, EXTRA, ("",)),
    Dirt("exact copy", "ssd_cp_reviews", "cppr_cp_review_id", 2, COPY),
    Dirt("missing date", "ssd_cin_plans", "cinp_cin_plan_start_date", 1, EXTRA),
    Dirt("unreadable date", "ssd_cin_plans", "cinp_cin_plan_start_date", 1, EXTRA, ("00.00.2019",)),
    Dirt("end before start", "ssd_cin_plans", "cinp_cin_plan_end_date", 2, ALTERED, before="cinp_cin_plan_start_date",
         shift=-15, closed_only=True, mended=((1, 1),)),
    Dirt("missing date", "ext_supervision_actions", "due_on", 2, EXTRA),
    Dirt("exact copy", "ext_call_intervals", "interval_start", 2, COPY),
    Dirt("missing date", "ext_police_notifications", "incident_at", 2, EXTRA),
    Dirt("unreadable date", "ext_police_notifications", "sent_at", 1, ALTERED, UNREADABLE),
    Dirt("missing date", "ext_emergency_handovers", "received_at", 1, EXTRA),
    Dirt("exact copy", "ext_emergency_handovers", "handover_id", 1, COPY),
    Dirt("unreadable date", "ext_practice_audits", "audited_on", 1, ALTERED, ("end of May",), closed_only=True),
    Dirt("missing child", "ext_practice_audits", "person_id", 1, EXTRA),
    Dirt("missing key", "ext_person_merges", "merged_person_id", 1, EXTRA),
    Dirt("unreadable date", "ext_restricted_records", "from_on", 1, ALTERED, ("since birth",)),
    Dirt("missing worker", "ext_staff_ids", "prof_professional_id", 1, EXTRA),
)  # fmt: skip


def sheets(county: County, tables: dict[str, pd.DataFrame]) -> dict[str, Sheet]:
    """The tables, open for editing: rows that were entered in the case system, and some days before it was loaded."""
    since, before = str(county.first_on), str(days_later(np.datetime64(county.loaded_on), -3))
    return {
        name: Sheet(name, rows, since, before, generator(county.seed, f"edits {name}")) for name, rows in tables.items()
    }


def make_dirty(county: County, open_sheets: dict[str, Sheet]) -> None:
    """Spoils rows as `DIRT` says, and mends some of them on the county's last days."""
    keys = iter(range(FIRST_EXTRA_KEY, FIRST_EXTRA_KEY + 1_000))
    for dirt in DIRT:
        sheet = open_sheets[dirt.table]
        chosen = sheet.choose(dirt.count, _is_fit(dirt, sheet))
        values = _values(dirt, chosen)
        mended_at = _mended_at(county, dirt, len(chosen))
        if dirt.how == ALTERED:
            _alter(sheet, dirt, chosen, values, mended_at)
        else:
            _add(sheet, dirt, chosen, values, mended_at, keys)


def _is_fit(dirt: Dirt, sheet: Sheet) -> np.ndarray:
    rows = sheet.rows
    is_fit = np.ones(len(rows), dtype=bool)
    for column, values in dirt.where.items():
        is_fit &= rows[column].isin(values).to_numpy()
    if dirt.open_only:
        is_fit &= rows[dirt.column].isna().to_numpy()
    if dirt.closed_only or dirt.suffix or dirt.shift:
        is_fit &= rows[dirt.column].notna().to_numpy()
    return is_fit


def _values(dirt: Dirt, chosen: pd.DataFrame) -> list[object]:
    if dirt.shift:
        return [moved(text, dirt.shift) for text in chosen[dirt.before or dirt.column]]
    if dirt.suffix:
        return [text + dirt.suffix for text in chosen[dirt.column]]
    return [dirt.values[number % len(dirt.values)] for number in range(len(chosen))]


def _mended_at(county: County, dirt: Dirt, count: int) -> list[str | None]:
    """For each of the rows, when it is put right (None: never)."""
    moments: list[str | None] = []
    for day, mended in dirt.mended:
        moments += [f"{days_later(np.datetime64(county.loaded_on), day)} {MENDED_AT}"] * mended
    return (moments + [None] * count)[:count]


def _alter(sheet: Sheet, dirt: Dirt, chosen: pd.DataFrame, values: list[object], mended_at: list[str | None]) -> None:
    sheet.alter(chosen, dirt.column, values)
    for index, moment in zip(chosen.index, mended_at, strict=True):
        if moment:
            sheet.replace(index, moment, **{dirt.column: chosen.at[index, dirt.column]})


def _add(
    sheet: Sheet,
    dirt: Dirt,
    chosen: pd.DataFrame,
    values: list[object],
    mended_at: list[str | None],
    keys: Iterator[int],
) -> None:
    added = chosen.copy()
    if dirt.how == EXTRA:
        added[sheet.key] = [str(next(keys)) for _ in range(len(added))]
    right = added.copy()
    if dirt.how != COPY:
        added[dirt.column] = pd.Series(values, index=added.index, dtype=object)
    added["replaced_at"] = pd.Series(mended_at, index=added.index, dtype=object)
    sheet.add(added)
    if dirt.how == EXTRA:
        is_mended = added.replaced_at.notna()
        sheet.add(right[is_mended].assign(entered_at=added.replaced_at[is_mended]))
