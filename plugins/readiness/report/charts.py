"""Drawing an indicator's chart: SVG for the page, PNG for the mail, from one specification and without a browser."""

from collections.abc import Sequence

import vl_convert

from readiness.report import words
from readiness.report.chart_spec import DOCUMENT, MAIL, WIDE, Size, Spec, specification
from readiness.report.funnel_spec import funnel_specification
from readiness.report.model import Annotation, Definition, Funnel, Indicator, RareEvents
from readiness.report.png import compacted
from readiness.report.rare_spec import rare_specification
from readiness.report.svg import lighter

VEGA_LITE = "6.1"
"""The language version that specifications are written in; a newer renderer keeps drawing the same picture."""


def has_chart(indicator: Indicator, definition: Definition, print_from: int) -> bool:
    """Whether there is anything to draw: at least two months with a printed value."""
    return sum(words.is_printed(row, definition, print_from) for row in indicator.months) >= 2


def svg(
    indicator: Indicator,
    definition: Definition,
    title: str,
    print_from: int,
    size: Size = WIDE,
    annotations: Sequence[Annotation] = (),
) -> str:
    """The chart as an SVG element that fits its column.

    It is marked as decoration for screen readers: beside it the page gives the message as text and the numbers as a
    table.
    """
    chart = specification(indicator, definition, title, print_from, size, annotations)
    return lighter(_drawn(chart), months=len(indicator.months[-size.months :]), width=size.width)


def for_document(
    indicator: Indicator, definition: Definition, print_from: int, annotations: Sequence[Annotation], font: str
) -> str:
    """The chart as an SVG file in a font of the document's, under whose own heading it stands."""
    return _drawn(specification(indicator, definition, "", print_from, DOCUMENT, annotations, font))


def funnel_svg(found: Funnel, size: Size = WIDE) -> str:
    """The funnel of the teams, for the page; told as text and as a table beside it."""
    return lighter(_drawn(funnel_specification(found, size)))


def rare_svg(found: RareEvents, size: Size = WIDE) -> str:
    """What lay between rare events, for the page; told as text beside it."""
    return lighter(_drawn(rare_specification(found, size)))


def png(
    indicator: Indicator,
    definition: Definition,
    title: str,
    print_from: int,
    size: Size = MAIL,
    annotations: Sequence[Annotation] = (),
) -> bytes:
    """The chart as a PNG picture at twice its size, for sharp screens."""
    chart = specification(indicator, definition, title, print_from, size, annotations)
    return compacted(vl_convert.svg_to_png(_drawn(chart), scale=2))


def _drawn(chart: Spec) -> str:
    return vl_convert.vegalite_to_svg(chart, vl_version=VEGA_LITE)
