"""The two pages of this room: how good the data is, in counts, and the working list of what is held back.

The first is for everyone who may see the readiness page. The second holds pseudonymous keys, and is for those whom
access.yaml names.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from readiness.contracts import Contract
from readiness.ledger import BatchEntry, Incident
from readiness.pages import render
from readiness.periods import day_of
from readiness.quality.freshness import silence
from readiness.quality.quarantine import Item
from readiness.quality.results import Course, dimensions, worst
from readiness.quality.sparkline import draw, share
from readiness.sources.vault import HASH_BYTES

ROOM = "readiness.quality"

RECENTLY = timedelta(days=31)
"""How long a closed incident stays on the page."""

MOST_ITEMS = 200
"""Listed of one feed and state; of more than that, the rule is wrong or the feed is, and reading keys does not help."""

FEED_STATES = {
    "loaded": ("good", "Loaded"),
    "unchanged": ("good", "Nothing newer"),
    "partly": ("warn", "Loaded in part"),
    "stale": ("warn", "Stale"),
    "stopped": ("bad", "Stopped"),
    "not_read": ("bad", "Not read"),
    "absent": ("unknown", "Not in the source"),
}
"""State -> tone and words of its badge."""


@dataclass(frozen=True)
class FeedState:
    """A feed on the day of the page, with the counts of its last load. newest_on: its newest row."""

    feed: str
    description: str
    owner: str
    state: str
    says: str | None
    loaded: BatchEntry | None
    newest_on: date | None
    quiet_days: int | None

    @property
    def tone(self) -> str:
        return FEED_STATES[self.state][0]

    @property
    def label(self) -> str:
        return FEED_STATES[self.state][1]


def quality_page(
    *,
    authority: str,
    day: date,
    entries: Iterable[BatchEntry],
    contracts: Mapping[str, Contract],
    newest_events: Mapping[str, date],
    courses: Iterable[Course],
    incidents: Iterable[Incident],
    items: Iterable[Item],
    notices: Iterable[str] = (),
) -> str:
    """How good the data is on `day`, the newest one loaded: feeds, incidents, the rules that most rows break.

    authority: the council's name. entries, incidents: all of the ledger's. newest_events: see freshness. courses: see
    results. items: of the working list, of which only the number is told. The page holds counts and nothing of a
    person.
    """
    courses = tuple(courses)
    feeds = feed_states(entries, contracts, newest_events, day)
    incidents = sorted(incidents, key=lambda incident: incident.opened_at, reverse=True)
    open_items = [item for item in items if item.state == "open"]
    return render(
        ROOM,
        "quality.html.j2",
        authority=authority,
        day=day,
        feeds=[feed for feed in feeds if feed.state != "absent"],
        absent=[feed for feed in feeds if feed.state == "absent"],
        open_incidents=[incident for incident in incidents if not incident.closed_at],
        closed_incidents=[i for i in incidents if i.closed_at and day - day_of(i.closed_at) <= RECENTLY],
        worst=worst(courses),
        broken=sum(bool(course.now.failed) for course in courses),
        rules=len(courses),
        by_dimension=dimensions(courses),
        by_feed={feed: list(same) for feed, same in groupby(courses, key=lambda course: course.feed)},
        open_items=len(open_items),
        open_owners=Counter(item.owner for item in open_items).most_common(),
        draw=draw,
        share=share,
        day_of=day_of,
        notices=list(notices),
    )


def feed_states(
    entries: Iterable[BatchEntry], contracts: Mapping[str, Contract], newest_events: Mapping[str, date], day: date
) -> list[FeedState]:
    """Every feed with a contract: what needs a look first, then the others, each in alphabetical order."""
    by_feed: dict[str, list[BatchEntry]] = {feed: [] for feed in contracts}
    for entry in entries:
        if entry.feed in by_feed and entry.day <= day:
            by_feed[entry.feed].append(entry)
    states = [_state(contracts[feed], found, newest_events.get(feed), day) for feed, found in by_feed.items()]
    urgency = {"bad": 0, "warn": 1}
    return sorted(states, key=lambda state: (urgency.get(state.tone, 2), state.feed))


def _state(contract: Contract, entries: list[BatchEntry], newest_on: date | None, day: date) -> FeedState:
    today = next((entry for entry in entries if entry.day == day), None)
    loaded = max((e for e in entries if e.status == "loaded"), key=lambda entry: entry.day, default=None)
    silent = silence(entries, contract, day, newest_on)
    state = today.status if today else "not_read" if silent or loaded else "absent"
    says = today.message if today else None
    if silent:
        kind, says = silent
        state = "stale" if kind == "stale" else "stopped" if state == "stopped" else "not_read"
    elif state == "loaded" and says:
        state = "partly"
    return FeedState(
        feed=contract.feed,
        description=contract.description,
        owner=contract.owner,
        state=state,
        says=says,
        loaded=loaded,
        newest_on=newest_on,
        quiet_days=contract.quiet_days,
    )


def quarantine_page(items: Iterable[Item], user: str, notices: Iterable[str] = ()) -> str:
    """The working list for a user who may see it: open items by owner and feed, then those mended or gone.

    Of children whose records are restricted only the number is told.
    """
    items = list(items)
    listed = sorted((i for i in items if not i.is_restricted), key=lambda i: (i.owner, i.feed, i.first_on, i.key))
    by_owner = {
        owner: {feed: list(same) for feed, same in groupby(theirs, key=lambda i: i.feed)}
        for owner, theirs in groupby((i for i in listed if i.state == "open"), key=lambda i: i.owner)
    }
    closed = {
        state: {
            feed: sorted(same, key=lambda i: i.since, reverse=True)
            for feed, same in groupby(
                sorted((i for i in listed if i.state == state), key=lambda i: i.feed), key=lambda i: i.feed
            )
        }
        for state in ("mended", "gone")
    }
    return render(
        ROOM,
        "quarantine.html.j2",
        user=user,
        totals=_totals(items),
        count=Counter(item.state for item in items),
        rows=sum(item.rows for item in items),
        as_of=max((item.last_on for item in items if item.state == "open"), default=None),
        by_owner=by_owner,
        closed=closed,
        restricted=Counter(item.feed for item in items if item.is_restricted and item.state == "open"),
        example=_example(listed),
        most=MOST_ITEMS,
        notices=list(notices),
    )


def _totals(items: list[Item]) -> list[tuple[str, Counter, int]]:
    """Feed, its items by state, and its rows in quarantine now; most open ones first."""
    feeds = sorted({item.feed for item in items})
    found = [
        (feed, Counter(i.state for i in items if i.feed == feed), sum(i.rows for i in items if i.feed == feed))
        for feed in feeds
    ]
    return sorted(found, key=lambda total: (-total[1]["open"], total[0]))


def _example(items: list[Item]) -> str | None:
    """A hash of an open item, for the command that leads from a key to its record."""
    values = (value for item in items if item.state == "open" for _, value in item.key)
    return next((value for value in values if len(value) == 2 * HASH_BYTES), None)
