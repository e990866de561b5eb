"""The e-mail: text that stands alone, HTML that Outlook renders, charts inside the message. Made from the copy of one
audience.

The text says all; the HTML says less (the answer, what was asked first, what changed, what is done, every verdict, why
what is not met is not, and how we counted), because some mail programs cut off what is longer than 102 kB.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

import css_inline

from readiness.report import charts, words
from readiness.report.correction import MOST
from readiness.report.model import Indicator, Report
from readiness.report.rendering import Arranged, arranged, require_shared, stylesheet, templates
from readiness.report.summary import message as what_a_month_says
from readiness.report.view import IndicatorView, RowView, latest_complete

DRAWN = ("priority_action", "repeat_finding")
UNMET = ("not_met", "indicative_not_met")
"""What the HTML tells in full: these findings; of other claims it tells the verdict, and of these verdicts why."""

CHARTS_TOLD = (
    "In the charts a filled point is a complete month, a hollow one a month for which late entries may still arrive; "
    "the shaded band is the range in which the share likely lies. The thin line is the mean of the monthly values, the "
    "dotted ones are how far chance reaches; a diamond is a month better than that, a square a worse one."
)


@dataclass(frozen=True)
class Figure:
    """An indicator in the mail; cid names its picture, None if there is too little to draw. places: what stands for the
    areas and teams of the copy, in one sentence; own: pictures of the places that the copy is for, by their text."""

    view: IndicatorView
    cid: str | None
    places: str
    own: dict[str, str]


def compose_mail(report: Report, is_correction: bool = False, changed: Sequence[str] = ()) -> EmailMessage:
    """The message without From, To, Date and Message-ID. The same report gives the same bytes.

    report: a copy of a stored report (`copies.copy_for`); another one is refused. changed: of a correction, what is
    told otherwise now.
    """
    require_shared(report)
    order = arranged(report)
    pictures = _pictures(order)
    facts = order.facts()
    given = facts | {
        "subject": subject(report, is_correction),
        "is_correction": is_correction,
        "changed": changed,
        "figures": _figures(order, pictures),
        "made_for": _made_for(report),
        "where_more": _where_more(report),
        "turned_told": tuple(facts["turned"])[:MOST],
        "DRAWN": DRAWN,
        "UNMET": UNMET,
        "charts_told": CHARTS_TOLD,
    }
    message = EmailMessage()
    message["Subject"] = given["subject"]
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_text(given))
    message.add_alternative(_html(given), subtype="html")
    page = message.get_payload()[1]
    for cid, picture in pictures.items():
        page.add_related(picture, "image", "png", cid=f"<{cid}>", filename=f"{_name(cid)}.png", disposition="inline")
    _fix_boundaries(message, report.version.hash)
    return message


def subject(report: Report, is_correction: bool) -> str:
    """Month and verdict; no count ever stands in a subject."""
    verdict = words.OVERALL[report.overall.verdict].word.lower()
    text = f"Readiness report, {words.month_in_words(report.month)}: {verdict}"
    return f"Correction: {text}" if is_correction else text


def _text(given: dict) -> str:
    return templates().get_template("mail.txt.j2").render(**given)


def _html(given: dict) -> str:
    """Styles moved into the elements, for mail programs that ignore style sheets; rules for small screens stay."""
    drawn = templates().get_template("mail.html.j2").render(**given, style=stylesheet("mail.css"))
    return css_inline.CSSInliner(keep_at_rules=True, minify_css=True, load_remote_stylesheets=False).inline(drawn)


def _made_for(report: Report) -> str:
    """What the copy holds, in a sentence."""
    names = ", ".join(place.name for place in report.places)
    return {
        "director": "This copy is for the director: it holds the figures of every area and team.",
        "area": f"This copy is for {names}: beside the authority's figures it holds those of the area and its teams.",
        "team": f"This copy is for {names}: beside the authority's figures it holds the team's own.",
        "shared": "This copy may be passed on: it holds the authority's figures alone.",
    }[report.audience]


def _where_more(report: Report) -> str:
    """Where what the HTML leaves out is to be had. The PDF is the director's alone, and not every mail program shows a
    message's plain text."""
    if report.audience == "director":
        return "The figures of every indicator, and how each is counted, stand in the PDF of this version."
    return "For the figures of every indicator, and how each is counted, ask the data team."


def _pictures(order: Arranged) -> dict[str, bytes]:
    """Content id -> chart, of what the letter put first and of what it had asked for before: a mail stays well under a
    megabyte. Of the rest the sentences stand in the mail, and the charts in the page and the PDF."""
    print_from = order.report.small_numbers.print_from
    asked = [name for f in order.report.findings if f.kind in DRAWN for name in order.placed[f.id]]
    own = {
        _cid(one.id, number): charts.png(one, order.views[one.id].definition, text, print_from)
        for number, one, text in _own(order.report)
        if one.id in asked and charts.has_chart(one, order.views[one.id].definition, print_from)
    }
    return own | {
        _cid(v.id): charts.png(v.indicator, v.definition, v.message, print_from, annotations=v.annotations)
        for v in map(order.views.get, asked)
        if charts.has_chart(v.indicator, v.definition, print_from)
    }


def _own(report: Report) -> Iterator[tuple[int, Indicator, str]]:
    """The series of the places that the copy is for: number of the place, series, and what its latest month says."""
    for number, place in enumerate(report.places, start=1):
        for one in report.indicators:
            if one.scope == place and one.months:
                definition = report.definitions[one.id]
                latest = latest_complete(one) or one.months[-1]
                said = what_a_month_says(definition, latest, report.small_numbers.print_from)
                yield number, one, f"{place.name}: {said}"


def _figures(order: Arranged, pictures: dict[str, bytes]) -> dict[str, tuple[Figure, ...]]:
    """Finding id (or 'watched') -> what is shown there."""
    own: dict[str, dict[str, str]] = {}
    for number, one, text in _own(order.report):
        if _cid(one.id, number) in pictures:
            own.setdefault(one.id, {})[_cid(one.id, number)] = text
    return {
        place: tuple(
            Figure(order.views[n], _cid(n) if _cid(n) in pictures else None, _places(order.views[n]), own.get(n, {}))
            for n in names
        )
        for place, names in (*order.placed.items(), ("watched", order.watched))
    }


def _places(shown: IndicatorView) -> str:
    """'October 2026: North 78.0% (39 of 50), others withheld.'; where there are several areas, of areas alone."""
    areas = [row for row in shown.places if row.level == 1]
    rows = areas if len(areas) > 1 else [row for row in shown.places if row.level]
    told = [_place(row) for row in rows if row.counts != words.WITHHELD]
    others = [] if len(told) == len(rows) else [f"{'others ' if told else ''}{words.WITHHELD}"]
    return f"{shown.places_month}: {', '.join(told + others)}." if rows else ""


def _place(row: RowView) -> str:
    is_counted_alone = row.value in (words.NOT_THERE, words.WITHHELD)
    return f"{row.name} {row.counts}" if is_counted_alone else f"{row.name} {row.value} ({row.counts})"


def _cid(name: str, place: int | None = None) -> str:
    return f"{name}@readiness" if place is None else f"{name}.{place}@readiness"


def _name(cid: str) -> str:
    return cid.partition("@")[0]


def _fix_boundaries(message: EmailMessage, mark: str) -> None:
    """Boundaries are random by default; these follow from the report, so that the same report is the same message."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_readiness_{mark[:24]}_{number}")
