"""What changed since the check before."""

from collections.abc import Iterator

from readiness.source_check.model import FeedCheck, SourceCheck
from readiness.source_check.wording import capital, counted, listed, spoken

HALVED = 0.5


def changes(check: SourceCheck, before: SourceCheck) -> tuple[str, ...]:
    """In sentences: indicators that can or can no longer be computed, feeds and columns that came or went, and feeds
    with fewer than half of their rows."""
    earlier = {feed.feed: feed for feed in before.feeds}
    pairs = [(feed, earlier[feed.feed]) for feed in check.feeds if feed.feed in earlier]
    return (*_indicators(check, before), *(said for now, then in pairs for said in _feed(now, then)))


def _indicators(check: SourceCheck, before: SourceCheck) -> Iterator[str]:
    could = {found.id for found in before.computable}
    known = {found.id for found in before.indicators}
    for found in check.indicators:
        if found.id in known and found.is_computable != (found.id in could):
            yield f"“{found.title}” can {'now' if found.is_computable else 'no longer'} be computed."


def _feed(now: FeedCheck, then: FeedCheck) -> Iterator[str]:
    name, came, went = capital(spoken(now.feed)), _is_there(now), _is_there(then)
    if came != went:
        yield f"{name} {'can be read now' if came else 'can no longer be read' if now.message else 'are gone'}."
        return
    if not came:
        return
    yield from _columns(name, "of the contract", _lacking(then), _lacking(now))
    yield from _columns(name, "that nothing asks for", frozenset(now.unknown_columns), frozenset(then.unknown_columns))
    if now.rows < HALVED * then.rows:
        yield f"{name}: {counted(now.rows, 'row')}, fewer than half of the {then.rows:,} before."


def _columns(name: str, which: str, more: frozenset[str], less: frozenset[str]) -> Iterator[str]:
    if came := sorted(more - less):
        yield f"{name}: new {'column' if len(came) == 1 else 'columns'} {which}: {listed(came)}."
    if went := sorted(less - more):
        yield f"{name}: gone {'column' if len(went) == 1 else 'columns'} {which}: {listed(went)}."


def _is_there(feed: FeedCheck) -> bool:
    return feed.state in ("read", "partly")


def _lacking(feed: FeedCheck) -> frozenset[str]:
    return frozenset(column.name for column in feed.missing_columns if column.why in ("lacking", "hollow"))
