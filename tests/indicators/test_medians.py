"""The interval of a monthly median, over all teams."""

import pandas as pd

from readiness.indicators.medians import median_intervals
from readiness.indicators.statistics.percentiles import Bounds


def test_teams_are_counted_together_and_open_work_is_not():
    """The values 1 to 10, once each: of 10 values the 95 percent interval of the median goes from the 2nd to the 9th,
    for 2 (1 + 10) of 1,024 are more extreme, and from the 3rd it would be 2 (1 + 10 + 45)."""
    rows = [("seen", "2026-10", "in_time", day, 1) for day in range(1, 6)]
    rows += [("seen", "2026-10", "late", day, 1) for day in range(6, 11)]
    rows += [("seen", "2026-10", "withdrawn", 99, 50), ("seen", None, "running", None, 50)]
    rows += [("due", "2026-10", "late", None, 9)]
    frame = pd.DataFrame(rows, columns=["clock", "cohort_month", "outcome", "elapsed", "count"])
    assert median_intervals(frame) == {("seen", "2026-10"): Bounds(2, 9)}
