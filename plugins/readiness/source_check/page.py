"""The check as a page."""

from readiness import pages
from readiness.periods import Month
from readiness.source_check.comparing import changes
from readiness.source_check.drawing import bars
from readiness.source_check.findings import MADE_BY, findings, first_complete, heaps
from readiness.source_check.model import SourceCheck
from readiness.source_check.steps import can_start, next_steps, summary
from readiness.source_check.wording import capital, percent, spoken


def page(check: SourceCheck, before: SourceCheck | None = None) -> str:
    """HTML that stands alone; `before` is the check to compare with."""
    return pages.render(
        "readiness.source_check",
        "page.html.j2",
        check=check,
        before=before,
        changes=changes(check, before) if before else (),
        answer=can_start(check),
        summary=summary(check),
        steps=next_steps(check),
        notices=[check.notice] if check.notice else [],
        findings=findings,
        first_complete=first_complete,
        heaps=heaps,
        bars=bars,
        percent=percent,
        spoken=spoken,
        capital=capital,
        month=lambda name: Month.parse(name).in_words(),
        MADE_BY=MADE_BY,
    )
