"""How sure the authority's monthly medians are: their intervals by order statistics, from the histograms."""

import pandas as pd

from readiness.indicators.statistics.percentiles import MEDIAN, Bounds, percentile_interval


def median_intervals(histograms: pd.DataFrame) -> dict[tuple[str, str], Bounds]:
    """The interval by indicator and month of those that have finished cases with a time taken.

    histograms: clock, cohort_month, outcome, elapsed and count of marts.histograms, all teams.
    """
    is_finished = histograms.outcome.isin(["in_time", "late"]) & histograms.elapsed.notna()
    finished = histograms[is_finished & histograms.cohort_month.notna()]
    by_month = finished.groupby(["clock", "cohort_month", "elapsed"])["count"].sum()
    return {
        key: percentile_interval({elapsed: int(count) for (_, _, elapsed), count in counts.items()}, MEDIAN)
        for key, counts in by_month.groupby(level=["clock", "cohort_month"])
    }
