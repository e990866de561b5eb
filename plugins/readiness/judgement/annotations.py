"""Annotations: what happened in a month that its figures alone do not tell, `authority/annotations.yaml`."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from readiness.errors import ReadinessError
from readiness.judgement.register import MonthText
from readiness.profile import Strict, read_yaml

FILE = "annotations.yaml"


class Annotation(Strict):
    """Something that happened in `month` ("2026-09"), drawn in the charts of `indicators`.

    rebase: from that month on mean and limits are computed anew, for a known cause (`reason`) that the chart prints;
    it moves the bar by which an indicator is called better or worse, so the indicators must be named. is_example: an
    invented annotation of the example authority; it counts beside synthetic records only.
    """

    month: MonthText
    text: str = Field(min_length=1)
    indicators: Literal["all"] | Annotated[tuple[str, ...], Field(min_length=1)]
    rebase: bool = False
    reason: str | None = Field(default=None, min_length=1)
    is_example: bool = False

    @model_validator(mode="after")
    def _rebases_for_a_reason(self) -> "Annotation":
        if self.rebase and self.indicators == "all":
            raise ValueError("a rebase moves the bar of what counts as better: name its indicators, not all")
        if self.rebase and not (self.reason or "").strip():
            raise ValueError("a rebase needs the reason for which mean and limits are computed anew")
        if self.reason and not self.rebase:
            raise ValueError("a reason belongs to a rebase; put what happened under text")
        return self

    def is_about(self, indicator: str) -> bool:
        return self.indicators == "all" or indicator in self.indicators


class AnnotationsFile(Strict):
    annotations: tuple[Annotation, ...] = ()


def load_annotations(authority: Path, indicators: Collection[str]) -> tuple[Annotation, ...]:
    """The annotations of a council by month, none without the file. indicators: ids of all that are computed; an
    annotation that names another is an error, since it would silently have no effect."""
    if not (authority / FILE).exists():
        return ()
    annotations = read_yaml(authority / FILE, AnnotationsFile).annotations
    for number, annotation in enumerate(annotations, start=1):
        unknown = [] if annotation.indicators == "all" else sorted(set(annotation.indicators) - set(indicators))
        if unknown:
            raise ReadinessError(
                f"{FILE}, annotation {number} ({annotation.month}): there is no indicator {' or '.join(unknown)}. "
                "Indicators are named like the folders in sql/clocks, sql/checks and sql/levels."
            )
    return _by_month(annotations)


def _by_month(annotations: Sequence[Annotation]) -> tuple[Annotation, ...]:
    return tuple(sorted(annotations, key=lambda annotation: annotation.month))
