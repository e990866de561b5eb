"""Published figures beside the indicators that they match: the year, of whom, and how the definitions differ.

They are read from `authority/published/`: `comparisons.yaml` says which measure stands beside which indicator,
`published_measures.csv` holds the figures (measure, level, area_code, area_name, region_name, year_ending, numerator,
denominator, percent), an empty cell where the Department for Education published no number.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from readiness.errors import ReadinessError
from readiness.profile import CompareWith, Strict, read_yaml
from readiness.report.model import Published, PublishedFigure

MEASURES, COMPARISONS = "published_measures.csv", "comparisons.yaml"
FEWEST_AUTHORITIES = 20
"""Quartiles of fewer authorities than this say little."""


class Comparison(Strict):
    """One published measure, its title, and in words how it differs from ours."""

    measure: str
    title: str
    difference: str


class Comparisons(Strict):
    """comparisons: by indicator id."""

    source: str
    comparisons: dict[str, Comparison]


def published_beside(authority: Path, compare_with: CompareWith, until: date) -> dict[str, Published]:
    """By indicator id, the figures of the latest published year that had ended by `until`; none if there is no such
    year or no file of comparisons. Raises ReadinessError for an authority or region that the figures do not hold."""
    folder = authority / "published"
    if not (folder / COMPARISONS).exists():
        return {}
    words = read_yaml(folder / COMPARISONS, Comparisons)
    figures = pd.read_csv(folder / MEASURES, parse_dates=["year_ending"])
    _check_names(figures, compare_with)
    figures = figures[figures.year_ending <= pd.Timestamp(until)]
    return {
        id: _published(
            of_measure[of_measure.year_ending == of_measure.year_ending.max()], one, words.source, compare_with
        )
        for id, one in words.comparisons.items()
        if not (of_measure := figures[figures.measure == one.measure]).empty
    }


def _published(year: pd.DataFrame, words: Comparison, source: str, compare_with: CompareWith) -> Published:
    authorities = year[year.level == "authority"]
    percents = authorities.percent.dropna().to_numpy()
    quartiles = np.percentile(percents, [25, 50, 75]).round(1) if len(percents) >= FEWEST_AUTHORITIES else None
    neighbours = authorities[authorities.area_code.isin(compare_with.neighbours)].percent.dropna()
    found = [
        _figure("England", year[year.level == "country"]),
        _figure(compare_with.region, year[(year.level == "region") & (year.area_name == compare_with.region)]),
        _figure(None, authorities[authorities.area_code == compare_with.authority]),
    ]
    table = year.source_table.iloc[0]
    return Published(
        title=words.title,
        year_ending=year.year_ending.iloc[0].date(),
        source=f"{source}, table {table}",
        difference=" ".join(words.difference.split()),
        figures=tuple(figure for figure in found if figure),
        neighbours=len(neighbours),
        neighbours_median=round(float(neighbours.median()), 1) if len(neighbours) else None,
        authorities=len(percents),
        quartiles=None if quartiles is None else tuple(float(each) for each in quartiles),
    )


def _figure(name: str | None, rows: pd.DataFrame) -> PublishedFigure | None:
    """One area's figure; None if it is not named or nothing was published of it."""
    if rows.empty or pd.isna(rows.percent.iloc[0]):
        return None
    row = rows.iloc[0]
    counts = {name: None if pd.isna(row[name]) else int(row[name]) for name in ("numerator", "denominator")}
    return PublishedFigure(area=name or row.area_name, value=float(row.percent), **counts)


def _check_names(figures: pd.DataFrame, compare_with: CompareWith) -> None:
    codes = {compare_with.authority, *compare_with.neighbours} - {None}
    unknown = sorted(codes - set(figures.area_code[figures.level == "authority"]))
    unknown += sorted({compare_with.region} - {None} - set(figures.area_name[figures.level == "region"]))
    if unknown:
        raise ReadinessError(
            f"compare_with in profile.yaml names {', '.join(unknown)}, of which {MEASURES} knows nothing. Authorities "
            "are named by their code (E10000028), a region by its name (West Midlands)."
        )
