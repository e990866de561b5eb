"""What people do on the days after the history was loaded, besides the day's own work and the dirt that they mend: they
correct dates of last month, open again what was closed, and delete."""

from dataclasses import dataclass

import numpy as np

from readiness.demo.county import County
from readiness.demo.days import days_later
from readiness.demo.editing import Sheet, moved
from readiness.periods import Month

CHANGED = "changed"
REOPENED = "reopened"
REMOVED = "removed"
DONE_AT = "14:05:00"


@dataclass(frozen=True)
class Revision:
    """On the n-th day after loaded_on, `count` rows whose `column` falls in the month before are changed (the date
    there moves by `shift` days), reopened (the date and the columns in `also` become empty) or removed (with the row of
    the same key in the tables in `also`)."""

    day: int
    what: str
    table: str
    column: str
    count: int
    shift: int = 0
    also: tuple[str, ...] = ()


REVISIONS = (
    Revision(1, CHANGED, "ssd_cin_assessments", "cina_assessment_auth_date", 3, shift=2),
    Revision(1, CHANGED, "ssd_cp_visits", "cppv_cp_visit_date", 2, shift=-2),
    Revision(2, REMOVED, "ssd_contacts", "cont_contact_date", 2, also=("ext_contact_decisions",)),
    Revision(2, REMOVED, "ssd_cin_visits", "cinv_cin_visit_date", 2),
    Revision(2, REOPENED, "ssd_cin_episodes", "cine_close_date", 2, also=("cine_close_reason",)),
    Revision(3, REOPENED, "ssd_cp_plans", "cppl_cp_plan_end_date", 1),
    Revision(3, CHANGED, "ssd_cin_episodes", "cine_close_date", 2, shift=1),
    Revision(3, REMOVED, "ssd_cin_assessments", "cina_assessment_auth_date", 1),
)


def revise(county: County, open_sheets: dict[str, Sheet]) -> None:
    """Applies `REVISIONS`."""
    month = Month.of(county.loaded_on).shift(-1)
    for revision in REVISIONS:
        sheet = open_sheets[revision.table]
        moment = f"{days_later(np.datetime64(county.loaded_on), revision.day)} {DONE_AT}"
        is_of_month = sheet.rows[revision.column].str.startswith(str(month)).eq(True).to_numpy()
        for index, row in sheet.choose(revision.count, is_of_month).iterrows():
            if revision.what == CHANGED:
                sheet.replace(index, moment, **{revision.column: moved(row[revision.column], revision.shift)})
            elif revision.what == REOPENED:
                sheet.replace(index, moment, **dict.fromkeys((revision.column, *revision.also)))
            else:
                for each in (sheet, *(open_sheets[name] for name in revision.also)):
                    is_same = (each.rows[each.key] == row[sheet.key]) & each.rows.replaced_at.isna()
                    for same in each.rows.index[is_same]:
                        each.remove(same, moment)
