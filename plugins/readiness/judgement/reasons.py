"""The reason for a claim's verdict, in one sentence that a director could read aloud."""

from collections import Counter
from collections.abc import Sequence

from readiness.judgement.changes import change
from readiness.judgement.claims import Ruling
from readiness.judgement.evidence import Entry
from readiness.judgement.sentences import Reader, clause
from readiness.judgement.shares import State
from readiness.judgement.weighing import EvidenceJudgement
from readiness.judgement.words import as_sentence, day_in_words, list_in_words, number_in_words
from readiness.periods import Month

UNCOUNTED: frozenset[State] = frozenset({"no_data", "immature"})
OTHERS: dict[State, tuple[str, str]] = {
    "bad": ("is not on target", "are not on target"),
    "no_data": ("has no data", "have no data"),
    "immature": ("is not complete enough to judge", "are not complete enough to judge"),
    "too_few": ("has too little behind it to judge", "have too little behind them to judge"),
    "good": ("is on target", "are on target"),
}


def reason(ruling: Ruling, month: Month, reader: Reader) -> str:
    """Why the claim has its verdict: what decides it with its counts, and in brief what else speaks to it."""
    return as_sentence(_reason(ruling, month, reader))


def reason_for_change(ruling: Ruling, reader: Reader) -> str:
    """Which way the claim went and by what, told of the indicator that decides it; empty without any month."""
    moved = [e for e in ruling.counting if e.trend is not None and e.direction == ruling.direction]
    return change(moved[0], reader) if moved else ""


def _reason(ruling: Ruling, month: Month, reader: Reader) -> str:
    if ruling.verdict == "not_applicable":
        return f"none of this was asked in {month.in_words()}, because no limit was in force"
    if ruling.parts:
        others = list_in_words([part.claim.id for part in ruling.parts])
        weakest = ruling.weakest_part
        return f"{_reason(weakest, month, reader)}; this is {weakest.claim.id}, which decides among {others}"
    if ruling.decided_by == "register":
        return _from_entries(ruling, reader)
    records = _from_records(ruling.counting, reader) if ruling.counting else ""
    return records if ruling.decided_by == "records" else _from_proxy(ruling, records, reader)


def _from_records(counting: Sequence[EvidenceJudgement], reader: Reader) -> str:
    """The deciding indicator; if it is not known, what is counted all the same; and the others in brief."""
    told = [counting[0]]
    if counting[0].state in UNCOUNTED:
        told += [e for e in counting if e.state not in UNCOUNTED][:1]
    said = "; as to what is counted, ".join(clause(e, reader) for e in told)
    return said + _others([e.state for e in counting if e not in told], len(told))


def _from_entries(ruling: Ruling, reader: Reader) -> str:
    entry = ruling.standing.deciding
    if entry is not None:
        so = "so" if entry.result == "met" else "not so"
        return f"{_named(entry, reader)} found that this is {so}, and counts until {day_in_words(entry.valid_until_on)}"
    return f"records cannot show this; it takes {ruling.claim.needs}{_expired(ruling)}"


def _from_proxy(ruling: Ruling, records: str, reader: Reader) -> str:
    """What records say, in the light of what an audit in date says, if there is one."""
    entry = ruling.standing.deciding
    found = entry and _named(entry, reader)
    if ruling.verdict in ("met", "not_met"):
        return f"{records}; {found} found the same"
    if ruling.verdict == "indicative_met":
        return f"as far as records can show, {records}; only {ruling.claim.needs} could confirm it{_expired(ruling)}"
    if ruling.verdict != "indicative_not_met":
        return records
    if entry is None:
        return f"records suggest that this is not so: {records}"
    if entry.result == "met":
        return f"records suggest that this is not so, although {found} found that it is: {records}"
    return f"{found} found that this is not so{f'; from records, {records}' if records else ''}"


def _others(states: Sequence[State], told: int) -> str:
    """What the evidence not told says, in numbers of indicators."""
    if not states:
        return ""
    counts = Counter(states)
    many = "" if len(states) == 1 else f"{number_in_words(len(states))} "
    indicators = f"{many}{'other' if told == 1 else 'further'} {'indicators' if many else 'indicator'}"
    if len(counts) == 1:
        return f"; its {indicators} {OTHERS[states[0]][len(states) > 1]}"
    said = [f"{number_in_words(n)} {OTHERS[state][n > 1]}" for state, n in counts.items()]
    return f"; of its {indicators}, {list_in_words(said)}"


def _named(entry: Entry, reader: Reader) -> str:
    size = entry.sample_size
    cases = f", {size:,} cases" if size is not None and size > 0 and reader.may_see_count(size) else ""
    return f'the {entry.kind} "{entry.title}" ({day_in_words(entry.done_on)}{cases})'


def _expired(ruling: Ruling) -> str:
    entry = ruling.standing.expired
    if entry is None:
        return ""
    return f'; the last {entry.kind}, "{entry.title}", went out of date on {day_in_words(entry.valid_until_on)}'
