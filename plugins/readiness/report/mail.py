"""The e-mail: text that stands alone, HTML that Outlook renders, charts inside the message. Made from the shared
report alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage

import css_inline

from readiness.report import charts, words
from readiness.report.model import Report
from readiness.report.rendering import Arranged, arranged, require_shared, stylesheet, templates
from readiness.report.view import IndicatorView


@dataclass(frozen=True)
class Figure:
    """An indicator in the mail; cid names its picture, None if there is too little to draw."""

    view: IndicatorView
    cid: str | None


def compose_mail(report: Report, is_correction: bool = False, changed: Sequence[str] = ()) -> EmailMessage:
    """The message without From, To, Date and Message-ID. The same report gives the same bytes.

    report: the stored shared copy; an internal one is refused. changed: of a correction, what is told otherwise now.
    """
    require_shared(report)
    order = arranged(report)
    pictures = _pictures(order)
    given = order.facts() | {
        "subject": subject(report, is_correction),
        "is_correction": is_correction,
        "changed": changed,
        "figures": _figures(order, pictures),
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
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False).inline(drawn)


def _pictures(order: Arranged) -> dict[str, bytes]:
    """Content id -> chart, of what the letter asked to be put right; of its strengths the sentences are enough."""
    print_from = order.report.small_numbers.print_from
    asked = [name for f in order.report.findings if f.kind != "requirement_met" for name in order.placed[f.id]]
    return {
        _cid(v.id): charts.png(v.indicator, v.definition, v.message, print_from, annotations=v.annotations)
        for v in map(order.views.get, asked)
        if charts.has_chart(v.indicator, v.definition, print_from)
    }


def _figures(order: Arranged, pictures: dict[str, bytes]) -> dict[str, tuple[Figure, ...]]:
    """Finding id (or 'watched') -> what is shown there."""
    return {
        place: tuple(Figure(order.views[n], _cid(n) if _cid(n) in pictures else None) for n in names)
        for place, names in (*order.placed.items(), ("watched", order.watched))
    }


def _cid(name: str) -> str:
    return f"{name}@readiness"


def _name(cid: str) -> str:
    return cid.partition("@")[0]


def _fix_boundaries(message: EmailMessage, mark: str) -> None:
    """Boundaries are random by default; these follow from the report, so that the same report is the same message."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_readiness_{mark[:24]}_{number}")
