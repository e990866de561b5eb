"""One area's absences come from the staff list of the whole council, which numbers workers in its own way.

`ext_staff_ids` leads from those numbers to the case system's.
"""

import numpy as np
import pandas as pd

from readiness.demo.chance import generator
from readiness.demo.county import County
from readiness.demo.days import DAY, days_later, in_office_hours
from readiness.demo.history import versions
from readiness.demo.workforce import Workforce

AREA = "South"
SYSTEM = "HR"


def number_in_the_staff_list(county: County, staff: Workforce, found: dict[str, pd.DataFrame]) -> None:
    """Adds `ext_staff_ids` to the tables, and puts the absences of the area's workers under those ids. A worker is in
    the list some days after starting."""
    rng = generator(county.seed, "staff ids")
    workers = staff.workers[(staff.workers.area == AREA).to_numpy()]
    numbers = rng.choice(np.arange(10_000, 99_999), size=len(workers), replace=False)
    listed = pd.DataFrame(
        {
            "staff_id": [f"E{number}" for number in numbers],
            "system": SYSTEM,
            "prof_professional_id": workers.worker_id.to_numpy(),
        }
    )
    listed_at = in_office_hours(rng, days_later(workers.started_on.to_numpy(DAY), rng.integers(1, 6, len(workers))))
    found["ext_staff_ids"] = versions(county, listed, listed_at)
    absences = found["ext_absences"]
    in_list = absences.professional_id.map(listed.set_index("prof_professional_id").staff_id)
    found["ext_absences"] = absences.assign(professional_id=in_list.where(in_list.notna(), absences.professional_id))
