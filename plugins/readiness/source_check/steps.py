"""Can we start, and what to do next, in order of worth."""

from collections.abc import Iterator
from dataclasses import dataclass

from readiness.source_check.findings import bulk_load, heaps, refusal
from readiness.source_check.model import FeedCheck, Lack, SourceCheck
from readiness.source_check.wording import counted, listed, months, percent, spoken


@dataclass(frozen=True)
class Step:
    """One thing to do. unlocks: indicators that this alone makes possible; shares: those that need something else
    too; strengthens: those that can be computed without it, but less well. owner: whom to ask."""

    title: str
    why: str
    owner: str
    unlocks: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    strengthens: tuple[str, ...] = ()


def summary(check: SourceCheck) -> str:
    """The answer in one or two sentences."""
    able, all_of = len(check.computable), len(check.applicable)
    if not all_of:
        return "No indicator applies to the months that this source covers."
    said = f"{able} of {counted(all_of, 'indicator')} can be computed from this source."
    needed = dict.fromkeys(place for lack in _lacks(check) for place in lack.places or (lack.in_words,))
    if needed:
        named = [*list(needed)[:3], *([f"{len(needed) - 3} more"] if len(needed) > 3 else [])]
        said += f" {'The other needs' if all_of - able == 1 else 'The others need' if able else 'They need'} "
        said += f"{listed(named)}."
    return said


def can_start(check: SourceCheck) -> str:
    """`yes`, `partly` if something is refused or missing that most councils have, or `no` if nothing can be counted."""
    if not check.computable:
        return "no"
    is_whole = len(check.computable) == len(check.applicable) and not any(
        feed.state == "refused" for feed in check.feeds
    )
    return "yes" if is_whole else "partly"


def next_steps(check: SourceCheck) -> tuple[Step, ...]:
    """First what is missing, by the number of indicators it unlocks; then feeds to mend; then what to ask about."""
    missing = sorted(_missing(check), key=lambda step: (-len(step.unlocks), -len(step.shares), step.title))
    named = {lack.feed for lack in _lacks(check)}
    mend = [
        Step(f"Mend {spoken(feed.feed)}", refusal(feed), feed.owner)
        for feed in check.feeds
        if feed.state == "refused" and feed.feed not in named
    ]
    return (*missing, *mend, *_columns(check), *(step for feed in check.feeds for step in _questions(feed)))


def _lacks(check: SourceCheck) -> list[Lack]:
    return list(dict.fromkeys(lack for indicator in check.indicators for lack in indicator.lacks))


def _missing(check: SourceCheck) -> Iterator[Step]:
    for lack in _lacks(check):
        feed = check.feed(lack.feed)
        blocked = [found for found in check.indicators if lack in found.lacks]
        yield Step(
            title=_title(lack),
            why=_why(lack, feed),
            owner=feed.owner,
            unlocks=tuple(found.title for found in blocked if found.lacks == (lack,)),
            shares=tuple(found.title for found in blocked if found.lacks != (lack,)),
        )


def _title(lack: Lack) -> str:
    where = listed(lack.places or [lack.in_words])
    match lack.reason:
        case "refused":
            return f"Mend {spoken(lack.feed)}"
        case "empty":
            return f"Fill {where}"
        case "kind":
            return f"Fill {where} with {listed(map(spoken, lack.codes))}"
    return f"Provide {where}"


def _why(lack: Lack, feed: FeedCheck) -> str:
    """What is missing, in plain words."""
    match lack.reason:
        case "refused":
            return refusal(feed)
        case "absent" if not feed.missing_tables:
            return (
                f"This kind of source does not carry it. It holds: {_begun(feed.description)} If the council keeps it "
                "elsewhere, name that place in profile.yaml, under sources."
            )
        case "absent":
            return f"The source has no such table. It holds: {_begun(feed.description)}"
        case "table":
            adds = [
                column.name for column in feed.missing_columns if (column.place or "").startswith(f"{lack.places[0]}.")
            ]
            return f"The source has no such table. It adds to {spoken(lack.feed)}: {listed(map(spoken, adds))}."
        case "empty":
            return f"The table is there, but it holds no rows. It should hold: {_begun(feed.description)}"
        case "kind":
            return f"There are {spoken(lack.feed)}, but none of this kind."
    missing = next(column for column in feed.missing_columns if column.name == lack.column)
    state = {
        "empty": "The column is there, but nobody fills it",
        "not_carried": "This kind of source does not carry it",
    }.get(missing.why, "The source has no such column")
    return f"{state}. It says: {_begun(missing.meaning)}."


def _columns(check: SourceCheck) -> Iterator[Step]:
    """Parts of feeds that no indicator fails for, but that weaken some."""
    for feed in check.feeds:
        weak = tuple(found.title for found in check.indicators if feed.feed in found.incomplete)
        mendable = [column for column in feed.missing_columns if column.why != "not_carried"]
        if weak and mendable:
            places = listed(column.place or spoken(column.name) for column in mendable)
            why = f"Missing or never filled: {places}."
            yield Step(f"Complete {spoken(feed.feed)}", why, feed.owner, strengthens=weak)


def _questions(feed: FeedCheck) -> Iterator[Step]:
    """What only someone who knows the records can explain."""
    name = spoken(feed.feed)
    if feed.bulk_loads:
        yield Step(
            f"Ask how the rows of {name} came into the system",
            f"{bulk_load(feed.bulk_loads[0])} Records of a migration say nothing of how promptly people write; mark "
            "them as such in the case system (entry_channel migration).",
            feed.owner,
        )
    if feed.months and feed.months.empty:
        yield Step(
            f"Ask what happened to {name}",
            f"There are none in {months(feed.months.empty)}. Either nothing was recorded or it was not extracted.",
            feed.owner,
        )
    for column in feed.dates:
        if heaps(column) and not column.is_personal and column.made_by == "worker_entered":
            share = percent(column.on_the_first, column.filled)
            yield Step(
                f"Ask who types the dates of {name}",
                f"{share} of {spoken(column.name)} are the first of a month, as if the day were not known.",
                feed.owner,
            )


def _begun(sentence: str) -> str:
    """A sentence, to stand after a colon."""
    return sentence[:1].lower() + sentence[1:]
