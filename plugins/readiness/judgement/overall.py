"""The overall verdict, by rule and never by averaging (catalogue 4, rule 4)."""

from collections.abc import Sequence

from readiness.judgement.claims import BAD, Verdict
from readiness.judgement.register import FindingKind, Register, Rule
from readiness.judgement.verdicts import JudgedClaim, JudgedFinding, JudgedRule, Overall, OverallVerdict
from readiness.judgement.words import as_sentence, list_in_words, number_in_words

UNKNOWN_FOR_OVERALL: frozenset[Verdict] = frozenset({"no_data", "needs_evidence"})

VERDICT_WORDS: dict[Verdict, str] = {
    "met": "is met",
    "not_met": "is not met",
    "indicative_met": "seems met",
    "indicative_not_met": "seems not met",
    "too_few": "has too little behind it to judge",
    "immature": "is not complete enough to judge",
    "no_data": "has no data",
    "needs_evidence": "needs an audit or survey",
    "not_applicable": "did not apply",
}


def judge_overall(register: Register, findings: Sequence[JudgedFinding]) -> Overall:
    """The verdict of the month from the verdicts of its claims."""
    verdict, reason = _decide(register, findings)
    rules = tuple(_judge_rule(rule, register, findings) for rule in register.rules)
    return Overall(verdict, as_sentence(reason), rules)


def _decide(register: Register, findings: Sequence[JudgedFinding]) -> tuple[OverallVerdict, str]:
    blocking = [*_unresolved_priority(findings), *_open_repeats(findings)]
    if blocking:
        return "not_ready", f"not ready: {'; '.join(blocking)}"
    development = _claims(findings, "area_for_development")
    unknown = [claim for claim in development if claim.verdict in UNKNOWN_FOR_OVERALL]
    if len(unknown) > register.judgement.unknown_fraction * len(development):
        known = f"nothing is known of {_of(unknown, development)} ({_ids(unknown)})"
        return "cannot_tell", f"nobody can tell: {known}, more than {register.judgement.unknown_share_in_words}"
    bad = [claim for claim in development if claim.verdict in BAD]
    resolved = _resolved(findings)
    if bad:
        but = f"{resolved}, but " if resolved else ""
        return "partly_ready", f"partly ready: {but}{_of(bad, development)} {_is(bad)} not met ({_ids(bad)})"
    also = f"{resolved}, and " if resolved else ""
    return "ready", f"ready: {also}no claim for development is known to fail"


def _resolved(findings: Sequence[JudgedFinding]) -> str:
    """What of the priority action and the repeats there is, where none of it stands in the way."""
    parts = (
        ("the priority action is resolved", _claims(findings, "priority_action")),
        ("no repeat finding is bad", _claims(findings, "repeat_finding")),
    )
    return " and ".join(words for words, claims in parts if claims)


def _unresolved_priority(findings: Sequence[JudgedFinding]) -> list[str]:
    claims = _claims(findings, "priority_action")
    met = [claim for claim in claims if claim.verdict == "met"]
    if len(met) == len(claims):
        return []
    each = list_in_words([f"{claim.id} {VERDICT_WORDS[claim.verdict]}" for claim in claims if claim.verdict != "met"])
    count = "none" if not met else f"only {number_in_words(len(met))}"
    return [f"of the {number_in_words(len(claims))} claims of the priority action, {count} {_is(met)} met ({each})"]


def _open_repeats(findings: Sequence[JudgedFinding]) -> list[str]:
    bad = [claim for claim in _claims(findings, "repeat_finding") if claim.verdict in BAD]
    if not bad:
        return []
    what = "the repeat finding" if len(bad) == 1 else "the repeat findings"
    return [f"{what} {_ids(bad)} {_is(bad)} not put right"]


def _judge_rule(rule: Rule, register: Register, findings: Sequence[JudgedFinding]) -> JudgedRule:
    is_satisfied, reason = _apply(rule, register, findings)
    return JudgedRule(rule.id, rule.statement, rule.quote, is_satisfied, as_sentence(reason))


def _apply(rule: Rule, register: Register, findings: Sequence[JudgedFinding]) -> tuple[bool, str]:
    if rule.kind == "priority_action_first":
        unresolved = _unresolved_priority(findings)
        settled = "every claim of the priority action is met"
        if not _claims(findings, "priority_action"):
            settled = "this inspection left no priority action"
        return not unresolved, unresolved[0] if unresolved else settled
    asked = {claim.id for _, claim in register.claims()}
    missing = asked - {claim.id for finding in findings for claim in finding.claims}
    if missing:
        return False, f"missing from this report: {list_in_words(sorted(missing))}"
    repeats = len(_claims(findings, "repeat_finding"))
    noun = "repeat finding" if repeats == 1 else "repeat findings"
    return True, f"all {len(asked) - repeats} claims and {number_in_words(repeats)} {noun} are in this report"


def _claims(findings: Sequence[JudgedFinding], kind: FindingKind) -> list[JudgedClaim]:
    return [claim for finding in findings if finding.kind == kind for claim in finding.claims]


def _of(some: Sequence[JudgedClaim], every: Sequence[JudgedClaim]) -> str:
    return f"{number_in_words(len(some))} of the {number_in_words(len(every))} claims for development"


def _ids(claims: Sequence[JudgedClaim]) -> str:
    return list_in_words([claim.id for claim in claims])


def _is(claims: Sequence[JudgedClaim]) -> str:
    return "is" if len(claims) <= 1 else "are"
