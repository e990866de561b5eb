"""Monthly values of every indicator, by authority, area and team: the schema `marts`."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from readiness.clocks import CURRENT, Definitions, Schemas
from readiness.clocks.building import create, in_order
from readiness.indicators import young
from readiness.indicators.statistics.proportions import wilson
from readiness.warehouse import Warehouse

TYPES = {
    "indicator": "text",
    "month": "text",
    "scope_type": "text",
    "scope_id": "text",
    "numerator": "integer",
    "denominator": "double precision",
    "running": "integer",
    "overdue": "integer",
    "left_out": "text",
    "value": "double precision",
    "lower": "double precision",
    "upper": "double precision",
    "median": "double precision",
    "p90": "double precision",
    "maturity": "text",
    "subjects": "integer",
    "subjects_in_time": "integer",
    "done_late": "integer",
    "undone": "integer",
    "never_recorded": "integer",
    "likeness": "double precision",
    "working_days": "integer",
    "definition_hash": "text",
}
KEY = ["indicator", "month", "scope_type", "scope_id"]
TABLES = ("marts.indicator_counts", "marts.duty_states", "marts.looking_ahead", "marts.rare_events")
TABLES_OF_YOUTH = ("marts.recording_lags", "marts.started_cases")


def build(
    warehouse: Warehouse, definitions: Definitions, schemas: Schemas = CURRENT, youth_of: Schemas | None = None
) -> None:
    """Build histograms, counts, what lies ahead, rare events, young months and marts.indicator_values from `clocks`
    (`readiness.clocks.build`). youth_of: where the young months of the same knowledge stand already; they are not
    reckoned again.

    value, lower and upper are percent of 0 to 100 for a proportion, unrounded, with Wilson's interval of 95 percent;
    for a ratio, value is numerator over denominator, for a total it is the numerator, and there is no interval.
    running (open and not past its due date) and overdue (open and past it) exclude each other.
    """
    create_marts(warehouse, definitions, TABLES if youth_of else TABLES + TABLES_OF_YOUTH, schemas)
    if youth_of is None:
        young.build(warehouse, schemas)
    counts = warehouse.query(f"select * from {schemas.table('marts.indicator_counts')}")
    months = warehouse.query(
        f"select indicator, month from {(youth_of or schemas).table('marts.young_months')} where is_young"
    )
    warehouse.load(schemas.table("marts.indicator_values"), with_youth(with_intervals(counts), months), TYPES)


def create_marts(
    warehouse: Warehouse, definitions: Definitions, tables: Iterable[str], schemas: Schemas = CURRENT
) -> None:
    """Create tables of `marts`, and those of `marts` that they are made from, from `clocks`."""
    marts = {mart.words.table: mart for mart in definitions.marts.values() if mart.words.table.startswith("marts.")}
    selects = {table: (mart.query,) for table, mart in marts.items()}
    for table, queries in in_order(selects, tables):
        create(warehouse, table, queries, schemas, marts[table].words.is_kept)


def with_youth(values: pd.DataFrame, young_months: pd.DataFrame) -> pd.DataFrame:
    """The values with the months that too little is on record of as young, however long they are over."""
    is_young = pd.MultiIndex.from_frame(values[["indicator", "month"]]).isin(
        pd.MultiIndex.from_frame(young_months[["indicator", "month"]])
    )
    return values.assign(maturity=values.maturity.mask(is_young, "young"))


def with_intervals(counts: pd.DataFrame) -> pd.DataFrame:
    """The rows of marts.indicator_counts with value, lower and upper, sorted by their key."""
    values = counts.sort_values(KEY, ignore_index=True)
    is_share = (values.measure == "proportion").to_numpy()
    numerator = values.numerator.to_numpy(dtype=float)
    denominator = values.denominator.to_numpy(dtype=float)
    lower, upper = wilson(np.where(is_share, numerator, 0), np.where(is_share, denominator, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(denominator > 0, numerator / denominator, np.nan)
    is_total = (values.measure == "total").to_numpy()
    values["value"] = np.select([is_share, is_total], [100 * ratio, numerator], ratio)
    values["lower"], values["upper"] = 100 * lower, 100 * upper
    for name, sql_type in TYPES.items():
        if sql_type == "integer":
            values[name] = values[name].astype("Int64")
    return values[list(TYPES)]
