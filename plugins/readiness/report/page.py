"""The page: one file that needs nothing else, readable without JavaScript, made from the internal report.

Its one script shows the figures of the month that is pointed at in a chart, taken from the table below it.
"""

from dataclasses import dataclass

from markupsafe import Markup

from readiness.report import charts, view, words
from readiness.report.chart_spec import NARROW, WIDE
from readiness.report.model import RareEvents, Report
from readiness.report.rare import rare_sentences
from readiness.report.rendering import Arranged, arranged, stylesheet, templates

SCRIPT = stylesheet("page.js")


@dataclass(frozen=True)
class Drawn:
    """One chart at both widths; the page shows the one that fits."""

    wide: Markup
    narrow: Markup


def page(report: Report) -> str:
    """The whole report as HTML. The same report gives the same bytes."""
    order = arranged(report)
    area_names, area_rows = view.area_table(order.in_order)
    template = templates().get_template("page.html.j2")
    return template.render(
        **order.facts(),
        style=stylesheet("page.css"),
        script=SCRIPT,
        views=order.views,
        drawn=_drawn(order),
        funnels=_funnels(order),
        rare=tuple(_rare(found) for found in report.rare),
        months_in_words=words.months_in_words,
        placed=order.placed,
        elsewhere={finding.id: order.elsewhere(finding) for finding in report.findings},
        watched=order.watched,
        restated=view.restated(report),
        areas=area_names,
        area_rows=area_rows,
        STANDINGS=words.STANDINGS,
        DECIDED_BY=words.DECIDED_BY,
        PARTS=words.PARTS,
        FEED_STATES=words.FEED_STATES,
        GLOSSARY=words.GLOSSARY,
        count=words.count,
        percent=words.percent,
        target_of=words.target,
        further_evidence=view.further_evidence,
        named_in_reason=view.named_in_reason,
        has_figures=view.has_figures,
    )


def _drawn(order: Arranged) -> dict[str, Drawn]:
    print_from = order.report.small_numbers.print_from
    return {
        v.id: Drawn(
            *(
                Markup(charts.svg(v.indicator, v.definition, v.message, print_from, size, v.annotations))
                for size in (WIDE, NARROW)
            )
        )
        for v in order.in_order
        if charts.has_chart(v.indicator, v.definition, print_from)
    }


@dataclass(frozen=True)
class Rare:
    """Rare events as the page shows them; no chart while there is nothing between two of them."""

    events: RareEvents
    sentences: tuple[str, ...]
    charts: Drawn | None


def _rare(found: RareEvents) -> Rare:
    drawn = Drawn(*(Markup(charts.rare_svg(found, size)) for size in (WIDE, NARROW))) if found.gaps else None
    return Rare(found, rare_sentences(found), drawn)


def _funnels(order: Arranged) -> dict[str, Drawn]:
    return {
        v.id: Drawn(*(Markup(charts.funnel_svg(v.indicator.funnel, size)) for size in (WIDE, NARROW)))
        for v in order.in_order
        if v.indicator.funnel
    }
