"""What is reconciled: one folder of sql/reconciliation a measure, its words in YAML, its cases in SQL.

A query reads `known.*` and yields subject_id, child_id, from_on, until_on and reason: a case that counts has no reason.
A flow counts in the period in which until_on lies; a stock counts children, each once, who are in it on the last day:
from from_on to the day before until_on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from readiness.errors import ReadinessError
from readiness.profile import Strict, read_yaml
from readiness.settings import SQL


class MeasureWords(Strict):
    """counts: who is counted. as_in: where a council has returned or published such a figure. open: what a case is that
    had begun by the end of the period and not ended. reasons: why a case is not counted, by the query's reason."""

    title: str
    counts: str
    as_in: str
    kind: Literal["flow", "stock"]
    feeds: tuple[str, ...] = Field(min_length=1)
    open: str | None = None
    reasons: dict[str, str]


@dataclass(frozen=True)
class Measure:
    id: str
    words: MeasureWords
    query: str


@cache
def load_measures(folder: Path = SQL / "reconciliation") -> Mapping[str, Measure]:
    """Every measure, by id, in alphabetical order."""
    return {
        each.name: Measure(
            each.name, read_yaml(each / "measure.yaml", MeasureWords), (each / "query.sql").read_text(encoding="utf-8")
        )
        for each in sorted(folder.iterdir())
    }


def measure_of(id: str) -> Measure:
    measures = load_measures()
    if id not in measures:
        raise ReadinessError(f"There is no measure {id}. Those that can be reconciled: {', '.join(measures)}.")
    return measures[id]
