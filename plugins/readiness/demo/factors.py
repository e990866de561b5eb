"""The factors that an assessment found, as a list of the census's codes."""

import json

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, identifiers, pick
from readiness.demo.county import County
from readiness.demo.days import MOMENT
from readiness.demo.history import versions

FACTORS = {
    "1B": 9, "2B": 8, "3A": 4, "3B": 22, "4A": 9, "4B": 17, "5A": 5, "6A": 3, "10A": 3, "14A": 4, "15A": 3, "16A": 9,
    "17A": 12, "20": 7,
}  # fmt: skip
HARM = {"single": {"18C": 6, "19C": 3, "11A": 2, "24A": 2}, "initial_and_core": {"18A": 6, "19A": 3}}
"""By the county's assessments: codes that were split later, or did not exist yet."""
NONE_FOUND = "21"
SHARE_NONE_FOUND = 0.12
MOST_FACTORS = 4


def factor_versions(county: County, assessment_rows: pd.DataFrame) -> pd.DataFrame:
    """`ssd_assessment_factors` from the versions of `ssd_cin_assessments`: there once the assessment is authorised."""
    rng = generator(county.seed, "assessment factors")
    finished = assessment_rows[assessment_rows.cina_assessment_auth_date.notna()]
    finished = finished.drop_duplicates("cina_assessment_id").sort_values("entered_at", kind="stable")
    share = county.practice.factors_recorded.at(finished.cina_assessment_auth_date.to_numpy(MOMENT))
    recorded = finished[coin(rng, share, len(finished))]
    size = len(recorded)
    drawn = pick(rng, FACTORS | HARM[county.assessments], size * MOST_FACTORS).reshape(size, MOST_FACTORS)
    counts = np.minimum(1 + rng.poisson(1.2, size), MOST_FACTORS)
    is_none = coin(rng, SHARE_NONE_FOUND, size)
    lists = [
        [NONE_FOUND] if none else sorted(set(codes[:count]), key=_in_order)
        for codes, count, none in zip(drawn, counts, is_none, strict=True)
    ]
    final = pd.DataFrame(
        {
            "cinf_table_id": identifiers(650_001, size),
            "cinf_assessment_id": recorded.cina_assessment_id.to_numpy(),
            "cinf_assessment_factors_json": [json.dumps(codes) for codes in lists],
        }
    )
    return versions(county, final, recorded.entered_at.to_numpy(MOMENT))


def _in_order(code: str) -> tuple[int, str]:
    number = code.rstrip("ABCDEF")
    return int(number), code
