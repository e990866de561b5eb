"""Rare events: what lies between two of them, told from chance on a g-chart or a t-chart.

Only the council's own report holds them. In order, and beside the contacts of each month, they would tell when
something happened to a single child; so no released copy has them, and even here they stand without their dates.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

import pandas as pd
from pydantic import RootModel

from readiness.errors import ReadinessError
from readiness.indicators.statistics.rare_events import RareChart, days_between, g_chart, t_chart
from readiness.judgement import Register
from readiness.periods import Month
from readiness.profile import Strict, read_yaml
from readiness.report import words
from readiness.report.control_words import RULES
from readiness.report.model import RareEvents, RareGap
from readiness.settings import SQL

EVENTS = SQL / "marts" / "rare_events" / "events.yaml"


class RareEvent(Strict):
    """What an event means (events.yaml). between: what is counted from one to the next. in_words: "27 ..."."""

    title: str
    event: str
    between: Literal["cases", "days"]
    in_words: str
    caveat: str


class EventsFile(RootModel[dict[str, RareEvent]]):
    pass


@cache
def load_events() -> dict[str, RareEvent]:
    return read_yaml(EVENTS, EventsFile).root


def rare_events(rows: pd.DataFrame | None, register: Register, month: Month) -> Iterator[RareEvents]:
    """Every event that a claim names, up to the month's end, over the register's months and by its number of points.

    rows: of marts.rare_events. Raises ReadinessError for a claim that names an event that there is not.
    """
    events = load_events()
    for name, claims in _claims_by_event(register).items():
        if name not in events:
            claim = claims[0]
            raise ReadinessError(
                f"Claim {claim} of the register names the event '{name}', which does not exist (there are: "
                f"{', '.join(events)}; see {EVENTS.name})."
            )
        of_it = None if rows is None else rows[rows.event == name]
        yield _rare(name, events[name], claims, of_it, register, month)


def _claims_by_event(register: Register) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _, claim in register.claims():
        for name in claim.events:
            found.setdefault(name, []).append(claim.id)
    return found


def _rare(
    name: str, event: RareEvent, claims: Sequence[str], rows: pd.DataFrame | None, register: Register, month: Month
) -> RareEvents:
    numbers = register.judgement
    told = {
        "id": name,
        "title": event.title,
        "event": event.event,
        "between": event.between,
        "in_words": event.in_words,
        "caveat": event.caveat,
        "claims": tuple(claims),
        "minimum_points": numbers.minimum_points,
    }
    first_on, last_on = (pd.Timestamp(on) for on in (month.shift(1 - numbers.chart_months).first_on, month.last_on))
    known = None if rows is None else rows.assign(on_date=pd.to_datetime(rows.on_date))
    known = None if known is None else known[known.on_date.between(first_on, last_on)]
    if known is None or known[~known.is_event].empty:
        return RareEvents(**told, state="no_data", events=0)
    happened, now = known[known.is_event], known[~known.is_event].sort_values("on_date").iloc[-1]
    chart, since = _charted(event, happened, now, numbers.minimum_points)
    return RareEvents(
        **told,
        state=chart.state,
        events=len(happened),
        gaps=tuple(
            RareGap(value=int(gap.value), kind=gap.kind, rule=gap.signal.rule if gap.signal else None)
            for gap in chart.gaps
        ),
        **{
            line: None if getattr(chart, line) is None else round(getattr(chart, line), 1)
            for line in ("centre", "lower", "upper")
        },
        open_gap=since,
    )


def _charted(
    event: RareEvent, happened: pd.DataFrame, now: pd.Series, minimum_points: int
) -> tuple[RareChart, int | None]:
    """The chart of what lies between events, and what has come since the latest one. That gap is open, and an event
    that would end it may not be on record yet: it is told, and not judged."""
    if event.between == "days":
        days = sorted(on.date() for on in happened.on_date)
        since = (now.on_date.date() - days[-1]).days if days else None
        return t_chart(days_between(days), minimum_points=minimum_points), since
    places = sorted(int(place) for place in happened.place)
    between = [after - before - 1 for before, after in zip(places, places[1:], strict=False)]
    since = int(now.place) - places[-1] - 1 if places else None
    return g_chart(between, minimum_points=minimum_points), since


def rare_sentences(found: RareEvents) -> tuple[str, ...]:
    """What the chart says, in plain words."""
    return tuple(_sentences(found))


def _sentences(found: RareEvents) -> Iterator[str]:
    what = found.in_words
    if found.state == "no_data":
        yield "Nobody can say: what it is told from is not on record."
        return
    yield f"{words.plural(found.events, 'event is', 'events are')} on record."
    if found.state == "too_few":
        known = words.plural(len(found.gaps), "stretch between two of them is", "stretches between two of them are")
        yield f"Too early to tell a change from chance: {known} known of the {found.minimum_points} that it takes."
    else:
        yield from _told(found)
    if found.open_gap is not None:
        yield f"Since the latest on record: {found.open_gap:,} {what}; one since may not be in yet."


def _told(found: RareEvents) -> Iterator[str]:
    latest = found.gaps[-1]
    change = {"improvement": "They have become rarer", "concern": "They come closer together"}.get(latest.kind or "")
    if change and latest.rule:
        yield f"{change}: the latest stretch between two of them {RULES[latest.rule].replace('months', 'stretches')}."
    else:
        yield "No change that chance could not explain."
    yield (
        f"In the middle {found.centre:,.0f} {found.in_words} lie between two of them; chance reaches from "
        f"{found.lower:,.0f} to {found.upper:,.0f}."
    )
