"""Children who were entered a second time by mistake, and merged with themselves later.

For some weeks such a child has two numbers: contacts and visits of that time stand under the second one. When the two
are merged, the second person's row goes; what was entered under it stays as it is.
"""

import numpy as np
import pandas as pd

from readiness.demo.chance import generator
from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, WorkingCalendar, days_later, in_office_hours
from readiness.demo.history import versions

MERGES_A_YEAR = 10
FEWEST_MERGES = 5
DAYS_KNOWN_BEFORE = 5
DAYS_UNTIL_MERGED = (10, 90)
ENTERED_UNDER = {
    "ssd_contacts": ("cont_contact_id", "cont_person_id"),
    "ssd_cp_visits": ("cppv_cp_visit_id", "cppv_person_id"),
    "ssd_cin_visits": ("cinv_cin_visit_id", "cinv_person_id"),
    "ssd_cla_visits": ("clav_cla_visit_id", "clav_person_id"),
}
"""Where the second number is used, with the columns of the record and of the child."""


def merge(county: County, calendar: WorkingCalendar, found: dict[str, pd.DataFrame]) -> None:
    """Adds `ext_person_merges` to the tables, and puts what was entered under second numbers there."""
    rng = generator(county.seed, "merges")
    twice = _entered_twice(rng, county, calendar, found)
    renamed = []
    for table, (key, person) in ENTERED_UNDER.items():
        renamed.append(_rename(found[table], key, person, twice))
    audit = found["ext_record_audit"]
    second = audit.record_id.map(pd.concat(renamed))
    found["ext_record_audit"] = audit.assign(person_id=second.where(second.notna(), audit.person_id))
    people = found["ssd_person"].drop_duplicates("pers_person_id").set_index("pers_person_id")
    same = (
        people.loc[twice.child_id]
        .reset_index()
        .assign(
            pers_person_id=twice.second_id.to_numpy(),
            entered_at=twice.from_at.to_numpy(),
            replaced_at=twice.merged_at.to_numpy(),
        )
    )
    found["ssd_person"] = pd.concat([found["ssd_person"], same], ignore_index=True)
    final = pd.DataFrame(
        {
            "merged_person_id": twice.second_id,
            "surviving_person_id": twice.child_id,
            "merged_on": twice.merged_at.to_numpy(DAY),
        }
    )
    found["ext_person_merges"] = versions(county, final, twice.merged_at.to_numpy(MOMENT))


def _entered_twice(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, found: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """child_id, second_id, from_at (the contact with which the second number began), merged_at."""
    first_known = found["ssd_person"].groupby("pers_person_id").entered_at.min()
    contacts = found["ssd_contacts"].drop_duplicates("cont_contact_id")
    known_before = contacts.entered_at - contacts.cont_person_id.map(first_known)
    until = pd.Timestamp(county.ends_on) - pd.Timedelta(days=DAYS_UNTIL_MERGED[1] + 10)
    is_fit = (known_before > pd.Timedelta(days=DAYS_KNOWN_BEFORE)) & (contacts.entered_at < until)
    fit = contacts[is_fit]
    wanted = max(round(MERGES_A_YEAR * county.days_in_file / 365.25 * county.scale), FEWEST_MERGES)
    fit = fit.iloc[rng.permutation(len(fit))].drop_duplicates("cont_person_id").head(wanted)
    fit = fit.sort_values("entered_at", kind="stable")
    merged_on = days_later(fit.entered_at.to_numpy(DAY), rng.integers(*DAYS_UNTIL_MERGED, len(fit)))
    return pd.DataFrame(
        {
            "child_id": fit.cont_person_id.to_numpy(),
            "second_id": (5_000_009 + 7 * np.arange(len(fit))).astype(str).astype(object),
            "from_at": fit.entered_at.to_numpy(MOMENT),
            "merged_at": in_office_hours(rng, calendar.on_or_after(merged_on)).astype(MOMENT),
        }
    )


def _rename(rows: pd.DataFrame, key: str, person: str, twice: pd.DataFrame) -> pd.Series:
    """Puts the rows of these children that were first entered while they had two numbers under the second one; gives
    the second number by record."""
    by_child = twice.set_index("child_id")
    own = rows[rows[person].isin(by_child.index)]
    first = own.groupby(key).entered_at.transform("min")
    of = by_child.loc[own[person]]
    is_second = (first.to_numpy() >= of.from_at.to_numpy()) & (first.to_numpy() < of.merged_at.to_numpy())
    second = pd.Series(of.second_id.to_numpy(), own.index)[is_second]
    rows.loc[second.index, person] = second
    return pd.Series(second.to_numpy(), own.loc[second.index, key].to_numpy(), dtype=object).groupby(level=0).first()
