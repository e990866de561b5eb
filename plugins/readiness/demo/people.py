"""Children: who they are, and what the record says of it.

Names are placeholders. Dates of birth follow from the age at which a child was first heard of, or are expected.
"""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, pick
from readiness.demo.county import County
from readiness.demo.days import DAY, MOMENT, NEVER, WorkingCalendar, days_later, in_office_hours, minutes_later, on
from readiness.demo.history import Change, versions
from readiness.demo.referrals import child_ids

ETHNICITIES = {
    "WBRI": 850, "WIRI": 4, "WIRT": 4, "WROM": 5, "WOTH": 26, "MWBC": 18, "MWBA": 6, "MWAS": 12, "MOTH": 12, "AIND": 10,
    "APKN": 16, "ABAN": 4, "AOTH": 8, "BCRB": 5, "BAFR": 10, "BOTH": 4, "CHNE": 2, "OOTH": 7,
}  # fmt: skip
SHARE_REFUSED = 0.012
NOT_RECORDED = ("NOBT", None, "")
RELIGIONS = {"None": 50, "Christian": 30, "Muslim": 6, "Hindu": 1, "Sikh": 1, "Other": 2}
LANGUAGES = {"English": 90, "Polish": 3, "Urdu": 2, "Romanian": 2, "Punjabi": 1, "Other": 2}
SHARE_UNBORN = 0.045
SHARE_DIED = 0.0006
LAST_DAY_OF_CHILDHOOD = 17.9 * 365.25


def born(county: County, heard_of_at: np.ndarray, is_referred: np.ndarray) -> pd.DataFrame:
    """Per child: born_on, and expected_on for those first heard of before their birth."""
    rng = generator(county.seed, "births")
    size = len(heard_of_at)
    ages = np.where(coin(rng, 0.55, size), rng.beta(1.0, 1.6, size), rng.beta(5, 2.4, size)) * LAST_DAY_OF_CHILDHOOD
    is_unborn = is_referred & coin(rng, SHARE_UNBORN, size)
    expected_on = days_later(on(heard_of_at), rng.integers(15, 170, size))
    born_on = np.where(
        is_unborn, days_later(expected_on, rng.integers(-14, 12, size)), days_later(on(heard_of_at), -ages)
    )
    return pd.DataFrame({"born_on": born_on, "expected_on": np.where(is_unborn, expected_on, NEVER).astype(DAY)})


def person_versions(
    county: County, calendar: WorkingCalendar, births: pd.DataFrame, entered_at: np.ndarray, closed_on: np.ndarray
) -> dict[str, pd.DataFrame]:
    """`ssd_person` and `ext_person_details` with their history. Ethnicity is often asked for later, above all where a
    case stays open; a birth is entered when it has happened.

    entered_at: per child, when first entered; closed_on: when the last referral was closed (NaT: never referred)."""
    rng = generator(county.seed, "people")
    size = len(births)
    numbers = np.arange(size)
    is_referred = ~np.isnat(closed_on)
    last_day = np.datetime64(county.ends_on, "D")
    recorded, recorded_at = _ethnicity(rng, county, calendar, entered_at, np.where(is_referred, closed_on, last_day))
    recorded = np.where(~is_referred & coin(rng, 0.4, size), None, recorded)
    recorded_at = np.where(is_referred, recorded_at, NEVER).astype(MOMENT)
    born_on, expected_on = births.born_on.to_numpy(DAY), births.expected_on.to_numpy(DAY)
    is_unborn = ~np.isnat(expected_on)
    heard_of_birth = in_office_hours(rng, days_later(born_on, rng.integers(1, 12, size)))
    is_dead = is_referred & coin(rng, SHARE_DIED, size)
    died_after = days_later(on(entered_at), rng.integers(5, 700, size))
    died_after = np.fmax(died_after, closed_on.astype(DAY))  # whatever was done was done in life
    died_on = np.where(is_dead, died_after, NEVER).astype(DAY)
    sex = pick(rng, {"M": 51, "F": 48, "U": 1}, size)
    final = pd.DataFrame(
        {
            "pers_person_id": child_ids(numbers),
            "pers_forename": "Synthetic",
            "pers_surname": [f"Person {number:06d}" for number in numbers],
            "pers_sex": np.where(is_unborn & (born_on > last_day), "U", sex),
            "pers_gender": sex,
            "pers_ethnicity": recorded,
            "pers_dob": born_on,
            "pers_upn_unknown": np.where(coin(rng, 0.05, size), "UN3", None),
            "pers_send_flag": np.where(coin(rng, 0.18, size), "Y", "N"),
            "pers_expected_dob": expected_on,
            "pers_death_date": died_on,
            "pers_is_mother": np.where(coin(rng, 0.003, size), "Y", "N"),
            "pers_nationality": np.where(coin(rng, 0.6, size), "GBR", None),
        }
    )
    changes = [
        Change(("pers_ethnicity",), recorded_at, before=NOT_RECORDED[0]),
        Change(("pers_dob",), np.where(is_unborn, heard_of_birth, NEVER).astype(MOMENT)),
        Change(("pers_death_date",), in_office_hours(rng, days_later(died_on, 2))),
    ]
    rows = np.flatnonzero(is_referred & coin(rng, 0.75, size))
    details = pd.DataFrame(
        {
            "pers_person_id": child_ids(rows),
            "religion": np.where(coin(rng, 0.72, len(rows)), pick(rng, RELIGIONS, len(rows)), None),
            "first_language": np.where(coin(rng, 0.85, len(rows)), pick(rng, LANGUAGES, len(rows)), None),
        }
    )
    detailed_at = minutes_later(entered_at[rows], rng.integers(20, 60 * 24 * 20, len(rows)))
    return {
        "ssd_person": versions(county, final, entered_at, changes),
        "ext_person_details": versions(county, details, detailed_at),
    }


def _ethnicity(
    rng: np.random.Generator, county: County, calendar: WorkingCalendar, entered_at: np.ndarray, closed_on: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the record says at last, and when it came to say so (NaT: from the start)."""
    size = len(entered_at)
    is_missing = coin(rng, county.practice.ethnicity_missing.at(closed_on), size)
    missing = np.array(NOT_RECORDED, dtype=object)[rng.choice(3, size=size, p=(0.5, 0.4, 0.1))]
    code = np.where(coin(rng, SHARE_REFUSED, size), "REFU", pick(rng, ETHNICITIES, size))
    entered_on = np.maximum(on(entered_at), np.datetime64(county.first_on, "D"))
    days_open = np.maximum((np.minimum(closed_on, np.datetime64(county.ends_on, "D")) - entered_on).astype(int), 1)
    waited = np.where(coin(rng, 0.55, size), rng.integers(1, 30, size), rng.random(size) ** 0.6 * days_open)
    asked_on = calendar.on_or_after(days_later(entered_on, np.minimum(waited, days_open)))
    asked_at = in_office_hours(rng, asked_on)
    is_late = ~is_missing & coin(rng, 0.4, size)
    return np.where(is_missing, missing, code), np.where(is_late, asked_at, NEVER).astype(MOMENT)
