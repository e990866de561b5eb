"""What the forms of a report render with: templates that escape everything, and the facts that all lay out."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from readiness.errors import ReadinessError
from readiness.report import view, words
from readiness.report.model import Audience, Claim, Finding, Report, Verdict
from readiness.report.summary import NOT_KNOWN

TEMPLATES = Path(__file__).parent / "templates"
PLAIN_TEXT = ".txt.j2"
LINE_LENGTH = 72


class NotShared(ReadinessError):
    """This report must not leave the house."""


@dataclass(frozen=True)
class Arranged:
    """A report in reading order. placed: finding id -> indicators accounted for there; watched: those of no finding."""

    report: Report
    views: Mapping[str, view.IndicatorView]
    placed: Mapping[str, tuple[str, ...]]
    watched: tuple[str, ...]

    @property
    def in_order(self) -> tuple[view.IndicatorView, ...]:
        """Every indicator with figures, as it comes."""
        return tuple(self.views[name] for names in (*self.placed.values(), self.watched) for name in names)

    def elsewhere(self, finding: Finding) -> tuple[str, ...]:
        """Indicators that bear on a finding and whose figures stand with an earlier one."""
        names = dict.fromkeys(name for claim in finding.claims for name in (*claim.evidence, *claim.context))
        return tuple(n for n in names if view.has_figures(self.views, n) and n not in self.placed[finding.id])

    def facts(self) -> dict[str, Any]:
        """What every form prints."""
        claims = [claim for _, claim in view.claims(self.report)]
        return {
            "report": self.report,
            "reason": view.verdict_reason(self.report.overall),
            "tally": view.tally(self.report.findings),
            "total": len(claims),
            "repeats": sum(finding.kind == "repeat_finding" for finding, _ in view.claims(self.report)),
            "unknown": _by_verdict(claims),
            "turned": view.turned(self.report),
            "actions_sentence": view.actions_sentence(self.report),
        }


def require_shared(report: Report) -> None:
    """Refuse all but a copy of a stored version's released report: nothing else is mailed or passed on."""
    if report.audience not in get_args(Audience) or report.version is None:
        raise NotShared("Only the copy of an audience, of a stored report, can be mailed or passed on.")


def arranged(report: Report) -> Arranged:
    views = view.indicator_views(report)
    watched = tuple(name for name in report.also_watched if view.has_figures(views, name))
    return Arranged(report, views, view.placed(report, views), watched)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Everything is escaped but plain text; a name that is not there is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is None or not name.endswith(PLAIN_TEXT),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(folded=_folded, hanging=_hanging)
    environment.globals.update(
        VERDICTS=words.VERDICTS,
        OVERALL=words.OVERALL,
        DIRECTIONS=words.DIRECTIONS,
        KINDS=words.KINDS,
        ACTION_STATES=words.ACTION_STATES,
        month_in_words=words.month_in_words,
        day_in_words=words.day_in_words,
        what_is_known=view.what_is_known,
        tally_of=view.tally,
        reason_of=view.verdict_reason,
    )
    return environment


def stylesheet(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))


def _by_verdict(claims: list[Claim]) -> list[tuple[Verdict, list[Claim]]]:
    groups = [(v, [claim for claim in claims if claim.verdict == v]) for v in view.TALLY_ORDER if v in NOT_KNOWN]
    return [(verdict, found) for verdict, found in groups if found]


def _folded(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), LINE_LENGTH)


def _hanging(text: str) -> str:
    """Folded, with all lines but the first indented by two."""
    indent = "  " if text.startswith("  ") else ""
    return textwrap.fill(" ".join(text.split()), LINE_LENGTH, initial_indent=indent, subsequent_indent="  ")
