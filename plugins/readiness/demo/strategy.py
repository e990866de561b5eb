"""Strategy discussions: who was there. Each begins an enquiry; when it was recorded is in `ext_record_audit` too."""

import numpy as np
import pandas as pd

from readiness.demo.chance import coin, generator, pick
from readiness.demo.county import County
from readiness.demo.days import MOMENT
from readiness.demo.history import versions

SHARE_WITH_EDUCATION = 0.55
WITHOUT_ONE_OF_THEM = {"police": 5, "police;education": 3, "health": 1, "health;education": 1, None: 0.6}


def discussion_versions(county: County, enquired: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """`ext_strategy_discussions`. enquired: enquiries per child; entries: the audit's entries of their discussions, in
    the same order."""
    rng = generator(county.seed, "strategy discussions")
    size = len(enquired)
    held_at = enquired.held_at.to_numpy(MOMENT)
    whole = np.where(coin(rng, SHARE_WITH_EDUCATION, size), "police;health;education", "police;health")
    is_whole = coin(rng, county.practice.multi_agency.at(held_at), size)
    final = pd.DataFrame(
        {
            "discussion_id": entries.record_id.to_numpy(),
            "s47_enquiry_id": enquired.enquiry_id.to_numpy(),
            "person_id": enquired.child_id.to_numpy(),
            "held_at": held_at,
            "agencies": np.where(is_whole, whole, pick(rng, WITHOUT_ONE_OF_THEM, size)),
        }
    )
    return versions(county, final, entries.created_at.to_numpy(MOMENT))
