"""The document: a tagged PDF for a meeting, made from the director's copy alone.

`document.typ` sets it; this module arranges what stands in it. Fonts come from packages that are
installed with Readiness, never from the machine, and the only date is the report's own: the same report gives the same
bytes everywhere.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst
import vl_convert

from readiness.report import charts, view, words
from readiness.report.model import Action, Claim, Definition, Finding, FurtherInspection, Report
from readiness.report.rendering import TEMPLATES, Arranged, arranged, require_shared
from readiness.report.view import IndicatorView, RowView

STANDARD = "ua-1"
"""PDF/UA-1: a document that is not accessible (a picture without words, a table without a header) is not made."""

FONTS = ("HK Grotesk", "Libertinus Serif", "DejaVu Sans Mono")
"""The first comes with Great Expectations, the others with Typst; each steps in for letters that those before lack."""


def document(report: Report) -> bytes:
    """The report as PDF/UA. report: the director's copy; an internal one is refused."""
    return typst.compile(_files(report), pdf_standards=[STANDARD], **_settings())


def pictures(report: Report, ppi: int = 72) -> list[bytes]:
    """The document's pages as PNG, to look at."""
    drawn = typst.compile(_files(report), format="png", ppi=ppi, **_settings())
    return drawn if isinstance(drawn, list) else [drawn]


def _settings() -> dict[str, Any]:
    return {"font_paths": [_fonts()], "ignore_system_fonts": True}


@lru_cache(maxsize=1)
def _fonts() -> Path:
    """The folder of the first font, which the charts are measured and drawn with, too."""
    package = Path(find_spec("great_expectations").origin).parent
    folder = package / "render" / "view" / "static" / "fonts" / "HKGrotesk"
    vl_convert.register_font_directory(str(folder))
    return folder


def _files(report: Report) -> dict[str, bytes]:
    """The template, what it says, and its pictures, by the names under which the template asks for them."""
    require_shared(report)
    order = arranged(report)
    drawn = _charts(order)
    return {
        "main.typ": (TEMPLATES / "document.typ").read_bytes(),
        "data.json": json.dumps(_content(order, drawn)).encode(),
        **{name: svg.encode() for name, svg in drawn.items()},
    }


def _charts(order: Arranged) -> dict[str, str]:
    """File name -> picture."""
    _fonts()
    print_from = order.report.small_numbers.print_from
    return {
        _picture(v): charts.for_document(v.indicator, v.definition, print_from, v.annotations, FONTS[0])
        for v in order.in_order
        if charts.has_chart(v.indicator, v.definition, print_from)
    }


def _picture(one: IndicatorView) -> str:
    return f"{one.id}.svg"


def _content(order: Arranged, drawn: dict[str, str]) -> dict[str, Any]:
    report, facts = order.report, order.facts()
    verdict, month = words.OVERALL[report.overall.verdict], words.month_in_words(report.month)
    repeats = f" and {facts['repeats']} repeats" if facts["repeats"] else ""
    return {
        "title": f"{verdict.word}: readiness report, {report.authority.name}, {month}",
        "authority": report.authority.name,
        "month": month,
        "made_on": {"year": report.as_at_on.year, "month": report.as_at_on.month, "day": report.as_at_on.day},
        "fonts": FONTS,
        "footer": f"With what was known on {words.day_in_words(report.as_at_on)}. Version {report.version.number}, "
        "the director's copy: small numbers are withheld.",
        "notices": report.notices,
        "verdict": asdict(verdict),
        "reason": facts["reason"],
        "facts": list(_facts(report)),
        "letter": f"Letter of {words.day_in_words(report.inspection_detail.letter_on)}",
        "tally_heading": f"{facts['total'] - facts['repeats']} claims of the letter{repeats}, and where each stands",
        "tally": _tally(facts["tally"]),
        "changes": _changes(report),
        "not_known": _not_known(facts),
        "findings": [
            _finding(order, finding)
            | {
                "indicators": [_indicator(order.views[name], drawn) for name in order.placed[finding.id]],
                "elsewhere": [order.views[name].title for name in order.elsewhere(finding)],
            }
            for finding in report.findings
        ],
        "further": [_further(order, other) for other in report.further],
        "watched": [_indicator(order.views[name], drawn) for name in order.watched],
        "quality": _quality(report),
        "restated": [
            (row.title, words.month_in_words(row.month), row.first, row.now, row.why) for row in view.restated(report)
        ],
        "before": words.month_in_words(report.before.month) if report.before else None,
        "actions_sentence": facts["actions_sentence"],
        "actions": [_action(action) for action in report.actions],
        "comments": _comments(report, None),
        "counting": list(_counting(report)),
        "sensitivity": list(_sensitivity(report)),
        "verdicts": [asdict(term) for term in words.VERDICTS.values()],
        "directions": [asdict(term) for term in words.DIRECTIONS.values()],
        "glossary": list(words.GLOSSARY.items()),
        "definitions": [_definition(definition) for definition in report.definitions.values()],
        "made": f"Readiness {report.versions.readiness}, definitions {report.versions.definitions[:12]}, report "
        f"{report.version.hash}. {report.inspection_detail.title}, {report.inspection_detail.authority}.",
    }


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    missing = report.data_quality.missing
    yield "As at", words.day_in_words(report.as_at_on) + (", reconstructed" if report.reconstructed else "")
    yield "Measured against", f"letter of {words.day_in_words(report.inspection_detail.letter_on)}"
    yield (
        "Feeds",
        f"missing: {_plain(', '.join(missing))}" if missing else f"all {len(report.data_quality.feeds)} there",
    )
    yield "Version", f"{report.version.number} ({report.version.hash[:8]})"


def _changes(report: Report) -> list[dict[str, Any]]:
    summary, end = report.summary, words.month_in_words(report.month)
    columns = (
        ("Got better", summary.better, "Nothing got better by more than chance explains.", "good"),
        ("Got worse", summary.worse, "Nothing got worse by more than chance explains.", "bad"),
        (f"Overdue at the end of {end}", summary.backlog, "Nothing is known to be overdue.", "neutral"),
    )
    return [
        {
            "title": title,
            "tone": tone,
            "nothing": nothing,
            "notes": [{"text": note.text, "claims": note.claims} for note in notes],
        }
        for title, notes, nothing, tone in columns
    ]


def _not_known(facts: dict[str, Any]) -> dict[str, Any]:
    number = sum(len(claims) for _, claims in facts["unknown"])
    return {
        "intro": f"{number} of the {facts['total']} claims can be judged neither met nor unmet. What records cannot "
        "show is never reported as met.",
        "groups": [
            {
                "verdict": asdict(words.VERDICTS[verdict]),
                "number": words.plural(len(claims), "claim"),
                "claims": [{"id": claim.id, "text": claim.text, "takes": _takes(claim)} for claim in claims],
            }
            for verdict, claims in facts["unknown"]
        ],
    }


def _takes(claim: Claim) -> str:
    return f"It takes {'; '.join(claim.needs)}." if claim.needs else ""


def _further(order: Arranged, other: FurtherInspection) -> dict[str, Any]:
    """Another inspection; its figures stand with the findings of the letter."""
    rules = " ".join(f"{rule.id}: {rule.statement} {rule.reason}" for rule in other.overall.rules)
    return {
        "title": other.inspection.title,
        "notice": other.inspection.notice or "",
        "verdict": asdict(words.OVERALL[other.overall.verdict]),
        "reason": view.verdict_reason(other.overall),
        "letter": f"{other.inspection.authority}, {words.day_in_words(other.inspection.letter_on)}",
        "tally": _tally(view.tally(other.findings)),
        "findings": [_finding(order, finding) for finding in other.findings],
        "rules": f"{' '.join(other.settings)} {rules} Its figures stand with the findings of the letter and under "
        "“Also watched”; targets drawn there are the letter's own where both name one.",
    }


def _tally(items: Iterable[view.TallyItem]) -> list[dict[str, Any]]:
    return [{"term": asdict(item.term), "number": item.number} for item in items]


def _finding(order: Arranged, finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "kind": words.KINDS[finding.kind],
        "is_priority": finding.kind == "priority_action",
        "heading": finding.heading,
        "quote": finding.quote,
        "comments": _comments(order.report, finding.id),
        "claims": [_claim(claim, order) for claim in finding.claims],
    }


def _claim(claim: Claim, order: Arranged) -> dict[str, Any]:
    beside = [
        order.views[name].title if view.has_figures(order.views, name) else f"{_plain(name)} (no data)"
        for name in claim.context
    ]
    further = {
        "Better or worse": claim.change,
        "What would change this": claim.tipping or _takes(claim),
        "Beside it, without deciding": f"{'; '.join(beside)}." if beside else "",
    }
    return {
        "id": claim.id,
        "text": claim.text,
        "verdict": asdict(words.VERDICTS[claim.verdict]),
        "direction": asdict(words.DIRECTIONS[claim.direction]),
        "reason": claim.reason,
        "change": claim.change,
        "before": _before(order.report, claim),
        "evidence": [
            {"standing": asdict(words.STANDINGS[item.standing]), "reason": item.reason}
            for item in view.further_evidence(claim)
        ],
        "further": [(name, said) for name, said in further.items() if said],
    }


def _before(report: Report, claim: Claim) -> dict[str, Any] | None:
    """The verdict of the month before, None if there was none."""
    verdict = report.before and report.before.verdicts.get(claim.id)
    return {"is_same": verdict == claim.verdict, "term": asdict(words.VERDICTS[verdict])} if verdict else None


def _comments(report: Report, about: str | None) -> list[dict[str, str]]:
    return [{"text": comment.text, "by": comment.by} for comment in report.comments if comment.about == about]


def _action(action: Action) -> dict[str, Any]:
    return {
        "text": action.text,
        "about": action.about,
        "owner": action.owner,
        "due": words.day_in_words(action.due_on),
        "state": asdict(words.ACTION_STATES[action.state]),
        "done": words.day_in_words(action.done_on) if action.done_on else "",
    }


def _indicator(one: IndicatorView, drawn: dict[str, str]) -> dict[str, Any]:
    said = (one.beside_target, one.open_work, one.subjects, one.young, one.told, one.ahead, one.left_out)
    return {
        "title": one.title,
        "message": one.message,
        "chart": _picture(one) if _picture(one) in drawn else None,
        "alternative": f"Chart of the last months. {one.alternative} The latest figures stand in the table below.",
        "asides": [aside for aside in (*said, *one.published) if aside],
        "months": _strip(one),
    }


def _strip(one: IndicatorView) -> dict[str, Any]:
    """The latest months as columns, oldest first."""
    months = one.recent[::-1]

    def row(name: str, cells: Iterator[str], is_strong: bool = False) -> dict[str, Any]:
        return {"name": name, "cells": list(cells), "is_strong": is_strong}

    rows = [row(one.value_heading, (month.value for month in months), is_strong=True)]
    rows.append(row("Counts", (month.counts for month in months)))
    if one.has_interval:
        rows.append(row("Likely range", (month.interval for month in months)))
    if one.has_open:
        rows.append(row("Open, within the limit", (month.running for month in months)))
        rows.append(row("Over the limit", (month.overdue for month in months)))
    if one.has_elapsed:
        rows.append(row("Median / 90%", (month.elapsed for month in months)))
    return {"names": [_month_name(month) for month in months], "rows": rows}


def _month_name(month: RowView) -> str:
    return f"{month.name}, young" if month.is_young else month.name


def _quality(report: Report) -> dict[str, Any]:
    """Which feeds there are; counts of rows stay with the data team."""
    quality = report.data_quality
    return {
        "missing": f"Missing: {_plain(', '.join(quality.missing))}." if quality.missing else "",
        "feeds": [
            (
                _plain(feed.feed),
                words.FEED_STATES[feed.status],
                words.day_in_words(feed.newest_on) if feed.newest_on else words.NOT_THERE,
            )
            for feed in quality.feeds
        ],
    }


def _counting(report: Report) -> Iterator[tuple[str, str]]:
    yield from ((paragraph.heading, paragraph.text) for paragraph in report.how_we_counted)
    rules = report.overall.rules
    yield "Rules of the report", " ".join(f"{rule.id}: {rule.statement} {rule.reason}" for rule in rules)


def _sensitivity(report: Report) -> Iterator[tuple[str, str, str]]:
    for other in report.sensitivity:
        turned = "; ".join(
            f"{one.claim} {words.VERDICTS[one.verdict].word.lower()} → {words.VERDICTS[one.otherwise].word.lower()}"
            for one in other.turned
        )
        yield other.words, words.OVERALL[other.overall].word, turned or "none"


def _definition(definition: Definition) -> dict[str, Any]:
    aim, parts = words.target(definition), definition.definition
    kind = "Ceiling" if definition.measure == "ratio" else "Target"
    return {
        "title": definition.title,
        "parts": [(name, parts[part]) for part, name in words.PARTS.items() if part in parts],
        "limits": [*definition.limits, *([f"{kind} {aim}"] if aim else [])],
    }


def _plain(name: str) -> str:
    return name.replace("_", " ")
